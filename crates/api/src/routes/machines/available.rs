use axum::Json;
use axum::extract::State;
use contract::machines::Machines;
use control::machines;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the machines on which one may work at this moment: those that are online.
#[utoipa::path(get, path = "/api/remote/machines/available", tag = "machines",
    responses((status = 200, body = Machines)))]
pub(super) async fn available(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<Machines>> {
    let machines = machines::machines_available(&app.plane, &actor).await?;
    Ok(Json(views::machines(&app.plane, &machines)))
}
