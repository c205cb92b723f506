use axum::Json;
use axum::extract::State;
use contract::policy::Presets;
use control::policies;
use policy::Preset;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the presets that there are.
#[utoipa::path(get, path = "/api/policy/presets", tag = "policy",
    responses((status = 200, body = Presets)))]
pub(super) async fn presets(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<Presets>> {
    let own = policies::presets(&app.plane, &actor).await?;
    let ours = Preset::ALL.iter().map(|preset| views::built_in_preset(*preset));
    let presets = ours.chain(own.iter().map(views::policy_preset)).collect::<Result<_, _>>()?;
    Ok(Json(Presets { presets }))
}
