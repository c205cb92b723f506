use axum::Json;
use axum::extract::State;
use contract::outside::OutsideSessions;
use control::outside::outside_sessions;
use model::MachineId;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;

/// How many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Most {
    /// At most this many, 1 to 200; 100 if it is left out.
    limit: Option<u32>,
}

/// Sessions that were begun on the machine outside of Gantline, with the agents' own programs, in its
/// workspaces. Its owner says who may see them. `POST /api/sessions` with `continues` goes on with one.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/outside-sessions", tag = "machines",
    params(("machine_id" = MachineId, Path), Most),
    responses((status = 200, body = OutsideSessions)))]
pub(super) async fn outside(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
    Query(most): Query<Most>,
) -> Answer<Json<OutsideSessions>> {
    Ok(Json(outside_sessions(&app.plane, &actor, id, most.limit).await?))
}
