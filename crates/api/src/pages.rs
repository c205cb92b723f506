//! Lists by pages, the same for every door: a cursor is the place of the last thing of the page
//! before, so that nothing is skipped or repeated when the list changes.

use contract::sessions::Sessions;
use control::{ControlPlane, Error, sessions};
use model::session::Session;
use model::{Actor, MachineId, SessionId, Timestamp};

use crate::views;

/// How many sessions are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 50;

/// Which sessions.
#[derive(Debug, Clone, Default)]
pub struct SessionList {
    /// Only on this machine.
    pub machine_id: Option<MachineId>,
    /// From the answer before.
    pub cursor: Option<String>,
    /// At most this many, 1 to 200.
    pub limit: Option<u32>,
}

/// A page of the sessions that the actor may see, the last active first.
pub async fn sessions(
    plane: &ControlPlane,
    actor: &Actor,
    list: SessionList,
) -> Result<Sessions, Error> {
    let limit = list.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 200);
    let after = list.cursor.as_deref().map(read_cursor).transpose()?;
    let found = sessions::sessions(plane, actor, list.machine_id, after, limit).await?;
    let full = found.len() == limit as usize;
    let next_cursor = found.last().filter(|_| full).map(write_cursor);
    let sessions = views::sessions(plane, &found).await?;
    Ok(Sessions { count: sessions.len(), sessions, next_cursor })
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
