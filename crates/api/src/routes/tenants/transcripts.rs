use axum::Json;
use axum::extract::State;
use contract::users::{KeepTranscripts, OneTenant};
use control::kept_transcripts;
use model::TenantId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Says whether a tenant keeps the transcripts of its sessions on the server, sealed, and for how many
/// days. Doing it again changes nothing.
#[utoipa::path(put, path = "/api/tenants/{tenant_id}/transcripts", tag = "sessions",
    params(("tenant_id" = TenantId, Path)), request_body = KeepTranscripts,
    responses((status = 200, body = OneTenant)))]
pub(super) async fn transcripts(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    Body(body): Body<KeepTranscripts>,
) -> Answer<Json<OneTenant>> {
    let kept = kept_transcripts::transcripts_keep(&app.plane, &actor, id, body.days).await?;
    let (tenant, counts) = kept;
    Ok(Json(OneTenant { success: true, tenant: views::people::tenant(&tenant, counts) }))
}
