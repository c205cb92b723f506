use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use contract::exports::{ExportFormat, SessionExport};
use control::Error;
use model::SessionId;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::exports::Export;
use crate::params::{Path, Query};
use crate::problem::Answer;

/// As what.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Form {
    /// `json` or `markdown`; `json` if it is left out.
    #[serde(default)]
    format: ExportFormat,
}

/// Writes a chat down as a file. What was said comes from its machine while the file is sent; a
/// machine that goes away in the middle cuts the answer short.
#[utoipa::path(get, path = "/api/sessions/export/{session_id}", tag = "sessions",
    params(("session_id" = SessionId, Path), Form), responses((status = 200,
        content((SessionExport = "application/json"), (String = "text/markdown")))))]
pub(super) async fn export(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(Form { format }): Query<Form>,
) -> Answer<Response> {
    let export = Export::begin(&app.plane, &actor, id, format).await?;
    let name = format!("attachment; filename=\"session-{id}.{}\"", format.extension());
    let name = HeaderValue::from_str(&name).map_err(Error::internal)?;
    let mut response = Response::new(Body::from_stream(export.into_stream()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(CONTENT_DISPOSITION, name);
    Ok(response)
}
