use axum::Json;
use axum::extract::State;
use contract::machines::Machines;
use control::machines;
use model::Actor;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Which machines.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Those of the tenant with this number, for who runs the installation; one's own if it is left
    /// out.
    tenant_id: Option<i64>,
}

/// Lists the machines that one may work on.
#[utoipa::path(get, path = "/api/remote/machines", tag = "machines", params(Filter),
    responses((status = 200, body = Machines)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<Machines>> {
    let machines = match filter.tenant_id {
        Some(tenant) => machines::machines_of(&app.plane, &actor, tenant).await?,
        None => machines::machines(&app.plane, &actor).await?,
    };
    let user_role = match actor {
        Actor::User { role, .. } => Some(role),
        Actor::Machine { .. } | Actor::System => None,
    };
    Ok(Json(Machines { user_role, ..views::machines(&app.plane, &machines) }))
}
