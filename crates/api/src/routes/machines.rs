//! Machines and their enrolment.

mod assign;
mod assignments;
mod available;
mod change;
mod commands;
mod copies;
mod detect;
mod enrol;
mod enrolment_revoke;
mod enrolments;
mod freeze;
mod heartbeat;
mod list;
mod outside;
mod remove;
mod rotate_key;
mod sessions;
mod show;
mod unassign;
mod unfreeze;
mod update;
mod users;

use axum::Json;
use contract::machines::OneMachine;
use control::assignments::own_assignment;
use model::Actor;
use model::machine::Machine;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Answer;
use crate::{App, views};

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(enrol::enrol))
        .routes(routes!(available::available))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(heartbeat::heartbeat))
        .routes(routes!(commands::commands))
        .routes(routes!(detect::detect))
        .routes(routes!(sessions::sessions))
        .routes(routes!(outside::outside))
        .routes(routes!(freeze::freeze, unfreeze::unfreeze))
        .routes(routes!(rotate_key::rotate_key))
        .routes(routes!(update::offered, update::announce))
        .routes(routes!(users::users))
        .routes(routes!(assignments::assignments))
        .routes(routes!(assign::assign))
        .routes(routes!(unassign::unassign))
        .routes(routes!(enrolments::enrolments))
        .routes(routes!(enrolment_revoke::enrolment_revoke))
        .merge(copies::router())
}

/// A machine, with what whoever asks was given there.
async fn shown(app: &App, actor: &Actor, machine: &Machine) -> Answer<Json<OneMachine>> {
    let own = own_assignment(&app.plane, actor, machine.id).await?;
    Ok(Json(OneMachine {
        success: true,
        machine: views::machine(&app.plane, machine),
        current_user_permission: own,
    }))
}
