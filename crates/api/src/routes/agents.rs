//! Which agents are installed where.

use axum::Json;
use axum::extract::State;
use contract::agents::Agents;
use control::machines;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// The endpoint.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(agents))
}

/// Lists the agents of the machines that one may see, and where each is installed.
#[utoipa::path(get, path = "/api/agents", tag = "machines",
    responses((status = 200, body = Agents)))]
pub(super) async fn agents(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<Agents>> {
    let machines = machines::machines(&app.plane, &actor).await?;
    Ok(Json(views::agents(&app.plane, &machines)))
}
