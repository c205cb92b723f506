//! Making a worktree, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::plan::{OURS, WORKTREES, reference};
use super::{Worktree, removing};
use crate::{Git, RepositoryError, Workspace, place, system};

/// How long writing the files may take.
const WRITE_WITHIN: Duration = Duration::from_mins(10);

/// How long making the branch may take.
pub(super) const BRANCH_WITHIN: Duration = Duration::from_secs(20);

/// The most that git may say of what it has done, which is nothing.
pub(super) const MAX_SAID_BYTES: usize = 4 * 1024;

/// What git ignores in our directory: everything, so that nothing of the repository has to be
/// changed for it (gitignore(5)).
pub(super) const IGNORED: &str = "*\n";

/// How much is written to see whether anything can be.
const PROBE_BYTES: usize = 256 * 1024;

/// Makes a worktree that was planned. `at` is the workspace for which it was. If that does not
/// work, nothing of it is left.
pub async fn make(git: &Git, at: &Workspace, worktree: &Worktree) -> Result<(), RepositoryError> {
    let _alone = git.alone().await?;
    add_branch(git, at, worktree).await?;
    let made = match lay(worktree.clone()).await {
        Ok(()) => write(git, at, worktree).await,
        Err(error) => Err(error),
    };
    if made.is_err() {
        // Why it could not be made is what people need to know. What is left of it is found by
        // whoever removes it the next time.
        let _ = removing::everything(git, &at.allowed, worktree).await;
    }
    made
}

async fn add_branch(git: &Git, at: &Workspace, worktree: &Worktree) -> Result<(), RepositoryError> {
    let (common, allowed) = (worktree.common.clone(), at.allowed.clone());
    let find = move || place::without_files(&common, &allowed);
    git.look_there(BRANCH_WITHIN, &at.withheld, find, async |look| {
        let reference = reference(&worktree.branch);
        if !leads_nowhere_else(&worktree.common, &reference) {
            return Err(RepositoryError::Unsupported("its branches lie elsewhere"));
        }
        let none = "0".repeat(worktree.base.len());
        let arguments = ["update-ref", &reference, &worktree.base, &none];
        let said = look.ask(arguments, MAX_SAID_BYTES).await?;
        let refused = || RepositoryError::BranchRefused(worktree.branch.clone());
        if said.is_done { Ok(()) } else { Err(refused()) }
    })
    .await
}

/// Whether the file of a branch, as far as there are directories for it, lies in the repository.
pub(super) fn leads_nowhere_else(common: &Path, reference: &str) -> bool {
    let file = common.join(reference);
    let ways = file.ancestors().skip(1).take_while(|way| way.starts_with(common));
    let mut there = ways.filter(|way| way.symlink_metadata().is_ok());
    there.all(|way| fs::canonicalize(way).is_ok_and(|resolved| resolved == way))
}

/// Makes the directories, each leading to the other, as git does it (gitrepository-layout(5)).
async fn lay(worktree: Worktree) -> Result<(), RepositoryError> {
    let laid = tokio::task::spawn_blocking(move || {
        let in_the_way = |path: &Path| RepositoryError::InTheWay(path.display().to_string());
        let place = worktree.place().ok_or_else(|| in_the_way(&worktree.tree))?;
        let ours = place.parent().ok_or_else(|| in_the_way(place))?;
        directory(ours)?;
        ignore(&ours.join(".gitignore"))?;
        directory(place)?;
        let shared = worktree.common.join(WORKTREES);
        directory(&shared)?;
        fresh(&worktree.tree)?;
        // Its files first: a directory of git's to which no files belong is pruned.
        let way = format!("gitdir: {}\n", text(&worktree.git)?);
        new_file(&worktree.tree.join(".git"), &way)?;
        fresh(&worktree.git)?;
        let back = format!("{}\n", text(&worktree.tree.join(".git"))?);
        new_file(&worktree.git.join("gitdir"), &back)?;
        new_file(&worktree.git.join("commondir"), "../..\n")?;
        let head = format!("ref: {}\n", reference(&worktree.branch));
        new_file(&worktree.git.join("HEAD"), &head)
    });
    laid.await.map_err(|_| RepositoryError::Slow)?
}

/// A directory of ours, which may be there. A link is none: it would lead elsewhere.
fn directory(path: &Path) -> Result<(), RepositoryError> {
    match fs::create_dir(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
        _ => {}
    }
    let is_there = fs::canonicalize(path).is_ok_and(|resolved| resolved == path && path.is_dir());
    if is_there { Ok(()) } else { Err(RepositoryError::InTheWay(path.display().to_string())) }
}

fn fresh(path: &Path) -> Result<(), RepositoryError> {
    fs::create_dir(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => RepositoryError::InTheWay(path.display().to_string()),
        _ => error.into(),
    })
}

fn new_file(path: &Path, content: &str) -> Result<(), RepositoryError> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    Ok(file.write_all(content.as_bytes())?)
}

/// What somebody else has put there stays as it is.
fn ignore(path: &Path) -> Result<(), RepositoryError> {
    match new_file(path, IGNORED) {
        Err(RepositoryError::System(error))
            if error.kind() == std::io::ErrorKind::AlreadyExists =>
        {
            Ok(())
        }
        made => made,
    }
}

/// A path as git reads it from a file.
fn text(path: &Path) -> Result<String, RepositoryError> {
    let text = system::for_git(path).into_os_string().into_string().ok();
    text.filter(|text| !text.contains('\n'))
        .ok_or(RepositoryError::Unsupported("a name is not text"))
}

/// Lets git write the files, with settings of ours.
async fn write(git: &Git, at: &Workspace, worktree: &Worktree) -> Result<(), RepositoryError> {
    let workspace = Workspace { path: worktree.tree.clone(), ..at.clone() };
    let (asked, expected) = (workspace.clone(), worktree.git.clone());
    let find = move || {
        let place = place::find(&asked)?;
        let is_it = place.git == expected && place.tree == asked.path;
        let other = || RepositoryError::NotTheWorktree(asked.path.display().to_string());
        is_it.then_some(place).ok_or_else(other)
    };
    let written = git.look_there(WRITE_WITHIN, &at.withheld, find, async |look| {
        look.change_index(&["read-tree", "--reset", "-u", &worktree.base], &[]).await
    });
    match written.await {
        Err(RepositoryError::Unreadable) => Err(why_not(&worktree.tree)),
        written => written,
    }
}

/// What git says is not read, so it is tried whether the disk takes anything.
fn why_not(tree: &Path) -> RepositoryError {
    let probe = tree.join(".gantline-probe");
    let tried = File::create(&probe).and_then(|mut file| {
        file.write_all(&vec![1; PROBE_BYTES])?;
        file.sync_all()
    });
    // It goes with the worktree.
    tried.map_or_else(RepositoryError::System, |()| RepositoryError::NotWritten)
}

/// Whether a directory of ours holds nothing but what was put there when it was made.
pub(super) fn is_empty(ours: &Path) -> bool {
    let Ok(entries) = fs::read_dir(ours) else { return false };
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    let ignored = ours.join(".gitignore");
    names == [".gitignore"]
        && ours.file_name().is_some_and(|name| name == OURS)
        && fs::read_to_string(ignored).is_ok_and(|content| content == IGNORED)
}
