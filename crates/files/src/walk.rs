//! Which files of a workspace are for a copy of it: all that `.gitignore` does not name, but for
//! secrets, for what is not a file, and for more than was allowed.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::{RelativePath, secrets, system};

/// So many names are looked at, and no more: what is behind them is only known to be there.
pub const MAX_VISITED: u64 = 1_000_000;

/// Names below one another.
const MAX_DEPTH: usize = 128;

/// The directory in which Git keeps what it keeps.
const GIT: &str = ".git";

/// How much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files.
    pub files: u64,
    /// How large all of them may be together.
    pub bytes: u64,
    /// How large each may be.
    pub file_bytes: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// In the order of their names, each name byte by byte.
    pub files: Vec<FoundFile>,
    /// How many there are beside them, by why they are not taken.
    pub left_out: LeftOut,
}

/// A file for the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Where it is.
    pub path: RelativePath,
    /// As it was when it was found. It may be another one by now.
    pub stamp: Stamp,
    /// Whether it is a program.
    pub is_executable: bool,
}

/// By what it is seen that a file is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// How large it is.
    pub size_bytes: u64,
    /// When it was last changed, in nanoseconds since the Unix epoch.
    pub modified_at_ns: i64,
    pub(crate) place: (u64, u64),
    /// Seconds and nanoseconds, or whatever else the system counts in.
    pub(crate) changed_at: (i64, i64),
}

/// How many files are not taken, by why not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// More than the limit of files; at least so many where more than [`MAX_VISITED`] are there.
    pub over_files: u64,
    /// More than the limit of bytes.
    pub over_bytes: u64,
    /// Larger than one may be.
    pub too_large: u64,
    /// Secrets, by their names.
    pub secret: u64,
    /// Links, pipes, sockets and devices.
    pub special: u64,
    /// Those whose names are no text, or that the caller does not want.
    pub unnameable: u64,
    /// Those that could not be looked at.
    pub unreadable: u64,
}

/// Looks through a workspace. Links are not followed; what is withheld is not looked into. Answers
/// `None` when it was told to stop.
///
/// What is found is only a name: whoever reads it follows the name from the workspace's [`Root`].
///
/// [`Root`]: crate::Root
pub fn walk(
    workspace: &Path,
    withheld: &Path,
    limits: Limits,
    is_wanted: impl Fn(&RelativePath) -> bool,
    is_over: impl Fn() -> bool,
) -> Option<Found> {
    let mut taking = Taking { limits, bytes: 0, found: Found::default() };
    for (visited, entry) in (0..).zip(walker(workspace, withheld)) {
        if is_over() {
            return None;
        }
        if visited == MAX_VISITED {
            taking.found.left_out.over_files += 1;
            break;
        }
        match entry {
            Err(_) => taking.found.left_out.unreadable += 1,
            Ok(entry) => taking.take(workspace, &entry, &is_wanted),
        }
    }
    Some(taking.found)
}

fn walker(workspace: &Path, withheld: &Path) -> ignore::Walk {
    let withheld: PathBuf = withheld.to_owned();
    let mut builder = WalkBuilder::new(workspace);
    builder
        .standard_filters(false)
        .git_ignore(true)
        .git_exclude(true)
        // What is above the workspace says nothing about it, and a workspace need be no repository.
        .parents(false)
        .require_git(false)
        .follow_links(false)
        .max_depth(Some(MAX_DEPTH))
        .sort_by_file_name(Ord::cmp)
        .filter_entry(move |entry| {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_closed = is_git(entry) || is_secret(entry);
            let is_closed = is_closed || system::is_same_path(entry.path(), &withheld);
            entry.depth() == 0 || !(is_directory && is_closed)
        });
    builder.build()
}

struct Taking {
    limits: Limits,
    bytes: u64,
    found: Found,
}

impl Taking {
    fn take(
        &mut self,
        workspace: &Path,
        entry: &DirEntry,
        is_wanted: impl Fn(&RelativePath) -> bool,
    ) {
        let left_out = &mut self.found.left_out;
        let Some(kind) = entry.file_type() else { return };
        if kind.is_dir() || is_git(entry) {
            return;
        }
        if !kind.is_file() {
            left_out.special += 1;
            return;
        }
        if is_secret(entry) {
            left_out.secret += 1;
            return;
        }
        let path = entry.path().strip_prefix(workspace).ok();
        let path = path.and_then(|path| RelativePath::from_path(path).ok()).filter(is_wanted);
        let Some(path) = path else {
            left_out.unnameable += 1;
            return;
        };
        if self.found.files.len() as u64 >= self.limits.files {
            left_out.over_files += 1;
            return;
        }
        let looked = entry.metadata().ok().and_then(|metadata| {
            Some((system::stamp(entry.path(), &metadata).ok()?, system::is_program(&metadata)))
        });
        let Some((stamp, is_executable)) = looked else {
            left_out.unreadable += 1;
            return;
        };
        let (size, rest) = (stamp.size_bytes, self.limits.bytes.saturating_sub(self.bytes));
        match () {
            () if size > self.limits.file_bytes => left_out.too_large += 1,
            () if size > rest => left_out.over_bytes += 1,
            () => {
                self.bytes += size;
                self.found.files.push(FoundFile { path, stamp, is_executable });
            }
        }
    }
}

fn is_git(entry: &DirEntry) -> bool {
    entry.file_name().eq_ignore_ascii_case(GIT)
}

fn is_secret(entry: &DirEntry) -> bool {
    secrets::is_secret(&entry.file_name().to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const ALL: Limits = Limits { files: 100, bytes: 1_000_000, file_bytes: 1_000_000 };

    fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        directory
    }

    fn found(workspace: &Path, limits: Limits) -> (Vec<String>, LeftOut) {
        let withheld = workspace.join("own");
        let found = walk(workspace, &withheld, limits, |_| true, || false).unwrap();
        let paths = found.files.iter().map(|file| file.path.to_string()).collect();
        (paths, found.left_out)
    }

    #[test]
    fn what_git_would_ignore_is_left_out_without_git_too() {
        let directory = workspace(&[
            (".gitignore", "target/\n*.log\n!keep.log\n"),
            ("target/huge", "x"),
            ("a.log", "x"),
            ("keep.log", "x"),
            ("sub/.gitignore", "/only-here\n"),
            ("sub/only-here", "x"),
            ("sub/b.log", "x"),
            ("only-here", "x"),
            (".hidden", "x"),
            (".ignore", "*"),
            (".git/config", "x"),
            ("deep/.git", "gitdir: elsewhere"),
            ("own/identity.key", "x"),
        ]);
        let (paths, left_out) = found(directory.path(), ALL);
        assert_eq!(
            paths,
            [".gitignore", ".hidden", ".ignore", "keep.log", "only-here", "sub/.gitignore"]
        );
        assert_eq!(left_out, LeftOut::default());
    }

    /// What is above the workspace says nothing about what is in it.
    #[test]
    fn rules_from_outside_do_not_count() {
        let directory = workspace(&[(".gitignore", "*"), ("work/file", "x")]);
        assert_eq!(found(&directory.path().join("work"), ALL).0, ["file"]);
    }

    #[test]
    fn secrets_links_and_odd_names_are_counted_and_left_out() {
        let directory = workspace(&[
            (".env", "x"),
            ("a/.env.local", "x"),
            ("a/id_ed25519", "x"),
            (".ssh/config", "x"),
            ("server.pem", "x"),
            ("code.rs", "x"),
        ]);
        let path = directory.path();
        #[cfg(unix)]
        let (special, unnameable) = {
            use std::os::unix::ffi::OsStrExt;
            use std::os::unix::fs::symlink;
            symlink("/etc/passwd", path.join("out")).unwrap();
            symlink("/etc", path.join("outside")).unwrap();
            symlink("code.rs", path.join("in")).unwrap();
            let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe");
            fs::write(path.join(odd), "x").unwrap();
            (3, 1)
        };
        #[cfg(windows)]
        let (special, unnameable) = {
            // What looks like the short name of something else.
            fs::write(path.join("code~1.rs"), "x").unwrap();
            (0, 1)
        };
        let (paths, left_out) = found(path, ALL);
        assert_eq!(paths, ["code.rs"]);
        let expected = LeftOut { secret: 4, special, unnameable, ..LeftOut::default() };
        assert_eq!(left_out, expected);
    }

    #[test]
    fn what_is_over_a_limit_is_counted() {
        let directory =
            workspace(&[("a", "xx"), ("b", "xxxxx"), ("c", "x"), ("d", "x"), ("e", "x")]);
        let path = directory.path();
        let (paths, left_out) = found(path, Limits { files: 2, ..ALL });
        assert_eq!((paths.len(), left_out.over_files), (2, 3));
        let (paths, left_out) = found(path, Limits { file_bytes: 4, ..ALL });
        assert_eq!((paths.len(), left_out.too_large), (4, 1));
        let (paths, left_out) = found(path, Limits { bytes: 4, ..ALL });
        assert_eq!((paths, left_out.over_bytes), (vec!["a".into(), "c".into(), "d".into()], 2));
        assert_eq!(walk(path, path, ALL, |_| true, || true), None);
    }

    #[test]
    fn a_file_that_was_changed_has_another_stamp() {
        let directory = workspace(&[("a", "one")]);
        let stamp = || {
            let found = walk(directory.path(), Path::new("/none"), ALL, |_| true, || false);
            found.unwrap().files[0].stamp
        };
        let before = stamp();
        assert_eq!(before, stamp());
        fs::write(directory.path().join("new"), "two").unwrap();
        fs::rename(directory.path().join("new"), directory.path().join("a")).unwrap();
        assert_ne!(before, stamp());
    }
}
