//! What opens a backup.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context;
use model::{ExposeSecret, SecretString};
use vault::sealed_stream::LEAST_PASSPHRASE_CHARACTERS;

use crate::exit::{Meaning, Refusal};
use crate::secret_input;
use crate::words::Words;

/// Where the passphrase is read from.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct PassphraseOption {
    /// File with the passphrase, which nobody else may read [default: asked for, or read from standard
    /// input].
    #[arg(long, value_name = "FILE", env = "GANTLINE_BACKUP_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseOption {
    /// Whether standard input is left for something else.
    pub(super) const fn is_in_a_file(&self) -> bool {
        self.passphrase_file.is_some()
    }
}

/// The passphrase of a new backup: typed twice, and long enough.
pub(super) fn choose(option: &PassphraseOption, words: &dyn Words) -> anyhow::Result<SecretString> {
    let passphrase = read(option, words)?;
    if passphrase.expose_secret().chars().count() < LEAST_PASSPHRASE_CHARACTERS {
        let message = words.passphrase_too_short(LEAST_PASSPHRASE_CHARACTERS);
        return Err(Refusal::new(Meaning::Usage, message).into());
    }
    if !option.is_in_a_file() && io::stdin().is_terminal() {
        let again = secret_input::read(words.passphrase_again(), words.passphrase_prompt(), words)?;
        if again.expose_secret() != passphrase.expose_secret() {
            return Err(Refusal::new(Meaning::Usage, words.passphrases_differ()).into());
        }
    }
    Ok(passphrase)
}

/// The passphrase of a backup that there is.
pub(super) fn read(option: &PassphraseOption, words: &dyn Words) -> anyhow::Result<SecretString> {
    match &option.passphrase_file {
        Some(path) => read_file(path),
        None => secret_input::read(words.passphrase_is_asked(), words.passphrase_prompt(), words),
    }
}

fn read_file(path: &Path) -> anyhow::Result<SecretString> {
    let named = || format!("read {}", path.display());
    let bytes = host::private::read(path).with_context(named)?;
    let bytes =
        bytes.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)).with_context(named)?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("it is not text"));
    Ok(SecretString::from(text.with_context(named)?.trim()))
}
