//! What machines call: registering, leaving, and their link.

mod link;
mod register;
mod unregister;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(unregister::unregister))
        .routes(routes!(link::link))
}
