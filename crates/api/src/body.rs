//! JSON bodies of requests.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::server::limits::TimeLimits;
use crate::{App, problem};

/// The largest body, but for prompts.
pub const LIMIT_BYTES: usize = 1024 * 1024;

/// The largest prompt: what the link carries, and what JSON adds to it.
pub const PROMPT_LIMIT_BYTES: usize = 6 * 1024 * 1024;

/// A body that is not taken.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    code: &'static str,
    detail: String,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        problem::plain(self.status, self.code, self.detail)
    }
}

/// A JSON body, at most [`LIMIT_BYTES`] large.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A JSON body, at most [`PROMPT_LIMIT_BYTES`] large.
#[derive(Debug)]
pub struct LargeBody<T>(pub T);

/// A body that says that it is JSON, at most [`PROMPT_LIMIT_BYTES`] large, for those who answer for
/// what is in it themselves.
#[derive(Debug)]
pub struct JsonText(pub bytes::Bytes);

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

impl FromRequest<App> for JsonText {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        read(request, PROMPT_LIMIT_BYTES).await.map(Self)
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

/// Forms and plain text are refused: a page of somebody else's can send them without asking (S21).
async fn read(request: Request, limit: usize) -> Result<bytes::Bytes, Refused> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let detail = "the body must have the content type application/json";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail));
    }
    collect(request, limit).await
}

/// A body that trickles is an attack or a dead line (S118).
async fn collect(request: Request, limit: usize) -> Result<bytes::Bytes, Refused> {
    let within = request.extensions().get().copied().unwrap_or_else(TimeLimits::default).body;
    let body = Limited::new(request.into_body(), limit);
    let collected = tokio::time::timeout(within, body.collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let detail = format!("the body is larger than {limit} bytes");
            Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail))
        }
        Ok(Err(_)) => {
            let detail = "the body broke off";
            Err(Refused::new(StatusCode::BAD_REQUEST, "body_incomplete", detail))
        }
        Err(_) => {
            let detail = "the body did not arrive in time";
            Err(Refused::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail))
        }
    }
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
