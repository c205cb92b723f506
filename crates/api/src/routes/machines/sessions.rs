use axum::Json;
use axum::extract::State;
use contract::machines::MachineSessions;
use control::sessions::sessions_on;
use model::MachineId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::{App, views};

/// How many are told where nobody says.
const MANY: u32 = 50;

/// Which of its sessions.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// All of them.
    #[default]
    All,
    /// Those that go on, paused ones included.
    Active,
    /// Those that are over.
    Ended,
}

/// Which sessions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// All of them, if it is left out.
    #[serde(default)]
    #[param(inline)]
    status: Status,
    /// At most this many, 1 to 200; 50 if it is left out.
    limit: Option<u32>,
}

/// Lists the sessions of a machine that one may see, the last active first. Whoever looks after the
/// machine sees everybody's.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/sessions", tag = "machines",
    params(("machine_id" = MachineId, Path), Filter),
    responses((status = 200, body = MachineSessions)))]
pub(super) async fn sessions(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
    Query(filter): Query<Filter>,
) -> Answer<Json<MachineSessions>> {
    let open = match filter.status {
        Status::All => None,
        Status::Active => Some(true),
        Status::Ended => Some(false),
    };
    let limit = filter.limit.unwrap_or(MANY);
    let sessions = sessions_on(&app.plane, &actor, id, open, limit).await?;
    let sessions = views::sessions(&app.plane, &sessions).await?;
    Ok(Json(MachineSessions { success: true, sessions }))
}
