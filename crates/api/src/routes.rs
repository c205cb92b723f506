//! The endpoints: one file each, in the folder of their noun, and the way to them.

mod agent;
mod agents;
mod audit;
mod auth;
mod console;
pub(crate) mod jobs;
mod key_ring;
mod live;
mod llm_proxy;
mod machines;
mod notification_channels;
mod permissions;
mod policy;
mod prices;
mod provider_keys;
mod quotas;
mod rpc;
mod sessions;
mod system;
mod tenants;
mod usage;
mod users;
mod webhook_secret;

use std::convert::Infallible;
use std::error::Error as StdError;
use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::{Router, extract};
use bytes::Bytes;
use http_body_util::Either;
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

use crate::guard::aliases;
use crate::guard::room::BodyRoom;
use crate::server::limits::TimeLimits;
use crate::{App, guard, problem, refusals};

/// The body of an answer: an endpoint's, or that of a model.
pub(crate) type Answer = Either<Body, gateway::Body>;

/// Everything that can be asked of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Doors {
    models: llm_proxy::Door,
    bodies: BodyRoom,
    router: Router,
}

impl Doors {
    /// All of them, behind the guard.
    pub(crate) fn new(app: App) -> Self {
        let models = llm_proxy::Door::new(&app);
        Self { models, bodies: BodyRoom::new(), router: router(app) }
    }

    /// Answers one request that came from somewhere.
    pub(crate) async fn answer<B>(
        &self,
        request: Request<B>,
        peer: SocketAddr,
        limits: TimeLimits,
    ) -> Response<Answer>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        if llm_proxy::takes(&request) {
            return self.models.answer(request).await;
        }
        let mut request = aliases::rewrite(request.map(Body::new));
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(limits);
        request.extensions_mut().insert(self.bodies.clone());
        let answered: Result<_, Infallible> = self.router.clone().oneshot(request).await;
        let Ok(response) = answered;
        response.map(Either::Left)
    }
}

/// Every endpoint that is described.
pub fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(auth::router())
        .merge(users::router())
        .merge(tenants::router())
        .merge(machines::router())
        .merge(agent::router())
        .merge(agents::router())
        .merge(sessions::router())
        .merge(jobs::router())
        .merge(webhook_secret::router())
        .merge(notification_channels::router())
        .merge(permissions::router())
        .merge(policy::router())
        .merge(key_ring::router())
        .merge(provider_keys::router())
        .merge(prices::router())
        .merge(quotas::router())
        .merge(usage::router())
        .merge(audit::router())
        .merge(system::router())
        .merge(rpc::router())
        .merge(live::router())
}

/// Every endpoint that is described, and the console, behind the guard.
fn router(app: App) -> Router {
    let (described, _) = described().split_for_parts();
    described
        .fallback(fallback)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(app.clone(), refusals::note))
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
