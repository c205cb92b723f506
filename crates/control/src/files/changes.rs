//! What differs from what was committed. The machine compares; nothing that a repository brings is
//! run there (S72).

use model::{Actor, SessionId};
use policy::Action;
use relay::CallFailure;
use wire::call::{Answer, Question};
use wire::changes::{
    ChangeDiscarded, ChangesListed, DiffRead, DiscardChange, ListChanges, LogRead, ReadDiff,
    ReadLog,
};
use wire::limits::MAX_COMMITS;

use super::{ask, note, session};
use crate::{ControlPlane, Error};

/// The largest page of commits if nobody says how much.
const PAGE: u32 = 50;

/// Where the next page of commits begins: a commit, and how many behind it were told. What is
/// committed meanwhile moves nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogCursor {
    from: String,
    skip: u32,
}

/// A page of commits.
#[derive(Debug)]
pub struct LogPage {
    /// What the machine has told.
    pub log: LogRead,
    /// Where the next one begins, if there is one.
    pub next: Option<LogCursor>,
}

/// The files that differ from the last commit.
pub async fn changes_list(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<ChangesListed, Error> {
    let session = session(plane, actor, Action::MachineFiles, id).await?;
    let question = Question::ListChanges(ListChanges { workspace: session.workspace.clone() });
    match ask(plane, &session, question).await? {
        Answer::ChangesListed(listed) => Ok(listed),
        _ => Err(CallFailure::Unexpected.into()),
    }
}

/// What differs in a file; `old_path` is where it was before, if it was renamed.
pub async fn file_diff(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    path: String,
    old_path: Option<String>,
) -> Result<DiffRead, Error> {
    let session = session(plane, actor, Action::MachineFiles, id).await?;
    let (workspace, old_path) = (session.workspace.clone(), old_path.unwrap_or_default());
    let question = Question::ReadDiff(ReadDiff { workspace, path, old_path });
    match ask(plane, &session, question).await? {
        Answer::DiffRead(read) => Ok(read),
        _ => Err(CallFailure::Unexpected.into()),
    }
}

/// Puts a file back as it was committed; answers where on the machine what was there is kept for a
/// week, if there was something. Only who may prompt a session discards what it has done.
pub async fn change_discard(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    path: String,
    old_path: Option<String>,
) -> Result<Option<String>, Error> {
    let session = session(plane, actor, Action::SessionDrive, id).await?;
    note(plane, actor, &session, ("file.discard", "ok"), &path, None).await?;
    let (workspace, old_path) = (session.workspace.clone(), old_path.unwrap_or_default());
    let question =
        Question::DiscardChange(DiscardChange { workspace, path: path.clone(), old_path });
    let failed = match ask(plane, &session, question).await {
        Ok(Answer::ChangeDiscarded(ChangeDiscarded { kept_at })) => {
            return Ok(Some(kept_at).filter(|place| !place.is_empty()));
        }
        Ok(_) => CallFailure::Unexpected.into(),
        Err(error) => error,
    };
    note(plane, actor, &session, ("file.discard", failed.code), &path, None).await?;
    Err(failed)
}

/// What was committed, from a cursor on.
pub async fn commit_log(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    cursor: LogCursor,
    most: Option<u32>,
) -> Result<LogPage, Error> {
    let session = session(plane, actor, Action::MachineFiles, id).await?;
    let workspace = session.workspace.clone();
    let most = most.unwrap_or(PAGE).clamp(1, MAX_COMMITS);
    let LogCursor { from, skip } = cursor;
    let question = Question::ReadLog(ReadLog { workspace, from, skip, most });
    let Answer::LogRead(log) = ask(plane, &session, question).await? else {
        return Err(CallFailure::Unexpected.into());
    };
    let told = u32::try_from(log.commits.len()).unwrap_or(u32::MAX);
    let next = LogCursor { from: log.from.clone(), skip: skip.saturating_add(told) };
    let next = Some(next).filter(|_| log.has_more && told > 0);
    Ok(LogPage { log, next })
}

impl LogCursor {
    /// Reads what was written with [`LogCursor::to_text`]; nothing is the beginning.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let read = text.split_once('.').and_then(|(from, skip)| {
            let is_name = from.bytes().all(|byte| byte.is_ascii_hexdigit());
            let from = Some(from).filter(|from| is_name && from.len() >= 40)?.to_owned();
            Some(Self { from, skip: skip.parse().ok()? })
        });
        read.ok_or_else(|| {
            Error::invalid("invalid_cursor", "use the next_cursor of the answer before, unchanged")
        })
    }

    /// As it is handed out.
    pub fn to_text(&self) -> String {
        format!("{}.{}", self.from, self.skip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let cursor = LogCursor { from: "0a".repeat(20), skip: 50 };
        assert_eq!(LogCursor::parse(&cursor.to_text()).unwrap(), cursor);
        assert_eq!(LogCursor::parse("").unwrap(), LogCursor::default());
        for strange in
            ["x", "HEAD.1", "--all.0", &"a".repeat(40), &format!("{}.-1", "a".repeat(40))]
        {
            assert!(LogCursor::parse(strange).is_err(), "{strange}");
        }
    }
}
