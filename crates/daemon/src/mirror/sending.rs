//! A copy on its way to the server: one question at a time, so that neither side has more than one
//! part in memory, and people's keystrokes and output go between.

use std::sync::Arc;

use aws_lc_rs::digest::{Context as Hashing, SHA256};
use bytes::Bytes;
use files::{FilesError, RelativePath, Root, Version, reading};
use wire::call::{Answer, Question};
use wire::limits::{
    MAX_MIRROR_ENTRIES, MAX_MIRROR_LIST_BYTES, MAX_MIRROR_PART_BYTES, MAX_MIRROR_PARTS,
};
use wire::mirror::{BeginMirror, EndMirror, ListMirror, MirrorEntry, MirrorPart, WriteMirror};

use super::WITHIN;
use super::account::{Doing, Problem};
use super::progress::Progress;
use super::snapshot::Snapshot;
use crate::context::Context;
use crate::uplink::AskFailure;

/// How a copy was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    /// How many contents the server had not.
    pub(super) files: u64,
    /// The same in bytes.
    pub(super) bytes: u64,
    /// Whether the server had exactly this copy.
    pub(super) was_current: bool,
}

/// Why a copy was not sent.
#[derive(Debug)]
pub(super) enum Unsent {
    /// A file is not what it was a moment ago.
    Changed(RelativePath),
    /// Something else.
    Problem(Problem),
}

impl From<AskFailure> for Unsent {
    fn from(failure: AskFailure) -> Self {
        Self::Problem(failure.into())
    }
}

/// A copy that is being sent.
pub(super) struct Sending<'a> {
    pub(super) context: &'a Context,
    pub(super) root: Arc<Root>,
    pub(super) snapshot: &'a Snapshot,
    pub(super) progress: Progress<'a>,
}

impl Sending<'_> {
    /// Sends what the server lacks, and has the copy take the place of the one before.
    pub(super) async fn send(
        &mut self,
        workspace: &str,
        is_asked_for: bool,
    ) -> Result<Sent, Unsent> {
        let begin = Question::BeginMirror(BeginMirror {
            workspace: workspace.to_owned(),
            digest: self.snapshot.digest(),
            files: u32::try_from(self.snapshot.entries.len()).unwrap_or(u32::MAX),
            size_bytes: self.snapshot.size_bytes,
            left_out: Some(self.snapshot.left_out.into()),
            is_asked_for,
        });
        let Answer::MirrorBegun(begun) = self.ask(begin).await? else {
            return Err(AskFailure::Unexpected.into());
        };
        if begun.is_current {
            return Ok(Sent { files: 0, bytes: 0, was_current: true });
        }
        let missing = self.list(begun.mirror_id).await?;
        let bytes = missing.iter().map(|place| self.snapshot.entries[*place].size_bytes).sum();
        let mut doing = Doing {
            workspace: workspace.to_owned(),
            sent_files: 0,
            files: missing.len() as u64,
            sent_bytes: 0,
            bytes,
        };
        self.progress.tell(&doing).await;
        self.write(begun.mirror_id, missing, &mut doing).await?;
        let end = Question::EndMirror(EndMirror { mirror_id: begun.mirror_id });
        match self.ask(end).await? {
            Answer::MirrorEnded(_) => Ok(Sent { files: doing.files, bytes, was_current: false }),
            _ => Err(AskFailure::Unexpected.into()),
        }
    }

    async fn ask(&self, question: Question) -> Result<Answer, AskFailure> {
        self.context.uplink.ask(question, WITHIN).await
    }

    /// Lists all files; answers the places of those whose contents the server lacks.
    async fn list(&self, mirror_id: u64) -> Result<Vec<usize>, Unsent> {
        let (mut missing, mut first) = (Vec::new(), 0);
        while first < self.snapshot.entries.len() {
            let entries = beginning_of(&self.snapshot.entries[first..]).to_vec();
            let count = entries.len();
            let list = Question::ListMirror(ListMirror { mirror_id, entries });
            let Answer::MirrorListed(listed) = self.ask(list).await? else {
                return Err(AskFailure::Unexpected.into());
            };
            for place in listed.missing {
                let place = place as usize;
                if place >= count {
                    return Err(AskFailure::Unexpected.into());
                }
                missing.push(first + place);
            }
            first += count;
        }
        Ok(missing)
    }

    /// Sends contents, many small ones at a time or one large one in parts.
    async fn write(
        &mut self,
        mirror_id: u64,
        missing: Vec<usize>,
        doing: &mut Doing,
    ) -> Result<(), Unsent> {
        let mut batch = Batch::default();
        for place in missing {
            let (path, entry) = (&self.snapshot.paths[place], &self.snapshot.entries[place]);
            let mut content = Content::of(self.root.clone(), path, entry);
            loop {
                if batch.is_full() {
                    self.flush(mirror_id, &mut batch, doing).await?;
                }
                let part = content.next(batch.room()).await.map_err(Unsent::Changed)?;
                batch.add(part);
                if content.is_over() {
                    batch.files += 1;
                    break;
                }
            }
        }
        self.flush(mirror_id, &mut batch, doing).await
    }

    async fn flush(
        &mut self,
        mirror_id: u64,
        batch: &mut Batch,
        doing: &mut Doing,
    ) -> Result<(), Unsent> {
        let Batch { parts, bytes, files } = std::mem::take(batch);
        if parts.is_empty() {
            return Ok(());
        }
        let write = Question::WriteMirror(WriteMirror { mirror_id, parts });
        let Answer::MirrorWritten(_) = self.ask(write).await? else {
            return Err(AskFailure::Unexpected.into());
        };
        doing.sent_files += files;
        doing.sent_bytes += bytes as u64;
        self.progress.tell(doing).await;
        Ok(())
    }
}

/// What goes with one question.
#[derive(Default)]
struct Batch {
    parts: Vec<MirrorPart>,
    bytes: usize,
    /// How many contents end in it.
    files: u64,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.room() == 0 || self.parts.len() >= MAX_MIRROR_PARTS
    }

    const fn room(&self) -> usize {
        MAX_MIRROR_PART_BYTES - self.bytes
    }

    fn add(&mut self, part: MirrorPart) {
        self.bytes += part.data.len();
        self.parts.push(part);
    }
}

/// A content that is read a second time, to be sent. It has to be what was hashed.
struct Content {
    root: Arc<Root>,
    path: RelativePath,
    sha256: Bytes,
    size_bytes: u64,
    offset: u64,
    version: Option<Version>,
    hashed: Hashing,
    is_begun: bool,
}

impl Content {
    fn of(root: Arc<Root>, path: &RelativePath, entry: &MirrorEntry) -> Self {
        Self {
            root,
            path: path.clone(),
            sha256: entry.sha256.clone(),
            size_bytes: entry.size_bytes,
            offset: 0,
            version: None,
            hashed: Hashing::new(&SHA256),
            is_begun: false,
        }
    }

    const fn is_over(&self) -> bool {
        self.is_begun && self.offset >= self.size_bytes
    }

    /// The next part. The last one is only there if the whole is what was hashed.
    async fn next(&mut self, room: usize) -> Result<MirrorPart, RelativePath> {
        let rest = usize::try_from(self.size_bytes - self.offset).unwrap_or(usize::MAX);
        let wanted = rest.min(room);
        let (root, path) = (self.root.clone(), self.path.clone());
        let (offset, version) = (self.offset, self.version);
        let read = move || match wanted {
            0 => Ok((Vec::new(), version)),
            _ => reading::read(&root, &path, offset, wanted, version.as_ref())
                .map(|part| (part.data, Some(part.version))),
        };
        let read: Result<_, FilesError> = match tokio::task::spawn_blocking(read).await {
            Ok(read) => read,
            Err(_) => return Err(self.path.clone()),
        };
        let (data, version) = read.map_err(|_| self.path.clone())?;
        if data.len() != wanted {
            return Err(self.path.clone());
        }
        self.hashed.update(&data);
        (self.version, self.is_begun) = (version, true);
        self.offset += data.len() as u64;
        if self.is_over() && self.hashed.clone().finish().as_ref() != &self.sha256[..] {
            return Err(self.path.clone());
        }
        Ok(MirrorPart { sha256: self.sha256.clone(), offset, data: data.into() })
    }
}

/// As many as are listed at once.
fn beginning_of(entries: &[MirrorEntry]) -> &[MirrorEntry] {
    let mut bytes = 0;
    let fits = |entry: &&MirrorEntry| {
        bytes += entry.names.iter().map(|name| name.len() + 2).sum::<usize>();
        bytes <= MAX_MIRROR_LIST_BYTES
    };
    let count = entries.iter().take(MAX_MIRROR_ENTRIES).take_while(fits).count();
    // One alone always fits.
    &entries[..count.max(1)]
}
