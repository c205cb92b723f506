//! How much may be used.

mod answer;
mod list;
mod put;
mod raise;
mod remove;
mod requests;
mod status;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, put::put))
        .routes(routes!(remove::remove))
        .routes(routes!(raise::raise))
        .routes(routes!(status::status))
        .routes(routes!(requests::requests))
        .routes(routes!(answer::answer))
}
