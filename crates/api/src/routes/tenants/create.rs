use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::users::{CreateTenant, OneTenant};
use control::tenants::{self, TenantCounts};

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Makes a tenant. Nobody is in it until an account is made there.
#[utoipa::path(post, path = "/api/tenants", tag = "users", request_body = CreateTenant,
    responses((status = 201, body = OneTenant)))]
pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<CreateTenant>,
) -> Answer<(StatusCode, Json<OneTenant>)> {
    let tenant = tenants::tenant_create(&app.plane, &actor, &body.name).await?;
    let tenant = views::people::tenant(&tenant, TenantCounts::default());
    Ok((StatusCode::CREATED, Json(OneTenant { success: true, tenant })))
}
