use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::response::Response;
use control::Error;
use control::files::download::Download;
use futures_util::stream;
use model::SessionId;

use super::File;
use crate::App;
use crate::caller::Caller;
use crate::disposition::attachment;
use crate::params::{Path, Query};
use crate::problem::Answer;

/// Whatever is in a file, nothing of it runs, not even where a browser is made to show it.
const INERT: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Fetches a file of the session's workspace, as bytes that no browser shows or runs. They come from
/// the machine while they are sent. A file that becomes another one meanwhile cuts the answer short;
/// what is written behind it is left out.
#[utoipa::path(get, path = "/api/sessions/{session_id}/files/content", tag = "files",
    params(("session_id" = SessionId, Path), File),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn download(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(File { path }): Query<File>,
) -> Answer<Response> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let disposition = HeaderValue::from_str(&attachment(name)).map_err(Error::internal)?;
    let download = Download::begin(&app.plane, &actor, id, path).await?;
    let length = HeaderValue::from(download.size_bytes());
    let parts = stream::try_unfold(download, |mut download| async move {
        let part = download.next().await?;
        Ok::<_, Error>(part.map(|part| (part, download)))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT));
    Ok(response)
}
