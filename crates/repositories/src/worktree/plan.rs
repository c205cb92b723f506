//! Whether a worktree can be made, and what it would be. Nothing is written.

use std::fs;
use std::path::{Path, PathBuf};

use super::Worktree;
use crate::git::Look;
use crate::place::Place;
use crate::settings::References;
use crate::{Git, RepositoryError, Workspace};

/// The directory of ours in the top of a repository's files, and that of worktrees in it.
pub(super) const OURS: &str = ".gantline";
pub(super) const WORKTREES: &str = "worktrees";

/// Names are not longer than this, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// The most that git may say of a name.
const MAX_SAID_BYTES: usize = 4 * 1024;

/// What a worktree is to be.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What its directory is called, and nobody else's; letters, digits and hyphens.
    pub name: &'a str,
    /// The branch that is made for it.
    pub branch: &'a str,
    /// The commit with which it begins, as people name commits; the last one if nobody says.
    pub base: Option<&'a str>,
}

/// Looks whether such a worktree can be made for work in a workspace, and says what it would be.
pub async fn plan(
    git: &Git,
    workspace: &Workspace,
    wanted: Wanted<'_>,
) -> Result<Worktree, RepositoryError> {
    let planned = git.look(workspace, async |look| {
        if look.references() == References::Reftable {
            let problem = "worktrees of a repository with reftable";
            return Err(RepositoryError::Unsupported(problem));
        }
        let base = base(look, wanted.base).await?;
        branch(look, wanted.branch).await?;
        let is_there = !look.place.prefix.is_empty();
        if is_there && !is_directory_of(look, &base).await? {
            let problem = "the workspace is not in the commit with which the worktree would begin";
            return Err(RepositoryError::Unsupported(problem));
        }
        worktree(&look.place, wanted, base, &workspace.allowed)
    });
    match planned.await {
        Err(RepositoryError::NoRepository) if is_bare(&workspace.path) => {
            let problem = "it is bare, and so has no files to work on; clone it";
            Err(RepositoryError::Unsupported(problem))
        }
        planned => planned,
    }
}

fn worktree(
    place: &Place,
    wanted: Wanted<'_>,
    base: String,
    allowed: &Path,
) -> Result<Worktree, RepositoryError> {
    let name = wanted.name;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if name.is_empty() || !name.bytes().all(is_plain) {
        return Err(RepositoryError::InTheWay("its name".to_owned()));
    }
    // It is written there, which the owner of the machine must have allowed.
    if !place.common.starts_with(allowed) {
        return Err(RepositoryError::Outside);
    }
    let worktree = Worktree {
        tree: top(place).join(OURS).join(WORKTREES).join(name),
        prefix: place.prefix.clone(),
        git: place.common.join(WORKTREES).join(format!("gantline-{name}")),
        common: place.common.clone(),
        branch: wanted.branch.to_owned(),
        base,
    };
    for path in [&worktree.tree, &worktree.git] {
        if path.symlink_metadata().is_ok() {
            return Err(RepositoryError::InTheWay(path.display().to_string()));
        }
    }
    Ok(worktree)
}

/// The top of the repository's own files, so that no worktree lies in another one.
fn top(place: &Place) -> PathBuf {
    let is_usual = place.common.file_name().is_some_and(|name| name == ".git");
    match place.common.parent() {
        Some(parent) if is_usual && place.git != place.common => parent.to_owned(),
        _ => place.tree.clone(),
    }
}

async fn base(look: &Look<'_>, wanted: Option<&str>) -> Result<String, RepositoryError> {
    let Some(wanted) = wanted else { return look.head.clone().ok_or(RepositoryError::NoCommit) };
    let unknown = || RepositoryError::BaseUnknown(wanted.to_owned());
    // What begins like an option is one, whatever comes before it.
    if !is_name(wanted) || wanted.starts_with('-') {
        return Err(unknown());
    }
    let commit = format!("{wanted}^{{commit}}");
    let said = look.ask(["rev-parse", "--quiet", "--verify", &commit], MAX_SAID_BYTES).await?;
    let is_commit = |said: &String| said.bytes().all(|byte| byte.is_ascii_hexdigit());
    said.line().filter(is_commit).ok_or_else(unknown)
}

async fn branch(look: &Look<'_>, name: &str) -> Result<(), RepositoryError> {
    let invalid = || RepositoryError::BranchName(name.to_owned());
    if !is_name(name) || name.starts_with('-') || name == "HEAD" {
        return Err(invalid());
    }
    let reference = reference(name);
    if !look.ask(["check-ref-format", reference.as_str()], MAX_SAID_BYTES).await?.is_done {
        return Err(invalid());
    }
    let asked = ["rev-parse", "--quiet", "--verify", reference.as_str()];
    let is_there = look.ask(asked, MAX_SAID_BYTES).await?.is_done;
    if is_there || is_checked_out(&look.place.common, &reference) {
        return Err(RepositoryError::BranchExists(name.to_owned()));
    }
    Ok(())
}

/// How a branch is called among all that has a name.
pub(super) fn reference(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control)
}

/// Whether somebody works on a branch, which need not have a commit yet.
pub(super) fn is_checked_out(common: &Path, reference: &str) -> bool {
    let others = fs::read_dir(common.join(WORKTREES)).into_iter().flatten().flatten();
    let places = others.map(|entry| entry.path()).chain([common.to_owned()]);
    places.map(|place| crate::place::pointer(&place.join("HEAD"))).any(|head| {
        head.is_ok_and(|head| head.is_some_and(|head| head == format!("ref: {reference}")))
    })
}

async fn is_directory_of(look: &Look<'_>, commit: &str) -> Result<bool, RepositoryError> {
    let object = format!("{commit}:{}", look.place.prefix);
    let said = look.ask(["cat-file", "-t", object.as_str()], MAX_SAID_BYTES).await?;
    Ok(said.line().is_some_and(|kind| kind == "tree"))
}

fn is_bare(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir() && path.join("refs").is_dir()
}
