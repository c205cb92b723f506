use axum::extract::State;
use axum::http::StatusCode;
use contract::sessions::{CreateSession, OneSession};
use control::sessions::{self, SessionRequest};
use control::{Error, idle_limits, machines, placing};
use model::session::SessionKind;
use policy::Door;

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::remote_words::{DEFAULT_AGENT, Told, Words};
use crate::wanted::wanted_worktree;
use crate::{App, views};

/// Starts a session.
#[utoipa::path(post, path = "/api/sessions", tag = "sessions", request_body = CreateSession,
    responses((status = 201, body = OneSession)))]
pub(super) async fn create(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Body(body): Body<CreateSession>,
) -> Answer<(StatusCode, Told)> {
    let mut request = request(body)?;
    if words == Words::Remote && request.kind == SessionKind::Chat && request.agent.is_none() {
        let machine = machines::machine(&app.plane, &actor, request.machine).await?;
        request.agent = Some(placing::agent_meant_by(&machine, None, DEFAULT_AGENT)?);
    }
    let session = sessions::session_start(&app.plane, &actor, request).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok((StatusCode::CREATED, words.one(session)?))
}

fn request(body: CreateSession) -> Result<SessionRequest, Error> {
    let agent = body.agent_name.as_deref().filter(|name| !name.is_empty()).map(placing::agent_name);
    Ok(SessionRequest {
        machine: body.machine_id,
        kind: body.kind,
        agent: agent.transpose()?,
        workspace: body.project_path.filter(|path| !path.is_empty()),
        model: body.model.filter(|model| !model.is_empty()),
        policy: body.policy,
        door: Door::asking(body.interactive),
        title: body.title,
        size: body.columns.zip(body.rows),
        idle_limit: idle_limits::of_seconds(body.ttl),
        worktree: body.worktree.map(wanted_worktree),
        continues: body.continues.filter(|id| !id.is_empty()),
    })
}
