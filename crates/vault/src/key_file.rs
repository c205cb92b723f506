//! Private text files that hold keys: a first line that names format and version, `#` comments,
//! then one `name value…` entry per line.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use host::private::{self, PrivateError};
use model::Rng;
use zeroize::{Zeroize, Zeroizing};

/// A key file cannot be used. Every message says what to do, because it stops the start.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file or its directory is open to others, or the system refused.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The path names no file inside a directory.
    #[error("{} is not the path of a file", .0.display())]
    NotAFile(PathBuf),
    /// The database was made with a key file that is not there.
    #[error("{} is missing, but the database depends on it; put it back from its copy", .0.display())]
    Missing(PathBuf),
    /// A line is not what the format asks for.
    #[error("{} line {line}: {problem}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong there; never the line itself.
        problem: &'static str,
    },
    /// It is a good key file, but not the one the database was made with.
    #[error("{} is not the file this database was made with: {problem}", path.display())]
    Mismatch {
        /// Which file.
        path: PathBuf,
        /// How that was found out.
        problem: String,
    },
}

/// Reads the file; `None` if there is none. Refuses a file or directory that is open to others.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<String>>, KeyFileError> {
    private::directory(directory(path)?)?;
    let Some(bytes) = private::read(path)? else { return Ok(None) };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) => {
            error.into_bytes().zeroize();
            Err(malformed(path, 1, "is not text"))
        }
    }
}

/// Makes the file and never replaces one: of two that make it at once, the second gets an error.
pub(crate) fn create(path: &Path, rng: &dyn Rng, text: &str) -> Result<(), KeyFileError> {
    private::directory(directory(path)?)?;
    let mut random = [0_u8; 8];
    rng.fill(&mut random);
    let staged = path.with_file_name(format!("{}.staged", hex::encode(random)));
    private::write(&staged, text.as_bytes())?;
    let linked = fs::hard_link(&staged, path).and_then(|()| sync_directory(path));
    private::remove(&staged)?;
    linked.map_err(|source| PrivateError::Io { doing: "create", path: path.into(), source }.into())
}

/// Replaces the file in one step.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), KeyFileError> {
    Ok(private::write(path, text.as_bytes())?)
}

/// The lines that say something, with their numbers, after the first, which must be `header`.
pub(crate) fn entries<'a>(
    path: &Path,
    text: &'a str,
    header: &str,
) -> Result<impl Iterator<Item = (usize, &'a str)>, KeyFileError> {
    let mut lines = text.lines();
    if lines.next() != Some(header) {
        return Err(malformed(path, 1, "is not the first line of such a file of this version"));
    }
    let said = |(_, line): &(usize, &str)| !line.is_empty() && !line.starts_with('#');
    Ok((2..).zip(lines.map(str::trim)).filter(said))
}

/// Reads 32 bytes of base64.
pub(crate) fn decode_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    Some(Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?))
}

/// Writes 32 bytes as base64.
pub(crate) fn encode_key(key: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(key))
}

pub(crate) fn malformed(path: &Path, line: usize, problem: &'static str) -> KeyFileError {
    KeyFileError::Malformed { path: path.to_owned(), line, problem }
}

fn directory(path: &Path) -> Result<&Path, KeyFileError> {
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(_)) if parent.as_os_str().is_empty() => Ok(Path::new(".")),
        (Some(parent), Some(_)) => Ok(parent),
        _ => Err(KeyFileError::NotAFile(path.to_owned())),
    }
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => fs::File::open(parent)?.sync_all(),
        None => fs::File::open(".")?.sync_all(),
    }
}

/// Windows flushes no directory; a file that is flushed is on the disk with its names.
#[cfg(windows)]
fn sync_directory(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().write(true).open(path)?.sync_all()
}
