use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::Response;
use control::Error;
use control::copies::{ArchiveDownload, CopyId};
use futures_util::stream;
use model::MachineId;

use super::INERT;
use crate::App;
use crate::caller::Caller;
use crate::disposition::attachment;
use crate::params::Paths;
use crate::problem::Answer;

/// Fetches all files of a copy as one tar archive, in a directory that is called as the workspace is.
/// It stays the copy that it was when it was begun.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/copies/{copy_id}/archive",
    tag = "copies",
    params(("machine_id" = MachineId, Path), ("copy_id" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/x-tar")))]
pub(super) async fn archive(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(machine, copy): Paths<MachineId, CopyId>,
) -> Answer<Response> {
    let download = ArchiveDownload::begin(&app.plane, &actor, machine, copy).await?;
    let name = attachment(download.name());
    let disposition = HeaderValue::from_str(&name).map_err(Error::internal)?;
    let parts = stream::try_unfold(download, |mut download| async move {
        let part = download.next().await?;
        Ok::<_, Error>(part.map(|part| (part, download)))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT));
    Ok(response)
}
