use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::policies;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Removes a preset. Sessions that came of it keep what they have.
#[utoipa::path(delete, path = "/api/policy/presets/{preset_name}", tag = "policy",
    params(("preset_name" = String, Path)), responses((status = 200, body = Done)))]
pub(super) async fn preset_remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(name): Path<String>,
) -> Answer<Json<Done>> {
    policies::preset_delete(&app.plane, &actor, &name).await?;
    Ok(Json(Done { success: true }))
}
