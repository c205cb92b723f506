//! Lists by pages, the same for every door: a cursor is the place of the last thing of the page
//! before, so that nothing is skipped or repeated when the list changes.

use std::fmt::Display;
use std::str::FromStr;

use contract::jobs::Jobs;
use contract::searches::{FoundInSessions, SearchSessions};
use contract::sessions::Sessions;
use control::jobs::{self, JobsWanted};
use control::searches::{self, SearchPlace, SearchRequest};
use control::sessions::{self, SessionQuery};
use control::{ControlPlane, Error};
use model::job::JobState;
use model::{Actor, MachineId, Timestamp};

use crate::views;

/// How many sessions are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 50;

/// Which sessions.
#[derive(Debug, Clone, Default)]
pub struct SessionList {
    /// Only on this machine.
    pub machine_id: Option<MachineId>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Those that were put away instead of those that were not.
    pub archived: bool,
    /// Only those that have each word of this in their name, a tag, their agent or their workspace.
    pub search: Option<String>,
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
    let query = SessionQuery {
        machine: list.machine_id,
        open: None,
        tag: list.tag,
        archived: Some(list.archived),
        search: list.search,
        after,
        limit,
    };
    let found = sessions::sessions(plane, actor, query).await?;
    let full = found.len() == limit as usize;
    let last = found.last().filter(|_| full);
    let next_cursor = last.map(|last| write_cursor(last.last_active_at, last.id));
    let sessions = views::sessions(plane, &found).await?;
    Ok(Sessions { count: sessions.len(), sessions, next_cursor })
}

/// Sessions in an answer to a search if nothing is said.
const SEARCH_LIMIT: u32 = 20;

/// What was found in the transcripts that the actor may see.
pub async fn search(
    plane: &ControlPlane,
    actor: &Actor,
    asked: SearchSessions,
) -> Result<FoundInSessions, Error> {
    let SearchSessions { words, session_id, before, cursor, limit } = asked;
    let place = match session_id {
        Some(session) if cursor.is_none() && limit.is_none() => {
            SearchPlace::Session { session, before: before.unwrap_or(0) }
        }
        None if before.is_none() => SearchPlace::Everywhere {
            after: cursor.as_deref().map(read_cursor).transpose()?,
            limit: limit.unwrap_or(SEARCH_LIMIT),
        },
        _ => {
            let message = "`before` goes with `session_id`, `cursor` and `limit` go without it";
            return Err(Error::invalid("invalid_search", message));
        }
    };
    let searched = searches::search(plane, actor, SearchRequest { words, place }).await?;
    Ok(FoundInSessions {
        results: views::searches::found(plane, searched.found).await?,
        searched: searched.searched,
        not_searched: searched
            .not_searched
            .into_iter()
            .map(views::searches::not_searched)
            .collect(),
        next_cursor: searched.next.map(|(time, id)| write_cursor(time, id)),
    })
}

/// Which jobs.
#[derive(Debug, Clone, Default)]
pub struct JobList {
    /// Only in this state.
    pub status: Option<JobState>,
    /// Only on this machine.
    pub machine_id: Option<MachineId>,
    /// From the answer before.
    pub cursor: Option<String>,
    /// At most this many, 1 to 200.
    pub limit: Option<u32>,
}

/// A page of the jobs that the actor may see, the newest first.
pub async fn jobs(plane: &ControlPlane, actor: &Actor, list: JobList) -> Result<Jobs, Error> {
    let limit = list.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 200);
    let wanted = JobsWanted {
        machine: list.machine_id,
        state: list.status,
        after: list.cursor.as_deref().map(read_cursor).transpose()?,
        limit,
    };
    let found = jobs::jobs(plane, actor, wanted).await?;
    let full = found.len() == limit as usize;
    let last = found.last().filter(|_| full);
    let next_cursor = last.map(|last| write_cursor(last.created_at, last.id));
    Ok(Jobs { jobs: views::jobs::summaries(plane, &found).await?, next_cursor })
}

fn write_cursor(time: Timestamp, id: impl Display) -> String {
    format!("{}.{id}", time.as_millis())
}

fn read_cursor<T: FromStr>(cursor: &str) -> Result<(Timestamp, T), Error> {
    let parsed = cursor.split_once('.').and_then(|(millis, id)| {
        Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
    });
    parsed.ok_or_else(|| {
        Error::invalid("invalid_cursor", "use the next_cursor of the answer before, unchanged")
    })
}
