use axum::Json;
use axum::extract::State;
use contract::files::{Directory, FileEntry, FileKind};
use control::copies::{self, CopyId, Item};
use model::{MachineId, Timestamp};
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::params::{Paths, Query};
use crate::problem::Answer;

/// Which part of which directory.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// The directory, from the workspace down; the workspace itself if it is left out.
    #[serde(default)]
    path: String,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: String,
    /// At most this many, 1 to 1000; 500 if it is left out.
    limit: Option<u32>,
}

/// Lists a directory of a copy, in the order of names. It is there while the machine is not.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/copies/{copy_id}/files",
    tag = "copies",
    params(("machine_id" = MachineId, Path), ("copy_id" = String, Path), Part),
    responses((status = 200, body = Directory)))]
pub(super) async fn directory(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(machine, copy): Paths<MachineId, CopyId>,
    Query(Part { path, cursor, limit }): Query<Part>,
) -> Answer<Json<Directory>> {
    let page = copies::page(&app.plane, &actor, machine, copy, &path, cursor, limit).await?;
    let last = page.items.last().map(|item| item.name.clone());
    let entries = page.items.into_iter().map(entry).collect();
    Ok(Json(Directory { path, entries, next_cursor: last.filter(|_| page.has_more) }))
}

/// A directory has no size and no time of its own: only files are copied.
fn entry(item: Item) -> FileEntry {
    let nothing = (FileKind::Directory, 0, Timestamp::from_millis(0));
    let (kind, size_bytes, modified_at) =
        item.file.map_or(nothing, |file| (FileKind::File, file.size_bytes, file.modified_at));
    FileEntry { name: item.name, kind, size_bytes, modified_at: modified_at.into() }
}
