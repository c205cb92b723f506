//! Bodies of requests: JSON, and files in [`parts`].

pub mod parts;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use contract::exports::MAX_IMPORT_BYTES;
use control::Error;
use http_body::Body as _;
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};
use wire::limits::MAX_POLL_BYTES;
use wire::poll::POLL_CONTENT_TYPE;

use crate::guard::room::{BodyRoom, NoRoom, Whose, with_room};
use crate::problem::Problem;
use crate::refusals::Asking;
use crate::server::limits::TimeLimits;
use crate::{App, problem};

/// The largest body, but for prompts.
pub const LIMIT_BYTES: usize = 1024 * 1024;

/// The largest prompt: what the link carries, and what JSON adds to it.
pub const PROMPT_LIMIT_BYTES: usize = 6 * 1024 * 1024;

/// Imports that are read at a time. Each takes up to four times [`MAX_IMPORT_BYTES`] of memory; who
/// comes while they are under way is asked to come again.
const IMPORT_PLACES: usize = 2;

/// Of a body that may take longer than the time limit for bodies, this much must come within it.
const STRETCH_BYTES: usize = 1024 * 1024;

/// After how many seconds somebody for whose body there is no room may try again.
const COME_BACK_AFTER_S: u64 = 2;

/// A body that is not taken.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    status: StatusCode,
    code: &'static str,
    detail: String,
    retry_after_s: Option<u64>,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry_after_s: None }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = problem::plain(self.status, self.code, self.detail);
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A JSON body, at most [`LIMIT_BYTES`] large.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A JSON body, at most [`PROMPT_LIMIT_BYTES`] large.
#[derive(Debug)]
pub struct LargeBody<T>(pub T);

/// A JSON body, at most [`MAX_IMPORT_BYTES`] large, and the place that it holds.
#[derive(Debug)]
pub struct ImportBody<T> {
    body: T,
    place: OwnedSemaphorePermit,
}

impl<T> ImportBody<T> {
    /// The body, and its place.
    pub fn into_parts(self) -> (T, OwnedSemaphorePermit) {
        (self.body, self.place)
    }
}

/// The places for [`ImportBody`].
pub fn import_places() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(IMPORT_PLACES))
}

/// A body that says that it is JSON, at most [`PROMPT_LIMIT_BYTES`] large, for those who answer for
/// what is in it themselves.
#[derive(Debug)]
pub struct JsonText(pub Bytes);

/// The messages of a link, at most [`MAX_POLL_BYTES`] large.
#[derive(Debug)]
pub struct PollBody(pub Bytes);

/// A JSON body, or none at all, which stands for one without fields.
#[derive(Debug)]
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + PartialSchema> FromRequest<App> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        let bytes = read(request, LIMIT_BYTES).await?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + PartialSchema> FromRequest<App> for LargeBody<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        let bytes = read(request, PROMPT_LIMIT_BYTES).await?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + PartialSchema> FromRequest<App> for ImportBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let place = app.import_places.clone().try_acquire_owned().map_err(|_| {
            let message = "other imports are under way";
            let mut error = Error::unavailable("too_many_imports", message);
            error.retry_after_s = Some(5);
            Problem(error).into_response()
        })?;
        let bytes = read_slowly(request, MAX_IMPORT_BYTES).await;
        let body = bytes.and_then(|bytes| parse(&bytes)).map_err(Refused::into_response)?;
        Ok(Self { body, place })
    }
}

impl FromRequest<App> for JsonText {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        read(request, PROMPT_LIMIT_BYTES).await.map(Self)
    }
}

impl FromRequest<App> for PollBody {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        if essence(&request) != POLL_CONTENT_TYPE {
            let detail = format!("the body must have the content type {POLL_CONTENT_TYPE}");
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_poll", detail));
        }
        collect_for(Whose::Poll, request, MAX_POLL_BYTES).await.map(Self)
    }
}

impl<T: DeserializeOwned + PartialSchema> FromRequest<App> for OptionalBody<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        if request.headers().get(CONTENT_TYPE).is_none() {
            let bytes = collect(request, LIMIT_BYTES).await?;
            let bytes = if bytes.is_empty() { "{}".into() } else { bytes };
            return parse(&bytes).map(Self);
        }
        let bytes = read(request, LIMIT_BYTES).await?;
        parse(&bytes).map(Self)
    }
}

async fn read(request: Request, limit: usize) -> Result<Bytes, Refused> {
    check_type(&request)?;
    collect(request, limit).await
}

/// Reads a body that may be so large that an honest line takes a while for it: only a line that
/// does not get on is cut off.
async fn read_slowly(request: Request, limit: usize) -> Result<Bytes, Refused> {
    check_type(&request)?;
    let within = time_limit(&request);
    let mut body = Limited::new(request.into_body(), limit);
    let mut bytes = BytesMut::new();
    loop {
        let stretch = tokio::time::timeout(within, stretch(&mut body, &mut bytes)).await;
        let goes_on = stretch.map_err(|_| too_slow())?.map_err(|error| broken(&*error, limit))?;
        if !goes_on {
            return Ok(bytes.freeze());
        }
    }
}

/// Reads a stretch of a body; false at its end.
async fn stretch(body: &mut Limited<HttpBody>, bytes: &mut BytesMut) -> Result<bool, BodyError> {
    let end = bytes.len() + STRETCH_BYTES;
    while bytes.len() < end {
        let Some(frame) = body.frame().await else { return Ok(false) };
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(true)
}

/// Forms and plain text are refused: a page of somebody else's can send them without asking (S21).
fn check_type(request: &Request) -> Result<(), Refused> {
    if essence(request) != "application/json" {
        let detail = "the body must have the content type application/json";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail));
    }
    Ok(())
}

/// The content type in lower case, without its parameters.
fn essence(request: &Request) -> String {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// A body that trickles is an attack or a dead line (S118).
async fn collect(request: Request, limit: usize) -> Result<Bytes, Refused> {
    let asking = request.extensions().get::<Asking>();
    let whose = if asking.is_some_and(Asking::is_known) { Whose::Known } else { Whose::Stranger };
    collect_for(whose, request, limit).await
}

async fn collect_for(whose: Whose, request: Request, limit: usize) -> Result<Bytes, Refused> {
    // What does not say how large it is counts as the largest; what is larger is refused as it comes.
    let announced = request.body().size_hint().upper();
    let most_bytes = announced.unwrap_or(u64::MAX).min(limit as u64);
    let room = match request.extensions().get::<BodyRoom>() {
        Some(room) => room.take(whose, most_bytes).map_err(|NoRoom| no_room())?,
        None => None,
    };
    let bytes = collect_all(request, limit).await?;
    Ok(with_room(bytes, room))
}

async fn collect_all(request: Request, limit: usize) -> Result<Bytes, Refused> {
    let within = time_limit(&request);
    let body = Limited::new(request.into_body(), limit);
    let collected = tokio::time::timeout(within, body.collect()).await.map_err(|_| too_slow())?;
    collected.map(Collected::to_bytes).map_err(|error| broken(&*error, limit))
}

fn time_limit(request: &Request) -> Duration {
    request.extensions().get().copied().unwrap_or_else(TimeLimits::default).body
}

type BodyError = Box<dyn std::error::Error + Send + Sync>;

fn broken(error: &(dyn std::error::Error + Send + Sync + 'static), limit: usize) -> Refused {
    if error.is::<LengthLimitError>() {
        let detail = format!("the body is larger than {limit} bytes");
        return Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail);
    }
    Refused::new(StatusCode::BAD_REQUEST, "body_incomplete", "the body broke off")
}

fn no_room() -> Refused {
    let detail = "the server has no memory left for this request; try again";
    let refused = Refused::new(StatusCode::SERVICE_UNAVAILABLE, "no_memory", detail);
    Refused { retry_after_s: Some(COME_BACK_AFTER_S), ..refused }
}

fn too_slow() -> Refused {
    let detail = "the body did not arrive in time";
    Refused::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
}

fn parse<T: DeserializeOwned + PartialSchema>(bytes: &[u8]) -> Result<T, Refused> {
    let refused = |detail| Refused::new(StatusCode::BAD_REQUEST, "invalid_body", detail);
    // An array would be taken for the fields in their order, where no name can be wrong.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(refused("the body must be a JSON object".to_owned()));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let said = with_names(error.to_string(), || names(&T::schema()));
        refused(format!("the body is not what is expected here: {said}"))
    })
}

/// Says which fields there are where the parser does not: it forgets them for a body that takes
/// over fields from another one.
fn with_names(said: String, names: impl FnOnce() -> Vec<String>) -> String {
    if !said.starts_with("unknown field") || said.contains("expected") {
        return said;
    }
    format!("{said}, expected one of `{}`", names().join("`, `"))
}

fn names(schema: &RefOr<Schema>) -> Vec<String> {
    match schema {
        RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter().flat_map(names).collect(),
        RefOr::Ref(reference) if reference.ref_location.ends_with("/PolicyOptions") => {
            names(&contract::PolicyOptions::schema())
        }
        _ => Vec::new(),
    }
}

/// An answer with a status of its own.
pub fn with_status(status: StatusCode, body: impl serde::Serialize) -> Response {
    (status, axum::Json(body)).into_response()
}
