//! What machines call: the scripts and the program that make them machines, registering, leaving,
//! and their link.

mod files;
mod link;
mod poll;
mod register;
mod scripts;
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
        .routes(routes!(poll::poll))
        .routes(routes!(scripts::install_sh))
        .routes(routes!(scripts::uninstall_sh))
        .routes(routes!(scripts::install_ps1))
        .routes(routes!(scripts::uninstall_ps1))
        .routes(routes!(files::file))
}
