use std::time::Duration;

use axum::Json;
use axum::extract::State;
use contract::session_limits::ChangeSessionLimits;
use contract::users::OneTenant;
use control::session_limits;
use model::TenantId;
use model::session_limits::SessionLimitsChange;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Changes what a tenant allows its sessions. A lower number ends none that is open; doing it again
/// changes nothing.
#[utoipa::path(patch, path = "/api/tenants/{tenant_id}/limits", tag = "sessions",
    params(("tenant_id" = TenantId, Path)), request_body = ChangeSessionLimits,
    responses((status = 200, body = OneTenant)))]
pub(super) async fn limits(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    Body(body): Body<ChangeSessionLimits>,
) -> Answer<Json<OneTenant>> {
    let change = SessionLimitsChange {
        idle: body.idle_limit_s.map(Duration::from_secs),
        turns: body.max_turns,
        per_machine: body.max_sessions_per_machine,
        per_user: body.max_sessions_per_user,
    };
    let (tenant, counts) =
        session_limits::session_limits_change(&app.plane, &actor, id, change).await?;
    Ok(Json(OneTenant { success: true, tenant: views::people::tenant(&tenant, counts) }))
}
