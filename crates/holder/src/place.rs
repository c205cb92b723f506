//! Where the sockets are: one for each terminal, in one directory.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The longest name of a socket that every Unix takes: what a `sockaddr_un` has room for is 104
/// bytes on macOS and 108 on Linux, with the zero behind it.
const LONGEST_NAME: usize = 103;

/// Where links to directories with long names are made. It is there on every Unix, and short.
const SHORT: &str = "/tmp";

/// How many names are tried for such a link.
const TRIES: u32 = 1_000;

/// The directory of all sockets of one machine. It must be its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(PathBuf);

impl Place {
    /// The place in this directory, which is made by whoever starts something in it.
    pub fn new(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// The socket of a session.
    pub fn socket(&self, session: &str) -> PathBuf {
        self.0.join(session)
    }

    /// The sessions for which there are sockets, whether anybody listens or not.
    pub fn sessions(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Ok(names.collect())
    }

    /// Takes the socket of a session: the first who does has it.
    pub(crate) fn listen(&self, session: &str) -> io::Result<UnixListener> {
        self.reach(session, |name| UnixListener::bind(name))
    }

    /// Connects with whoever holds a session.
    pub(crate) fn connect(&self, session: &str) -> io::Result<UnixStream> {
        self.reach(session, |name| UnixStream::connect(name))
    }

    /// Removes the socket of a session, if there is one.
    pub fn remove(&self, session: &str) -> io::Result<()> {
        match fs::remove_file(self.socket(session)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Does something with the name of a socket, under a short one if the own is too long.
    fn reach<T>(&self, session: &str, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
        let name = self.socket(session);
        if name.as_os_str().len() <= LONGEST_NAME {
            return act(&name);
        }
        let short = Short::of(&self.0)?;
        act(&short.link().join(session))
    }
}

/// A short name for a directory, for as long as it is needed, in a directory that nobody else can
/// look into or change.
struct Short(PathBuf);

impl Short {
    fn of(directory: &Path) -> io::Result<Self> {
        let own = std::process::id();
        let short = (0..TRIES).find_map(|number| {
            let path = Path::new(SHORT).join(format!("gantline-{own}-{number}"));
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                // Somebody was there before, whoever that is.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => None,
                made => Some(made.map(|()| Self(path))),
            }
        });
        let short = short.unwrap_or_else(|| Err(io::ErrorKind::AlreadyExists.into()))?;
        symlink(std::path::absolute(directory)?, short.link())?;
        Ok(short)
    }

    fn link(&self) -> PathBuf {
        self.0.join("d")
    }
}

impl Drop for Short {
    fn drop(&mut self) {
        // What cannot be removed is an empty directory, or a link to one.
        let _ = fs::remove_file(self.link());
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R05: exactly one process holds a terminal, whatever its directory is called.
    #[test]
    fn a_socket_is_taken_once_and_reached_by_its_session() {
        let directory = tempfile::tempdir().unwrap();
        let long = directory.path().join("x".repeat(120));
        fs::create_dir(&long).unwrap();
        for directory in [directory.path().join("short"), long] {
            fs::create_dir_all(&directory).unwrap();
            let place = Place::new(directory);
            let session = "0190b6a0-0000-7000-8000-000000000001";
            assert!(place.connect(session).is_err());
            let listener = place.listen(session).unwrap();
            let taken = place.listen(session).unwrap_err();
            assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
            assert_eq!(place.sessions().unwrap(), [session]);
            place.connect(session).unwrap();
            drop(listener);
            let gone = place.connect(session).unwrap_err();
            assert_eq!(gone.kind(), io::ErrorKind::ConnectionRefused);
            place.remove(session).unwrap();
            place.remove(session).unwrap();
            assert!(place.sessions().unwrap().is_empty());
        }
    }

    #[test]
    fn a_place_that_is_not_there_has_no_sessions() {
        assert!(Place::new("/nowhere/at/all".into()).sessions().unwrap().is_empty());
    }
}
