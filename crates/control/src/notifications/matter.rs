//! What is told: as it is at the moment of sending, and only what its reader may know. What was
//! answered meanwhile, or is not theirs to see any more, is nothing.

use model::actor::Credential;
use model::machine::{Machine, MachineStatus};
use model::notification::{Channel, Notice, NoticeEvent};
use model::session::Session;
use model::user::{User, UserState};
use model::{Actor, MachineId, SessionId};
use policy::Action;

use crate::budget_requests::{is_needed, may_grant};
use crate::{ControlPlane, Error, Meaning, machines};

/// What is told. No title, no path, no question: those are what a session is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matter {
    /// Of what kind; `None` for a test.
    pub(super) event: Option<NoticeEvent>,
    /// How often.
    pub(super) count: u64,
    /// The page on which one can see to it.
    pub(super) url: String,
    /// Where, and what people call that.
    pub(super) machine: Option<(MachineId, String)>,
    /// In which session.
    pub(super) session: Option<SessionId>,
    /// The agent that works in it.
    pub(super) agent: Option<String>,
    /// Whose session, where it is somebody else's.
    pub(super) owner: Option<String>,
}

impl Matter {
    /// A test.
    pub(super) fn test(channel: &Channel) -> Self {
        Self {
            event: None,
            count: 1,
            url: format!("{}/settings/notifications", channel.console),
            machine: None,
            session: None,
            agent: None,
            owner: None,
        }
    }

    /// What a notice tells now, if there is still something to tell.
    pub(super) async fn of(
        plane: &ControlPlane,
        channel: &Channel,
        notice: &Notice,
    ) -> Result<Option<Self>, Error> {
        let Some(reader) = reader(plane, channel, notice).await? else { return Ok(None) };
        match notice.session {
            Some(session) => in_session(plane, channel, notice, (&reader, session)).await,
            None => on_machine(plane, channel, notice, &reader).await,
        }
    }
}

/// Who is told, with the rights that they have now (S48).
async fn reader(
    plane: &ControlPlane,
    channel: &Channel,
    notice: &Notice,
) -> Result<Option<Actor>, Error> {
    let user = plane.store.user(channel.user).await?;
    let user: Option<User> = user.filter(|user| user.state == UserState::Active);
    Ok(user.map(|user| Actor::User {
        user: user.id,
        tenant: user.tenant,
        role: user.role,
        credential: Credential::Notice(notice.id),
    }))
}

async fn in_session(
    plane: &ControlPlane,
    channel: &Channel,
    notice: &Notice,
    (reader, session): (&Actor, SessionId),
) -> Result<Option<Matter>, Error> {
    let action = match notice.event {
        NoticeEvent::Question => Action::PermissionAnswer,
        _ => Action::SessionView,
    };
    let session = plane.authorise_session(reader, action, session).await;
    let Some(session) = seen(session)? else { return Ok(None) };
    let count = still_so(plane, reader, notice, &session).await?;
    let machine = plane.store.machine(session.machine).await?;
    let (Some(machine), 1..) = (machine, count) else { return Ok(None) };
    let owner = if session.owner == channel.user {
        None
    } else {
        plane.store.user(session.owner).await?.map(|owner| owner.display_name)
    };
    Ok(Some(Matter {
        event: Some(notice.event),
        count,
        url: format!("{}/sessions/{}", channel.console, session.id),
        machine: Some((machine.id, machine.name)),
        session: Some(session.id),
        agent: session.agent.map(|agent| agent.to_string()),
        owner,
    }))
}

/// How often it is so at this moment.
async fn still_so(
    plane: &ControlPlane,
    reader: &Actor,
    notice: &Notice,
    session: &Session,
) -> Result<u64, Error> {
    match notice.event {
        NoticeEvent::Question => {
            let until = notice.gathered_until.unwrap_or(plane.now());
            let asked = plane.store.questions_unanswered(session.id, notice.created_at, until);
            Ok(asked.await?)
        }
        NoticeEvent::Budget => {
            let asked = plane.store.budget_requests_pending(session.tenant, None, Some(session.id));
            let mine = reader.user() == Some(session.owner);
            let asked = asked.await?;
            let open = asked
                .iter()
                .filter(|asked| is_needed(plane, asked) && (mine || may_grant(reader, asked)));
            Ok(open.count() as u64)
        }
        _ => Ok(notice.count),
    }
}

async fn on_machine(
    plane: &ControlPlane,
    channel: &Channel,
    notice: &Notice,
    reader: &Actor,
) -> Result<Option<Matter>, Error> {
    let machine = plane.authorise_machine(reader, Action::MachineView, notice.machine).await;
    let machine: Option<Machine> = seen(machine)?;
    let is_offline =
        |machine: &Machine| machines::machine_status(plane, machine.id).0 == MachineStatus::Offline;
    Ok(machine.filter(is_offline).map(|machine| Matter {
        event: Some(notice.event),
        count: 1,
        url: format!("{}/machines/{}", channel.console, machine.id),
        machine: Some((machine.id, machine.name)),
        session: None,
        agent: None,
        owner: None,
    }))
}

/// What is not there for somebody is nothing to tell them.
fn seen<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.meaning, Meaning::NotFound | Meaning::Denied) => Ok(None),
        Err(error) => Err(error),
    }
}
