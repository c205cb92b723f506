//! Files on their way into workspaces. Each is owned by a task of its own, which gives it up when
//! nothing comes for a while, so that one that breaks off leaves nothing behind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use files::{Existing, Facts, FilesError, RelativePath, Root, Upload};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use wire::call::Answer;
use wire::files::{
    BeginUpload, EndUpload, ExistingFile, UploadBegun, UploadEnded, UploadFate, UploadWritten,
    WriteUpload,
};
use wire::limits::{MAX_FILE_PART_BYTES, MAX_UPLOAD_BYTES, MAX_UPLOADS, UPLOAD_KEPT};

use crate::reports::Refused;
use crate::supervisor::Supervisor;
use crate::workspace_files;

/// The ways to all uploads.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<HashMap<u64, mpsc::Sender<Step>>>);

/// What comes for an upload.
enum Step {
    Write { offset: u64, data: bytes::Bytes, answer: oneshot::Sender<Result<u64, FilesError>> },
    Keep { answer: oneshot::Sender<Result<Facts, FilesError>> },
    Discard { answer: oneshot::Sender<()> },
}

/// Begins an upload.
pub(crate) async fn begin(supervisor: &Supervisor, asked: BeginUpload) -> Result<Answer, Refused> {
    let context = &supervisor.context;
    let existing = match asked.existing() {
        ExistingFile::Keep => Existing::Keep,
        ExistingFile::Replace => Existing::Replace,
        ExistingFile::Unspecified => return Err(malformed("what becomes of an existing file")),
    };
    let size_bytes = asked.size_bytes;
    if size_bytes > MAX_UPLOAD_BYTES {
        return Err(FilesError::TooLarge { limit: MAX_UPLOAD_BYTES, unit: "bytes" }.into());
    }
    // Never 0, which says nothing on the link.
    let mut token = [0; 8];
    context.rng.fill(&mut token);
    let upload_id = u64::from_le_bytes(token).max(1);
    let (place, steps) = Place::take(&supervisor.uploads, upload_id)?;
    let begin = move |root: &Root, path: &RelativePath| {
        Upload::begin(root, path, size_bytes, existing, upload_id)
    };
    let upload = workspace_files::at(context, asked.workspace, asked.path, begin).await?;
    let stopping = context.stopping.clone();
    context.tasks.spawn(async move { place.keep(upload, steps, stopping).await });
    Ok(Answer::UploadBegun(UploadBegun { upload_id }))
}

/// Writes a part, if anything may be written.
pub(crate) async fn write(supervisor: &Supervisor, part: WriteUpload) -> Result<Answer, Refused> {
    supervisor.context.admission.admit().await?;
    supervisor.uploads.write(part).await
}

/// Ends an upload. What is not to be kept is taken away in any case.
pub(crate) async fn end(supervisor: &Supervisor, end: EndUpload) -> Result<Answer, Refused> {
    if end.fate() == UploadFate::Keep {
        supervisor.context.admission.admit().await?;
    }
    supervisor.uploads.end(end).await
}

impl Uploads {
    /// Writes a part; answers when it is written.
    async fn write(&self, part: WriteUpload) -> Result<Answer, Refused> {
        let WriteUpload { upload_id, offset, data } = part;
        if data.len() > MAX_FILE_PART_BYTES {
            let limit = MAX_FILE_PART_BYTES as u64;
            return Err(FilesError::TooLarge { limit, unit: "bytes in one part" }.into());
        }
        let (answer, written) = oneshot::channel();
        self.send(upload_id, Step::Write { offset, data, answer }).await?;
        let written_bytes = written.await.map_err(|_| unknown())??;
        Ok(Answer::UploadWritten(UploadWritten { written_bytes }))
    }

    /// Ends an upload; answers when the file is in its place, or gone.
    async fn end(&self, end: EndUpload) -> Result<Answer, Refused> {
        let ended = match end.fate() {
            UploadFate::Keep => {
                let (answer, kept) = oneshot::channel();
                self.send(end.upload_id, Step::Keep { answer }).await?;
                let facts = kept.await.map_err(|_| unknown())??;
                UploadEnded { size_bytes: facts.size_bytes, modified_at_ms: facts.modified_at_ms }
            }
            UploadFate::Discard => {
                let (answer, discarded) = oneshot::channel();
                self.send(end.upload_id, Step::Discard { answer }).await?;
                discarded.await.map_err(|_| unknown())?;
                UploadEnded::default()
            }
            UploadFate::Unspecified => return Err(malformed("what becomes of the upload")),
        };
        Ok(Answer::UploadEnded(ended))
    }

    async fn send(&self, upload: u64, step: Step) -> Result<(), Refused> {
        let way = self.lock().get(&upload).cloned().ok_or_else(unknown)?;
        way.send(step).await.map_err(|_| unknown())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, mpsc::Sender<Step>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the places for uploads; free again when this is dropped.
struct Place {
    uploads: Arc<Uploads>,
    id: u64,
}

impl Place {
    fn take(uploads: &Arc<Uploads>, id: u64) -> Result<(Self, mpsc::Receiver<Step>), Refused> {
        // Whoever sends parts waits for each of them, so that there is no queue.
        let (way, steps) = mpsc::channel(1);
        let mut ways = uploads.lock();
        if ways.len() >= MAX_UPLOADS {
            let message = format!("{MAX_UPLOADS} files are on their way to this machine already");
            return Err(Refused::new("too_many_uploads", message));
        }
        ways.insert(id, way);
        drop(ways);
        Ok((Self { uploads: uploads.clone(), id }, steps))
    }

    /// Keeps an upload until it is over, or nothing comes for it any more. An answer may have nobody
    /// left who waits for it.
    async fn keep(
        self,
        mut upload: Upload,
        mut steps: mpsc::Receiver<Step>,
        stopping: CancellationToken,
    ) {
        loop {
            let step = tokio::select! {
                () = stopping.cancelled() => return,
                step = tokio::time::timeout(UPLOAD_KEPT, steps.recv()) => step,
            };
            match step {
                Ok(Some(Step::Write { offset, data, answer })) => {
                    let write = move || {
                        let written = upload.write(offset, &data);
                        (upload, written)
                    };
                    let Ok((back, written)) = tokio::task::spawn_blocking(write).await else {
                        return;
                    };
                    upload = back;
                    let _ = answer.send(written);
                }
                Ok(Some(Step::Keep { answer })) => {
                    if let Ok(kept) = tokio::task::spawn_blocking(move || upload.finish()).await {
                        let _ = answer.send(kept);
                    }
                    return;
                }
                Ok(Some(Step::Discard { answer })) => {
                    drop(upload);
                    let _ = answer.send(());
                    return;
                }
                // Nothing came for too long.
                Ok(None) | Err(_) => return,
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.uploads.lock().remove(&self.id);
    }
}

fn unknown() -> Refused {
    Refused::new("upload_unknown", "the file is not on its way any more; send it again")
}

fn malformed(what: &str) -> Refused {
    Refused::new("bad_request", format!("{what} is malformed"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn names(directory: &tempfile::TempDir) -> usize {
        std::fs::read_dir(directory.path()).unwrap().count()
    }

    fn upload(directory: &tempfile::TempDir) -> Upload {
        let root = Root::open(directory.path()).unwrap();
        let path = RelativePath::parse("file").unwrap();
        Upload::begin(&root, &path, 3, Existing::Keep, 1).unwrap()
    }

    /// What breaks off leaves nothing behind, neither a place that is taken nor a file.
    #[tokio::test(start_paused = true)]
    async fn an_upload_for_which_nothing_comes_is_given_up() {
        let directory = tempfile::tempdir().unwrap();
        let uploads = Arc::new(Uploads::default());
        let (place, steps) = Place::take(&uploads, 1).unwrap();
        let upload = upload(&directory);
        assert_eq!(names(&directory), 1);
        let mut kept = Box::pin(place.keep(upload, steps, CancellationToken::new()));
        assert!(tokio::time::timeout(UPLOAD_KEPT / 2, &mut kept).await.is_err(), "not at once");
        assert_eq!(names(&directory), 1);
        tokio::time::timeout(UPLOAD_KEPT, kept).await.unwrap();
        assert_eq!(names(&directory), 0);
        let part = WriteUpload { upload_id: 1, ..WriteUpload::default() };
        assert_eq!(uploads.write(part).await.unwrap_err().code, "upload_unknown");
    }

    #[tokio::test]
    async fn an_upload_ends_with_the_daemon() {
        let directory = tempfile::tempdir().unwrap();
        let uploads = Arc::new(Uploads::default());
        let (place, steps) = Place::take(&uploads, 1).unwrap();
        let stopping = CancellationToken::new();
        stopping.cancel();
        let kept = place.keep(upload(&directory), steps, stopping);
        tokio::time::timeout(Duration::from_mins(1), kept).await.unwrap();
        assert_eq!(names(&directory), 0);
    }

    /// As many as there are places for, and no more.
    #[test]
    fn there_is_a_bound_to_how_many_are_on_their_way() {
        let uploads = Arc::new(Uploads::default());
        let place = |id: usize| Place::take(&uploads, id as u64);
        let mut places: Vec<_> = (0..MAX_UPLOADS).map(|id| place(id).unwrap()).collect();
        let refused = place(MAX_UPLOADS).err().map(|refused| refused.code);
        assert_eq!(refused, Some("too_many_uploads"));
        places.pop();
        assert!(place(MAX_UPLOADS).is_ok(), "a place that is free again is taken");
    }
}
