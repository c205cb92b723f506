use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use control::Error;
use control::copies::{CopyId, Download, Range};
use futures_util::stream;
use model::MachineId;

use super::{File, INERT};
use crate::App;
use crate::caller::Caller;
use crate::disposition::attachment;
use crate::params::{Paths, Query};
use crate::problem::{self, Problem};

/// Fetches a file of a copy, as bytes that no browser shows or runs; or, with `Range`, one part of it.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/copies/{copy_id}/files/content",
    tag = "copies",
    params(("machine_id" = MachineId, Path), ("copy_id" = String, Path), File,
        ("range" = Option<String>, Header, description = "One range of bytes, as in `bytes=0-99`.")),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn content(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    Paths(machine, copy): Paths<MachineId, CopyId>,
    Query(File { path }): Query<File>,
) -> Result<Response, Response> {
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok()).and_then(range_of);
    let begun = Download::begin(&app.plane, &actor, machine, copy, &path, range).await;
    let download = begun.map_err(|error| match error.code {
        "range_not_satisfiable" => {
            problem::plain(StatusCode::RANGE_NOT_SATISFIABLE, error.code, error.message)
        }
        _ => Problem::from(error).into_response(),
    })?;
    let name = path.rsplit('/').next().unwrap_or_default();
    answer(download, name, range.is_some()).map_err(|error| Problem::from(error).into_response())
}

fn answer(download: Download, name: &str, is_part: bool) -> Result<Response, Error> {
    let ((from, end), size) = (download.part(), download.size_bytes());
    let disposition = HeaderValue::from_str(&attachment(name)).map_err(Error::internal)?;
    let parts = stream::try_unfold(download, |mut download| async move {
        let part = download.next().await?;
        Ok::<_, Error>(part.map(|part| (part, download)))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(end - from));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT));
    if is_part {
        // One that is asked for has at least one byte.
        let range = format!("bytes {from}-{}/{size}", end.saturating_sub(1));
        headers.insert(CONTENT_RANGE, HeaderValue::from_str(&range).map_err(Error::internal)?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// One range of bytes. Several, or another unit, are as if there were none (RFC 9110 §14.2).
fn range_of(header: &str) -> Option<Range> {
    let (from, to) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (from.trim(), to.trim()) {
        ("", last) => number(last).map(Range::Last),
        (from, "") => number(from).map(|from| Range::From(from, None)),
        (from, to) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then_some(Range::From(from, Some(to)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood_and_others_are_as_if_there_were_none() {
        assert_eq!(range_of("bytes=0-99"), Some(Range::From(0, Some(99))));
        assert_eq!(range_of("bytes=5-"), Some(Range::From(5, None)));
        assert_eq!(range_of("bytes=-7"), Some(Range::Last(7)));
        for other in
            ["", "bytes=", "bytes=-", "bytes=1-2,4-5", "lines=1-2", "bytes=9-1", "bytes=x-y"]
        {
            assert_eq!(range_of(other), None, "{other}");
        }
    }
}
