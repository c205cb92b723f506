//! Where holders are found: a name for each session, in one directory.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::local::{self, Bound, Stream};

/// How soon one who has no room at the moment is asked again.
const BUSY_FOR: Duration = Duration::from_millis(10);

/// The directory of all holders of one machine. It must be its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(PathBuf);

impl Place {
    /// The place in this directory, which is made by whoever starts something in it.
    pub fn new(directory: PathBuf) -> Self {
        Self(directory)
    }

    /// What is there for a session as long as somebody holds it: the socket, or where the system has
    /// none, a file.
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
    pub(crate) fn listen(&self, session: &str) -> io::Result<Bound> {
        Bound::take(&self.socket(session))
    }

    /// Connects with whoever holds a session.
    pub(crate) async fn connect(&self, session: &str) -> io::Result<Stream> {
        loop {
            match local::connect(&self.socket(session)) {
                Err(error) if local::is_busy(&error) => tokio::time::sleep(BUSY_FOR).await,
                connected => return connected,
            }
        }
    }

    /// Removes the socket of a session, if there is one.
    pub fn remove(&self, session: &str) -> io::Result<()> {
        match fs::remove_file(self.socket(session)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R05: exactly one process holds a terminal, whatever its directory is called.
    #[tokio::test]
    async fn a_socket_is_taken_once_and_reached_by_its_session() {
        let directory = tempfile::tempdir().unwrap();
        let long = directory.path().join("x".repeat(120));
        fs::create_dir(&long).unwrap();
        for directory in [directory.path().join("short"), long] {
            fs::create_dir_all(&directory).unwrap();
            let place = Place::new(directory);
            let session = "0190b6a0-0000-7000-8000-000000000001";
            assert!(place.connect(session).await.is_err());
            let bound = place.listen(session).unwrap();
            let taken = place.listen(session).unwrap_err();
            assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
            assert_eq!(place.sessions().unwrap(), [session]);
            assert!(place.connect(session).await.unwrap().is_owners());
            drop(bound);
            let gone = place.connect(session).await.unwrap_err();
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
