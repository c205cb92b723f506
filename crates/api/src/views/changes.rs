//! What differs in a workspace, from what its machine says.

use contract::changes::{
    ChangeContent, ChangeStatus, ChangedFile, Changes, CommitLog, CommitView, DiffHunk, DiffLine,
    DiffLineKind, FileDiff,
};
use control::files::changes::LogPage;
use model::Timestamp;
use wire::changes::{self, ChangesListed, Commit, DiffRead};

/// The files that differ.
pub fn changes(listed: ChangesListed) -> Changes {
    Changes {
        branch: Some(listed.branch).filter(|branch| !branch.is_empty()),
        head: Some(listed.head).filter(|head| !head.is_empty()),
        files: listed.files.into_iter().map(file).collect(),
        has_more: listed.has_more,
    }
}

/// What differs in one.
pub fn diff(read: DiffRead) -> FileDiff {
    FileDiff {
        file: file(read.file.unwrap_or_default()),
        hunks: read.hunks.into_iter().map(hunk).collect(),
        is_cut: read.is_cut,
    }
}

/// A page of commits.
pub fn log(page: LogPage) -> CommitLog {
    CommitLog {
        commits: page.log.commits.into_iter().map(commit).collect(),
        next_cursor: page.next.map(|next| next.to_text()),
    }
}

fn file(file: changes::ChangedFile) -> ChangedFile {
    ChangedFile {
        status: match file.status() {
            changes::ChangeStatus::Added => ChangeStatus::Added,
            changes::ChangeStatus::Untracked => ChangeStatus::Untracked,
            changes::ChangeStatus::Deleted => ChangeStatus::Deleted,
            changes::ChangeStatus::Renamed => ChangeStatus::Renamed,
            changes::ChangeStatus::TypeChanged => ChangeStatus::TypeChanged,
            changes::ChangeStatus::Unmerged => ChangeStatus::Unmerged,
            changes::ChangeStatus::Modified | changes::ChangeStatus::Unspecified => {
                ChangeStatus::Modified
            }
        },
        content: match file.content() {
            changes::ChangeContent::Text => ChangeContent::Text,
            changes::ChangeContent::Binary => ChangeContent::Binary,
            changes::ChangeContent::Repository => ChangeContent::Repository,
            changes::ChangeContent::Unspecified => ChangeContent::Uncounted,
        },
        path: file.path,
        old_path: Some(file.old_path).filter(|path| !path.is_empty()),
        added: file.added,
        removed: file.removed,
    }
}

fn hunk(hunk: changes::DiffHunk) -> DiffHunk {
    DiffHunk {
        old_start: hunk.old_start,
        new_start: hunk.new_start,
        heading: hunk.heading,
        lines: hunk.lines.into_iter().map(line).collect(),
    }
}

fn line(line: changes::DiffLine) -> DiffLine {
    let kind = match line.kind() {
        changes::DiffLineKind::Same => DiffLineKind::Same,
        changes::DiffLineKind::Added => DiffLineKind::Added,
        changes::DiffLineKind::Removed => DiffLineKind::Removed,
    };
    DiffLine { kind, text: line.text, is_unended: line.is_unended }
}

fn commit(commit: Commit) -> CommitView {
    CommitView {
        id: commit.id,
        committed_at: Timestamp::from_millis(commit.committed_at_ms).into(),
        author: commit.author,
        subject: commit.subject,
    }
}
