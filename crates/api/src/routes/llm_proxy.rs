//! The LLM gateway's door. Agents come here with a token of their session and ask what they would
//! ask a model's provider; what follows the gateway's own path, whatever it is, goes to the
//! gateway, which answers in the words of that provider.
//!
//! Nothing of what other endpoints do with requests is done here: no account, no cookie, no body
//! of ours.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::any;
use control::proxy_tokens::GATEWAY_PATH;
use gateway::Gateway;

use crate::guard::origin;
use crate::{ApiConfig, App, problem};

/// What a call needs. Copied for each of them, so there is no more in it.
#[derive(Clone)]
struct Door {
    gateway: Gateway,
    config: Arc<ApiConfig>,
}

/// The endpoint, for every path below the gateway's own and every method.
pub(super) fn router(app: &App) -> Router<App> {
    let door = Door { gateway: app.gateway.clone(), config: app.config.clone() };
    Router::new()
        .route(GATEWAY_PATH, any(call))
        .route(&format!("{GATEWAY_PATH}/"), any(call))
        .route(&format!("{GATEWAY_PATH}/{{*path}}"), any(call))
        .with_state(door)
}

/// One call of a model.
async fn call(State(door): State<Door>, mut request: Request) -> Response {
    // Elsewhere a foreign page may read what needs no permission. Here there is no such thing
    // (S100).
    if !origin::is_ours(&door.config, request.headers()) {
        let detail = "models are called by agents, not by the pages of other sites";
        return problem::plain(StatusCode::FORBIDDEN, "foreign_origin", detail);
    }
    if let Some(uri) = below_gateway(request.uri()) {
        *request.uri_mut() = uri;
    }
    door.gateway.answer(request).await.map(Body::new)
}

/// What the client appended to the gateway's address: a path and a query, no host.
fn below_gateway(uri: &http::Uri) -> Option<http::Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(GATEWAY_PATH)?;
    if rest.starts_with('/') { rest.parse().ok() } else { format!("/{rest}").parse().ok() }
}

#[cfg(test)]
mod tests;
