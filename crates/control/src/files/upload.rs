//! A file on its way to a machine.

use std::sync::Arc;

use bytes::Bytes;
use contract::files::{ExistingFile, MAX_UPLOAD_BYTES};
use model::{Actor, SessionId, Timestamp};
use policy::Action;
use relay::CallFailure;
use wire::call::{Answer, Question};
use wire::files::{BeginUpload, EndUpload, UploadFate, WriteUpload};
use wire::limits::MAX_FILE_PART_BYTES;

use super::{ask, note, session};
use crate::{ControlPlane, Error};

// What is promised here is what the machine takes.
const _: () = assert!(MAX_UPLOAD_BYTES == wire::limits::MAX_UPLOAD_BYTES);

/// What was put on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Put {
    /// How large it is.
    pub size_bytes: u64,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

/// A file on its way to a machine. It appears there when it is whole; one that is dropped before is
/// given up by the machine when nothing comes for a while.
pub struct Upload {
    plane: Arc<ControlPlane>,
    actor: Actor,
    id: SessionId,
    path: String,
    upload_id: u64,
    size_bytes: u64,
    written_bytes: u64,
}

impl Upload {
    /// The most that one part may have.
    pub const MAX_PART_BYTES: usize = MAX_FILE_PART_BYTES;

    /// Asks the machine whether a file of that size may come.
    pub async fn begin(
        plane: &Arc<ControlPlane>,
        actor: &Actor,
        id: SessionId,
        path: String,
        size_bytes: u64,
        existing: ExistingFile,
    ) -> Result<Self, Error> {
        let session = session(plane, actor, Action::SessionDrive, id).await?;
        if size_bytes > MAX_UPLOAD_BYTES {
            let message = format!("a file may have {MAX_UPLOAD_BYTES} bytes, not {size_bytes}");
            return Err(Error::invalid("file_too_large", message));
        }
        let existing = match existing {
            ExistingFile::Keep => wire::files::ExistingFile::Keep,
            ExistingFile::Replace => wire::files::ExistingFile::Replace,
        };
        let question = Question::BeginUpload(BeginUpload {
            workspace: session.workspace.clone(),
            path: path.clone(),
            size_bytes,
            existing: existing.into(),
        });
        let Answer::UploadBegun(begun) = ask(plane, &session, question).await? else {
            return Err(CallFailure::Unexpected.into());
        };
        Ok(Self {
            plane: plane.clone(),
            actor: *actor,
            id,
            path,
            upload_id: begun.upload_id,
            size_bytes,
            written_bytes: 0,
        })
    }

    /// Writes the next part; answers when the machine has written it. Whoever may not drive the
    /// session any more writes no more.
    pub async fn write(&mut self, data: Bytes) -> Result<(), Error> {
        let session = session(&self.plane, &self.actor, Action::SessionDrive, self.id).await?;
        let end = self.written_bytes + data.len() as u64;
        let (upload_id, offset) = (self.upload_id, self.written_bytes);
        let question = Question::WriteUpload(WriteUpload { upload_id, offset, data });
        match ask(&self.plane, &session, question).await? {
            Answer::UploadWritten(written) if written.written_bytes == end => {
                self.written_bytes = end;
                Ok(())
            }
            _ => Err(CallFailure::Unexpected.into()),
        }
    }

    /// Has the machine put it where it is to be. It is written down before that happens, and again
    /// where it does not.
    pub async fn finish(self) -> Result<Put, Error> {
        let session = session(&self.plane, &self.actor, Action::SessionDrive, self.id).await?;
        let note = |result| {
            let what = ("file.upload", result);
            note(&self.plane, &self.actor, &session, what, &self.path, Some(self.size_bytes))
        };
        note("ok").await?;
        let error = match ask(&self.plane, &session, self.end(UploadFate::Keep)).await {
            Ok(Answer::UploadEnded(ended)) => {
                return Ok(Put {
                    size_bytes: ended.size_bytes,
                    modified_at: Timestamp::from_millis(ended.modified_at_ms),
                });
            }
            Ok(_) => CallFailure::Unexpected.into(),
            Err(error) => error,
        };
        note(error.code).await?;
        Err(error)
    }

    /// Has the machine forget what has come of it.
    pub async fn discard(self) {
        let session = self.plane.store.session(self.id).await;
        if let Ok(Some(session)) = session {
            // It gives up by itself what it is not told of.
            let _ = ask(&self.plane, &session, self.end(UploadFate::Discard)).await;
        }
    }

    fn end(&self, fate: UploadFate) -> Question {
        Question::EndUpload(EndUpload { upload_id: self.upload_id, fate: fate.into() })
    }
}
