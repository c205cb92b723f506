//! All copies of all machines.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{MachineId, Timestamp};
use wire::limits::{MAX_MIRROR_ENTRIES, MAX_MIRROR_FILES, MAX_MIRRORED_WORKSPACES};
use wire::mirror::{MirrorEntry, MirrorPart};

use crate::MirrorError;
use crate::archive::Archive;
use crate::contents::{Contents, entries, sync_directory};
use crate::copy::{Beginning, Copy, CopyId, Owner, Page};
use crate::incoming::{Incoming, clear};
use crate::list::List;
use crate::reading::Reading;

/// Files that all copies of a machine may have together.
const MAX_FILES_OF_MACHINE: u64 = 2 * MAX_MIRROR_FILES as u64;

/// So much room stays on the disk, for what else the server keeps.
const ROOM_LEFT_BYTES: u64 = 256 * 1024 * 1024;

/// How long the machine may be silent until a copy that it was telling is given up.
const SILENT_FOR: Duration = Duration::from_hours(1);

/// How long what was sent of a copy that broke off waits for the machine to come back.
const WAITS_FOR: Duration = Duration::from_hours(24);

/// How copies are kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where.
    pub directory: PathBuf,
    /// How large the copies of one machine may be together; 0 keeps none at all.
    pub quota_bytes: u64,
    /// How much room there is on the disk of a directory.
    pub free_bytes: fn(&Path) -> u64,
}

/// All copies of all machines.
#[derive(Debug)]
pub struct Mirrors {
    settings: Settings,
    desks: Mutex<HashMap<MachineId, Arc<Mutex<Desk>>>>,
}

/// Where the copies of one machine are dealt with, one step at a time.
#[derive(Default)]
struct Desk {
    incoming: Option<Incoming>,
    /// Held by whoever reads contents, which are not taken away meanwhile.
    readers: Arc<()>,
    /// That the machine was removed, so that nothing of it comes back.
    is_closed: bool,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("is_closed", &self.is_closed).finish_non_exhaustive()
    }
}

/// How a copy has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Exactly this one is there.
    Current,
    /// It is to be told.
    Telling,
}

/// A copy that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What it is.
    pub copy: Copy,
    /// Whether there was none of this workspace before.
    pub is_first: bool,
}

impl Mirrors {
    /// Nothing is made before there is something to keep.
    pub fn new(settings: Settings) -> Self {
        Self { settings, desks: Mutex::default() }
    }

    /// Begins a copy, or says why there will be none. One that was being told is given up.
    pub fn begin(
        &self,
        of: Owner,
        id: u64,
        beginning: &Beginning,
        now: Timestamp,
    ) -> Result<Begun, MirrorError> {
        if self.settings.quota_bytes == 0 {
            return Err(MirrorError::Off);
        }
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        if desk.is_closed {
            return Err(MirrorError::Off);
        }
        let (place, copy_id) = (self.place(of), CopyId::of(&beginning.workspace));
        if desk.incoming.take().is_some() {
            clear(&place.incoming())?;
        }
        if beginning.is_asked_for {
            remove_file(&place.removed(&copy_id))?;
        } else if place.removed(&copy_id).exists() {
            return Err(MirrorError::Removed);
        }
        let copies = place.copies()?;
        let known = copies.iter().find(|copy| copy.workspace == beginning.workspace);
        if known.is_some_and(|known| known.digest == hex::encode(beginning.digest)) {
            return Ok(Begun::Current);
        }
        let others = copies.iter().filter(|copy| copy.workspace != beginning.workspace);
        self.check_fits(beginning, others)?;
        self.make_room(&place, beginning.size_bytes)?;
        host::private::directory(&self.settings.directory).map_err(io::Error::other)?;
        desk.incoming = Some(Incoming::begin(id, beginning, place.incoming(), now)?);
        Ok(Begun::Telling)
    }

    fn check_fits<'a>(
        &self,
        beginning: &Beginning,
        others: impl Iterator<Item = &'a Copy>,
    ) -> Result<(), MirrorError> {
        let (mut count, mut files, mut bytes) =
            (1, u64::from(beginning.files), beginning.size_bytes);
        for other in others {
            count += 1;
            files = files.saturating_add(u64::from(other.files));
            bytes = bytes.saturating_add(other.size_bytes);
        }
        let (limit, max_files) = (self.settings.quota_bytes, u64::from(MAX_MIRROR_FILES));
        match () {
            () if bytes > limit => Err(MirrorError::Quota { wanted: bytes, limit }),
            () if u64::from(beginning.files) > max_files => {
                let wanted = beginning.files.into();
                Err(MirrorError::TooManyFiles { wanted, limit: max_files })
            }
            () if files > MAX_FILES_OF_MACHINE => {
                Err(MirrorError::TooManyFiles { wanted: files, limit: MAX_FILES_OF_MACHINE })
            }
            () if count > MAX_MIRRORED_WORKSPACES => {
                Err(MirrorError::TooManyCopies { limit: MAX_MIRRORED_WORKSPACES })
            }
            () => Ok(()),
        }
    }

    /// A machine that begins again and again leaves no more than twice of what it may have.
    fn make_room(&self, place: &Place, wanted: u64) -> Result<(), MirrorError> {
        let contents = place.contents();
        if contents.size_of_all()?.saturating_add(wanted)
            > self.settings.quota_bytes.saturating_mul(2)
        {
            contents.retain(&place.named()?)?;
        }
        Ok(())
    }

    /// Takes a part of the list; answers whose contents are missing.
    pub fn list(
        &self,
        of: Owner,
        id: u64,
        entries: Vec<MirrorEntry>,
        now: Timestamp,
    ) -> Result<Vec<u32>, MirrorError> {
        if entries.len() > MAX_MIRROR_ENTRIES {
            return Err(MirrorError::Malformed("too many files are listed at once"));
        }
        let contents = self.place(of).contents();
        self.step(of, id, now, |incoming| {
            let (missing, bytes) = incoming.list(&contents, entries)?;
            let free = (self.settings.free_bytes)(&self.settings.directory);
            if bytes > 0 && free < bytes.saturating_add(ROOM_LEFT_BYTES) {
                return Err(MirrorError::NoRoom);
            }
            Ok(missing)
        })
    }

    /// Takes contents, or parts of them. What is whole is durable then.
    pub fn write(
        &self,
        of: Owner,
        id: u64,
        parts: Vec<MirrorPart>,
        now: Timestamp,
    ) -> Result<(), MirrorError> {
        let contents = self.place(of).contents();
        self.step(of, id, now, |incoming| incoming.write(&contents, parts))
    }

    /// Does something with the copy that is being told. One with which anything is wrong is given up.
    fn step<T>(
        &self,
        of: Owner,
        id: u64,
        now: Timestamp,
        step: impl FnOnce(&mut Incoming) -> Result<T, MirrorError>,
    ) -> Result<T, MirrorError> {
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        let incoming = desk.incoming.as_mut().filter(|incoming| incoming.id == id);
        let incoming = incoming.ok_or(MirrorError::Unknown)?;
        incoming.touched_at = now;
        let stepped = step(incoming);
        if stepped.is_err() {
            desk.incoming = None;
            clear(&self.place(of).incoming())?;
        }
        stepped
    }

    /// All of it was told: it takes the place of the one before, whose contents go where nobody
    /// reads them.
    pub fn end(&self, of: Owner, id: u64) -> Result<Ended, MirrorError> {
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        let incoming = desk.incoming.take_if(|incoming| incoming.id == id);
        let incoming = incoming.ok_or(MirrorError::Unknown)?;
        let place = self.place(of);
        fs::create_dir_all(place.lists())?;
        let list = place.list(&incoming.copy.id());
        let is_first = !list.exists();
        let copy = incoming.end(&place.contents(), &list)?;
        sync_directory(&place.lists())?;
        clear(&place.incoming())?;
        if Arc::strong_count(&desk.readers) == 1 {
            place.contents().retain(&place.named()?)?;
        }
        Ok(Ended { copy, is_first })
    }

    /// The copies of a machine, by workspace.
    pub fn copies(&self, of: Owner) -> Result<Vec<Copy>, MirrorError> {
        self.place(of).copies()
    }

    /// A copy.
    pub fn copy(&self, of: Owner, id: &CopyId) -> Result<Copy, MirrorError> {
        Ok(List::open(&self.place(of).list(id))?.copy)
    }

    /// What is in a directory of a copy behind a name, at most `most` of it.
    pub fn page(
        &self,
        of: Owner,
        id: &CopyId,
        names: &[&str],
        after: &str,
        most: usize,
    ) -> Result<Page, MirrorError> {
        List::open(&self.place(of).list(id))?.page(names, after, most)
    }

    /// Opens a file of a copy.
    pub fn open(&self, of: Owner, id: &CopyId, names: &[&str]) -> Result<Reading, MirrorError> {
        let readers = self.readers(of.machine);
        let place = self.place(of);
        let entry = List::open(&place.list(id))?.find(names)?;
        let file = place.contents().open(&entry.sha256)?;
        Ok(Reading::new(entry, file, readers))
    }

    /// All files of a copy, as a tar archive.
    pub fn archive(&self, of: Owner, id: &CopyId) -> Result<Archive, MirrorError> {
        let readers = self.readers(of.machine);
        let place = self.place(of);
        Ok(Archive::new(List::open(&place.list(id))?, place.contents(), readers))
    }

    /// Removes a copy, and has none come back until the machine's owner asks for it.
    pub fn remove(&self, of: Owner, id: &CopyId) -> Result<Copy, MirrorError> {
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        let place = self.place(of);
        let copy = List::open(&place.list(id))?.copy;
        desk.incoming = None;
        let removed = place.removed(id);
        fs::create_dir_all(place.directory.join("removed"))?;
        fs::write(&removed, b"")?;
        place.take_away(std::slice::from_ref(&copy))?;
        Ok(copy)
    }

    /// Keeps only the copies of these workspaces; answers the others.
    pub fn retain(&self, of: Owner, workspaces: &[String]) -> Result<Vec<Copy>, MirrorError> {
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        let place = self.place(of);
        let mut others = place.copies()?;
        others.retain(|copy| !workspaces.contains(&copy.workspace));
        if workspaces.is_empty() {
            desk.incoming = None;
            place.take_away_all()?;
        } else if !others.is_empty() {
            desk.incoming = None;
            place.take_away(&others)?;
        }
        Ok(others)
    }

    /// The machine was removed: all that there is of it goes, and nothing comes any more.
    pub fn forget(&self, of: Owner) -> Result<(), MirrorError> {
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        desk.is_closed = true;
        desk.incoming = None;
        self.place(of).take_away_all()
    }

    /// Whose directories there are.
    pub fn owners(&self) -> Result<Vec<Owner>, MirrorError> {
        let mut owners = Vec::new();
        for tenant in entries(&self.settings.directory)? {
            for machine in entries(&tenant)? {
                let (tenant, machine) = (name(&tenant).parse(), name(&machine).parse());
                if let (Ok(tenant), Ok(machine)) = (tenant, machine) {
                    owners.push(Owner { tenant, machine });
                }
            }
        }
        Ok(owners)
    }

    /// Takes away what an earlier life of the server, or a machine that did not come back, has left.
    pub fn tidy(&self, of: Owner, now: Timestamp) -> Result<(), MirrorError> {
        let desk = self.desk(of.machine);
        let mut desk = lock(&desk);
        let is_telling = |incoming: &Incoming| now.since(incoming.touched_at) < SILENT_FOR;
        if desk.incoming.as_ref().is_some_and(is_telling) {
            return Ok(());
        }
        desk.incoming = None;
        let place = self.place(of);
        clear(&place.incoming())?;
        if Arc::strong_count(&desk.readers) == 1 {
            place.contents().retain_and_young(&place.named()?, now, WAITS_FOR)?;
        }
        Ok(())
    }

    fn readers(&self, machine: MachineId) -> Arc<()> {
        lock(&self.desk(machine)).readers.clone()
    }

    fn desk(&self, machine: MachineId) -> Arc<Mutex<Desk>> {
        lock(&self.desks).entry(machine).or_default().clone()
    }

    fn place(&self, of: Owner) -> Place {
        let tenant = self.settings.directory.join(of.tenant.to_string());
        Place { directory: tenant.join(of.machine.to_string()) }
    }
}

/// The directory of one machine.
struct Place {
    directory: PathBuf,
}

impl Place {
    fn contents(&self) -> Contents {
        Contents::new(self.directory.join("contents"))
    }

    fn lists(&self) -> PathBuf {
        self.directory.join("lists")
    }

    fn list(&self, id: &CopyId) -> PathBuf {
        self.lists().join(id.as_str())
    }

    fn incoming(&self) -> PathBuf {
        self.directory.join("incoming")
    }

    fn removed(&self, id: &CopyId) -> PathBuf {
        self.directory.join("removed").join(id.as_str())
    }

    fn copies(&self) -> Result<Vec<Copy>, MirrorError> {
        let mut copies = Vec::new();
        for list in entries(&self.lists())? {
            match List::open(&list) {
                Ok(list) => copies.push(list.copy),
                // It was removed just now.
                Err(MirrorError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        copies.sort_unstable_by(|one, other| one.workspace.cmp(&other.workspace));
        Ok(copies)
    }

    /// The hashes of all that the copies name.
    fn named(&self) -> Result<HashSet<crate::copy::Hash>, MirrorError> {
        let mut named = HashSet::new();
        for list in entries(&self.lists())? {
            List::open(&list)?.add_hashes(&mut named)?;
        }
        Ok(named)
    }

    /// The lists go first: what breaks off leaves contents that nothing names, and never a copy
    /// without its contents.
    fn take_away(&self, copies: &[Copy]) -> Result<(), MirrorError> {
        for copy in copies {
            remove_file(&self.list(&copy.id()))?;
        }
        sync_directory(&self.lists())?;
        clear(&self.incoming())?;
        Ok(self.contents().retain(&self.named()?)?)
    }

    fn take_away_all(&self) -> Result<(), MirrorError> {
        clear(&self.lists())?;
        clear(&self.directory)?;
        if let Some(tenant) = self.directory.parent() {
            // Others of the tenant may have theirs there.
            let _ = fs::remove_dir(tenant);
        }
        Ok(())
    }
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is on the disk is right after every step; what is in memory says only what goes on.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
