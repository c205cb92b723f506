//! Changes of files that people discard. What is there is kept for a while in the machine's own
//! directory, so that a wrong press costs nothing; then the file is put back as it was committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use files::{Existing, FilesError, RelativePath, Root, Upload, discard};
use model::Timestamp;
use repositories::committed::{self, Committed};
use repositories::diff;
use wire::call::Answer;
use wire::changes::{ChangeDiscarded, DiscardChange};

use crate::context::Context;
use crate::reports::Refused;
use crate::workspace_changes::locate;
use crate::workspace_files;

/// The directory's name.
const KEPT: &str = "discarded";

/// How long what was discarded is kept.
const KEPT_FOR: Duration = Duration::from_hours(24 * 7);

/// Discards what has changed in a file since the last commit; of one that was renamed, under both
/// names.
pub(crate) async fn discard(context: &Context, asked: DiscardChange) -> Result<Answer, Refused> {
    let DiscardChange { workspace, path, old_path } = asked;
    let old_path = Some(old_path).filter(|path| !path.is_empty());
    let place = locate(context, &workspace).await?;
    // What is ignored, or not a file alone, is refused here: it is no change.
    let changed = diff::diff(&context.git, &place, &path, old_path.as_deref()).await?.file;
    let mut kept_at = String::new();
    // First the name that comes back, so that the content is never nowhere.
    for path in changed.old_path.into_iter().chain([path]) {
        if let Some(place) = one(context, &workspace, path).await? {
            kept_at = place.to_string_lossy().into_owned();
        }
    }
    Ok(Answer::ChangeDiscarded(ChangeDiscarded { kept_at }))
}

/// Puts one file back; answers where what was there is kept, if there was something.
async fn one(context: &Context, workspace: &str, path: String) -> Result<Option<PathBuf>, Refused> {
    RelativePath::parse(&path)?.to_be_made()?;
    let place = locate(context, workspace).await?;
    let committed = committed::committed(&context.git, &place, &path).await?;
    let (kept, now) = (context.directory.join(KEPT), context.clock.now());
    let mut token = [0; 8];
    context.rng.fill(&mut token);
    let token = u64::from_le_bytes(token);
    let put_back = move |root: &Root, path: &RelativePath| {
        make_room(&kept, now)?;
        let place = kept.join(format!("{:014}-{token:016x}", now.as_millis()));
        let is_kept = discard::keep(root, path, &place)?;
        put(root, path, committed, token)?;
        Ok(is_kept.then_some(place))
    };
    let kept = workspace_files::at(context, workspace.to_owned(), path.clone(), put_back).await?;
    committed::unstage(&context.git, &place, &path).await?;
    Ok(kept)
}

fn put(
    root: &Root,
    path: &RelativePath,
    committed: Committed,
    token: u64,
) -> Result<(), FilesError> {
    let Committed::File { content, is_executable } = committed else {
        return discard::remove(root, path);
    };
    let mut upload = Upload::begin(root, path, content.len() as u64, Existing::Replace, token)?;
    upload.write(0, &content)?;
    upload.set_executable(is_executable);
    upload.finish()?;
    Ok(())
}

/// Makes the directory, private, and removes from it what was kept for long enough.
fn make_room(kept: &Path, now: Timestamp) -> Result<(), FilesError> {
    host::private::directory(kept)
        .map_err(|error| FilesError::System(std::io::Error::other(error)))?;
    let oldest = now.as_millis() - i64::try_from(KEPT_FOR.as_millis()).unwrap_or(i64::MAX);
    for entry in fs::read_dir(kept)?.flatten() {
        let name = entry.file_name();
        let since = name.to_str().and_then(|name| name.split_once('-')?.0.parse::<i64>().ok());
        if since.is_some_and(|since| since < oldest) {
            // What cannot be removed now is tried again the next time.
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}
