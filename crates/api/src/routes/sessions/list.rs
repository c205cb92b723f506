use axum::Json;
use axum::extract::State;
use contract::sessions::Sessions;
use control::{Error, sessions};
use model::session::Session;
use model::{MachineId, SessionId, Timestamp};
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// How many sessions are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 50;

/// Which sessions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only on this machine.
    machine_id: Option<MachineId>,
    /// From the answer before.
    cursor: Option<String>,
    /// At most this many, 1 to 200.
    limit: Option<u32>,
}

/// Lists the sessions that one may see, the last active first.
#[utoipa::path(get, path = "/api/sessions", tag = "sessions", params(Filter),
    responses((status = 200, body = Sessions)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<Sessions>> {
    let limit = filter.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 200);
    let after = filter.cursor.as_deref().map(read_cursor).transpose()?;
    let found = sessions::sessions(&app.plane, &actor, filter.machine_id, after, limit).await?;
    let full = found.len() == limit as usize;
    let next_cursor = found.last().filter(|_| full).map(write_cursor);
    let sessions = views::sessions(&app.plane, &found).await?;
    Ok(Json(Sessions { count: sessions.len(), sessions, next_cursor }))
}

fn write_cursor(last: &Session) -> String {
    format!("{}.{}", last.last_active_at.as_millis(), last.id)
}

fn read_cursor(cursor: &str) -> Result<(Timestamp, SessionId), Error> {
    let parsed = cursor.split_once('.').and_then(|(millis, id)| {
        Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
    });
    parsed.ok_or_else(|| {
        Error::invalid("invalid_cursor", "use the next_cursor of the answer before, unchanged")
    })
}
