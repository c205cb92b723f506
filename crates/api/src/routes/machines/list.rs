use axum::Json;
use axum::extract::State;
use contract::machines::Machines;
use control::machines;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the machines that one may work on.
#[utoipa::path(get, path = "/api/remote/machines", tag = "machines",
    responses((status = 200, body = Machines)))]
pub(super) async fn list(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<Machines>> {
    let machines = machines::machines(&app.plane, &actor).await?;
    Ok(Json(views::machines(&app.plane, &machines)))
}
