//! A disk in memory that forgets like a real one: what was written and not flushed may be there
//! after a power cut, or not, or in part, and so may names until their directory was flushed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use model::Rng;
use model::rng::{CountingRng, below};

use crate::disk::{Disk, DiskFile};
use crate::error::OpenError;

/// What a disk writes at once or not at all.
const SECTOR_BYTES: usize = 512;

/// A disk. Clones are the same disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct SimDisk {
    platter: Arc<Mutex<Platter>>,
    gate: Arc<Condvar>,
}

#[derive(Debug, Default)]
struct Platter {
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    /// Changes of names since the directory was flushed.
    pending_names: Vec<Rename>,
    files: Vec<Content>,
    faults: Faults,
    /// Changes so far.
    operations: u64,
    flushes: u64,
    read_bytes: u64,
    open_files: usize,
}

#[derive(Debug, Clone)]
struct Rename {
    name: PathBuf,
    file: Option<usize>,
}

#[derive(Debug, Clone, Default)]
struct Content {
    /// What the running system sees.
    bytes: Vec<u8>,
    durable: Vec<u8>,
    /// Changes since the last flush.
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// What goes wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// The power goes before the change with this number.
    pub(crate) power_goes_at: Option<u64>,
    /// All flushes from the one with this number on fail.
    pub(crate) flush_fails_at: Option<u64>,
    /// All writes fail.
    pub(crate) writes_fail: bool,
    /// How much fits.
    pub(crate) capacity_bytes: Option<usize>,
    /// Flushes wait.
    pub(crate) flushes_wait: bool,
}

impl SimDisk {
    pub(crate) fn set(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.lock().faults);
        self.gate.notify_all();
    }

    pub(crate) fn operations(&self) -> u64 {
        self.lock().operations
    }

    pub(crate) fn flushes(&self) -> u64 {
        self.lock().flushes
    }

    pub(crate) fn read_bytes(&self) -> u64 {
        self.lock().read_bytes
    }

    /// How many files are open.
    pub(crate) fn open_files(&self) -> usize {
        self.lock().open_files
    }

    fn opened(&self, platter: &mut Platter, file: usize) -> Arc<dyn DiskFile> {
        platter.open_files += 1;
        Arc::new(SimFile { disk: self.clone(), file })
    }

    /// How long a file is.
    pub(crate) fn len(&self, name: &Path) -> usize {
        let platter = self.lock();
        platter.names.get(name).map_or(0, |file| platter.files[*file].bytes.len())
    }

    /// What is on the disk when the power is back.
    pub(crate) fn after_power_cut(&self, rng: &CountingRng) -> Self {
        let platter = self.lock();
        let mut names = platter.durable_names.clone();
        let kept = below(rng, platter.pending_names.len() as u64 + 1);
        for rename in platter.pending_names.iter().take(usize::try_from(kept).unwrap()) {
            rename.apply(&mut names);
        }
        let files = platter.files.iter().map(|content| content.after_power_cut(rng)).collect();
        Self::holding(names, files)
    }

    /// What is on the disk after the process was killed and the computer went on.
    pub(crate) fn after_kill(&self) -> Self {
        let platter = self.lock();
        Self::holding(platter.names.clone(), platter.files.clone())
    }

    fn holding(names: BTreeMap<PathBuf, usize>, files: Vec<Content>) -> Self {
        let durable_names = names.clone();
        let platter = Platter { names, durable_names, files, ..Platter::default() };
        Self { platter: Arc::new(Mutex::new(platter)), gate: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Platter> {
        self.platter.lock().unwrap()
    }
}

impl Platter {
    fn is_dark(&self) -> bool {
        self.faults.power_goes_at.is_some_and(|at| self.operations >= at)
    }

    fn check_power(&self) -> io::Result<()> {
        if self.is_dark() { Err(io::Error::other("the power has gone")) } else { Ok(()) }
    }

    fn change(&mut self) -> io::Result<()> {
        self.check_power()?;
        self.operations += 1;
        Ok(())
    }

    fn rename(&mut self, name: &Path, file: Option<usize>) {
        let rename = Rename { name: name.to_owned(), file };
        rename.apply(&mut self.names);
        self.pending_names.push(rename);
    }

    fn used_bytes(&self) -> usize {
        self.names.values().map(|file| self.files[*file].bytes.len()).sum()
    }
}

impl Rename {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self.file {
            Some(file) => names.insert(self.name.clone(), file),
            None => names.remove(&self.name),
        };
    }
}

impl Content {
    fn after_power_cut(&self, rng: &CountingRng) -> Self {
        let mut durable = self.durable.clone();
        for change in &self.pending {
            change.apply_in_part(&mut durable, rng);
        }
        Self { bytes: durable.clone(), durable, pending: Vec::new() }
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Truncate(len) => bytes.truncate(*len),
            Self::Write { offset, bytes: written } => put(bytes, *offset, written),
        }
    }

    /// All of it, nothing, or some sectors.
    fn apply_in_part(&self, bytes: &mut Vec<u8>, rng: &CountingRng) {
        match (below(rng, 3), self) {
            (0, _) => {}
            (1, Self::Write { offset, bytes: written }) => {
                for (at, sector) in written.chunks(SECTOR_BYTES).enumerate() {
                    if below(rng, 2) == 0 {
                        put(bytes, offset + at * SECTOR_BYTES, sector);
                    }
                }
            }
            _ => self.apply(bytes),
        }
    }
}

fn put(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
    let end = offset + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(written);
}

impl Disk for SimDisk {
    fn open(&self, path: &Path) -> Result<Option<Arc<dyn DiskFile>>, OpenError> {
        let mut platter = self.lock();
        platter.check_power().map_err(OpenError::io("open", path))?;
        let file = platter.names.get(path).copied();
        Ok(file.map(|file| self.opened(&mut platter, file)))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let mut platter = self.lock();
        platter.change()?;
        let file = platter.files.len();
        platter.files.push(Content::default());
        platter.rename(path, Some(file));
        Ok(self.opened(&mut platter, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut platter = self.lock();
        platter.change()?;
        let file = *platter.names.get(from).ok_or(io::ErrorKind::NotFound)?;
        platter.rename(from, None);
        // A rename is one change: it is there whole or not at all.
        platter.pending_names.pop();
        platter.rename(to, Some(file));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut platter = self.lock();
        platter.change()?;
        platter.rename(path, None);
        Ok(())
    }

    fn flush_directory(&self, path: &Path) -> io::Result<()> {
        let mut platter = self.lock();
        platter.change()?;
        let pending = std::mem::take(&mut platter.pending_names);
        let (flushed, left): (Vec<_>, Vec<_>) =
            pending.into_iter().partition(|rename| rename.name.parent() == Some(path));
        for rename in flushed {
            rename.apply(&mut platter.durable_names);
        }
        platter.pending_names = left;
        Ok(())
    }

    fn files(&self, path: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
        let platter = self.lock();
        platter.check_power()?;
        let here = platter.names.iter().filter(|(name, _)| name.parent() == Some(path));
        let size = |file: &usize| platter.files[*file].bytes.len() as u64;
        Ok(here.map(|(name, file)| (name.clone(), size(file))).collect())
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    file: usize,
}

impl Drop for SimFile {
    fn drop(&mut self) {
        self.disk.lock().open_files -= 1;
    }
}

impl DiskFile for SimFile {
    fn len(&self) -> io::Result<u64> {
        let platter = self.disk.lock();
        platter.check_power()?;
        Ok(platter.files[self.file].bytes.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut platter = self.disk.lock();
        platter.check_power()?;
        let bytes = &platter.files[self.file].bytes;
        let from = usize::try_from(offset).unwrap().min(bytes.len());
        let read = buffer.len().min(bytes.len() - from);
        buffer[..read].copy_from_slice(&bytes[from..from + read]);
        platter.read_bytes += read as u64;
        Ok(read)
    }

    /// Where not all of it fits, what fits is written.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut platter = self.disk.lock();
        platter.change()?;
        if platter.faults.writes_fail {
            return Err(io::Error::other("the disk does not answer"));
        }
        let used = platter.used_bytes();
        let free = platter.faults.capacity_bytes.map_or(usize::MAX, |all| all.saturating_sub(used));
        let fits = bytes.len().min(free);
        let offset = usize::try_from(offset).unwrap();
        let change = Change::Write { offset, bytes: bytes[..fits].to_vec() };
        platter.files[self.file].change(change);
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut platter = self.disk.lock();
        platter.change()?;
        let len = usize::try_from(len).unwrap();
        platter.files[self.file].change(Change::Truncate(len));
        Ok(())
    }

    /// A flush that fails leaves it open what is on the disk, and the next one does not try again.
    fn flush(&self) -> io::Result<()> {
        let mut platter = self.disk.lock();
        while platter.faults.flushes_wait {
            platter = self.disk.gate.wait(platter).unwrap();
        }
        platter.change()?;
        platter.flushes += 1;
        if platter.faults.flush_fails_at.is_some_and(|at| platter.flushes >= at) {
            return Err(io::Error::other("the disk does not answer"));
        }
        let content = &mut platter.files[self.file];
        content.durable = content.bytes.clone();
        content.pending.clear();
        Ok(())
    }
}

impl Content {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.bytes);
        self.pending.push(change);
    }
}

/// Every seed is another outcome of the same power cut.
pub(crate) fn outcome(seed: u64) -> CountingRng {
    let rng = CountingRng::new(seed);
    rng.fill(&mut [0; 8]);
    rng
}
