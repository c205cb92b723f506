//! Sessions that were begun on a machine outside of us, with the agents' own programs.
//!
//! Who may start sessions on the machine may ask; the machine's owner has said which of them are
//! answered, and so the machine is told whether whoever asks looks after it. What it answers passes
//! through, is kept nowhere, and is written down as a look.

use std::time::Duration;

use contract::outside::{OutsideSession, OutsideSessions};
use model::machine::Machine;
use model::{Actor, MachineId, SessionId, Timestamp};
use policy::Action;
use policy::rights::looks_after;
use relay::CallFailure;
use wire::call::{Answer, Question, SessionPrepared};
use wire::limits::MAX_OUTSIDE_SESSIONS;
use wire::outside::{self as told, Continued, ListOutside};

use crate::audit::looks::look_outside;
use crate::authorise::acting_user;
use crate::sessions::SessionRequest;
use crate::{ControlPlane, Error, Meaning, text};

/// How long a machine may take to look.
const LIST_WITHIN: Duration = Duration::from_secs(12);

/// How many are told where nobody says.
const MANY: u32 = 100;

/// Names of agents' sessions are not longer than this, in characters.
const LONGEST_ID: usize = 100;

/// Directories are not longer than this, in characters.
const LONGEST_DIRECTORY: usize = 4096;

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// Sessions that were begun on a machine outside of us.
pub async fn outside_sessions(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    most: Option<u32>,
) -> Result<OutsideSessions, Error> {
    let machine = plane.authorise_machine(actor, Action::MachineHistories, machine).await?;
    // It keeps the machine as busy as a search does.
    let _seat = plane.searching.take(acting_user(actor)?)?;
    let most = most.unwrap_or(MANY).clamp(1, MAX_OUTSIDE_SESSIONS);
    let by_administrator = is_administrator(plane, actor, &machine).await?;
    let question = Question::ListOutside(ListOutside { by_administrator, most });
    let listed = match plane.relay.call(machine.id, question, LIST_WITHIN).await {
        Ok(Answer::OutsideListed(listed)) => listed,
        Ok(_) => return Err(CallFailure::Unexpected.into()),
        Err(failure) => return Err(refusal(failure)),
    };
    look_outside(plane, actor, &machine).await?;
    let mut sessions = Vec::new();
    for session in listed.sessions.into_iter().take(most as usize) {
        sessions.push(shown(plane, actor, &machine, session).await?);
    }
    Ok(OutsideSessions { sessions, unreadable: listed.unreadable, has_more: listed.has_more })
}

async fn is_administrator(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
) -> Result<bool, Error> {
    let Actor::User { user, role, .. } = actor else { return Ok(false) };
    Ok(looks_after(*role, plane.store.assignment(machine.id, *user).await?))
}

/// Machines of earlier releases say that they do not know the question.
fn refusal(failure: CallFailure) -> Error {
    match failure {
        CallFailure::Refused(refused) if refused.code == "unknown_call" => unsupported(),
        failure => failure.into(),
    }
}

fn unsupported() -> Error {
    let message = "this machine's daemon knows nothing of sessions that were begun outside";
    Error::conflict("outside_unsupported", message).with_hint("update Gantline on the machine")
}

/// What a machine says is text, and believed of its own sessions only.
async fn shown(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
    session: told::OutsideSession,
) -> Result<OutsideSession, Error> {
    let continued = !session.continued_in.is_empty();
    let continued_in = match SessionId::from_slice(&session.continued_in) {
        Ok(id) => visible(plane, actor, machine, id).await?,
        Err(_) => None,
    };
    Ok(OutsideSession {
        id: text::one_line(&session.id, LONGEST_ID),
        agent_name: text::one_line(&session.agent, LONGEST_ID),
        project_path: text::one_line(&session.directory, LONGEST_DIRECTORY),
        title: text::one_line(&session.title, LONGEST_TITLE),
        prompts: session.prompts,
        changed_at: Timestamp::from_millis(session.changed_at_ms).into(),
        size_bytes: session.size_bytes,
        may_be_open: session.may_be_open,
        continued,
        continued_in,
    })
}

async fn visible(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
    id: SessionId,
) -> Result<Option<SessionId>, Error> {
    match plane.authorise_session(actor, Action::SessionView, id).await {
        Ok(session) => Ok((session.machine == machine.id).then_some(id)),
        Err(error) if error.meaning == Meaning::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the machine is told of a session that is to go on with one that was begun outside.
pub(crate) async fn wanted(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
    request: &SessionRequest,
) -> Result<Option<Continued>, Error> {
    let Some(id) = &request.continues else { return Ok(None) };
    let is_plain = request.workspace.is_none() && request.worktree.is_none();
    if request.kind != model::session::SessionKind::Chat || !is_plain {
        let message =
            "what was begun outside goes on as a chat, in the directory where it was begun";
        return Err(Error::invalid("invalid_continuation", message)
            .with_hint("leave the directory and the worktree out"));
    }
    plane.authorise_machine(actor, Action::MachineHistories, machine.id).await?;
    let id = text::name("the session to go on with", id, LONGEST_ID)?;
    let by_administrator = is_administrator(plane, actor, machine).await?;
    Ok(Some(Continued { id, by_administrator }))
}

/// What the session is called, as the machine has answered. One that knows nothing of such sessions
/// would begin a new one.
pub(crate) fn continuable(
    wanted: Option<&Continued>,
    prepared: &SessionPrepared,
) -> Result<Option<String>, Error> {
    match (wanted, &prepared.continuable) {
        (None, _) => Ok(None),
        (Some(_), Some(told)) => Ok(Some(text::one_line(&told.title, LONGEST_TITLE))),
        (Some(_), None) => Err(unsupported()),
    }
}

#[cfg(test)]
mod tests {
    use wire::outside::Continuable;

    use super::*;

    /// R20: a machine of before would begin a new session; it is refused before anything is stored.
    #[test]
    fn a_machine_that_knows_nothing_of_it_is_not_ordered_to_go_on() {
        let wanted = Continued { id: "4da3e473".to_owned(), by_administrator: true };
        let before = SessionPrepared { workspace: "/srv".to_owned(), ..SessionPrepared::default() };
        let refused = continuable(Some(&wanted), &before).unwrap_err();
        assert_eq!(refused.code, "outside_unsupported");
        assert_eq!(continuable(None, &before).unwrap(), None);
        let title = format!("mend\u{1b}[8m\n{}", "x".repeat(500));
        let told = SessionPrepared { continuable: Some(Continuable { title }), ..before };
        let title = continuable(Some(&wanted), &told).unwrap().unwrap();
        assert!(title.len() <= LONGEST_TITLE && !title.contains(char::is_control), "{title}");
    }

    #[test]
    fn a_machine_of_before_does_not_know_the_question() {
        let refused = |code: &str| {
            let refused = wire::CallError { code: code.to_owned(), ..wire::CallError::default() };
            refusal(CallFailure::Refused(refused)).code
        };
        assert_eq!(refused("unknown_call"), "outside_unsupported");
        assert_eq!(refused("outside_forbidden"), "outside_forbidden");
    }
}
