//! Another release of this program, from the server or from a file: whether it is to be taken, taken,
//! and tried at the next start (S131). What lies where is kept by the room `updates`.

pub mod offers;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use model::Clock;
use release::{Authentic, Version, program_name, signed};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use updates::{Own, Store, StoreError, TakeError, Taken, Taking};

use crate::connector::downloads::{Download, DownloadError, Downloads};

/// How long the whole program may take to come.
const COMES_WITHIN: Duration = Duration::from_hours(1);

/// How long the new program may take to say which release it is.
const SAYS_WITHIN: Duration = Duration::from_secs(20);

/// How much of a file is read at a time.
const PIECE_BYTES: usize = 64 << 10;

/// Where a release comes from.
#[derive(Debug)]
pub enum Source {
    /// The server.
    Server(Downloads),
    /// A file of this computer, with what was signed of it beside.
    File(PathBuf),
}

/// A release is not taken.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// There is none to be had.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// A file cannot be read.
    #[error("read {}: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: std::io::Error,
    },
    /// It cannot be believed, or is not for here.
    #[error(transparent)]
    Take(#[from] TakeError),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It did not come in time.
    #[error("the program did not come within {} minutes", COMES_WITHIN.as_secs() / 60)]
    Late,
    /// One is waiting to be tried already.
    #[error("release {0} is to be tried first")]
    Waiting(Version),
    /// It came and does not start on this computer.
    #[error("release {version} does not run on this computer: {problem}")]
    DoesNotRun {
        /// Which release.
        version: Version,
        /// Why.
        problem: String,
    },
}

/// A release that may be taken.
#[derive(Debug)]
pub struct Offer {
    bytes: Vec<u8>,
    /// What was signed, and by which key.
    pub authentic: Authentic,
}

impl Offer {
    /// Where it would lie.
    pub(crate) fn folder(&self) -> String {
        let manifest = &self.authentic.manifest;
        updates::store::folder_name(manifest.version, &manifest.sha256)
    }
}

/// Looks what there is. An offer is newer than what runs here, and was signed by us for this computer.
pub async fn look(
    source: &Source,
    store: &Store,
    own: &Own,
    clock: &dyn Clock,
) -> Result<Offer, UpdateError> {
    let bytes = source.release(&own.target).await?;
    let authentic = store.judge(own, &bytes, clock.now())?;
    Ok(Offer { bytes, authentic })
}

/// Takes what is offered, and has the next start try it. Nothing of it was started before all of it
/// was compared with what was signed.
pub async fn take(
    offer: Offer,
    source: &Source,
    store: &Store,
    own: &Own,
    clock: &dyn Clock,
) -> Result<Taken, UpdateError> {
    let turn = store.turn()?;
    if let Some(trial) = store.state()?.trial {
        return Err(UpdateError::Waiting(trial.version));
    }
    // Another one may have been taken since it was looked.
    let authentic = store.judge(own, &offer.bytes, clock.now())?;
    let taking = store.begin(&turn, &offer.bytes, authentic)?;
    let coming = source.program(&own.target, taking);
    let taking =
        tokio::time::timeout(COMES_WITHIN, coming).await.map_err(|_| UpdateError::Late)??;
    let finished = tokio::task::spawn_blocking(|| taking.finish()).await;
    // The thread has panicked, which is a bug of the room's.
    let taken = finished.expect("to keep a program does not panic")?;
    if let Err(problem) = says_its_version(&taken).await {
        store.forget(&turn, &taken)?;
        return Err(UpdateError::DoesNotRun { version: taken.manifest.version, problem });
    }
    store.schedule(&turn, &taken, store.newest(own)?)?;
    Ok(taken)
}

/// Whether it starts here at all: it may need a library that is not there. Only what was signed by us
/// comes this far.
async fn says_its_version(taken: &Taken) -> Result<(), String> {
    let mut command = Command::new(&taken.program);
    command.arg("--version").env_clear().stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(SAYS_WITHIN, command.output()).await;
    let output = output.map_err(|_| "it does not say its version".to_owned())?;
    let output = output.map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let version = taken.manifest.version.to_string();
    if output.status.success() && said.split_whitespace().last() == Some(version.as_str()) {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.lines().next().unwrap_or_default();
    Err(format!(
        "asked for its version it says {:?} and ended with {}: {complaint}",
        said.trim(),
        output.status
    ))
}

impl Source {
    async fn release(&self, target: &str) -> Result<Vec<u8>, UpdateError> {
        match self {
            Self::Server(downloads) => {
                let file = downloads.open(&format!("{}.release", program_name(target))).await?;
                Ok(file.whole(signed::MAX_BYTES).await?)
            }
            Self::File(path) => {
                let mut name = path.clone().into_os_string();
                name.push(".release");
                read_whole(Path::new(&name)).await
            }
        }
    }

    async fn program(&self, target: &str, taking: Taking) -> Result<Taking, UpdateError> {
        match self {
            Self::Server(downloads) => {
                download(downloads.open(&program_name(target)).await?, taking).await
            }
            Self::File(path) => copy(path, taking).await,
        }
    }
}

async fn download(mut program: Download, mut taking: Taking) -> Result<Taking, UpdateError> {
    while let Some(piece) = program.piece().await? {
        taking.write(&piece)?;
    }
    Ok(taking)
}

async fn copy(path: &Path, mut taking: Taking) -> Result<Taking, UpdateError> {
    let failed = |problem| UpdateError::File { path: path.to_owned(), problem };
    let mut file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match file.read(&mut piece).await.map_err(failed)? {
            0 => return Ok(taking),
            read => taking.write(piece.get(..read).unwrap_or_default())?,
        }
    }
}

/// The file, or a little more of it than would be taken.
async fn read_whole(path: &Path) -> Result<Vec<u8>, UpdateError> {
    let failed = |problem| UpdateError::File { path: path.to_owned(), problem };
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(signed::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).await.map_err(failed)?;
    Ok(bytes)
}
