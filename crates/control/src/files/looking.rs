//! What is there, and what can be shown of it.

use contract::files::FileContent;
use model::{Actor, SessionId, Timestamp};
use policy::Action;
use relay::CallFailure;
use wire::call::{Answer, Question};
use wire::files::{CreateDirectory, DirectoryPage, FilePart, ListDirectory, ReadFile};
use wire::limits::{MAX_ENTRIES, MAX_FILE_PART_BYTES};

use super::{ask, note, session, sniff};
use crate::{ControlPlane, Error};

/// The largest page of a directory if nobody says how much.
const PAGE: u32 = 500;

/// A file that is to be looked at.
#[derive(Debug, Clone)]
pub struct Shown {
    /// How large it is.
    pub size_bytes: u64,
    /// When it was last changed.
    pub modified_at: Timestamp,
    /// What there is to be seen.
    pub content: FileContent,
}

/// A page of what is in a directory, behind a name.
pub async fn directory_page(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    path: String,
    after: String,
    most: Option<u32>,
) -> Result<DirectoryPage, Error> {
    let session = session(plane, actor, Action::MachineFiles, id).await?;
    let workspace = session.workspace.clone();
    let most = most.unwrap_or(PAGE).clamp(1, MAX_ENTRIES);
    let question = Question::ListDirectory(ListDirectory { workspace, path, after, most });
    match ask(plane, &session, question).await? {
        Answer::DirectoryPage(page) => Ok(page),
        _ => Err(CallFailure::Unexpected.into()),
    }
}

/// Makes a directory.
pub async fn directory_create(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    path: String,
) -> Result<(), Error> {
    let session = session(plane, actor, Action::SessionDrive, id).await?;
    note(plane, actor, &session, ("file.make_directory", "ok"), &path, None).await?;
    let workspace = session.workspace.clone();
    let question = Question::CreateDirectory(CreateDirectory { workspace, path: path.clone() });
    let made = match ask(plane, &session, question).await {
        Ok(Answer::DirectoryCreated(_)) => return Ok(()),
        Ok(_) => CallFailure::Unexpected.into(),
        Err(error) => error,
    };
    note(plane, actor, &session, ("file.make_directory", made.code), &path, None).await?;
    Err(made)
}

/// What there is to be seen of a file.
pub async fn file_show(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    path: String,
) -> Result<Shown, Error> {
    let session = session(plane, actor, Action::MachineFiles, id).await?;
    let question = Question::ReadFile(ReadFile {
        workspace: session.workspace.clone(),
        path,
        max_bytes: u32::try_from(MAX_FILE_PART_BYTES).unwrap_or(u32::MAX),
        ..ReadFile::default()
    });
    let Answer::FilePart(part) = ask(plane, &session, question).await? else {
        return Err(CallFailure::Unexpected.into());
    };
    let FilePart { data, size_bytes, modified_at_ms, .. } = part;
    let content = sniff::content(&data, data.len() as u64 >= size_bytes);
    Ok(Shown { size_bytes, modified_at: Timestamp::from_millis(modified_at_ms), content })
}
