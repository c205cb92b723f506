//! A control sequence, taken apart (ECMA-48 §5.4).

/// A control sequence, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Csi<'a> {
    /// One of `<=>?`, or none.
    pub prefix: Option<u8>,
    /// Digits, semicolons and colons.
    pub parameters: &'a [u8],
    /// Bytes 0x20 to 0x2f.
    pub intermediates: &'a [u8],
    /// The last byte, 0x40 to 0x7e.
    pub end: u8,
}

impl<'a> Csi<'a> {
    /// Takes `body`, everything after `ESC [`, apart; `None` if its parts are out of order.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let (&end, rest) = body.split_last()?;
        let (prefix, rest) = match rest.split_first() {
            Some((&first @ b'<'..=b'?', rest)) => (Some(first), rest),
            _ => (None, rest),
        };
        let parameters = rest.iter().take_while(|byte| matches!(byte, b'0'..=b';')).count();
        let (parameters, intermediates) = rest.split_at(parameters);
        let in_order = intermediates.iter().all(|byte| matches!(byte, 0x20..=0x2f));
        in_order.then_some(Self { prefix, parameters, intermediates, end })
    }

    /// The parameters as numbers, 0 where one is left out; of sub-parameters only the first.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u16> + 'a {
        self.parameters.split(|byte| *byte == b';').map(number)
    }

    /// The parameter at `index`, or 0.
    pub(crate) fn number(&self, index: usize) -> u16 {
        self.numbers().nth(index).unwrap_or(0)
    }
}

fn number(parameter: &[u8]) -> u16 {
    let digits = parameter.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u16, |number, digit| {
        number.saturating_mul(10).saturating_add(u16::from(digit - b'0'))
    })
}
