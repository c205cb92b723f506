//! Sessions that their owners have lent to others: to watch, or to drive.
//!
//! To drive, somebody must be able to work on the machine anyway: a session is its owner's to lend,
//! the machine is not. Every use case asks at the moment it acts, so a share that has ended, or of
//! somebody who was taken off the machine, counts for nothing; [`watch`] then ends what they have open.

use std::sync::Arc;
use std::time::Duration;

use bus::{Event, Heard, Listener};
use contract::users::UserRef;
use model::session::Session;
use model::share::{SessionShare, ShareLevel};
use model::user::{User, UserState};
use model::{Actor, SessionId};
use policy::Action;
use policy::rights::works_on;
use serde_json::json;
pub use store::session_shares::Shared;

use crate::authorise::{acting_user, authorise_own};
use crate::{ControlPlane, Error};

/// The longest time for which a session can be lent.
pub const LONGEST: Duration = Duration::from_hours(30 * 24);

/// To how many people one session can be lent at a time.
const MOST: u64 = 50;

/// The longest time between two looks for shares that have ended, in case an event was not heard.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);

/// The shortest time between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// What is to be lent.
#[derive(Debug, Clone)]
pub struct ShareRequest {
    /// To whom: the name with which they sign in.
    pub username: String,
    /// What.
    pub level: ShareLevel,
    /// For how long.
    pub lasts: Duration,
}

/// Somebody to whom a session is lent, and whether they may drive it now.
#[derive(Debug, Clone)]
pub struct Sharing {
    /// Who, and what they were given.
    pub shared: Shared,
    /// Whether they may drive it: it was lent for that, and they may work on the machine.
    pub may_drive: bool,
}

/// Everybody to whom a session is lent.
pub async fn shares(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<Vec<Sharing>, Error> {
    let session = plane.authorise_session(actor, Action::SessionView, id).await?;
    let mut sharings = Vec::new();
    for shared in plane.store.session_shares(id, plane.now()).await? {
        let drives = shared.share.level == ShareLevel::Drive;
        let may_drive = drives && works_there(plane, &session, &shared.user).await?;
        sharings.push(Sharing { shared, may_drive });
    }
    Ok(sharings)
}

/// Lends a session to somebody of its tenant, or changes what was lent.
pub async fn share(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    request: ShareRequest,
) -> Result<Sharing, Error> {
    let session = plane.authorise_session(actor, Action::SessionShare, id).await?;
    let by = acting_user(actor)?;
    if request.lasts.is_zero() || request.lasts > LONGEST {
        let days = LONGEST.as_secs() / 86_400;
        let message = format!("a session is shared for one second to {days} days");
        return Err(Error::invalid("invalid_lifetime", message));
    }
    let user = colleague(plane, &session, &request.username).await?;
    if user.id == session.owner {
        return Err(Error::invalid("own_session", "the session is yours already"));
    }
    let may_drive = request.level == ShareLevel::Drive;
    if may_drive && !works_there(plane, &session, &user).await? {
        return Err(cannot_drive());
    }
    let now = plane.now();
    let share = SessionShare {
        session: id,
        user: user.id,
        level: request.level,
        granted_by: by,
        granted_at: now,
        expires_at: now + request.lasts,
    };
    let before = store(plane, actor, &session, share).await?;
    // What they may do is decided when something is opened.
    if before.is_some_and(|before| before.level != request.level) {
        plane.bus.tell(Event::RightsEnded(user.id));
    }
    plane.bus.tell(Event::SharesGrown(user.id));
    plane.bus.tell(Event::SessionChanged(Arc::new(session)));
    Ok(Sharing { shared: Shared { user, share }, may_drive })
}

/// Takes back what of a session was lent to somebody; what they have open of it ends within seconds.
/// Whoever holds it may also give it back.
pub async fn unshare(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    user: UserRef,
) -> Result<(), Error> {
    let session = plane.authorise_session(actor, Action::SessionView, id).await?;
    let by = acting_user(actor)?;
    let user = plane.user_meant(user).await?.filter(|user| user.tenant == session.tenant);
    let user = user.ok_or(Error::not_found("share"))?;
    if user.id == by {
        authorise_own(actor, Action::SessionUnshare, session.tenant, by)?;
    } else {
        plane.authorise_session(actor, Action::SessionUnshare, id).await?;
    }
    let facts = json!({ "user": user.id.to_string() });
    let record = plane.audit_about(actor, session.tenant, "session.unshare", object(id), &facts);
    let user = user.id;
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.session_share_delete(id, user).await? {
                    return Err(Error::not_found("share"));
                }
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    plane.bus.tell(Event::RightsEnded(user));
    plane.bus.tell(Event::SessionChanged(Arc::new(session)));
    Ok(())
}

/// Ends what people have open of sessions that are lent to them no longer, for as long as the server
/// runs.
pub async fn watch(plane: Arc<ControlPlane>) {
    let mut listener = plane.bus.listen();
    loop {
        let pause = look(&plane).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "shares that have ended could not be looked for");
            AT_LEAST_EVERY
        });
        tokio::select! {
            // The next one to end may be another now.
            () = until_grown(&mut listener) => tokio::time::sleep(BETWEEN_LOOKS).await,
            // One ends, or it is time to make sure.
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn until_grown(listener: &mut Listener) {
    loop {
        match listener.next().await {
            Heard::Event(Event::SharesGrown(_)) | Heard::Missed => return,
            Heard::Event(_) => {}
            // Nothing more is told; the time between two looks is left.
            Heard::End => std::future::pending().await,
        }
    }
}

/// Removes what has ended; answers when to look again.
async fn look(plane: &ControlPlane) -> Result<Duration, Error> {
    let now = plane.now();
    match plane.store.session_shares_next_end().await? {
        None => return Ok(AT_LEAST_EVERY),
        Some(next) if next > now => {
            return Ok(next.since(now).clamp(BETWEEN_LOOKS, AT_LEAST_EVERY));
        }
        Some(_) => {}
    }
    let ended = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(tx.session_shares_delete_ended(now).await?) })
        })
        .await?;
    for share in &ended {
        plane.bus.tell(Event::RightsEnded(share.user));
    }
    Ok(BETWEEN_LOOKS)
}

/// Stores a share; answers what there was before.
async fn store(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    share: SessionShare,
) -> Result<Option<SessionShare>, Error> {
    let id = session.id;
    let facts = json!({
        "user": share.user.to_string(),
        "level": share.level,
        "expires_at": share.expires_at.as_millis(),
    });
    let record = plane.audit_about(actor, session.tenant, "session.share", object(id), &facts);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let before = tx.session_share(id, share.user, share.granted_at).await?;
                if before.is_none() && tx.session_shares_count(id).await? >= MOST {
                    let message = format!("a session is shared with at most {MOST} people");
                    return Err(Error::conflict("too_many_shares", message)
                        .with_hint("take it back from somebody first"));
                }
                tx.session_share_put(&share).await?;
                tx.audit_append(record).await?;
                Ok(before)
            })
        })
        .await
}

/// Somebody of the session's tenant who can sign in; whoever belongs to another one does not exist.
async fn colleague(plane: &ControlPlane, session: &Session, name: &str) -> Result<User, Error> {
    let found = plane.store.user_by_name(name).await?.map(|(user, _)| user);
    let found = found.filter(|user| user.tenant == session.tenant);
    let found = found.filter(|user| user.state == UserState::Active);
    found.ok_or_else(|| Error::not_found("User").with_hint("give the name with which they sign in"))
}

/// Whether somebody may work where a session runs.
async fn works_there(plane: &ControlPlane, session: &Session, user: &User) -> Result<bool, Error> {
    let assigned = plane.store.assignment(session.machine, user.id).await?;
    Ok(works_on(user.role, assigned))
}

fn cannot_drive() -> Error {
    Error::conflict("not_on_machine", "they may not work on the session's machine")
        .with_hint("share it for watching, or have them assigned to the machine first")
}

fn object(id: SessionId) -> String {
    format!("session:{id}")
}
