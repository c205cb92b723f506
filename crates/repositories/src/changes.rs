//! Which files differ from the last commit.

use std::ffi::OsString;

use crate::entries::{self, Entry};
use crate::git::Look;
use crate::{Git, RepositoryError, Workspace};

/// The most that git may say of files that differ.
const MAX_SAID_BYTES: usize = 4 * 1024 * 1024;

/// Files that are not in the repository and are compared, as if they were about to be.
const MAX_UNTRACKED: usize = 1_000;

/// Files that are told of.
const MAX_FILES: usize = 2_000;

/// How files are compared. No program is asked, and repositories in the repository are compared by
/// their commits alone: git would ask in each of them, with the settings that it finds there.
pub(crate) const COMPARE: &[&str] = &[
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=dirty",
    "--submodule=short",
    "--find-renames",
    "--no-abbrev",
    "-z",
    "--raw",
    "--numstat",
];

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It came, and is in the repository or about to be.
    Added,
    /// It came, and git was not told of it.
    Untracked,
    /// It went.
    Deleted,
    /// It says something else, or may be run or not.
    Modified,
    /// It has another name.
    Renamed,
    /// It became a link, or was one.
    TypeChanged,
    /// A merge has left it to be decided.
    Unmerged,
}

/// What there is to be seen of a file that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Lines.
    Text {
        /// How many came.
        added: u32,
        /// How many went.
        removed: u32,
    },
    /// No text, or too much of it.
    Binary,
    /// Another repository.
    Repository,
    /// It was not counted.
    Uncounted,
}

/// A file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// From the workspace down; what is not text in it is replaced.
    pub path: String,
    /// Where it was before, if it was renamed in the workspace.
    pub old_path: Option<String>,
    /// What became of it.
    pub status: Status,
    /// What there is to be seen.
    pub content: Content,
}

/// What differs in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The branch that is checked out; `None` where a commit is.
    pub branch: Option<String>,
    /// The commit that the files are compared with; `None` before the first one.
    pub head: Option<String>,
    /// The files, in the order of their names.
    pub files: Vec<Changed>,
    /// Whether there are more than are told.
    pub has_more: bool,
}

/// What differs in a workspace from the last commit, files included that git was not told of.
pub async fn changes(git: &Git, workspace: &Workspace) -> Result<Changes, RepositoryError> {
    git.look(workspace, async |look| {
        let index = Index::find(look, &look.paths()).await?;
        index.include(look).await?;
        let base = [look.base().into()];
        let arguments = COMPARE.iter().map(OsString::from).chain(base).chain(look.paths());
        let (said, is_cut) = look.ask(arguments, MAX_SAID_BYTES).await?.part()?;
        let (entries, _) = entries::read(&said);
        let mut files: Vec<_> =
            entries.iter().filter_map(|entry| changed(look, entry, &index)).collect();
        files.extend(index.repositories(look));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let has_more = is_cut || index.has_more || files.len() > MAX_FILES;
        files.truncate(MAX_FILES);
        let (branch, head) = (look.branch.clone(), look.head.clone());
        Ok(Changes { branch, head, files, has_more })
    })
    .await
}

/// A file as it is told, unless it is not shown.
pub(crate) fn changed(look: &Look<'_>, entry: &Entry<'_>, index: &Index) -> Option<Changed> {
    let text = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
    let status = match entry.status {
        _ if index.is_unmerged(entry.path) => Status::Unmerged,
        Status::Added if index.is_untracked(entry.path) => Status::Untracked,
        status => status,
    };
    Some(Changed {
        path: text(look.in_workspace(entry.path)?),
        old_path: entry.old_path.and_then(|path| look.in_workspace(path)).map(text),
        status,
        content: entry.content,
    })
}

/// What the index knows, or does not, of files that differ; the paths as git has them.
pub(crate) struct Index {
    /// Files that are not in it, in the order of their bytes.
    untracked: Vec<Vec<u8>>,
    /// Files of which it has several states, in the order of their bytes.
    unmerged: Vec<Vec<u8>>,
    /// Directories that are repositories themselves; their names end with a slash.
    repositories: Vec<Vec<u8>>,
    has_more: bool,
}

impl Index {
    /// Finds out about the files below these paths that are not ignored.
    pub(crate) async fn find(look: &Look<'_>, paths: &[OsString]) -> Result<Self, RepositoryError> {
        let others = ["ls-files", "--others", "--exclude-standard", "-z"];
        let (others, is_cut) = names(look, &others, paths, |whole| Some(whole)).await?;
        let (repositories, mut untracked): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|path| path.ends_with(b"/"));
        let has_more = is_cut || untracked.len() > MAX_UNTRACKED;
        untracked.truncate(MAX_UNTRACKED);
        let stages = ["ls-files", "--unmerged", "-z"];
        let (unmerged, _) = names(look, &stages, paths, behind_tab).await?;
        Ok(Self { untracked, unmerged, repositories, has_more })
    }

    /// Tells git that those it does not know are about to be there, in the copy of the index alone.
    /// So they are compared like all others, and one that was only moved is seen to be the same.
    pub(crate) async fn include(&self, look: &Look<'_>) -> Result<(), RepositoryError> {
        if self.untracked.is_empty() {
            return Ok(());
        }
        let arguments = [
            "add",
            "--intent-to-add",
            "--ignore-errors",
            "--pathspec-from-file=-",
            "--pathspec-file-nul",
        ];
        let paths = self.untracked.join(&0);
        // One that is gone meanwhile, or must not be read, is passed over and makes git say so.
        look.tell(arguments, &paths, MAX_SAID_BYTES).await?;
        Ok(())
    }

    fn is_untracked(&self, path: &[u8]) -> bool {
        is_in(&self.untracked, path)
    }

    fn is_unmerged(&self, path: &[u8]) -> bool {
        is_in(&self.unmerged, path)
    }

    fn repositories(&self, look: &Look<'_>) -> Vec<Changed> {
        let shown = self.repositories.iter().filter_map(|path| look.in_workspace(path));
        let told = shown.map(|path| Changed {
            path: String::from_utf8_lossy(path).trim_end_matches('/').to_owned(),
            old_path: None,
            status: Status::Untracked,
            content: Content::Repository,
        });
        told.collect()
    }
}

/// What git lists, sorted, without what is not shown.
async fn names(
    look: &Look<'_>,
    arguments: &[&str],
    paths: &[OsString],
    name: fn(&[u8]) -> Option<&[u8]>,
) -> Result<(Vec<Vec<u8>>, bool), RepositoryError> {
    let arguments = arguments.iter().map(OsString::from).chain(paths.iter().cloned());
    let (said, is_cut) = look.ask(arguments, MAX_SAID_BYTES).await?.part()?;
    let mut ends = said.split(|byte| *byte == 0);
    // Behind the last NUL is nothing, or what was cut off.
    ends.next_back();
    let shown = ends.filter_map(name).filter(|path| look.in_workspace(path).is_some());
    let mut names: Vec<_> = shown.map(<[u8]>::to_vec).collect();
    names.sort_unstable();
    Ok((names, is_cut))
}

fn is_in(names: &[Vec<u8>], path: &[u8]) -> bool {
    names.binary_search_by(|name| name.as_slice().cmp(path)).is_ok()
}

/// Before a name and a tab are its mode, its content's name, and which state of the file it is.
fn behind_tab(whole: &[u8]) -> Option<&[u8]> {
    let tab = whole.iter().position(|byte| *byte == b'\t')?;
    whole.get(tab + 1..)
}
