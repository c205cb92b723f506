//! Keys of LLM providers.

mod change;
mod create;
mod list;
mod remove;
mod test;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(change::change, remove::remove))
        .routes(routes!(test::test))
}
