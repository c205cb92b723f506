//! A program on its way into a folder: written, measured and compared with what was signed, before
//! it gets the name under which it could be started.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use release::{Authentic, Manifest, ReleaseError, Unfit};

use crate::store::{self, PROGRAM, RELEASE, Store, StoreError};
use crate::system;

/// A program was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Nobody whom we know has signed it.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// We have signed it, and it is not for here or not for now.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// There are more bytes than were signed.
    #[error("the program is longer than the {0} bytes that were signed")]
    TooLong(u64),
    /// It broke off.
    #[error("the program ends after {got} of the {signed} bytes that were signed")]
    TooShort {
        /// How many came.
        got: u64,
        /// How many were signed.
        signed: u64,
    },
    /// Something else came than what was signed.
    #[error("the program is not the one that was signed: its SHA-256 is {0}")]
    OtherProgram(String),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A program on its way. What has come of it is removed when this is dropped.
#[derive(Debug)]
pub struct Taking {
    store: Store,
    authentic: Authentic,
    /// The folder as long as the program is not whole.
    staged: PathBuf,
    /// Closed before the folder gets its name: Windows moves no folder in which a file is open.
    file: Option<File>,
    digest: Digest,
    got: u64,
}

struct Digest(Context);

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest")
    }
}

/// A program that was taken and may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its folder.
    pub folder: String,
    /// The program.
    pub program: PathBuf,
    /// What was signed of it.
    pub manifest: Manifest,
    /// The number of the key that signed it.
    pub serial: u64,
}

impl Taking {
    pub(crate) fn begin(
        store: &Store,
        release: &[u8],
        authentic: Authentic,
    ) -> Result<Self, StoreError> {
        let staged = store.directory().join("coming");
        store::remove_folder(&staged)?;
        host::private::directory(&staged)?;
        host::private::write(&staged.join(RELEASE), release)?;
        let path = staged.join(PROGRAM);
        let file = system::new_program(&path).map_err(StoreError::io("write", &path))?;
        let digest = Digest(Context::new(&SHA256));
        Ok(Self { store: store.clone(), authentic, staged, file: Some(file), digest, got: 0 })
    }

    /// What was signed of it.
    pub const fn manifest(&self) -> &Manifest {
        &self.authentic.manifest
    }

    /// The next piece of it.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), TakeError> {
        let signed = self.manifest().size_bytes;
        self.got += piece.len() as u64;
        if self.got > signed {
            return Err(TakeError::TooLong(signed));
        }
        self.digest.0.update(piece);
        let written = self.file.iter_mut().try_for_each(|file| file.write_all(piece));
        written.map_err(StoreError::io("write", &self.staged))?;
        Ok(())
    }

    /// That was all of it. It is on the disk when this comes back.
    pub fn finish(mut self) -> Result<Taken, TakeError> {
        let Manifest { size_bytes, sha256, version, .. } = self.manifest().clone();
        if self.got < size_bytes {
            return Err(TakeError::TooShort { got: self.got, signed: size_bytes });
        }
        let digest = hex::encode(self.digest.0.clone().finish());
        if cfg!(not(feature = "mutant-hash-unread")) && digest != sha256 {
            return Err(TakeError::OtherProgram(digest));
        }
        let folder = store::folder_name(version, &sha256);
        let place = self.store.directory().join(&folder);
        self.settle(&place).map_err(StoreError::io("keep", &place))?;
        let (manifest, serial) = (self.authentic.manifest.clone(), self.authentic.key.serial);
        Ok(Taken { folder, program: place.join(PROGRAM), manifest, serial })
    }

    /// From now on it has the name under which it could be started.
    fn settle(&mut self, place: &Path) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        system::flush_names(&self.staged)?;
        match fs::remove_dir_all(place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        host::private::rename(&self.staged, place)
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        self.file = None;
        // Whatever stays is removed by the next one.
        let _ = fs::remove_dir_all(&self.staged);
    }
}
