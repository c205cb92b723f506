use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::prices;
use model::PriceId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Takes a price back: what the table says holds again.
#[utoipa::path(delete, path = "/api/prices/{price_id}", tag = "usage",
    params(("price_id" = PriceId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<PriceId>,
) -> Answer<Json<Done>> {
    prices::price_delete(&app.plane, &actor, id).await?;
    Ok(Json(Done { success: true }))
}
