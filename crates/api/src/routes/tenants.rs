//! Organisations.

mod change;
mod create;
mod freeze;
mod limits;
mod list;
mod second_factor;
mod transcripts;
mod unfreeze;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(change::change))
        .routes(routes!(freeze::freeze, unfreeze::unfreeze))
        .routes(routes!(limits::limits))
        .routes(routes!(second_factor::second_factor))
        .routes(routes!(transcripts::show, transcripts::keep))
}
