use axum::Json;
use axum::extract::State;
use contract::users::{ChangeTenant, OneTenant};
use control::tenants;
use model::TenantId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Changes what a tenant is called. Doing it again changes nothing.
#[utoipa::path(patch, path = "/api/tenants/{tenant_id}", tag = "users",
    params(("tenant_id" = TenantId, Path)), request_body = ChangeTenant,
    responses((status = 200, body = OneTenant)))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    Body(body): Body<ChangeTenant>,
) -> Answer<Json<OneTenant>> {
    let (tenant, counts) = tenants::tenant_rename(&app.plane, &actor, id, &body.name).await?;
    Ok(Json(OneTenant { success: true, tenant: views::people::tenant(&tenant, counts) }))
}
