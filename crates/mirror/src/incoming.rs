//! A copy that is being told. It owns a directory beside the copies that are whole, which is taken
//! away when it is given up.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::PathBuf;

use aws_lc_rs::digest::{Context, SHA256};
use model::Timestamp;
use wire::limits::{MAX_MIRROR_FILE_BYTES, MAX_MIRROR_PART_BYTES};
use wire::mirror::{MirrorEntry, MirrorPart, digest_entry, path_problem};

use crate::MirrorError;
use crate::contents::{Contents, Draft};
use crate::copy::{Beginning, Copy, Entry, Hash};
use crate::list::Writer;

/// A copy that is being told.
pub(crate) struct Incoming {
    /// Names it on the link.
    pub(crate) id: u64,
    /// What it will be.
    pub(crate) copy: Copy,
    /// When something came of it last.
    pub(crate) touched_at: Timestamp,
    directory: PathBuf,
    list: Writer,
    digest: Context,
    listed_files: u32,
    listed_bytes: u64,
    /// The names of the last file, than which those of the next are greater.
    last: Vec<String>,
    /// Contents that are not there, and how large they are.
    missing: HashMap<Hash, u64>,
    written: HashSet<Hash>,
    draft: Option<Draft>,
}

impl Incoming {
    pub(crate) fn begin(
        id: u64,
        beginning: &Beginning,
        directory: PathBuf,
        now: Timestamp,
    ) -> io::Result<Self> {
        clear(&directory)?;
        fs::create_dir_all(&directory)?;
        let copy = Copy {
            workspace: beginning.workspace.clone(),
            digest: hex::encode(beginning.digest),
            files: beginning.files,
            size_bytes: beginning.size_bytes,
            taken_at: now,
            left_out: beginning.left_out,
        };
        Ok(Self {
            id,
            list: Writer::begin(&directory.join("list"), &copy)?,
            copy,
            touched_at: now,
            directory,
            digest: Context::new(&SHA256),
            listed_files: 0,
            listed_bytes: 0,
            last: Vec::new(),
            missing: HashMap::new(),
            written: HashSet::new(),
            draft: None,
        })
    }

    /// Takes a part of the list; answers whose contents are missing, and how large those are.
    pub(crate) fn list(
        &mut self,
        contents: &Contents,
        entries: Vec<MirrorEntry>,
    ) -> Result<(Vec<u32>, u64), MirrorError> {
        let (mut missing, mut missing_bytes) = (Vec::new(), 0);
        for (place, entry) in (0..).zip(entries) {
            self.take(&entry)?;
            let entry = read(entry)?;
            self.list.add(&entry)?;
            if self.lacks(contents, &entry)? {
                missing.push(place);
                missing_bytes += entry.size_bytes;
            }
            self.last = entry.names;
        }
        Ok((missing, missing_bytes))
    }

    /// Counts a file, and refuses one that has no place here.
    fn take(&mut self, entry: &MirrorEntry) -> Result<(), MirrorError> {
        if let Some(problem) = path_problem(entry.names.iter().map(String::as_str)) {
            return Err(MirrorError::Malformed(problem));
        }
        // What is below a file comes right behind it.
        if entry.names <= self.last || !self.last.is_empty() && entry.names.starts_with(&self.last)
        {
            return Err(MirrorError::Malformed("the files are not in the order of their names"));
        }
        if entry.size_bytes > MAX_MIRROR_FILE_BYTES {
            return Err(MirrorError::Malformed("a file is too large"));
        }
        digest_entry(entry, |part| self.digest.update(part));
        self.listed_files += 1;
        self.listed_bytes = self.listed_bytes.saturating_add(entry.size_bytes);
        if self.listed_files > self.copy.files || self.listed_bytes > self.copy.size_bytes {
            return Err(MirrorError::Malformed("there is more than was said"));
        }
        Ok(())
    }

    /// Whether the content of a file has to come, and was not asked for already.
    fn lacks(&mut self, contents: &Contents, entry: &Entry) -> Result<bool, MirrorError> {
        let size = match self.missing.get(&entry.sha256) {
            Some(size) => Some(*size),
            None => contents.size(&entry.sha256)?,
        };
        match size {
            Some(size) if size == entry.size_bytes => Ok(false),
            Some(_) => Err(MirrorError::Malformed("one content has one size")),
            None => {
                self.missing.insert(entry.sha256, entry.size_bytes);
                Ok(true)
            }
        }
    }

    /// Takes contents, or parts of them. What is whole is durable then.
    pub(crate) fn write(
        &mut self,
        contents: &Contents,
        parts: Vec<MirrorPart>,
    ) -> Result<(), MirrorError> {
        let size: usize = parts.iter().map(|part| part.data.len()).sum();
        if size > MAX_MIRROR_PART_BYTES {
            return Err(MirrorError::Malformed("too much came at once"));
        }
        parts.into_iter().try_for_each(|part| self.write_part(contents, &part))
    }

    fn write_part(&mut self, contents: &Contents, part: &MirrorPart) -> Result<(), MirrorError> {
        let sha256 = hash(&part.sha256)?;
        let mut draft = match self.draft.take() {
            Some(draft) if draft.sha256 == sha256 => draft,
            // One that was begun before is sent from its beginning again.
            _ => self.draft(sha256)?,
        };
        if !draft.write(part.offset, &part.data)? {
            self.draft = Some(draft);
            return Ok(());
        }
        contents.keep(draft)?;
        self.missing.remove(&sha256);
        self.written.insert(sha256);
        Ok(())
    }

    fn draft(&self, sha256: Hash) -> Result<Draft, MirrorError> {
        let nobody_asked = MirrorError::Malformed("a content comes that nobody asked for");
        let size = *self.missing.get(&sha256).ok_or(nobody_asked)?;
        Ok(Draft::begin(self.directory.join("draft"), sha256, size)?)
    }

    /// Puts the list in its place, when all that it names is durable.
    pub(crate) fn end(
        self,
        contents: &Contents,
        place: &std::path::Path,
    ) -> Result<Copy, MirrorError> {
        let is_all = self.missing.is_empty()
            && self.listed_files == self.copy.files
            && self.listed_bytes == self.copy.size_bytes
            && hex::encode(self.digest.finish()) == self.copy.digest;
        if !is_all {
            return Err(MirrorError::Malformed("not all of it was told"));
        }
        self.list.finish()?;
        contents.sync(&self.written)?;
        fs::rename(self.directory.join("list"), place)?;
        Ok(self.copy)
    }
}

/// Takes away what is there of a copy that was being told.
pub(crate) fn clear(directory: &std::path::Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read(entry: MirrorEntry) -> Result<Entry, MirrorError> {
    let MirrorEntry { names, size_bytes, modified_at_ms, is_executable, sha256 } = entry;
    let (sha256, modified_at) = (hash(&sha256)?, Timestamp::from_millis(modified_at_ms));
    Ok(Entry { names, size_bytes, modified_at, is_executable, sha256 })
}

fn hash(bytes: &[u8]) -> Result<Hash, MirrorError> {
    bytes.try_into().map_err(|_| MirrorError::Malformed("a hash has 32 bytes"))
}
