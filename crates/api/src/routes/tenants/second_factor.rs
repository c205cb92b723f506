use axum::Json;
use axum::extract::State;
use contract::second_factors::DemandSecondFactor;
use contract::users::OneTenant;
use control::second_factors;
use model::TenantId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Says whether a tenant's people must have a second factor. When they must, whoever has none is
/// signed out. Doing it again changes nothing.
#[utoipa::path(put, path = "/api/tenants/{tenant_id}/second-factor", tag = "users",
    params(("tenant_id" = TenantId, Path)), request_body = DemandSecondFactor,
    responses((status = 200, body = OneTenant)))]
pub(super) async fn second_factor(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    Body(body): Body<DemandSecondFactor>,
) -> Answer<Json<OneTenant>> {
    let (tenant, counts) =
        second_factors::second_factor_demand(&app.plane, &actor, id, body.demand).await?;
    Ok(Json(OneTenant { success: true, tenant: views::people::tenant(&tenant, counts) }))
}
