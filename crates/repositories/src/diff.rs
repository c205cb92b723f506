//! What differs in one file.

use std::ffi::OsString;

use crate::changes::{COMPARE, Index, changed};
use crate::git::Look;
use crate::patch::{self, Hunk};
use crate::{Changed, Git, RepositoryError, Workspace, entries};

/// The most that is told of one file.
const MAX_PATCH_BYTES: usize = 512 * 1024;

/// What differs in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file.
    pub file: Changed,
    /// The lines; none of what is no text.
    pub hunks: Vec<Hunk>,
    /// Whether only the beginning is told.
    pub is_cut: bool,
}

/// What differs in a file from the last commit; `old_path` is where it was before, if it was
/// renamed. Both lead from the workspace down.
pub async fn diff(
    git: &Git,
    workspace: &Workspace,
    path: &str,
    old_path: Option<&str>,
) -> Result<FileDiff, RepositoryError> {
    if path.is_empty() {
        return Err(RepositoryError::NotChanged);
    }
    git.look(workspace, async |look| {
        if [Some(path), old_path]
            .into_iter()
            .flatten()
            .any(|path| look.is_withheld(path.as_bytes()))
        {
            return Err(RepositoryError::Withheld);
        }
        one(look, path, old_path).await
    })
    .await
}

async fn one(
    look: &Look<'_>,
    path: &str,
    old_path: Option<&str>,
) -> Result<FileDiff, RepositoryError> {
    let asked = look.in_repository(path);
    let only: Vec<OsString> = vec!["--".into(), asked.clone().into()];
    let index = Index::find(look, &only).await?;
    index.include(look).await?;
    let old_path = old_path.map(|path| look.in_repository(path).into());
    let arguments = COMPARE.iter().map(Into::into).chain(["--patch".into(), look.base().into()]);
    let arguments = arguments.chain(only).chain(old_path);
    let (said, is_cut) = look.ask(arguments, MAX_PATCH_BYTES).await?.part()?;
    let (entries, patch) = entries::read(&said);
    // With a directory's name, or one that is no longer the other, it is not about one file.
    let [entry] = &entries[..] else { return Err(RepositoryError::NotChanged) };
    if entry.path != asked.as_bytes() {
        return Err(RepositoryError::NotChanged);
    }
    let file = changed(look, entry, &index).ok_or(RepositoryError::Withheld)?;
    Ok(FileDiff { file, hunks: patch::read(patch), is_cut })
}
