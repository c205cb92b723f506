//! Names of sockets that are longer than a socket's name may be.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

/// The longest name of a socket that every Unix takes: what a `sockaddr_un` has room for is 104
/// bytes on macOS and 108 on Linux, with the zero behind it.
const LONGEST_NAME: usize = 103;

/// Where links to directories with long names are made. It is there on every Unix, and short.
const SHORT: &str = "/tmp";

/// How many names are tried for such a link.
const TRIES: u32 = 1_000;

/// Does something with the name of a socket, under a short one if the own is too long.
pub(super) fn reach<T>(name: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if name.as_os_str().len() <= LONGEST_NAME {
        return act(name);
    }
    let (Some(directory), Some(session)) = (name.parent(), name.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    let short = Short::of(directory)?;
    act(&short.link().join(session))
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
