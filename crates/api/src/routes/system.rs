//! The server itself: health, build, metrics, and the description of all endpoints.

mod build;
mod description;
mod health;
mod metrics;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(build::build))
        .routes(routes!(description::description))
        .routes(routes!(metrics::metrics))
}
