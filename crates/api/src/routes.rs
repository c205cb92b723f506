//! The endpoints: one file each, in the folder of their noun.

mod agent;
mod agents;
mod auth;
mod console;
pub(crate) mod jobs;
mod live;
mod llm_proxy;
mod machines;
mod permissions;
mod policy;
mod provider_keys;
mod rpc;
mod sessions;
mod system;

use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::{Router, extract};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, guard, problem};

/// Every endpoint that is described.
pub fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(auth::router())
        .merge(machines::router())
        .merge(agent::router())
        .merge(agents::router())
        .merge(sessions::router())
        .merge(jobs::router())
        .merge(permissions::router())
        .merge(policy::router())
        .merge(provider_keys::router())
        .merge(system::router())
        .merge(rpc::router())
        .merge(live::router())
}

/// Every endpoint, behind the guard.
pub fn router(app: App) -> Router {
    let (described, _) = described().split_for_parts();
    described
        .merge(llm_proxy::router(&app))
        .fallback(fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.config.clone(), guard::pass))
        .with_state(app)
}

/// What is no endpoint may be the console's.
async fn fallback(request: extract::Request) -> axum::response::Response {
    if let Some(response) = console::serve(&request) {
        return response;
    }
    let detail = format!("there is no {} here", request.uri().path());
    problem::plain(StatusCode::NOT_FOUND, "no_such_endpoint", detail)
}

async fn method_not_allowed(request: extract::Request) -> axum::response::Response {
    let detail = format!("{} is not possible on {}", request.method(), request.uri().path());
    problem::plain(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}
