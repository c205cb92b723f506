//! What the owner wants done about the copies just now: `mirror-wish.json` in the machine's
//! directory. It stays until it is done, however often the daemon starts meanwhile.

use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};
use serde::{Deserialize, Serialize};

/// The file's name.
const FILE: &str = "mirror-wish.json";

/// What the owner wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// That the copies are brought up to date at once, also where that does not happen by itself.
    Now,
    /// That it ends, and that the server removes what it has.
    Off,
}

/// A wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// By which it is known again when it is done.
    pub number: u64,
    /// What is wanted.
    pub wanted: Wanted,
}

impl Wish {
    /// Reads what is wanted; what makes no sense is no wish.
    pub fn read(directory: &Path) -> Option<Self> {
        let text = private::read(&file(directory)).ok()??;
        serde_json::from_slice(&text).ok()
    }

    /// Writes it; the one of before is forgotten.
    pub fn write(&self, directory: &Path) -> Result<(), PrivateError> {
        // Writing JSON to memory fails only for keys that are not strings, and a wish has none.
        let text = serde_json::to_vec(self).expect("a wish can be written as JSON");
        private::write(&file(directory), &text)
    }

    /// Forgets it, unless there is another one by now.
    pub(crate) fn forget(&self, directory: &Path) {
        if Self::read(directory).is_some_and(|wish| wish != *self) {
            return;
        }
        if let Err(error) = private::remove(&file(directory)) {
            tracing::warn!(%error, "what was done cannot be forgotten");
        }
    }
}

fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}
