//! The files of workspaces, as the server asks for them. The machine decides which directories may
//! be looked at, and follows every name itself (S65, S70).

use std::path::Path;

use bytes::Bytes;
use files::listing::{self, Entry};
use files::{Facts, FilesError, Kind, RelativePath, Root, Version, directories, reading};
use wire::call::Answer;
use wire::files::{
    CreateDirectory, DirectoryCreated, DirectoryPage, FileEntry, FileKind, FilePart, ListDirectory,
    ReadFile,
};
use wire::limits::{MAX_ENTRIES, MAX_FILE_PART_BYTES};

use crate::context::Context;
use crate::local_policy::LocalPolicy;
use crate::reports::Refused;

/// Answers what is in a directory.
pub(crate) async fn list(context: &Context, asked: ListDirectory) -> Result<Answer, Refused> {
    let ListDirectory { workspace, path, after, most } = asked;
    let most = most.clamp(1, MAX_ENTRIES) as usize;
    let list = move |root: &Root, path: &RelativePath| listing::list(root, path, &after, most);
    let page = at(context, workspace, path, list).await?;
    let entries = page.entries.into_iter().map(|Entry { name, facts }| entry(name, facts));
    Ok(Answer::DirectoryPage(DirectoryPage { entries: entries.collect(), has_more: page.has_more }))
}

/// Answers a part of a file.
pub(crate) async fn read(context: &Context, asked: ReadFile) -> Result<Answer, Refused> {
    let ReadFile { workspace, path, offset, max_bytes, version } = asked;
    let most = usize::try_from(max_bytes).unwrap_or(usize::MAX).clamp(1, MAX_FILE_PART_BYTES);
    let malformed = || Refused::new("bad_request", "the version of the file is malformed");
    // There is none with the question for the first part.
    let earlier = Some(version).filter(|version| !version.is_empty());
    let earlier = earlier.map(|version| Version::from_bytes(&version).ok_or_else(malformed));
    let earlier = earlier.transpose()?;
    let read = move |root: &Root, path: &RelativePath| {
        reading::read(root, path, offset, most, earlier.as_ref())
    };
    let part = at(context, workspace, path, read).await?;
    Ok(Answer::FilePart(FilePart {
        data: part.data.into(),
        size_bytes: part.facts.size_bytes,
        modified_at_ms: part.facts.modified_at_ms,
        version: Bytes::copy_from_slice(&part.version.to_bytes()),
    }))
}

/// Makes a directory.
pub(crate) async fn create_directory(
    context: &Context,
    asked: CreateDirectory,
) -> Result<Answer, Refused> {
    at(context, asked.workspace, asked.path, directories::create).await?;
    Ok(Answer::DirectoryCreated(DirectoryCreated {}))
}

/// Does something at a path of a workspace, on a thread that may wait for the disk.
pub(crate) async fn at<T: Send + 'static>(
    context: &Context,
    workspace: String,
    path: String,
    work: impl FnOnce(&Root, &RelativePath) -> Result<T, FilesError> + Send + 'static,
) -> Result<T, Refused> {
    let (policy, own) = (context.admission.admit().await?.policy, context.directory.clone());
    let worked = tokio::task::spawn_blocking(move || {
        let path = RelativePath::parse(&path)?;
        let root = open(&policy, &own, &workspace)?;
        Ok(work(&root, &path)?)
    });
    worked.await.map_err(|_| Refused::new("stopping", "the daemon is stopping"))?
}

/// Opens a workspace. Where the machine's own directory with its keys lies in it, that is withheld.
pub(crate) fn open(policy: &LocalPolicy, own: &Path, asked: &str) -> Result<Root, Refused> {
    let workspace = policy.locate_workspace(asked)?;
    let own = std::fs::canonicalize(own).map_err(FilesError::from)?;
    let within = workspace.path.strip_prefix(&workspace.allowed).unwrap_or(Path::new(""));
    let within = RelativePath::from_path(within)?;
    // From the allowed directory on, nothing that is swapped meanwhile leads out.
    let allowed = Root::open(&workspace.allowed)?.withholding(vec![own]);
    Ok(allowed.beneath(&within)?)
}

/// What the link says of something in a directory.
fn entry(name: String, facts: Facts) -> FileEntry {
    let kind = match facts.kind {
        Kind::File => FileKind::File,
        Kind::Directory => FileKind::Directory,
        Kind::Link => FileKind::Link,
        Kind::Other => FileKind::Other,
    };
    FileEntry {
        name,
        kind: kind.into(),
        size_bytes: facts.size_bytes,
        modified_at_ms: facts.modified_at_ms,
    }
}

impl From<FilesError> for Refused {
    fn from(error: FilesError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
