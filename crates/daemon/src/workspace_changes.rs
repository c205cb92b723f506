//! The Git repositories of workspaces, as the server asks for them. The machine decides which
//! directories may be looked at, and nothing that a repository brings is run (S65, S70, S72).

use std::io::ErrorKind;

use files::{FilesError, RelativePath};
use repositories::patch::{Hunk, Line, LineKind};
use repositories::{
    Changed, Content, LogPart, RepositoryError, Status, Workspace, changes, diff as differences,
    log as history,
};
use wire::call::Answer;
use wire::changes::{
    ChangeContent, ChangeStatus, ChangedFile, ChangesListed, Commit, DiffHunk, DiffLine,
    DiffLineKind, DiffRead, ListChanges, LogRead, ReadDiff, ReadLog,
};
use wire::limits::MAX_COMMITS;

use crate::context::Context;
use crate::reports::Refused;

/// Answers which files differ.
pub(crate) async fn list(context: &Context, asked: &ListChanges) -> Result<Answer, Refused> {
    let workspace = locate(context, &asked.workspace).await?;
    let found = changes::changes(&context.git, &workspace).await?;
    Ok(Answer::ChangesListed(ChangesListed {
        branch: found.branch.unwrap_or_default(),
        head: found.head.unwrap_or_default(),
        files: found.files.into_iter().map(changed_file).collect(),
        has_more: found.has_more,
    }))
}

/// Answers what differs in a file.
pub(crate) async fn diff(context: &Context, asked: ReadDiff) -> Result<Answer, Refused> {
    let ReadDiff { workspace, path, old_path } = asked;
    let old_path = Some(old_path).filter(|path| !path.is_empty());
    for path in [Some(&path), old_path.as_ref()].into_iter().flatten() {
        RelativePath::parse(path)?;
    }
    let workspace = locate(context, &workspace).await?;
    let read = differences::diff(&context.git, &workspace, &path, old_path.as_deref()).await?;
    Ok(Answer::DiffRead(DiffRead {
        file: Some(changed_file(read.file)),
        hunks: read.hunks.into_iter().map(hunk).collect(),
        is_cut: read.is_cut,
    }))
}

/// Answers what was committed.
pub(crate) async fn log(context: &Context, asked: ReadLog) -> Result<Answer, Refused> {
    let ReadLog { workspace, from, skip, most } = asked;
    let from = Some(from.as_str()).filter(|from| !from.is_empty());
    let part = LogPart { from, skip, most: most.clamp(1, MAX_COMMITS) };
    let workspace = locate(context, &workspace).await?;
    let read = history::log(&context.git, &workspace, part).await?;
    let commits = read.commits.into_iter().map(|commit| Commit {
        id: commit.id,
        committed_at_ms: commit.committed_at_s.saturating_mul(1_000),
        author: commit.author,
        subject: commit.subject,
    });
    Ok(Answer::LogRead(LogRead {
        from: read.from.unwrap_or_default(),
        commits: commits.collect(),
        has_more: read.has_more,
    }))
}

/// Finds a workspace, on a thread that may wait for the disk.
pub(crate) async fn locate(context: &Context, asked: &str) -> Result<Workspace, Refused> {
    let policy = context.admission.admit().await?.policy;
    let (own, asked) = (context.directory.clone(), asked.to_owned());
    let located = tokio::task::spawn_blocking(move || {
        let found = policy.locate_workspace(&asked)?;
        let withheld = std::fs::canonicalize(own).map_err(FilesError::from)?;
        Ok(Workspace { allowed: found.allowed, path: found.path, withheld })
    });
    located.await.map_err(|_| Refused::new("stopping", "the daemon is stopping"))?
}

fn changed_file(file: Changed) -> ChangedFile {
    let status = match file.status {
        Status::Added => ChangeStatus::Added,
        Status::Untracked => ChangeStatus::Untracked,
        Status::Deleted => ChangeStatus::Deleted,
        Status::Modified => ChangeStatus::Modified,
        Status::Renamed => ChangeStatus::Renamed,
        Status::TypeChanged => ChangeStatus::TypeChanged,
        Status::Unmerged => ChangeStatus::Unmerged,
    };
    let (content, added, removed) = match file.content {
        Content::Text { added, removed } => (ChangeContent::Text, added, removed),
        Content::Binary => (ChangeContent::Binary, 0, 0),
        Content::Repository => (ChangeContent::Repository, 0, 0),
        Content::Uncounted => (ChangeContent::Unspecified, 0, 0),
    };
    ChangedFile {
        path: file.path,
        old_path: file.old_path.unwrap_or_default(),
        status: status.into(),
        content: content.into(),
        added,
        removed,
    }
}

fn hunk(hunk: Hunk) -> DiffHunk {
    DiffHunk {
        old_start: hunk.old_start,
        new_start: hunk.new_start,
        heading: hunk.heading,
        lines: hunk.lines.into_iter().map(line).collect(),
    }
}

fn line(Line { kind, text, is_unended }: Line) -> DiffLine {
    let kind = match kind {
        LineKind::Same => DiffLineKind::Same,
        LineKind::Added => DiffLineKind::Added,
        LineKind::Removed => DiffLineKind::Removed,
    };
    DiffLine { kind: kind.into(), text, is_unended }
}

impl From<RepositoryError> for Refused {
    fn from(error: RepositoryError) -> Self {
        let code = match &error {
            RepositoryError::System(why) if why.kind() == ErrorKind::StorageFull => {
                "machine_disk_full"
            }
            _ => error.code(),
        };
        let refused = Self::new(code, error.to_string());
        match hint(&error) {
            Some(hint) => refused.with_hint(hint),
            None => refused,
        }
    }
}

/// What can be done about it.
const fn hint(error: &RepositoryError) -> Option<&'static str> {
    Some(match error {
        RepositoryError::GitMissing => "install git on the machine and start its daemon again",
        RepositoryError::NoRepository => "`git init` in the workspace makes one",
        RepositoryError::NoCommit => "commit something there first",
        RepositoryError::BaseUnknown(_) => "name a branch, a tag or a commit of the repository",
        RepositoryError::BranchName(_) => "choose a name that git allows",
        RepositoryError::BranchExists(_) => "choose another name, or begin with it as the base",
        RepositoryError::BranchRefused(_) => "choose another name",
        RepositoryError::InTheWay(_) => "move it away on the machine, and try again",
        RepositoryError::NotWritten => "fetch the whole repository on the machine, and try again",
        RepositoryError::NotTheWorktree(_) => "look at it on the machine: git worktree list",
        _ => return None,
    })
}
