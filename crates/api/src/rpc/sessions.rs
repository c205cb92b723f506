//! `session.*`: what sessions are, as `/api/sessions` has it. Where a session is named, its
//! identifier will do, and so will the name of an open session of one's own: the documents' own
//! examples name sessions.

use contract::exports::ImportSession;
use contract::machines::Done;
use contract::rpc::{
    BeginSession, BegunSession, ExportSession, ExportedSession, ListSessions, OfSession,
    RenameSession, TagSession, UpdateSession,
};
use control::labels::{self, LabelChange};
use control::{Error, Meaning, placing, sessions};
use model::SessionId;
use model::session::Session;
use serde_json::value::RawValue;

use super::begin::{self, Wanted};
use super::call::{Call, Method, Outcome, answer};
use crate::exports::Export;
use crate::pages::{self, SessionList};
use crate::{imports, views};

/// The largest session that is written into an answer; a file may be larger.
const MAX_EXPORT_BYTES: usize = 16 * 1024 * 1024;

pub(super) const METHODS: &[Method] = &[
    Method::new("session.init", |call| Box::pin(init(call))).beside(),
    Method::new("session.new", |call| Box::pin(new(call))).beside(),
    Method::new("session.list", |call| Box::pin(list(call))),
    Method::new("session.get", |call| Box::pin(get(call))),
    Method::new("session.update", |call| Box::pin(update(call))),
    Method::new("session.rename", |call| Box::pin(rename(call))),
    Method::new("session.tag", |call| Box::pin(tag(call))),
    Method::new("session.untag", |call| Box::pin(untag(call))),
    Method::new("session.archive", |call| Box::pin(archive(call, true))),
    Method::new("session.unarchive", |call| Box::pin(archive(call, false))),
    Method::new("session.delete", |call| Box::pin(delete(call))),
    Method::new("session.export", |call| Box::pin(export(call))).beside(),
    Method::new("session.import", |call| Box::pin(import(call))).beside(),
];

/// The session that is meant.
pub(super) async fn find(call: &Call, named: &str) -> Result<Session, Error> {
    let plane = &call.app.plane;
    if let Ok(id) = named.parse::<SessionId>() {
        return sessions::session(plane, &call.actor, id).await;
    }
    let found = sessions::session_named(plane, &call.actor, named).await?;
    found.ok_or_else(|| Error::not_found("session"))
}

/// Goes on with a session, or starts one.
async fn init(call: Call) -> Outcome {
    let session = begun(&call).await?;
    answer(&BegunSession {
        session_id: session.id,
        agent: session.agent.map(Into::into),
        created_at: session.created_at.into(),
        last_active: session.last_active_at.into(),
    })
}

/// The same, and answers the whole session.
async fn new(call: Call) -> Outcome {
    let session = begun(&call).await?;
    answer(&views::session(&call.app.plane, &session).await?)
}

async fn begun(call: &Call) -> Result<Session, super::error::RpcError> {
    let body: BeginSession = call.params()?;
    let wanted = Wanted {
        session: body.session_id,
        machine: body.machine_id,
        agent: body.agent,
        workspace: body.cwd,
        model: body.model,
        name: body.name,
        ..Wanted::default()
    };
    Ok(begin::session(&call.app.plane, &call.actor, wanted).await?)
}

/// Lists sessions, the last active first.
async fn list(call: Call) -> Outcome {
    let ListSessions { machine_id, tag, archived, q: search, cursor, limit } = call.params()?;
    let list = SessionList { machine_id, tag, archived, search, cursor, limit };
    answer(&pages::sessions(&call.app.plane, &call.actor, list).await?)
}

/// Shows a session; `null` where there is none.
async fn get(call: Call) -> Outcome {
    let OfSession { session_id } = call.params()?;
    match find(&call, &session_id).await {
        Ok(session) => answer(&views::session(&call.app.plane, &session).await?),
        Err(error) if error.meaning == Meaning::NotFound => Ok(RawValue::NULL.to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// Changes what people say about a session.
async fn update(call: Call) -> Outcome {
    let body: UpdateSession = call.params()?;
    if let Some(agent) = body.agent {
        let session = find(&call, &body.session_id).await?;
        begin::check_agent(&session, &placing::agent_name(&agent)?)?;
    }
    let UpdateSession { session_id, name, tags, add_tags, remove_tags, archived, .. } = body;
    label(&call, &session_id, LabelChange { name, tags, add_tags, remove_tags, archived }).await
}

/// Gives a session another name.
async fn rename(call: Call) -> Outcome {
    let RenameSession { session_id, name } = call.params()?;
    let change = LabelChange { name: Some(name), ..LabelChange::default() };
    label(&call, &session_id, change).await
}

/// Tags a session.
async fn tag(call: Call) -> Outcome {
    let TagSession { session_id, tag } = call.params()?;
    let change = LabelChange { add_tags: vec![tag], ..LabelChange::default() };
    label(&call, &session_id, change).await
}

/// Takes a tag away.
async fn untag(call: Call) -> Outcome {
    let TagSession { session_id, tag } = call.params()?;
    let change = LabelChange { remove_tags: vec![tag], ..LabelChange::default() };
    label(&call, &session_id, change).await
}

/// Puts a session away, or gets it back.
async fn archive(call: Call, archived: bool) -> Outcome {
    let OfSession { session_id } = call.params()?;
    let change = LabelChange { archived: Some(archived), ..LabelChange::default() };
    label(&call, &session_id, change).await
}

async fn label(call: &Call, named: &str, change: LabelChange) -> Outcome {
    let session = find(call, named).await?;
    let plane = &call.app.plane;
    let session = labels::session_label(plane, &call.actor, session.id, change).await?;
    answer(&views::session(plane, &session).await?)
}

/// Ends a session and forgets it.
async fn delete(call: Call) -> Outcome {
    let OfSession { session_id } = call.params()?;
    let session = find(&call, &session_id).await?;
    sessions::session_delete(&call.app.plane, &call.actor, session.id).await?;
    answer(&Done::YES)
}

/// Writes a session down.
async fn export(call: Call) -> Outcome {
    let ExportSession { session_id, format } = call.params()?;
    let session = find(&call, &session_id).await?;
    let export = Export::begin(&call.app.plane, &call.actor, session.id, format).await?;
    let data = export.into_text(MAX_EXPORT_BYTES).await?;
    answer(&ExportedSession { format, data })
}

/// Takes in a session that was written down. What does not fit into a request of JSON-RPC fits into
/// `POST /api/sessions/import`.
async fn import(call: Call) -> Outcome {
    let body: ImportSession = call.params()?;
    let plane = &call.app.plane;
    let session = imports::import(plane, &call.actor, body).await?;
    answer(&views::session(plane, &session).await?)
}
