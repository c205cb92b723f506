//! The folders in which programs lie, and the changes of what is decided about them.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use host::private::{self, PrivateError};
use model::Timestamp;
use release::{Authentic, Release, ReleaseError, Roots, Unfit, Version, Wanted};

use crate::state::{Outcome, Result as Verdict, State, Trial};
use crate::system;
use crate::taking::{TakeError, Taken, Taking};

/// The program in its folder.
pub(crate) const PROGRAM: &str = if cfg!(windows) { "gantline.exe" } else { "gantline" };

/// What was signed of it, beside it.
pub(crate) const RELEASE: &str = "gantline.release";

/// What is decided.
const STATE: &str = "state.json";

/// The directory in a machine's own.
pub const DIRECTORY: &str = "program";

/// Where the programs of a machine are.
#[derive(Debug, Clone)]
pub struct Store {
    directory: PathBuf,
}

/// What this program knows of itself.
#[derive(Debug, Clone)]
pub struct Own {
    /// Which release it is.
    pub version: Version,
    /// For which computers.
    pub target: String,
    /// Whom it trusts.
    pub roots: Roots,
}

/// A program that lies here and is what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The program.
    pub program: PathBuf,
    /// Which release it is.
    pub version: Version,
}

/// What is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The program that asks.
    Own,
    /// Another one.
    Other(Kept),
    /// Another one, as a trial that has begun by now.
    Trial(Kept),
}

/// Programs cannot be kept, or not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file that only the owner may have cannot be used.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The system refused.
    #[error("{doing} {}: {problem}", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it did not work.
        problem: io::Error,
    },
    /// Somebody else is at it.
    #[error("another update is under way on this computer")]
    Busy,
    /// What is decided cannot be understood.
    #[error("{} cannot be understood: {problem}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// There is no such folder.
    #[error("{0:?} is not the folder of a program")]
    NoFolder(String),
    /// Somebody else could change it.
    #[error("{} belongs to somebody else, or others may write to it", .0.display())]
    NotOurs(PathBuf),
    /// It was not signed by us.
    #[error("{}: {problem}", path.display())]
    Release {
        /// Which program.
        path: PathBuf,
        /// What is wrong.
        problem: ReleaseError,
    },
    /// It is for another computer.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// It is not what was signed.
    #[error("{} is not what was signed", .0.display())]
    Changed(PathBuf),
}

impl StoreError {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |problem| Self::Io { doing, path, problem }
    }
}

impl Own {
    /// What this build is.
    pub fn of_this_build() -> Self {
        let (version, roots) = (release::stamp::version(), release::stamp::roots());
        Self { version, target: release::own_target(), roots }
    }
}

/// That nobody else takes a program meanwhile.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

impl Store {
    /// Where the programs of the machine with this directory are. Nothing needs to be there.
    pub fn of(machine_directory: &Path) -> Self {
        Self { directory: machine_directory.join(DIRECTORY) }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What is decided.
    pub fn state(&self) -> Result<State, StoreError> {
        let path = self.directory.join(STATE);
        let Some(text) = private::read(&path)? else { return Ok(State::default()) };
        serde_json::from_slice(&text)
            .map_err(|error| StoreError::Malformed { path, problem: error.to_string() })
    }

    /// Waits for nobody: whoever comes second is told so.
    pub fn turn(&self) -> Result<Turn, StoreError> {
        private::directory(&self.directory)?;
        let path = self.directory.join("lock");
        let file = system::open_lock(&path).map_err(StoreError::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Turn { _lock: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(error)) => Err(StoreError::io("lock", &path)(error)),
        }
    }

    /// Which release is known here: that of the program that asks, or of the chosen one.
    pub fn newest(&self, own: &Own) -> Result<Version, StoreError> {
        let chosen = self.state()?.chosen.as_deref().and_then(version_of);
        Ok(chosen.unwrap_or(own.version).max(own.version))
    }

    /// Whether a release would be taken; [`Store::begin`] then takes it.
    pub fn judge(&self, own: &Own, release: &[u8], now: Timestamp) -> Result<Authentic, TakeError> {
        let authentic = Release::read(release)?.open(&own.roots)?;
        authentic.fits(&Wanted {
            target: &own.target,
            newer_than: self.newest(own)?,
            lowest_serial: self.state()?.highest_serial,
            now,
        })?;
        Ok(authentic)
    }

    /// Begins to take a program that was judged.
    pub fn begin(
        &self,
        _turn: &Turn,
        release: &[u8],
        authentic: Authentic,
    ) -> Result<Taking, StoreError> {
        private::directory(&self.directory)?;
        Taking::begin(self, release, authentic)
    }

    /// Has the next start try it. Until then nothing else is taken.
    pub fn schedule(&self, _turn: &Turn, taken: &Taken, from: Version) -> Result<(), StoreError> {
        let Taken { folder, manifest, serial, .. } = taken;
        let (folder, version, serial) = (folder.clone(), manifest.version, *serial);
        self.change(|state| {
            state.trial = Some(Trial { folder, version, from, serial, begun: false });
        })?;
        Ok(())
    }

    /// Removes a program that was taken and is not to be tried.
    pub fn forget(&self, _turn: &Turn, taken: &Taken) -> Result<(), StoreError> {
        remove_folder(&self.directory.join(&taken.folder))
    }

    /// What is to run, for a program that was started. What lies here and is not what was signed is
    /// given up; the reason comes beside what runs instead.
    pub fn choose(&self, own: &Own, now: Timestamp) -> (Choice, Option<StoreError>) {
        // Somebody else who looks in decides nothing for whose machine it is.
        if self.directory.exists()
            && let Err(error) = system::check_owner(&self.directory)
        {
            return (Choice::Own, Some(error));
        }
        match self.try_to_choose(own, now) {
            Ok(choice) => (choice, None),
            Err(error) => match self.give_up_chosen(&error.to_string(), now) {
                // What was before it may still be good.
                Ok(true) => (self.choose(own, now).0, Some(error)),
                _ => (Choice::Own, Some(error)),
            },
        }
    }

    fn try_to_choose(&self, own: &Own, now: Timestamp) -> Result<Choice, StoreError> {
        let state = self.state()?;
        if let Some(trial) = state.trial {
            let kept = if trial.begun {
                Err("it was interrupted while it was tried".to_owned())
            } else {
                self.check(&trial.folder, own).map_err(|error| error.to_string())
            };
            return match kept {
                Ok(kept) => {
                    self.change(|state| state.trial.iter_mut().for_each(|one| one.begun = true))?;
                    Ok(Choice::Trial(kept))
                }
                Err(reason) => {
                    self.undo(reason, now)?;
                    self.try_to_choose(own, now)
                }
            };
        }
        let Some(folder) = &state.chosen else { return Ok(Choice::Own) };
        // Who installs a newer program means it, and the one that was installed is the same.
        if version_of(folder).is_none_or(|version| version <= own.version) {
            return Ok(Choice::Own);
        }
        Ok(Choice::Other(self.check(folder, own)?))
    }

    /// The program that is tried does what it should.
    pub fn keep(&self, now: Timestamp) -> Result<State, StoreError> {
        let state = self.change(|state| state.keep(now))?;
        self.tidy(&state);
        Ok(state)
    }

    /// The program that is tried, or was to be, does not do what it should.
    pub fn undo(&self, reason: String, now: Timestamp) -> Result<State, StoreError> {
        let state = self.change(|state| state.undo(reason, now))?;
        self.tidy(&state);
        Ok(state)
    }

    /// The server knows what became of this trial.
    pub fn note_told(&self, outcome: &Outcome) -> Result<(), StoreError> {
        self.change(|state| {
            if let Some(last) = state.last.as_mut().filter(|last| *last == outcome) {
                last.told = true;
            }
        })?;
        Ok(())
    }

    /// The chosen program cannot run. Whether there is anything that may run instead.
    pub fn give_up_chosen(&self, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
        let state = self.state()?;
        let Some(folder) = state.chosen.clone() else { return Ok(false) };
        let version = version_of(&folder);
        self.change(|state| {
            state.chosen = state.before.take();
            let (to, from) = (version, state.chosen.as_deref().and_then(version_of));
            let result = Verdict::Undone { reason: reason.to_owned() };
            let from = from.or(to);
            state.last = from.zip(to).map(|(from, to)| Outcome::new(from, to, result, now));
        })?;
        Ok(true)
    }

    /// The program of a folder, if it is what we have signed, for this computer, and only its owner,
    /// who starts it, can have changed it since.
    fn check(&self, folder: &str, own: &Own) -> Result<Kept, StoreError> {
        if version_of(folder).is_none() {
            return Err(StoreError::NoFolder(folder.to_owned()));
        }
        let place = self.directory.join(folder);
        let (program, release) = (place.join(PROGRAM), place.join(RELEASE));
        for path in [&self.directory, &place, &program] {
            system::check_owner(path)?;
        }
        let text = private::read(&release)?.unwrap_or_default();
        let authentic = Release::read(&text)
            .and_then(|release| release.open(&own.roots))
            .map_err(|problem| StoreError::Release { path: program.clone(), problem })?;
        authentic.is_for(&own.target)?;
        let Authentic { manifest, .. } = authentic;
        let digest = sum(&program).map_err(StoreError::io("read", &program))?;
        if digest != (manifest.size_bytes, manifest.sha256) {
            return Err(StoreError::Changed(program));
        }
        Ok(Kept { program, version: manifest.version })
    }

    /// Replaces what is decided, whole or not at all.
    fn change(&self, change: impl FnOnce(&mut State)) -> Result<State, StoreError> {
        let path = self.directory.join(STATE);
        private::directory(&self.directory)?;
        // Whoever else changes it does so before or after, never between reading and writing.
        let lock = self.directory.join("state.lock");
        let file = system::open_lock(&lock).map_err(StoreError::io("open", &lock))?;
        file.lock().map_err(StoreError::io("lock", &lock))?;
        let mut state = self.state()?;
        change(&mut state);
        // Writing JSON to memory fails only for keys that are not strings.
        let text = serde_json::to_vec_pretty(&state).expect("a state can be written as JSON");
        private::write(&path, &text)?;
        Ok(state)
    }

    /// Removes the folders that nobody needs any more. What cannot be removed now is later.
    fn tidy(&self, state: &State) {
        let Ok(entries) = fs::read_dir(&self.directory) else { return };
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            if version_of(&name).is_some() && !state.needed().any(|needed| *needed == name) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// The folder of a release: its version, and enough of its SHA-256 to tell two builds apart.
pub fn folder_name(version: Version, sha256: &str) -> String {
    format!("{version}-{}", sha256.get(..16).unwrap_or(sha256))
}

/// Which release is in a folder; `None` if no folder of ours is called so.
pub(crate) fn version_of(folder: &str) -> Option<Version> {
    let (version, digest) = folder.split_once('-')?;
    let is_digest = !digest.is_empty() && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    version.parse().ok().filter(|_| is_digest)
}

pub(crate) fn remove_folder(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn sum(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut context, mut bytes) = (Context::new(&SHA256), 0);
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok((bytes, hex::encode(context.finish()))),
            read => {
                context.update(piece.get(..read).unwrap_or_default());
                bytes += read as u64;
            }
        }
    }
}
