//! Numbers of a fixed number of bytes as numbers of a fixed number of base 62 digits, and back.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const LIMB_BYTES: usize = size_of::<u64>();

/// How many limbs there are for the largest number that is read.
const LIMBS: usize = 4;

const MAX_BYTES: usize = LIMBS * LIMB_BYTES;

/// How many digits are read at a time: their value fits into a limb. A token is read for each call
/// of a model, and digit by digit that took ten times as long.
const GROUP: usize = 10;

/// How many digits the largest number of `bytes` bytes has.
pub(super) const fn width(bytes: usize) -> usize {
    // One digit holds log2(62) = 5.954… bits; the bound is exact for the lengths in use, which
    // the tests prove.
    (bytes * 8 * 1000).div_ceil(5954)
}

/// Appends the digits of `bytes`, most significant first.
pub(super) fn encode(bytes: &[u8], text: &mut String) {
    let mut number = Zeroizing::new(bytes.to_vec());
    let mut digits = Zeroizing::new(vec![b'0'; width(bytes.len())]);
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[usize::from(divide(&mut number))];
    }
    text.extend(digits.iter().map(|digit| char::from(*digit)));
}

/// Reads digits; `None` if one is not a digit or the number does not fit.
pub(super) fn decode<const N: usize>(digits: &[u8]) -> Option<Zeroizing<[u8; N]>> {
    const { assert!(N <= MAX_BYTES) };
    let mut number = Zeroizing::new([0; LIMBS]);
    for group in digits.chunks(GROUP) {
        let (mut part, mut scale) = (0, 1);
        for digit in group {
            part = part * 62 + u64::from(value(*digit)?);
            scale *= 62;
        }
        multiply_add(&mut number, scale, part)?;
    }
    let mut wide = Zeroizing::new([0; MAX_BYTES]);
    for (bytes, limb) in wide.rchunks_exact_mut(LIMB_BYTES).zip(number.iter()) {
        bytes.copy_from_slice(&limb.to_be_bytes());
    }
    let (beyond, low) = wide.split_last_chunk::<N>()?;
    beyond.iter().all(|byte| *byte == 0).then(|| Zeroizing::new(*low))
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'Z' => Some(digit - b'A' + 10),
        b'a'..=b'z' => Some(digit - b'a' + 36),
        _ => None,
    }
}

/// Divides the number by 62 and answers the remainder.
fn divide(number: &mut [u8]) -> u8 {
    let mut remainder = 0_u16;
    for byte in number {
        let part = (remainder << 8) | u16::from(*byte);
        // The remainder is below 62, so the quotient is below 256.
        *byte = (part / 62).to_le_bytes()[0];
        remainder = part % 62;
    }
    remainder.to_le_bytes()[0]
}

/// Multiplies the number, whose lowest limb comes first, and adds; `None` if it no longer fits.
fn multiply_add(number: &mut [u64; LIMBS], scale: u64, part: u64) -> Option<()> {
    let mut carry = part;
    for limb in number {
        // The square of the largest limb, and another one, fit into twice its width.
        let wide = u128::from(*limb) * u128::from(scale) + u128::from(carry);
        let [low, high] = [wide, wide >> u64::BITS].map(|half| half & u128::from(u64::MAX));
        (*limb, carry) = (u64::try_from(low).ok()?, u64::try_from(high).ok()?);
    }
    (carry == 0).then_some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<const N: usize>(bytes: [u8; N]) {
        let mut text = String::new();
        encode(&bytes, &mut text);
        assert_eq!(text.len(), width(N));
        assert_eq!(*decode::<N>(text.as_bytes()).unwrap(), bytes);
    }

    #[test]
    fn widths_are_exactly_what_the_largest_number_needs() {
        for (width, largest) in [(width(4), vec![0xff; 4]), (width(16), vec![0xff; 16])] {
            let mut text = String::new();
            encode(&largest, &mut text);
            assert_eq!(text.len(), width);
            assert_ne!(&text[..1], "0", "a digit fewer would do");
        }
        assert_eq!((width(4), width(16), width(24)), (6, 22, 33));
        check([0xff; 4]);
        check([0xff; 16]);
        check([0xff; 24]);
    }

    #[test]
    fn what_does_not_fit_or_is_no_digit_is_refused() {
        assert_eq!(decode::<4>(b"4gfFC3").map(|number| *number), Some([0xff; 4]));
        assert_eq!(decode::<4>(b"4gfFC4"), None);
        assert_eq!(decode::<4>(b"zzzzzz"), None);
        assert_eq!(decode::<4>(b"00-000"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn numbers_lead_back_to_themselves(four: [u8; 4], sixteen: [u8; 16], more: [u8; 24]) {
            check(four);
            check(sixteen);
            check(more);
        }
    }
}
