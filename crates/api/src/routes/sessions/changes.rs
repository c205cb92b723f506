//! What differs in a session's workspace from what was committed there.

mod diff;
mod discard;
mod list;
mod log;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(diff::diff))
        .routes(routes!(log::log))
        .routes(routes!(discard::discard))
}
