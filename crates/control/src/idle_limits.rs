//! Idle limits: a chat that was started with one, or whose tenant has one, ends by itself when nothing
//! has happened in it for that long. A prompt, a turn and every order of a person count; to look on
//! does not. What waits for an answer, stands still or is done for a job is not idle.
//!
//! Events only say when to look; since when a session is idle is read from the database, so that a
//! limit holds across restarts of the server and of the machine.

use std::sync::Arc;
use std::time::Duration;

use bus::{Event, Heard};
use model::session::{SessionKind, SessionState};
use model::{Actor, Tick};
use serde_json::json;
use store::StoreError;
use store::sessions::idle::{IdleLimitOf, IdledOut};
use wire::command::{Order, StopSession};

use crate::{ControlPlane, Error};

/// The longest limit.
pub const LONGEST: Duration = Duration::from_hours(30 * 24);

/// The longest time between two looks, in case an event was not heard.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);

/// The shortest time between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// How many sessions are ended in one look.
const AT_ONCE: u32 = 100;

/// A limit as the doors take it, in seconds: none where nothing or 0 is said.
pub fn of_seconds(seconds: Option<u64>) -> Option<Duration> {
    seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

/// Refuses a limit that is too long, or one for what has none.
pub(crate) fn check(kind: SessionKind, limit: Option<Duration>) -> Result<(), Error> {
    let Some(limit) = limit else { return Ok(()) };
    if kind != SessionKind::Chat {
        let error = Error::invalid("ttl_not_offered", "only a chat can have an idle limit (ttl)");
        return Err(error.with_hint("a terminal ends with its program"));
    }
    if limit > LONGEST {
        let message = format!("ttl is at most {} seconds", LONGEST.as_secs());
        return Err(Error::invalid("invalid_time", message));
    }
    Ok(())
}

/// Ends sessions whose limit is reached, for as long as the server runs.
pub async fn watch(plane: Arc<ControlPlane>) {
    let mut listener = plane.bus.listen();
    let mut look_at = plane.clock().tick();
    loop {
        let now = plane.clock().tick();
        if now >= look_at {
            look_at = look(&plane).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "idle sessions could not be looked for");
                now + AT_LEAST_EVERY
            });
        }
        let pause = look_at.since(plane.clock().tick());
        tokio::select! {
            // A session has become idle.
            heard = listener.next() => {
                let due = idle_end(&heard, plane.clock().tick());
                look_at = due.map_or(look_at, |due| look_at.min(due));
            }
            // The limit of one is reached, or it is time to make sure.
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// When the limit of the session that an event is about is reached, if nothing happens. That of a
/// tenant is no shorter than the time between two looks, so the next one sees it in time.
fn idle_end(heard: &Heard, now: Tick) -> Option<Tick> {
    match heard {
        Heard::Event(Event::SessionChanged(session)) if session.state == SessionState::Idle => {
            session.idle_limit.map(|limit| now + limit.max(BETWEEN_LOOKS))
        }
        Heard::Event(Event::SessionLimitsChanged(_)) | Heard::Missed => Some(now + BETWEEN_LOOKS),
        Heard::Event(_) | Heard::End => None,
    }
}

/// Ends what is to end; answers when to look again.
async fn look(plane: &ControlPlane) -> Result<Tick, StoreError> {
    let (now, tick) = (plane.now(), plane.clock().tick());
    for idle in plane.store.sessions_idled_out(now, AT_ONCE).await? {
        if let Err(error) = end(plane, &idle).await {
            let id = idle.session.id;
            tracing::warn!(session.id = %id, %error, "an idle session could not be ended");
        }
    }
    let next = plane.store.sessions_next_idle_end(now).await?;
    let pause = next.map_or(AT_LEAST_EVERY, |next| next.since(now).min(AT_LEAST_EVERY));
    Ok(tick + pause.max(BETWEEN_LOOKS))
}

/// Orders the session to stop, if nothing has happened in it meanwhile. Its proxy tokens die at
/// once.
async fn end(plane: &ControlPlane, idle: &IdledOut) -> Result<(), Error> {
    let session = &idle.session;
    let (id, now) = (session.id, plane.now());
    let (seconds, reason) = (idle.limit.as_secs(), reason(idle));
    let facts = json!({ "reason": reason, "idle_limit_s": seconds });
    let order = Order::StopSession(StopSession { reason });
    let command = plane.lasting_command(&Actor::System, session.machine, id, order);
    let record = plane.audit_in(
        Some(session.tenant),
        "system".to_owned(),
        "session.stop",
        format_args!("session:{id}"),
        "ok",
        &facts,
    );
    let is_over = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.session_idled_out(id, now).await?.is_none() {
                    return Ok(false);
                }
                tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
                tx.proxy_tokens_revoke_session(id, now).await?;
                tx.audit_append(record).await?;
                Ok(true)
            })
        })
        .await?;
    if is_over {
        plane.relay.commands_waiting(session.machine);
    }
    Ok(())
}

fn reason(idle: &IdledOut) -> String {
    let seconds = idle.limit.as_secs();
    let whose = match idle.of {
        IdleLimitOf::Session => "its idle limit",
        IdleLimitOf::Tenant => "the idle limit of the tenant",
    };
    format!("nothing happened for {seconds} s, {whose}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_zero_are_no_limit() {
        assert_eq!(of_seconds(None), None);
        assert_eq!(of_seconds(Some(0)), None);
        assert_eq!(of_seconds(Some(300)), Some(Duration::from_mins(5)));
    }

    #[test]
    fn limits_are_for_chats_and_not_for_ever() {
        assert!(check(SessionKind::Terminal, None).is_ok());
        assert!(check(SessionKind::Chat, Some(LONGEST)).is_ok());
        let terminal = check(SessionKind::Terminal, Some(LONGEST)).unwrap_err();
        assert_eq!(terminal.code, "ttl_not_offered");
        let longer = LONGEST + Duration::from_secs(1);
        assert_eq!(check(SessionKind::Chat, Some(longer)).unwrap_err().code, "invalid_time");
    }
}
