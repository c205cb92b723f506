use axum::Json;
use axum::extract::State;
use contract::prices::{OnePrice, PutPrice};
use control::prices;

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Says what a model costs, or changes that, for calls that begin from now on.
#[utoipa::path(put, path = "/api/prices", tag = "usage", request_body = PutPrice,
    responses((status = 200, body = OnePrice)))]
pub(super) async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<PutPrice>,
) -> Answer<Json<OnePrice>> {
    let PutPrice { provider, model, usd_per_million_tokens } = body;
    let rates = views::usage::rates_of(&usd_per_million_tokens)?;
    let price = prices::price_put(&app.plane, &actor, &provider, &model, rates).await?;
    Ok(Json(OnePrice { success: true, price: views::usage::price(&price) }))
}
