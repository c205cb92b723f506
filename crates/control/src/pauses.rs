//! Pauses: nothing of a session runs until somebody says so. What is decided is stored with the
//! order for the machine; that it is so is the machine's to say.

use std::sync::Arc;
use std::time::Duration;

use bus::{Event, Heard, Listener};
use model::machine::MachineStatus;
use model::session::{Pause, Session, SessionState};
use model::{Actor, CommandId, SessionId};
use policy::Action;
use serde_json::json;
use store::Tx;
use wire::command::{Order, PauseSession, ResumeSession};

use crate::authorise::acting_user;
use crate::error::machine_offline;
use crate::{ControlPlane, Error, machines};

/// How long the machine may take to say that it has obeyed before the answer is that it was told to.
const OBEYED_WITHIN: Duration = Duration::from_secs(10);

/// Has nothing of a session run any more, and waits until that is so. Doing it again changes
/// nothing.
pub async fn session_pause(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<Session, Error> {
    let session = plane.authorise_session(actor, Action::SessionStop, id).await?;
    refuse_ended(&session)?;
    if session.state == SessionState::Starting {
        let message = "this session is starting; it can be paused once it has";
        let error = Error::conflict("session_starting", message).in_session(session.state);
        return Err(error.with_hint("try again in a moment"));
    }
    if session.pause.is_some() && session.state == SessionState::Paused {
        return Ok(session);
    }
    refuse_offline(plane, &session)?;
    let listener = plane.bus.listen();
    let command = order_pause(plane, actor, &session).await?;
    let settled = settled(plane, listener, id, |session| {
        session.state == SessionState::Paused || session.pause.is_none()
    });
    let session = settled.await?;
    refuse_ended(&session)?;
    if !session.is_paused() {
        return Err(disobeyed(plane, command).await?);
    }
    Ok(session)
}

/// Lets a session go on from where it stands, and waits until it does. Doing it again changes
/// nothing.
pub async fn session_resume(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<Session, Error> {
    let session = plane.authorise_session(actor, Action::SessionStop, id).await?;
    refuse_ended(&session)?;
    if !session.is_paused() {
        return Ok(session);
    }
    refuse_offline(plane, &session)?;
    let listener = plane.bus.listen();
    order_resume(plane, actor, &session).await?;
    let settled = settled(plane, listener, id, |session| {
        session.state != SessionState::Paused || session.pause.is_some()
    });
    let session = settled.await?;
    refuse_ended(&session)?;
    Ok(session)
}

/// Refuses what a session does not take while it stands still, or is to.
pub(crate) fn refuse_paused(session: &Session) -> Result<(), Error> {
    if !session.is_paused() {
        return Ok(());
    }
    let error = Error::conflict("session_paused", "Session is paused, please resume first");
    Err(error.in_session(SessionState::Paused).with_hint("`gantline session resume` lets it go on"))
}

/// The same inside the write that would begin something: once a pause was answered, nothing begins.
pub(crate) async fn refuse_paused_now(tx: &mut Tx, id: SessionId) -> Result<(), Error> {
    refuse_paused(&tx.session(id).await?.ok_or(Error::not_found("session"))?)
}

/// Stores that a session is to stand still; answers the order, if it is not an earlier one.
async fn order_pause(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
) -> Result<Option<CommandId>, Error> {
    let (id, now) = (session.id, plane.now());
    let pause = Pause { at: now, by: acting_user(actor)? };
    let order = Order::PauseSession(PauseSession {});
    let command = plane.command(actor, session.machine, id, order);
    let record = plane.audit(actor, "session.pause", format_args!("session:{id}"), &json!({}));
    let ordered = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.session_pause(id, pause, command.id).await? {
                    return Ok(None);
                }
                tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
                tx.audit_append(record).await?;
                Ok(Some((command.id, tx.session(id).await?)))
            })
        })
        .await?;
    Ok(ordered.map(|(command, session)| {
        tell(plane, session);
        command
    }))
}

/// Stores that a session is to go on. The order is sent again where it was sent already: it may
/// have come too late.
async fn order_resume(plane: &ControlPlane, actor: &Actor, session: &Session) -> Result<(), Error> {
    let (id, now) = (session.id, plane.now());
    let order = Order::ResumeSession(ResumeSession {});
    let command = plane.command(actor, session.machine, id, order);
    let record = plane.audit(actor, "session.resume", format_args!("session:{id}"), &json!({}));
    let session = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
                if tx.session_pause_end(id, now).await? {
                    tx.audit_append(record).await?;
                }
                Ok(tx.session(id).await?)
            })
        })
        .await?;
    tell(plane, session);
    Ok(())
}

fn tell(plane: &ControlPlane, session: Option<Session>) {
    if let Some(session) = session {
        plane.relay.commands_waiting(session.machine);
        plane.bus.tell(Event::SessionChanged(Arc::new(session)));
    }
}

/// The session as soon as it has ended or is what it should be, or as it is when that took too long.
async fn settled(
    plane: &ControlPlane,
    mut listener: Listener,
    id: SessionId,
    is_settled: impl Fn(&Session) -> bool,
) -> Result<Session, Error> {
    let now = async || plane.store.session(id).await?.ok_or(Error::not_found("session"));
    let heard = tokio::time::timeout(OBEYED_WITHIN, async {
        loop {
            let session = now().await?;
            if session.state.is_final() || is_settled(&session) {
                return Ok(session);
            }
            wait_for_news(&mut listener, id).await;
        }
    });
    match heard.await {
        Ok(session) => session,
        Err(_) => now().await,
    }
}

async fn wait_for_news(listener: &mut Listener, id: SessionId) {
    loop {
        match listener.next().await {
            Heard::Event(Event::SessionChanged(session)) if session.id == id => return,
            Heard::Event(Event::SessionRemoved(place)) if place.session == id => return,
            Heard::Event(_) => {}
            Heard::Missed => return,
            // Nothing is told any more: the server stops, and whoever waits is let go.
            Heard::End => std::future::pending().await,
        }
    }
}

/// Why the machine did not pause what it was told to.
async fn disobeyed(plane: &ControlPlane, command: Option<CommandId>) -> Result<Error, Error> {
    let why = match command {
        Some(command) => plane.store.command_error(command).await?,
        None => None,
    };
    Ok(match why {
        Some((code, message)) if code == "unknown_order" => {
            Error::conflict("machine_outdated", message)
                .with_hint("update Gantline on the machine; until then the session can be stopped")
        }
        Some((_, message)) => {
            Error::conflict("not_paused", format!("the machine could not pause it: {message}"))
        }
        None => Error::conflict("not_paused", "it was let go on meanwhile"),
    })
}

fn refuse_ended(session: &Session) -> Result<(), Error> {
    if !session.state.is_final() {
        return Ok(());
    }
    let message = format!("this session has {}", session.state);
    let error = Error::conflict("session_ended", message).in_session(session.state);
    Err(error.with_hint("start a new session"))
}

fn refuse_offline(plane: &ControlPlane, session: &Session) -> Result<(), Error> {
    match machines::machine_status(plane, session.machine).0 {
        MachineStatus::Offline => Err(machine_offline()),
        MachineStatus::Online => Ok(()),
    }
}
