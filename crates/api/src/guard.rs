//! What every request passes before it reaches an endpoint, and every answer before it leaves.
//!
//! - [`host`]: is it us who are addressed (S22)
//! - [`origin`]: does a page of ours ask (S17, S19)
//! - [`headers`]: what browsers are told about every answer (S25)
//! - `room`: how much memory the bodies of requests may take (R36)
//! - [`aliases`]: the same endpoint under the paths of both documents

pub mod aliases;
pub mod headers;
pub mod host;
pub mod origin;
pub(crate) mod room;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::ApiConfig;

/// Lets a request pass or refuses it, and adds to the answer what browsers are told. All of it in
/// one layer, because every request pays for each.
pub async fn pass(State(config): State<Arc<ApiConfig>>, request: Request, next: Next) -> Response {
    let refusal =
        host::refusal(&config, request.headers()).or_else(|| origin::refusal(&config, &request));
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    headers::add(response.headers_mut());
    response
}
