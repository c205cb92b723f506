//! A file on its way to somebody.

use std::sync::Arc;

use bytes::Bytes;
use model::{Actor, SessionId};
use policy::Action;
use relay::CallFailure;
use wire::call::{Answer, Question};
use wire::files::{FilePart, ReadFile};
use wire::limits::MAX_FILE_PART_BYTES;

use super::{ask, note, session};
use crate::{ControlPlane, Error};

/// A file on its way to somebody. One part of it is in memory at a time, and the next is asked for
/// when that one was taken.
pub struct Download {
    plane: Arc<ControlPlane>,
    actor: Actor,
    id: SessionId,
    path: String,
    /// As it was when it was begun: what is written behind it meanwhile is not sent.
    size_bytes: u64,
    sent_bytes: u64,
    version: Bytes,
    /// The first part, which proves that there is something to send.
    next: Option<Bytes>,
}

impl Download {
    /// Begins with the first part, so that what cannot be read is refused before anything is sent.
    pub async fn begin(
        plane: &Arc<ControlPlane>,
        actor: &Actor,
        id: SessionId,
        path: String,
    ) -> Result<Self, Error> {
        let mut download = Self {
            plane: plane.clone(),
            actor: *actor,
            id,
            path,
            size_bytes: u64::MAX,
            sent_bytes: 0,
            version: Bytes::new(),
            next: None,
        };
        let part = download.part().await?;
        let session = session(plane, actor, Action::MachineFiles, id).await?;
        let size = Some(part.size_bytes);
        note(plane, actor, &session, ("file.download", "ok"), &download.path, size).await?;
        download.size_bytes = part.size_bytes;
        download.version = part.version;
        download.next = Some(part.data);
        Ok(download)
    }

    /// How many bytes come in all.
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The next part; `None` when all of it was given. Fails when the file has become another one.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let data = match self.next.take() {
            Some(data) => data,
            None if self.sent_bytes >= self.size_bytes => return Ok(None),
            None => {
                let part = self.part().await?;
                self.version = part.version;
                part.data
            }
        };
        if data.is_empty() && self.sent_bytes < self.size_bytes {
            return Err(Error::conflict("file_changed", "the file has become shorter meanwhile"));
        }
        self.sent_bytes += data.len() as u64;
        Ok(Some(data).filter(|data| !data.is_empty()))
    }

    /// Asks for a part. Whoever may not look any more gets no more.
    async fn part(&self) -> Result<FilePart, Error> {
        let session = session(&self.plane, &self.actor, Action::MachineFiles, self.id).await?;
        let rest = self.size_bytes - self.sent_bytes;
        let most = rest.min(MAX_FILE_PART_BYTES as u64);
        let question = Question::ReadFile(ReadFile {
            workspace: session.workspace.clone(),
            path: self.path.clone(),
            offset: self.sent_bytes,
            max_bytes: u32::try_from(most).unwrap_or(u32::MAX),
            version: self.version.clone(),
        });
        match ask(&self.plane, &session, question).await? {
            Answer::FilePart(part) if part.data.len() as u64 <= most => Ok(part),
            _ => Err(CallFailure::Unexpected.into()),
        }
    }
}
