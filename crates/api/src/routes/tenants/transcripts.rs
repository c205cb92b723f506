use axum::Json;
use axum::extract::State;
use contract::transcript_keeping::TranscriptKeeping;
use control::kept_transcripts;
use model::TenantId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// For how many days a tenant keeps the transcripts of its sessions on the server, and of which
/// workspaces something else is said.
#[utoipa::path(get, path = "/api/tenants/{tenant_id}/transcripts", tag = "sessions",
    params(("tenant_id" = TenantId, Path)),
    responses((status = 200, body = TranscriptKeeping)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
) -> Answer<Json<TranscriptKeeping>> {
    let keeping = kept_transcripts::transcript_keeping(&app.plane, &actor, id).await?;
    Ok(Json(views::keeping::transcript_keeping(keeping)))
}

/// Says for how many days a tenant keeps the transcripts of its sessions on the server, sealed, in
/// place of what was said before. What is not to be kept any more is deleted. Doing it again changes
/// nothing.
#[utoipa::path(put, path = "/api/tenants/{tenant_id}/transcripts", tag = "sessions",
    params(("tenant_id" = TenantId, Path)), request_body = TranscriptKeeping,
    responses((status = 200, body = TranscriptKeeping)))]
pub(super) async fn keep(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<TenantId>,
    Body(body): Body<TranscriptKeeping>,
) -> Answer<Json<TranscriptKeeping>> {
    let keeping = views::keeping::transcript_keeping_asked(body);
    let kept = kept_transcripts::transcripts_keep(&app.plane, &actor, id, keeping).await?;
    Ok(Json(views::keeping::transcript_keeping(kept)))
}
