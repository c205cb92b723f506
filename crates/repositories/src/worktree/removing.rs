//! Taking a worktree away. Only what was made is removed: the worktree's files, what git keeps of it,
//! and its branch where nothing was committed on it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::Worktree;
use super::making::{BRANCH_WITHIN, MAX_SAID_BYTES, is_empty, leads_nowhere_else};
use super::plan::{is_checked_out, reference};
use crate::{Git, RepositoryError, place, system};

/// What became of a worktree's branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// It has commits, or somebody works on it elsewhere, and stays.
    Kept,
    /// It was where it began, or somebody has removed it before.
    Gone,
}

/// Removes a worktree and everything in it. `allowed` is the directory that the machine's owner
/// allows, in which it lies.
pub async fn remove(
    git: &Git,
    allowed: &Path,
    worktree: &Worktree,
) -> Result<Branch, RepositoryError> {
    let _alone = git.alone().await?;
    everything(git, allowed, worktree).await
}

/// The same, for who is alone already.
pub(super) async fn everything(
    git: &Git,
    allowed: &Path,
    worktree: &Worktree,
) -> Result<Branch, RepositoryError> {
    let (removed, within) = (worktree.clone(), allowed.to_owned());
    let removing = tokio::task::spawn_blocking(move || files(&removed, &within));
    removing.await.map_err(|_| RepositoryError::Slow)??;
    branch(git, allowed, worktree).await
}

fn files(worktree: &Worktree, allowed: &Path) -> Result<(), RepositoryError> {
    if !worktree.tree.starts_with(allowed) || !worktree.git.starts_with(allowed) {
        return Err(RepositoryError::Outside);
    }
    is_ours(worktree)?;
    // What leads to the files goes last, so that what is left half removed is still found.
    gone(fs::remove_dir_all(&worktree.tree))?;
    gone(fs::remove_dir_all(&worktree.git))?;
    tidy(worktree);
    Ok(())
}

/// Whether what lies there is what was made, as far as it is there.
pub(super) fn is_ours(worktree: &Worktree) -> Result<(), RepositoryError> {
    let other = |path: &Path| RepositoryError::NotTheWorktree(path.display().to_string());
    for path in [&worktree.tree, &worktree.git] {
        let is_there = path.symlink_metadata().is_ok();
        // A link in the place of a directory above leads to what was not made here.
        if is_there && fs::canonicalize(path).ok().as_ref() != Some(path) {
            return Err(other(path));
        }
    }
    let back = place::pointer(&worktree.git.join("gitdir"))?;
    let is_back = back.is_none_or(|back| system::is_same_path(&back, &worktree.tree.join(".git")));
    let way = place::pointer(&worktree.tree.join(".git"))?;
    let is_way = way.is_none_or(|way| {
        way.strip_prefix("gitdir: ").is_some_and(|way| system::is_same_path(way, &worktree.git))
    });
    if is_back && is_way { Ok(()) } else { Err(other(&worktree.tree)) }
}

fn gone(removed: std::io::Result<()>) -> Result<(), RepositoryError> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Removes the directories of ours that hold nothing any more; what does not go is in use.
fn tidy(worktree: &Worktree) {
    let Some(place) = worktree.place() else { return };
    let _ = fs::remove_dir(place);
    let Some(ours) = place.parent().filter(|ours| is_empty(ours)) else { return };
    let _ = fs::remove_file(ours.join(".gitignore"));
    let _ = fs::remove_dir(ours);
}

async fn branch(git: &Git, allowed: &Path, worktree: &Worktree) -> Result<Branch, RepositoryError> {
    let (common, within) = (worktree.common.clone(), allowed.to_owned());
    let find = move || place::without_files(&common, &within);
    git.look_there(BRANCH_WITHIN, Path::new("/"), find, async |look| {
        let reference = reference(&worktree.branch);
        if !leads_nowhere_else(&worktree.common, &reference) {
            return Err(RepositoryError::Unsupported("its branches lie elsewhere"));
        }
        let asked = ["rev-parse", "--quiet", "--verify", reference.as_str()];
        match look.ask(asked, MAX_SAID_BYTES).await?.line() {
            None => Ok(Branch::Gone),
            Some(tip) if tip != worktree.base => Ok(Branch::Kept),
            Some(_) if is_checked_out(&worktree.common, &reference) => Ok(Branch::Kept),
            // Only from where it was seen: what is committed meanwhile stays.
            Some(tip) => {
                let said = look.ask(["update-ref", "-d", &reference, &tip], MAX_SAID_BYTES).await?;
                Ok(if said.is_done { Branch::Gone } else { Branch::Kept })
            }
        }
    })
    .await
}
