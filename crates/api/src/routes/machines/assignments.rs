use axum::Json;
use axum::extract::State;
use contract::assignments::TenantAssignments;
use control::Error;
use control::assignments::{AssignmentsWanted, assignments_of_tenant};
use model::{MachineId, UserId};
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// How many are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 100;

/// Which assignments.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The number of the tenant; one's own if it is left out.
    tenant_id: Option<i64>,
    /// Only on this machine.
    machine_id: Option<MachineId>,
    /// Only those of this account.
    user_id: Option<UserId>,
    /// From the answer before.
    cursor: Option<String>,
    /// At most this many, 1 to 200.
    limit: Option<u32>,
}

/// Lists who was given which right on the machines of a tenant, for those who administer it. They
/// reach every machine without being listed.
#[utoipa::path(get, path = "/api/remote/assignments", tag = "machines", params(Filter),
    responses((status = 200, body = TenantAssignments)))]
pub(super) async fn assignments(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<TenantAssignments>> {
    let wanted = AssignmentsWanted {
        tenant: filter.tenant_id,
        machine: filter.machine_id,
        user: filter.user_id,
        after: filter.cursor.as_deref().map(read_cursor).transpose()?,
        limit: filter.limit.unwrap_or(DEFAULT_LIMIT),
    };
    let (found, next) = assignments_of_tenant(&app.plane, &actor, wanted).await?;
    Ok(Json(TenantAssignments {
        assignments: found.iter().map(views::people::machine_assignment).collect(),
        next_cursor: next.map(|(machine, user)| format!("{machine}.{user}")),
    }))
}

fn read_cursor(cursor: &str) -> Result<(MachineId, UserId), Error> {
    let parsed = cursor
        .split_once('.')
        .and_then(|(machine, user)| Some((machine.parse().ok()?, user.parse().ok()?)));
    parsed.ok_or_else(|| {
        Error::invalid("invalid_cursor", "use the next_cursor of the answer before, unchanged")
    })
}
