//! A copy of a session, for an agent of ours.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};

use super::look::{OutsideSession, candidates, read};
use super::{History, MAX_HISTORY_BYTES, open};

/// A session cannot be copied.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// There is no such session, or not any more.
    #[error("the agent has no such session on this machine")]
    Unknown,
    /// It is longer than an agent of ours gets.
    #[error("the session is longer than {} MiB", MAX_HISTORY_BYTES / 1024 / 1024)]
    TooLong,
    /// It cannot be read.
    #[error("read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The copy cannot be written.
    #[error(transparent)]
    Private(#[from] PrivateError),
}

/// The session of this name, with the agent's directory.
pub fn find(
    history: &History,
    variables: &[(OsString, OsString)],
    id: &str,
) -> Result<(OutsideSession, PathBuf), TakeError> {
    let root = history.directory(variables).ok_or(TakeError::Unknown)?;
    let (found, _) = candidates(history, &root, &|| true);
    let candidate = found.into_iter().find(|one| one.id == id).ok_or(TakeError::Unknown)?;
    let path = candidate.path.clone();
    let session = read(history, &root, candidate)
        .map_err(|source| TakeError::Unreadable { path, source })?
        .ok_or(TakeError::Unknown)?;
    if session.size_bytes > MAX_HISTORY_BYTES {
        return Err(TakeError::TooLong);
    }
    Ok((session, root))
}

/// Copies a session to where an agent with this state directory looks for it: its whole lines, as
/// its last one may be being written.
pub fn take(
    history: &History,
    variables: &[(OsString, OsString)],
    id: &str,
    state_directory: &Path,
) -> Result<OutsideSession, TakeError> {
    let (session, root) = find(history, variables, id)?;
    let unreadable = |source| TakeError::Unreadable { path: session.path.clone(), source };
    let copy = copy_of(history, &root, &session.path).map_err(unreadable)?;
    // It was found below it.
    let below = session.path.strip_prefix(&root).map_err(|_| TakeError::Unknown)?;
    let mut directory = state_directory.to_owned();
    private::directory(&directory)?;
    for name in Path::new(history.below_state).iter().chain(below.parent().into_iter().flatten()) {
        directory.push(name);
        private::directory(&directory)?;
    }
    let name = below.file_name().ok_or(TakeError::Unknown)?;
    private::write(&directory.join(name), &copy)?;
    Ok(session)
}

fn copy_of(history: &History, root: &Path, path: &Path) -> io::Result<Vec<u8>> {
    let mut lines = BufReader::new(open(root, path)?.take(MAX_HISTORY_BYTES));
    let (mut copy, mut line) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        lines.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Ok(copy);
        }
        if let Some(adapt) = history.adapt
            && let Ok(mut value) = serde_json::from_slice(&line)
            && adapt(&mut value)
        {
            line = serde_json::to_vec(&value)?;
        }
        copy.extend_from_slice(&line);
        copy.push(b'\n');
    }
}
