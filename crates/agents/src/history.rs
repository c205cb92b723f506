//! What was said with agents outside of us: where an agent keeps it, what can be told of it, and how
//! an agent of ours comes by it.
//!
//! Files are read and never written, links in an agent's directory are not followed, and everything
//! is bounded: other programs have written them, and they hold what models and repositories said.
//! An agent of ours gets a copy, so that it and whoever still has the session open never write into
//! the same file.
//!
//! - [`mod@look`]: which sessions there are
//! - [`taking`]: a copy of one, for an agent of ours

pub mod look;
pub mod taking;

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use look::{Looked, OutsideSession, Told, look};
pub use taking::{TakeError, find, take};

/// The longest file of which an agent gets a copy, in bytes.
pub const MAX_HISTORY_BYTES: u64 = 64 * 1024 * 1024;

/// A name of any kind, in [`History::layout`].
pub const ANY: &str = "*";

/// How an agent keeps what is said with it: one file for each session, one JSON value on each line.
#[derive(Clone, Copy)]
pub struct History {
    /// The variable that names the directory of the agent.
    pub variable: &'static str,
    /// That directory in the user's home, where the variable does not name one.
    pub in_home: &'static str,
    /// The same directory for an agent that we start, below its state directory.
    pub below_state: &'static str,
    /// The directories between it and the files; [`ANY`] stands for every name.
    pub layout: &'static [&'static str],
    /// The session that a file of this name, without `.jsonl`, holds.
    pub session_of: fn(&str) -> Option<&str>,
    /// Takes in what one line tells.
    pub tell: fn(&Value, &mut Told),
    /// Changes a line for an agent that we start, where it would insist on what only holds outside;
    /// says whether it did. `None` where nothing is to be changed.
    pub adapt: Option<fn(&mut Value) -> bool>,
}

impl History {
    /// The agent's directory, links resolved; `None` where there is none.
    pub fn directory(&self, variables: &[(OsString, OsString)]) -> Option<PathBuf> {
        let value = |wanted: &str| {
            let known = variables.iter().find(|(name, _)| crate::search::is_name(name, wanted));
            known.map(|(_, value)| PathBuf::from(value)).filter(|path| path.is_absolute())
        };
        let home = || value("HOME").or_else(|| value("USERPROFILE"));
        let named = value(self.variable).or_else(|| Some(home()?.join(self.in_home)))?;
        std::fs::canonicalize(named).ok()
    }
}

/// Whether a text has the shape of the identifiers that agents give their sessions.
pub(crate) fn is_identifier(text: &str) -> bool {
    let is_dash = |place: usize| matches!(place, 8 | 13 | 18 | 23);
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match byte {
            b'-' => is_dash(place),
            byte => byte.is_ascii_hexdigit() && !is_dash(place),
        })
}

/// Opens a file that is one, and no link: what an agent keeps lies where it lies.
fn open(root: &Path, path: &Path) -> io::Result<File> {
    let resolved = std::fs::canonicalize(path)?;
    let file = File::open(&resolved)?;
    if resolved != path || !resolved.starts_with(root) || !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file of the agent"));
    }
    Ok(file)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
