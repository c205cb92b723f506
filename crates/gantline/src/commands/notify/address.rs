//! The address of a channel, and what signs: both are secrets, and never stand on the command line,
//! where other programs and the shell's history would see them.

use model::ExposeSecret;

use crate::exit::{Meaning, Refusal};
use crate::secret_input;
use crate::words::Words;

/// Whether what signs is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signing {
    /// Only the address is.
    Unsigned,
    /// It is, after the address.
    Signed,
}

/// What was read.
pub(super) struct Read {
    pub(super) url: String,
    pub(super) secret: Option<String>,
}

/// Asks for it at the window; from standard input, the address is the first line and what signs the
/// second.
pub(super) fn read(signing: Signing, words: &dyn Words) -> anyhow::Result<Read> {
    let given = secret_input::read(words.which_address(), words.address_prompt(), words)?;
    let mut lines = given.expose_secret().lines().map(str::trim).map(str::to_owned);
    let none = || Refusal::new(Meaning::Usage, words.no_address_given());
    let url = lines.next().filter(|line| !line.is_empty()).ok_or_else(none)?;
    let secret = match (signing, lines.next()) {
        (Signing::Unsigned, _) => None,
        (Signing::Signed, Some(secret)) => Some(secret),
        (Signing::Signed, None) => {
            let asked = secret_input::read(words.which_signing(), words.signing_prompt(), words)?;
            Some(asked.expose_secret().to_owned())
        }
    };
    if secret.as_ref().is_some_and(String::is_empty) {
        return Err(none().into());
    }
    Ok(Read { url, secret })
}
