use axum::Json;
use axum::extract::State;
use contract::prices::Prices;
use control::Error;
use control::prices::{self, PriceQuery};
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Which models it is about.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// Says what holds for a model of this provider, together with `model`.
    provider: Option<String>,
    /// The model, as agents ask for it.
    model: Option<String>,
    /// Finds models of the table: each of these words is in their name or their provider's.
    q: Option<String>,
}

/// Lists the prices that administrators have set, the models that were called although nobody knows
/// what they cost, and the models of the table that were searched for.
#[utoipa::path(get, path = "/api/prices", tag = "usage", params(About),
    responses((status = 200, body = Prices)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(About { provider, model, q: search }): Query<About>,
) -> Answer<Json<Prices>> {
    let about = match (&provider, &model) {
        (Some(provider), Some(model)) => Some((provider.as_str(), model.as_str())),
        (None, None) => None,
        _ => {
            let message = "provider and model belong together";
            return Err(Error::invalid("invalid_query", message).into());
        }
    };
    let query = PriceQuery { about, search: search.as_deref() };
    Ok(Json(views::usage::prices(prices::prices(&app.plane, &actor, query).await?)))
}
