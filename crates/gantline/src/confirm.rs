//! Asks before something is lost for good.

use std::io::{self, BufRead, IsTerminal};

use anstream::eprint;

use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// The option of commands by which something is lost.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Consent {
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

/// Asks whoever sits at the window. Scripts are not asked: they know what they do.
pub(crate) fn ask(consent: Consent, question: &str, words: &dyn Words) -> anyhow::Result<()> {
    if consent.yes || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(());
    }
    eprint!("{question} {} ", words.yes_or_no());
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if words.means_yes(answer.trim()) {
        return Ok(());
    }
    Err(Refusal::new(Meaning::Interrupted, words.nothing_done()).into())
}
