use axum::Json;
use axum::extract::State;
use contract::machines::{FreezeMachines, Machines};
use control::freezes;
use model::TenantId;

use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Keeps every machine of a tenant from new work, those that are yet to come included. What runs
/// goes on, and jobs that were queued wait. Doing it again changes nothing.
#[utoipa::path(put, path = "/api/tenants/{tenant_id}/freeze", tag = "machines",
    params(("tenant_id" = TenantId, Path)), request_body = FreezeMachines,
    responses((status = 200, body = Machines)))]
pub(super) async fn freeze(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    OptionalBody(body): OptionalBody<FreezeMachines>,
) -> Answer<Json<Machines>> {
    let reason = body.reason.as_deref();
    let machines = freezes::machines_freeze_all(&app.plane, &actor, id, reason).await?;
    Ok(Json(views::machines(&app.plane, &machines)))
}
