use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use control::Error;
use tokio_util::io::ReaderStream;

use crate::App;
use crate::params::Path;
use crate::problem::{self, Answer};
use crate::programs::{ProgramFile, UnknownFile};

/// There is none to give.
const NO_PROGRAM: &str = "no_such_program";

/// How much of a program is read at a time.
const PIECE_BYTES: usize = 64 << 10;

/// The program for a platform, such as `gantline-linux-x86_64`, with `.sha256` its checksum, or with
/// `.release` what was signed of it.
#[utoipa::path(get, path = "/api/remote/agent/files/{file_name}", tag = "agent",
    params(("file_name" = String, Path)),
    responses((status = 200, description = "The program, its checksum, or what was signed of it",
        body = Vec<u8>, content_type = "application/octet-stream")))]
pub(super) async fn file(
    State(app): State<App>,
    Path(file_name): Path<String>,
) -> Answer<Response> {
    let programs = &app.config.programs;
    let found = match file_name.parse() {
        Err(unknown @ UnknownFile) => {
            return Ok(problem::plain(StatusCode::NOT_FOUND, NO_PROGRAM, unknown.to_string()));
        }
        Ok(ProgramFile::Program(name)) => {
            let opened = programs.open(name).await.map_err(Error::internal)?;
            opened.map(|(file, bytes)| {
                let file = tokio::fs::File::from_std(file);
                let body = Body::from_stream(ReaderStream::with_capacity(file, PIECE_BYTES));
                let mut response = described(body, "application/octet-stream");
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes));
                response
            })
        }
        Ok(ProgramFile::Checksum(name)) => {
            let line = programs.checksum(name).await.map_err(Error::internal)?;
            line.map(|line| described(Body::from(line), "text/plain; charset=utf-8"))
        }
        Ok(ProgramFile::Release(name)) => {
            let release = programs.release(name).await.map_err(Error::internal)?;
            release.map(|release| described(Body::from(release), "application/json"))
        }
    };
    Ok(found.unwrap_or_else(|| {
        let detail = "this server has no program for that platform";
        problem::plain(StatusCode::NOT_FOUND, NO_PROGRAM, detail)
    }))
}

fn described(body: Body, kind: &'static str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    response
}
