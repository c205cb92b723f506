//! The server itself: health, build, usage, audit, and the description of all endpoints.

mod audit;
mod build;
mod description;
mod health;
mod usage;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(build::build))
        .routes(routes!(description::description))
        .routes(routes!(usage::usage))
        .routes(routes!(audit::audit))
}
