use axum::extract::State;
use contract::sessions::Sessions;
use model::MachineId;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::pages::{self, SessionList};
use crate::params::Query;
use crate::problem::Answer;
use crate::remote_words::{Told, Words};

/// Which sessions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only on this machine.
    machine_id: Option<MachineId>,
    /// Only those with this tag.
    tag: Option<String>,
    /// Those that were put away instead of those that were not.
    #[serde(default)]
    archived: bool,
    /// Only those that have each word of this, 16 at the most, somewhere in their name, a tag, their
    /// agent or their directory. Words are parted by blanks; Chinese is found in the middle of text.
    q: Option<String>,
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
    words: Words,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Told> {
    let Filter { machine_id, tag, archived, q: search, cursor, limit } = filter;
    let list = SessionList { machine_id, tag, archived, search, cursor, limit };
    Ok(words.many(pages::sessions(&app.plane, &actor, list).await?)?)
}
