use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contract::files::{ExistingFile, FileEntry, FileKind};
use control::files::upload::Upload;
use http_body::Body as _;
use model::SessionId;
use serde::Deserialize;

use crate::App;
use crate::body::parts::Parts;
use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::{self, Problem};

/// Where to, and what of a file that is there.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Target {
    /// From the workspace down, with `/` between names. The directory is there already.
    path: String,
    /// `keep` or `replace`; `keep` if it is left out.
    #[serde(default)]
    existing: ExistingFile,
}

/// Puts a file into the session's workspace, at most 1 GiB. The body is the file, and its length is
/// said in advance; it travels to the machine in parts, each written before the next is taken. The
/// file appears when it is whole and durable, or not at all.
#[utoipa::path(put, path = "/api/sessions/{session_id}/files/content", tag = "files",
    params(("session_id" = SessionId, Path), Target),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileEntry)))]
pub(super) async fn upload(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(Target { path, existing }): Query<Target>,
    request: Request,
) -> Result<(StatusCode, Json<FileEntry>), Response> {
    let Some(size) = request.body().size_hint().exact() else {
        let detail = "say in Content-Length how large the file is";
        return Err(problem::plain(StatusCode::LENGTH_REQUIRED, "length_required", detail));
    };
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let begun = Upload::begin(&app.plane, &actor, id, path, size, existing).await;
    let upload = begun.map_err(|error| Problem::from(error).into_response())?;
    let upload = send(upload, Parts::of(request, Upload::MAX_PART_BYTES)).await?;
    let put = upload.finish().await.map_err(|error| Problem::from(error).into_response())?;
    let (kind, size_bytes, modified_at) = (FileKind::File, put.size_bytes, put.modified_at.into());
    Ok((StatusCode::CREATED, Json(FileEntry { name, kind, size_bytes, modified_at })))
}

/// Sends all parts; the machine forgets what has come of a file that breaks off.
async fn send(mut upload: Upload, mut parts: Parts) -> Result<Upload, Response> {
    loop {
        let failed = match parts.next().await {
            Ok(None) => return Ok(upload),
            Ok(Some(part)) => match upload.write(part).await {
                Ok(()) => continue,
                Err(error) => Problem::from(error).into_response(),
            },
            Err(refused) => refused.into_response(),
        };
        upload.discard().await;
        return Err(failed);
    }
}
