//! Jobs: submitting, watching, cancelling, trying again.

mod act;
mod list;
mod logs;
mod remove;
mod show;
mod submit;

pub(crate) use submit::request;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, submit::submit))
        .routes(routes!(show::show, act::act, remove::remove))
        .routes(routes!(logs::logs))
}
