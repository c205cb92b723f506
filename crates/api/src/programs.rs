//! The program itself, for computers that are to become machines: those of the server's directory,
//! and for its own platform the one that serves. What was signed of a program lies beside it in the
//! directory, and is passed on as it is: whoever starts the program verifies it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;
use aws_lc_rs::digest::{Context, SHA256};
use control::updates::announcing::Offers;
use release::{Release, Version, program_name};
use tokio::sync::Semaphore;

/// Every file of the program that there can be.
const NAMES: &[&str] = &[
    "gantline-linux-x86_64",
    "gantline-linux-aarch64",
    "gantline-macos-x86_64",
    "gantline-macos-aarch64",
    "gantline-windows-x86_64.exe",
];

/// What a file with the checksum of another one is called.
const CHECKSUM: &str = ".sha256";

/// What a file is called in which something is said of another one and signed.
const RELEASE: &str = ".release";

/// The longest file of that kind.
const MAX_RELEASE_BYTES: u64 = 16 << 10;

/// Where the program is found. Shared by all requests.
#[derive(Debug)]
pub struct Programs {
    own: Option<PathBuf>,
    directory: Option<PathBuf>,
    checksums: Mutex<HashMap<PathBuf, (Stamp, String)>>,
    /// Summing up a large file takes a while; whoever comes meanwhile waits for the result.
    summing: Semaphore,
}

/// By which it is seen that a file was replaced.
type Stamp = (u64, Option<SystemTime>);

/// A file that may be asked for. There are no others, so that no name leads anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramFile {
    /// The program for a platform.
    Program(&'static str),
    /// Its checksum, as `sha256sum` writes it.
    Checksum(&'static str),
    /// What was signed of it.
    Release(&'static str),
}

/// There is no such file on any server.
#[derive(Debug, thiserror::Error)]
#[error("no file of the program has this name; there are {}, each with {CHECKSUM} and {RELEASE}", NAMES.join(", "))]
pub struct UnknownFile;

impl FromStr for ProgramFile {
    type Err = UnknownFile;

    fn from_str(text: &str) -> Result<Self, UnknownFile> {
        let (name, kind): (_, fn(&'static str) -> Self) =
            if let Some(name) = text.strip_suffix(CHECKSUM) {
                (name, Self::Checksum)
            } else if let Some(name) = text.strip_suffix(RELEASE) {
                (name, Self::Release)
            } else {
                (text, Self::Program)
            };
        NAMES.iter().find(|known| **known == name).copied().map(kind).ok_or(UnknownFile)
    }
}

impl Default for Programs {
    /// None.
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Programs {
    /// `own` is the program that serves; `directory` has those for any platform, which come first.
    pub fn new(own: Option<PathBuf>, directory: Option<PathBuf>) -> Self {
        Self { own, directory, checksums: Mutex::default(), summing: Semaphore::new(1) }
    }

    /// The program for a platform with its length in bytes; `None` if it is not here.
    pub async fn open(&self, name: &'static str) -> io::Result<Option<(File, u64)>> {
        let Some((_, file)) = self.find(name).await? else { return Ok(None) };
        let bytes = file.metadata()?.len();
        Ok(Some((file, bytes)))
    }

    /// The line that `sha256sum` prints of the program for a platform; `None` if it is not here.
    pub async fn checksum(&self, name: &'static str) -> io::Result<Option<String>> {
        let Some((path, file)) = self.find(name).await? else { return Ok(None) };
        let metadata = file.metadata()?;
        let stamp = (metadata.len(), metadata.modified().ok());
        // Nobody closes it.
        let _turn = self.summing.acquire().await.map_err(io::Error::other)?;
        let digest = match self.known(&path, stamp) {
            Some(digest) => digest,
            None => {
                let digest = blocking(move || sum(file)).await?;
                let mut known = self.checksums.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(path, (stamp, digest.clone()));
                digest
            }
        };
        Ok(Some(format!("{digest}  {name}\n")))
    }

    /// What was signed of the program for a platform; `None` where nothing was.
    pub async fn release(&self, name: &'static str) -> io::Result<Option<Vec<u8>>> {
        let Some(directory) = self.directory.clone() else { return Ok(None) };
        blocking(move || match File::open(directory.join(format!("{name}{RELEASE}"))) {
            Ok(file) => {
                let mut bytes = Vec::new();
                file.take(MAX_RELEASE_BYTES).read_to_end(&mut bytes)?;
                Ok(Some(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Which release is offered for a target such as `linux-x86_64`; `None` where none is signed. Who has
    /// signed it is for the machine to verify: nothing is done here with what is said.
    pub async fn offered(&self, target: &str) -> io::Result<Option<Version>> {
        let Ok(ProgramFile::Program(name)) = program_name(target).parse() else { return Ok(None) };
        let Some(bytes) = self.release(name).await? else { return Ok(None) };
        let manifest = Release::read(&bytes).ok().and_then(|one| one.unchecked_manifest());
        Ok(manifest.map(|manifest| manifest.version))
    }

    fn known(&self, path: &Path, stamp: Stamp) -> Option<String> {
        let known = self.checksums.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(path).filter(|(then, _)| *then == stamp).map(|(_, digest)| digest.clone())
    }

    async fn find(&self, name: &'static str) -> io::Result<Option<(PathBuf, File)>> {
        let given = self.directory.as_ref().map(|directory| directory.join(name));
        let own = self.own.clone().filter(|_| name == own_name());
        blocking(move || {
            for path in [given, own].into_iter().flatten() {
                match File::open(&path) {
                    Ok(file) => return Ok(Some((path, file))),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(None)
        })
        .await
    }
}

#[async_trait]
impl Offers for Programs {
    async fn offered(&self, target: &str) -> Option<Version> {
        let offered = Self::offered(self, target).await;
        offered
            .inspect_err(|error| tracing::warn!(%error, "what was signed cannot be read"))
            .ok()?
    }
}

/// What the program that serves is called among the others.
pub fn own_name() -> String {
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("gantline-{system}-{processor}{}", std::env::consts::EXE_SUFFIX)
}

fn sum(mut file: File) -> io::Result<String> {
    let mut context = Context::new(&SHA256);
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex::encode(context.finish())),
            bytes => context.update(piece.get(..bytes).unwrap_or_default()),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_list_are_files() {
        let parsed = |name: &str| name.parse::<ProgramFile>().ok();
        let name = "gantline-linux-x86_64";
        assert_eq!(parsed(name), Some(ProgramFile::Program(name)));
        assert_eq!(parsed(&format!("{name}.sha256")), Some(ProgramFile::Checksum(name)));
        assert_eq!(parsed(&format!("{name}.release")), Some(ProgramFile::Release(name)));
        for other in [
            "",
            "../gantline.db",
            "gantline-linux-x86_64/",
            "gantline-linux-x86_64.sig",
            ".release",
        ] {
            assert_eq!(parsed(other), None, "{other}");
        }
        assert!(NAMES.contains(&own_name().as_str()), "{}", own_name());
    }

    #[tokio::test]
    async fn a_checksum_is_that_of_the_file_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let programs = Programs::new(None, Some(directory.path().to_owned()));
        let name = "gantline-macos-aarch64";
        assert!(programs.checksum(name).await.unwrap().is_none());
        assert!(programs.open(name).await.unwrap().is_none());
        for (contents, digest) in [
            // From FIPS 180-2, appendix B.
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ] {
            std::fs::write(directory.path().join(name), contents).unwrap();
            for _ in 0..2 {
                let line = programs.checksum(name).await.unwrap().unwrap();
                assert_eq!(line, format!("{digest}  {name}\n"));
            }
        }
    }

    /// What is offered is said by what lies beside the program, whoever has signed it; the machine verifies.
    #[tokio::test]
    async fn what_is_signed_is_passed_on_and_read_to_be_shown_only() {
        let directory = tempfile::tempdir().unwrap();
        let programs = Programs::new(None, Some(directory.path().to_owned()));
        let name = "gantline-linux-x86_64";
        assert!(programs.release(name).await.unwrap().is_none());
        assert_eq!(programs.offered("linux-x86_64").await.unwrap(), None);
        assert_eq!(programs.offered("../secret").await.unwrap(), None);
        let manifest = r#"{"product":"gantline","version":"1.2.3","target":"linux-x86_64",
            "size_bytes":1,"sha256":"","signed_at":0}"#;
        let key = serde_json::json!({ "text": "", "root": "00".repeat(32), "signature": "" });
        let release = serde_json::json!({ "manifest": manifest, "signature": "", "key": key });
        let path = directory.path().join(format!("{name}.release"));
        for (text, offered) in [(release.to_string().as_str(), Some("1.2.3")), ("{}", None)] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(programs.release(name).await.unwrap().unwrap(), text.as_bytes());
            let version = programs.offered("linux-x86_64").await.unwrap();
            assert_eq!(version.map(|version| version.to_string()).as_deref(), offered);
        }
    }

    #[tokio::test]
    async fn the_directory_comes_before_the_program_that_serves() {
        let directory = tempfile::tempdir().unwrap();
        let own = directory.path().join("own");
        std::fs::write(&own, "own").unwrap();
        let name = NAMES.iter().find(|name| **name == own_name()).unwrap();
        let programs = Programs::new(Some(own), Some(directory.path().to_owned()));
        assert_eq!(programs.open(name).await.unwrap().unwrap().1, 3);
        std::fs::write(directory.path().join(name), "other").unwrap();
        assert_eq!(programs.open(name).await.unwrap().unwrap().1, 5);
        let other = NAMES.iter().find(|other| *other != name).unwrap();
        assert!(programs.open(other).await.unwrap().is_none());
    }
}
