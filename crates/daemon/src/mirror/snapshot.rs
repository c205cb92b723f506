//! What is in a workspace at a moment, and by which hash. What was not changed is not read again.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::digest::{Context as Hashing, SHA256};
use bytes::Bytes;
use files::walk::{self, FoundFile, Limits, Stamp};
use files::{FilesError, RelativePath, Root, reading, secrets};
use model::Timestamp;
use model::mirror::LeftOut;
use wire::limits::{MAX_FILE_PART_BYTES, MAX_MIRROR_FILE_BYTES};
use wire::mirror::{MirrorEntry, digest_entry, path_problem};

use super::MAX_BYTES;

/// A file that was changed so shortly before it was read may be changed again within one tick of the
/// file system's clock.
const YOUNG_MS: i64 = 2_000;

/// What was read before, by path.
pub(super) type Cache = HashMap<String, Cached>;

/// What was found when a file was read.
#[derive(Debug, Clone)]
pub(super) struct Cached {
    stamp: Stamp,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// Its hash, and how large what was hashed is.
    Hashed(Bytes, u64),
    /// It holds a private key.
    Secret,
}

/// What is in a workspace.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// In the order of their names.
    pub(super) entries: Vec<MirrorEntry>,
    /// Where they are, in the same order.
    pub(super) paths: Vec<RelativePath>,
    pub(super) size_bytes: u64,
    pub(super) left_out: LeftOut,
}

/// Where to look, and for what.
pub(super) struct Search<'a> {
    pub(super) workspace: &'a std::path::Path,
    pub(super) root: &'a Root,
    /// The machine's own directory.
    pub(super) own: &'a std::path::Path,
    pub(super) max_files: u32,
    /// Files that changed while they were sent.
    pub(super) restless: &'a HashSet<RelativePath>,
    pub(super) now: Timestamp,
}

/// Looks through a workspace. Answers `None` when it was told to stop.
pub(super) fn take(
    search: &Search<'_>,
    cache: &mut Cache,
    is_over: impl Fn() -> bool,
) -> Option<Snapshot> {
    let limits = Limits {
        files: search.max_files.into(),
        bytes: MAX_BYTES,
        file_bytes: MAX_MIRROR_FILE_BYTES,
    };
    let is_wanted = |path: &RelativePath| path_problem(path.names()).is_none();
    let found = walk::walk(search.workspace, search.own, limits, is_wanted, &is_over)?;
    let mut snapshot = Snapshot { left_out: left_out(found.left_out), ..Snapshot::default() };
    let mut known = Cache::with_capacity(found.files.len());
    for file in found.files {
        if is_over() {
            return None;
        }
        if search.restless.contains(&file.path) {
            snapshot.left_out.unreadable += 1;
            continue;
        }
        let content = match cache.remove(file.path.as_str()) {
            Some(cached) if cached.stamp == file.stamp => Ok(cached.content),
            _ => read(search.root, &file.path),
        };
        match content {
            Ok(content) => {
                if !is_young(&file.stamp, search.now) {
                    let cached = Cached { stamp: file.stamp, content: content.clone() };
                    known.insert(file.path.as_str().to_owned(), cached);
                }
                snapshot.add(file, content);
            }
            Err(_) => snapshot.left_out.unreadable += 1,
        }
    }
    *cache = known;
    Some(snapshot)
}

impl Snapshot {
    fn add(&mut self, file: FoundFile, content: Content) {
        let Content::Hashed(sha256, size_bytes) = content else {
            self.left_out.secret += 1;
            return;
        };
        // It may have grown since it was found.
        if size_bytes > MAX_MIRROR_FILE_BYTES || self.size_bytes + size_bytes > MAX_BYTES {
            self.left_out.over_bytes += 1;
            return;
        }
        self.size_bytes += size_bytes;
        self.entries.push(MirrorEntry {
            names: file.path.names().map(str::to_owned).collect(),
            size_bytes,
            modified_at_ms: file.stamp.modified_at_ns / 1_000_000,
            is_executable: file.is_executable,
            sha256,
        });
        self.paths.push(file.path);
    }

    /// Over what is listed.
    pub(super) fn digest(&self) -> Bytes {
        let mut hashed = Hashing::new(&SHA256);
        for entry in &self.entries {
            digest_entry(entry, |part| hashed.update(part));
        }
        Bytes::copy_from_slice(hashed.finish().as_ref())
    }
}

/// Hashes as much of a file as there was when it was opened: what is written behind it meanwhile is
/// for the next time.
fn read(root: &Root, path: &RelativePath) -> Result<Content, FilesError> {
    let mut part = reading::read(root, path, 0, MAX_FILE_PART_BYTES, None)?;
    if secrets::holds_private_key(&part.data) {
        return Ok(Content::Secret);
    }
    let size_bytes = part.facts.size_bytes;
    let (mut hashed, mut offset) = (Hashing::new(&SHA256), 0);
    if size_bytes > MAX_MIRROR_FILE_BYTES {
        return Err(FilesError::TooLarge { limit: MAX_MIRROR_FILE_BYTES, unit: "bytes" });
    }
    loop {
        hashed.update(&part.data);
        offset += part.data.len() as u64;
        if offset >= size_bytes {
            break;
        }
        if part.data.is_empty() {
            return Err(FilesError::Changed);
        }
        let rest = usize::try_from(size_bytes - offset).unwrap_or(usize::MAX);
        let most = rest.min(MAX_FILE_PART_BYTES);
        part = reading::read(root, path, offset, most, Some(&part.version))?;
    }
    Ok(Content::Hashed(Bytes::copy_from_slice(hashed.finish().as_ref()), size_bytes))
}

fn is_young(stamp: &Stamp, now: Timestamp) -> bool {
    now.as_millis().saturating_sub(stamp.modified_at_ns / 1_000_000) < YOUNG_MS
}

const fn left_out(left_out: walk::LeftOut) -> LeftOut {
    let walk::LeftOut {
        over_files,
        over_bytes,
        too_large,
        secret,
        special,
        unnameable,
        unreadable,
    } = left_out;
    LeftOut { over_files, over_bytes, too_large, secret, special, unnameable, unreadable }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    const LATER: Timestamp = Timestamp::from_millis(i64::MAX / 2_000_000);

    fn taken(workspace: &Path, cache: &mut Cache, restless: &HashSet<RelativePath>) -> Snapshot {
        let root = Root::open(workspace).unwrap();
        let search = Search {
            workspace,
            root: &root,
            own: Path::new("/nowhere"),
            max_files: 100,
            restless,
            now: LATER,
        };
        take(&search, cache, || false).unwrap()
    }

    fn sha256(content: &[u8]) -> Vec<u8> {
        aws_lc_rs::digest::digest(&SHA256, content).as_ref().to_vec()
    }

    #[test]
    fn what_was_not_changed_is_not_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        for name in ["a", "b"] {
            fs::write(path.join(name), name).unwrap();
        }
        let (mut cache, calm) = (Cache::new(), HashSet::new());
        let first = taken(path, &mut cache, &calm);
        assert_eq!(first.entries[1].sha256, sha256(b"b"));
        // Only what is in the cache says so.
        let known = cache.get_mut("a").unwrap();
        known.content = Content::Hashed(Bytes::from_static(&[7; 32]), 1);
        fs::write(path.join("new"), "changed").unwrap();
        fs::rename(path.join("new"), path.join("b")).unwrap();
        let second = taken(path, &mut cache, &calm);
        assert_eq!(&second.entries[0].sha256[..], [7; 32]);
        assert_eq!(second.entries[1].sha256, sha256(b"changed"));
        assert_ne!(first.digest(), second.digest());
        fs::remove_file(path.join("a")).unwrap();
        assert_eq!(taken(path, &mut cache, &calm).paths.len(), 1);
        assert_eq!(cache.len(), 1, "what is gone is forgotten");
    }

    #[test]
    fn keys_and_files_that_never_stand_still_are_left_out() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        fs::write(path.join("harmless.txt"), "-----BEGIN PRIVATE KEY-----\nMII").unwrap();
        fs::write(path.join("log"), "x").unwrap();
        fs::write(path.join("z"), "x").unwrap();
        let restless = HashSet::from([RelativePath::parse("log").unwrap()]);
        let mut cache = Cache::new();
        for _ in 0..2 {
            let snapshot = taken(path, &mut cache, &restless);
            assert_eq!(snapshot.paths.iter().map(RelativePath::as_str).collect::<Vec<_>>(), ["z"]);
            assert_eq!((snapshot.left_out.secret, snapshot.left_out.unreadable), (1, 1));
        }
    }

    /// What was changed a moment ago may change again within one tick of the file system's clock.
    #[test]
    fn what_is_young_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a"), "x").unwrap();
        let limits = Limits { files: 1, bytes: 10, file_bytes: 10 };
        let (own, all) = (Path::new("/nowhere"), |_: &RelativePath| true);
        let found = walk::walk(directory.path(), own, limits, all, || false).unwrap();
        let stamp = found.files[0].stamp;
        let changed_at_ms = stamp.modified_at_ns / 1_000_000;
        let young =
            |after_ms: i64| is_young(&stamp, Timestamp::from_millis(changed_at_ms + after_ms));
        assert!(young(1_000));
        assert!(young(-1_000), "the clock was set");
        assert!(!young(2_000));
    }
}
