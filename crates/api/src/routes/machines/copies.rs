//! Copies of a machine's workspaces that are on the server.

mod archive;
mod content;
mod directory;
mod list;
mod remove;
mod show;

use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// Whatever is in a file, nothing of it runs, not even where a browser is made to show it.
const INERT: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

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
        .routes(routes!(remove::remove))
        .routes(routes!(directory::directory))
        .routes(routes!(show::show))
        .routes(routes!(content::content))
        .routes(routes!(archive::archive))
}
