//! `session.*`: what sessions are, as `/api/sessions` has it.

use contract::machines::Done;
use contract::rpc::{ListSessions, OfSession, RenameSession};
use control::{Meaning, sessions};
use serde_json::value::RawValue;

use super::call::{Call, Method, Outcome, answer};
use crate::pages::{self, SessionList};
use crate::views;

pub(super) const METHODS: &[Method] = &[
    Method::new("session.list", |call| Box::pin(list(call))),
    Method::new("session.get", |call| Box::pin(get(call))),
    Method::new("session.rename", |call| Box::pin(rename(call))),
    Method::new("session.delete", |call| Box::pin(delete(call))),
];

/// Lists sessions, the last active first.
async fn list(call: Call) -> Outcome {
    let ListSessions { machine_id, cursor, limit } = call.params()?;
    let list = SessionList { machine_id, cursor, limit };
    answer(&pages::sessions(&call.app.plane, &call.actor, list).await?)
}

/// Shows a session; `null` where there is none.
async fn get(call: Call) -> Outcome {
    let OfSession { session_id } = call.params()?;
    match sessions::session(&call.app.plane, &call.actor, session_id).await {
        Ok(session) => answer(&views::session(&call.app.plane, &session).await?),
        Err(error) if error.meaning == Meaning::NotFound => Ok(RawValue::NULL.to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// Gives a session another name.
async fn rename(call: Call) -> Outcome {
    let RenameSession { session_id, name } = call.params()?;
    let session = sessions::session_rename(&call.app.plane, &call.actor, session_id, &name).await?;
    answer(&views::session(&call.app.plane, &session).await?)
}

/// Ends a session and forgets it.
async fn delete(call: Call) -> Outcome {
    let OfSession { session_id } = call.params()?;
    sessions::session_delete(&call.app.plane, &call.actor, session_id).await?;
    answer(&Done::YES)
}
