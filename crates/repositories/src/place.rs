//! Which repository a workspace is in.
//!
//! It is looked for from the workspace up to the directory that the machine's owner allows, and
//! nowhere above: what is beyond is nobody's business here. A file `.git` that names a directory
//! elsewhere (gitrepository-layout(5)) is written by whoever wrote the workspace. It is believed only
//! where that directory is allowed as well, or says itself that it belongs to this place, as the
//! repository of a worktree does.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::{RepositoryError, Workspace};

/// Files that hold one path are not longer than this.
const MAX_POINTER_BYTES: u64 = 8 * 1024;

/// A repository, and where in it the workspace is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// What belongs to this worktree alone: `HEAD` and the index.
    pub git: PathBuf,
    /// What all worktrees share: commits, branches, settings.
    pub common: PathBuf,
    /// The top of the files.
    pub tree: PathBuf,
    /// From there down to the workspace, with `/` between names; empty if it is the same.
    pub prefix: String,
}

/// Finds the repository of a workspace.
pub(crate) fn find(workspace: &Workspace) -> Result<Place, RepositoryError> {
    let tree = top(workspace).ok_or(RepositoryError::NoRepository)?;
    let below = workspace.path.strip_prefix(tree).map_err(|_| RepositoryError::NoRepository)?;
    if below.components().any(|name| name.as_os_str() == ".git") {
        return Err(RepositoryError::NoRepository);
    }
    let prefix = names(below).ok_or(RepositoryError::Unsupported("a name is not text"))?;
    let git = git_directory(tree)?;
    let common = match pointer(&git.join("commondir"))? {
        Some(way) => resolve(&git.join(way))?,
        None => git.clone(),
    };
    let is_allowed = git.starts_with(&workspace.allowed) && common.starts_with(&workspace.allowed);
    if !is_allowed && !is_worktree_of(tree, &git, &common)? {
        return Err(RepositoryError::Outside);
    }
    Ok(Place { git, common, tree: tree.to_owned(), prefix })
}

/// A repository without any files of its own, for what concerns its branches alone.
pub(crate) fn without_files(common: &Path, allowed: &Path) -> Result<Place, RepositoryError> {
    let common = resolve(common)?;
    if !common.starts_with(allowed) {
        return Err(RepositoryError::Outside);
    }
    Ok(Place { git: common.clone(), tree: common.clone(), common, prefix: String::new() })
}

/// A path with `/` between its names; `None` if one of them is no text.
fn names(path: &Path) -> Option<String> {
    let names: Option<Vec<_>> = path.components().map(|name| name.as_os_str().to_str()).collect();
    Some(names?.join("/"))
}

/// The first directory with a `.git`, going up.
fn top(workspace: &Workspace) -> Option<&Path> {
    let ways = workspace.path.ancestors().take_while(|way| way.starts_with(&workspace.allowed));
    ways.into_iter().find(|way| way.join(".git").symlink_metadata().is_ok())
}

fn git_directory(tree: &Path) -> Result<PathBuf, RepositoryError> {
    let entry = tree.join(".git");
    if entry.is_dir() {
        return resolve(&entry);
    }
    let text = pointer(&entry)?.ok_or(RepositoryError::NoRepository)?;
    let way = text.strip_prefix("gitdir: ").ok_or(RepositoryError::Unreadable)?;
    resolve(&tree.join(way))
}

/// Whether a directory elsewhere is that of a worktree which was made here: then a file in it leads
/// back, and nobody could have written that who was not allowed to write there.
fn is_worktree_of(tree: &Path, git: &Path, common: &Path) -> Result<bool, RepositoryError> {
    if git.parent().and_then(Path::parent) != Some(common) {
        return Ok(false);
    }
    let Some(back) = pointer(&git.join("gitdir"))? else { return Ok(false) };
    // Its last part is `.git`, which is no link: it was read as a file.
    let back = git.join(back);
    let is_same = back.file_name().is_some_and(|name| name == ".git")
        && back.parent().and_then(|parent| fs::canonicalize(parent).ok()).as_deref() == Some(tree);
    Ok(is_same)
}

/// The path in a file that holds one; `None` if there is no such file.
pub(crate) fn pointer(file: &Path) -> Result<Option<String>, RepositoryError> {
    // A pipe under that name would never end.
    if !file.symlink_metadata().is_ok_and(|about| about.is_file()) {
        return Ok(None);
    }
    let mut text = String::new();
    let read = File::open(file)?.take(MAX_POINTER_BYTES).read_to_string(&mut text);
    read.map_err(|_| RepositoryError::Unreadable)?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn resolve(directory: &Path) -> Result<PathBuf, RepositoryError> {
    fs::canonicalize(directory).map_err(|_| RepositoryError::Unreadable)
}
