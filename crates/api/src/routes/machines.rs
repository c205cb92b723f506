//! Machines and their enrolment.

mod assign;
mod available;
mod detect;
mod enrol;
mod enrolment_revoke;
mod enrolments;
mod list;
mod remove;
mod show;
mod unassign;
mod users;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(enrol::enrol))
        .routes(routes!(available::available))
        .routes(routes!(show::show, remove::remove))
        .routes(routes!(detect::detect))
        .routes(routes!(users::users))
        .routes(routes!(assign::assign))
        .routes(routes!(unassign::unassign))
        .routes(routes!(enrolments::enrolments))
        .routes(routes!(enrolment_revoke::enrolment_revoke))
}
