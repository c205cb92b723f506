//! What a worktree holds that is nowhere else.

use super::plan::{OURS, WORKTREES, reference};
use super::{Worktree, removing};
use crate::git::Look;
use crate::{Git, RepositoryError, Workspace, changes};

/// The most that git may say of a number or a name.
const MAX_SAID_BYTES: usize = 4 * 1024;

/// Commits are not counted any further.
const MAX_COMMITS: u32 = 1_000;

/// What git keeps of a worktree while something is under way in it, or that has files of its own.
const UNDER_WAY: &[&str] = &[
    "rebase-merge",
    "rebase-apply",
    "sequencer",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
    "modules",
];

/// What a worktree holds that is nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holding {
    /// Files that were not committed; those that git ignores are not counted.
    pub files: u32,
    /// Whether there are more files than were counted.
    pub has_more: bool,
    /// Commits that no other branch has.
    pub commits: u32,
    /// Whether something is half done in it: a merge, for example, or a worktree within it.
    pub is_under_way: bool,
}

impl Holding {
    /// Whether nothing is lost with it.
    pub const fn is_nothing(&self) -> bool {
        self.files == 0 && !self.has_more && self.commits == 0 && !self.is_under_way
    }
}

/// Looks what a worktree holds that is nowhere else; `None` if it is not there any more.
pub async fn holding(
    git: &Git,
    at: &Workspace,
    worktree: &Worktree,
) -> Result<Option<Holding>, RepositoryError> {
    if worktree.tree.symlink_metadata().is_err() {
        return Ok(None);
    }
    removing::is_ours(worktree)?;
    // Without its way to the repository the files would be looked at as another one's.
    if !worktree.tree.join(".git").is_file() || !worktree.git.join("gitdir").is_file() {
        return Err(RepositoryError::NotTheWorktree(worktree.tree.display().to_string()));
    }
    let workspace = Workspace { path: worktree.tree.clone(), ..at.clone() };
    let changed = changes::changes(git, &workspace).await?;
    let commits = git.look(&workspace, async |look| commits(look, worktree).await).await?;
    let nested = worktree.tree.join(OURS).join(WORKTREES);
    let is_under_way = UNDER_WAY.iter().any(|name| worktree.git.join(name).exists())
        || nested.symlink_metadata().is_ok();
    Ok(Some(Holding {
        files: u32::try_from(changed.files.len()).unwrap_or(u32::MAX),
        has_more: changed.has_more,
        commits,
        is_under_way,
    }))
}

/// How many commits there are in it and on its branch that are on no other branch.
async fn commits(look: &Look<'_>, worktree: &Worktree) -> Result<u32, RepositoryError> {
    let own = reference(&worktree.branch);
    let asked = ["rev-parse", "--quiet", "--verify", own.as_str()];
    let is_there = look.ask(asked, MAX_SAID_BYTES).await?.is_done;
    let most = format!("--max-count={MAX_COMMITS}");
    let mut arguments = vec!["rev-list".to_owned(), "--count".to_owned(), most, "HEAD".to_owned()];
    arguments.extend(is_there.then_some(own));
    arguments.extend(["--not".to_owned(), worktree.base.clone()]);
    let mine = [Some(&worktree.branch), look.branch.as_ref()];
    arguments.extend(mine.into_iter().flatten().map(|name| format!("--exclude={name}")));
    arguments.extend(["--branches", "--tags", "--remotes"].map(str::to_owned));
    let said = look.ask(arguments, MAX_SAID_BYTES).await?;
    said.line().and_then(|count| count.parse().ok()).ok_or(RepositoryError::Unreadable)
}
