use axum::Json;
use axum::extract::State;
use contract::policy::{OnePreset, PutPreset};
use control::policies;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Makes a preset under a name of one's own, or replaces the one of that name.
#[utoipa::path(put, path = "/api/policy/presets/{preset_name}", tag = "policy",
    params(("preset_name" = String, Path)), request_body = PutPreset,
    responses((status = 200, body = OnePreset)))]
pub(super) async fn preset_put(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
    Body(body): Body<PutPreset>,
) -> Answer<Json<OnePreset>> {
    let PutPreset { description, options } = body;
    let preset = policies::preset_put(&app.plane, &actor, &name, &description, &options).await?;
    Ok(Json(OnePreset { success: true, preset: views::policy_preset(&preset)? }))
}
