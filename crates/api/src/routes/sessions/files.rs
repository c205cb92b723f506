//! The files of a session's workspace.

mod create_directory;
mod download;
mod list;
mod show;
mod upload;

use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// Which file.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct File {
    /// From the workspace down, with `/` between names.
    path: String,
}

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(download::download, upload::upload))
        .routes(routes!(create_directory::create_directory))
}
