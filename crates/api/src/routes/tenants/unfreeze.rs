use axum::Json;
use axum::extract::State;
use contract::machines::Machines;
use control::freezes;
use model::TenantId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lets the machines of a tenant take new work again, but for those that were frozen by
/// themselves.
#[utoipa::path(delete, path = "/api/tenants/{tenant_id}/freeze", tag = "machines",
    params(("tenant_id" = TenantId, Path)), responses((status = 200, body = Machines)))]
pub(super) async fn unfreeze(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
) -> Answer<Json<Machines>> {
    let machines = freezes::machines_unfreeze_all(&app.plane, &actor, id).await?;
    Ok(Json(views::machines(&app.plane, &machines)))
}
