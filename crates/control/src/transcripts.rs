//! Reading what was said. It lies in the machine's journal and only passes through.

use std::time::Duration;

use bytes::Bytes;
use model::session::{Session, SessionKind, SessionState};
use model::{Actor, SessionId};
use policy::Action;
use serde_json::json;
use wire::call::{Answer, Question, ReadUpdates, Updates};
use wire::limits::ENDED_TERMINAL_KEPT;
use wire::stream::Record;

use crate::audit::looks::look;
use crate::kept_transcripts::reading;
use crate::{ControlPlane, Error};

/// How long a machine may take to answer with a page.
const READ_WITHIN: Duration = Duration::from_secs(15);

/// The largest page, in bytes.
const LARGEST_PAGE: u32 = 512 * 1024;

/// A page of a chat's records after a position.
pub async fn updates(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    after: u64,
    max_bytes: Option<u32>,
) -> Result<Updates, Error> {
    let session = chat(plane, actor, id).await?;
    let max_bytes = max_bytes.unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    let session_id = Bytes::copy_from_slice(id.as_bytes());
    let question = Question::ReadUpdates(ReadUpdates { session_id, after, max_bytes });
    match plane.relay.call(session.machine, question, READ_WITHIN).await {
        Ok(Answer::Updates(updates)) => Ok(updates),
        Ok(_) => Err(relay::CallFailure::Unexpected.into()),
        // What is kept here is read where the machine cannot be asked, or knows of it no more.
        Err(failure) if is_away(&failure) => {
            let kept = reading::updates(plane, id, after, max_bytes as usize).await?;
            kept.ok_or_else(|| failure.into())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Whether what a machine holds cannot be had for now, or is not there any more.
fn is_away(failure: &relay::CallFailure) -> bool {
    match failure {
        relay::CallFailure::Offline => true,
        relay::CallFailure::Refused(refused) => refused.code == "unknown_session",
        _ => false,
    }
}

/// The last records of a chat, about as many.
pub async fn last_updates(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    count: u64,
) -> Result<Vec<Record>, Error> {
    // One record tells which is the last.
    let last = updates(plane, actor, id, 0, Some(1)).await?.last;
    Ok(updates(plane, actor, id, last.saturating_sub(count), None).await?.records)
}

/// A chat that the actor may watch. If it is not theirs, it is written down that they do.
pub async fn chat(plane: &ControlPlane, actor: &Actor, id: SessionId) -> Result<Session, Error> {
    let session = plane.authorise_session(actor, Action::SessionView, id).await?;
    if session.kind != SessionKind::Chat {
        return Err(Error::conflict("not_a_chat", "this session is a terminal, not a chat"));
    }
    look(plane, actor, &session).await?;
    Ok(session)
}

/// A chat that the actor is about to take out of the house. That is written down first.
pub async fn export_begin(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<Session, Error> {
    let session = chat(plane, actor, id).await?;
    let (object, facts) = (format!("session:{id}"), json!({}));
    let record = plane.audit_about(actor, session.tenant, "session.export", object, &facts);
    plane.audit_only(vec![record]).await?;
    Ok(session)
}

/// A terminal that the actor may watch, and whether they may type. It is written down that they
/// attach.
pub async fn terminal(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<(Session, bool), Error> {
    let session = plane.authorise_session(actor, Action::SessionView, id).await?;
    if session.kind != SessionKind::Terminal {
        return Err(Error::conflict("not_a_terminal", "this session is a chat, not a terminal"));
    }
    if is_over(plane, &session) {
        let detail = session.detail.as_deref().unwrap_or("its program has ended");
        return Err(Error::conflict("session_ended", format!("this terminal is over: {detail}")));
    }
    look(plane, actor, &session).await?;
    let may_type = plane.authorise_session(actor, Action::SessionDrive, id).await.is_ok();
    Ok((session, may_type))
}

/// Whether there is nothing more to be seen of a terminal. One whose program has ended is kept for
/// a while, for whoever was cut off meanwhile.
fn is_over(plane: &ControlPlane, session: &Session) -> bool {
    let is_kept = session.state == SessionState::Stopped
        && plane.now().since(session.last_active_at) < ENDED_TERMINAL_KEPT;
    session.state.is_final() && !is_kept
}
