use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::sessions::{CreateSession, OneSession};
use control::sessions::{self, SessionRequest};
use control::{Error, idle_limits, placing};
use policy::Door;

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Starts a session.
#[utoipa::path(post, path = "/api/sessions", tag = "sessions", request_body = CreateSession,
    responses((status = 201, body = OneSession)))]
pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<CreateSession>,
) -> Answer<(StatusCode, Json<OneSession>)> {
    let session = sessions::session_start(&app.plane, &actor, request(body)?).await?;
    let session = views::session(&app.plane, &session).await?;
    Ok((StatusCode::CREATED, Json(OneSession { success: true, session })))
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
    })
}
