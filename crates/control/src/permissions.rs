//! Questions of agents to people: durable from the moment they arrive, answered exactly once.

use std::sync::Arc;

use bus::{Event, Place};
use bytes::Bytes;
use model::permission::{PermissionAnswer, PermissionRequest, PermissionState};
use model::session::Session;
use model::{Actor, PermissionRequestId, SessionId};
use policy::Action;
use policy::rights::{self, Scope, Verdict};
use serde_json::json;
use wire::command::{Answer, AnswerPermission, Order};

use crate::authorise::{acting_tenant, acting_user};
use crate::policy_rules::{self, AlwaysRequest};
use crate::{ControlPlane, Error, pauses, turns};

/// The longest note to an agent, in characters.
const LONGEST_NOTE: usize = 4_000;

/// What a person answers.
#[derive(Debug, Clone)]
pub struct AnswerRequest {
    /// The answer.
    pub answer: PermissionAnswer,
    /// What to tell the agent with a denial.
    pub note: Option<String>,
    /// SHA-256 of the question as the person saw it.
    pub digest: [u8; 32],
    /// Whether the same answer holds from then on, and where.
    pub always: Option<AlwaysRequest>,
}

/// Open questions that the actor may answer, the oldest first.
pub async fn permissions_open(
    plane: &ControlPlane,
    actor: &Actor,
    session: Option<SessionId>,
) -> Result<Vec<PermissionRequest>, Error> {
    let tenant = acting_tenant(actor)?;
    if let Some(session) = session {
        plane.authorise_session(actor, Action::SessionView, session).await?;
    }
    let user = acting_user(actor)?;
    let driver = match actor {
        Actor::User { role, .. } if role.administers_tenant() => None,
        _ => Some((user, plane.now())),
    };
    // Whoever may not even answer their own, as with a token for looking, has none to answer.
    let own = Scope::personal(tenant, user);
    if rights::check(actor, Action::PermissionAnswer, &own) != Verdict::Allowed {
        return Ok(Vec::new());
    }
    Ok(plane.store.permissions_open(Some(tenant), driver, session).await?)
}

/// Answers a question. The first answer counts; later ones are told who was first.
pub async fn permission_answer(
    plane: &ControlPlane,
    actor: &Actor,
    id: PermissionRequestId,
    request: AnswerRequest,
) -> Result<PermissionRequest, Error> {
    let (question, session) = answerable(plane, actor, id, &request).await?;
    let by = acting_user(actor)?;
    if request.always.is_some() {
        refuse_for_others(actor, &session)?;
    }
    let note = request.note.filter(|note| !note.trim().is_empty());
    let order = Order::AnswerPermission(AnswerPermission {
        request_id: Bytes::copy_from_slice(id.as_bytes()),
        digest: Bytes::copy_from_slice(&question.digest),
        answer: wire_answer(request.answer).into(),
        note: note.clone().unwrap_or_default(),
        author: turns::author_name(plane, actor).await?,
    });
    let always = request.always.as_ref();
    let rule =
        policy_rules::rule_of_answer(plane, actor, &session, &question, request.answer, always)?;
    let sender = policy_rules::Sender::new(plane, actor);
    let command = plane.lasting_command(actor, session.machine, session.id, order);
    let facts = json!({
        "answer": request.answer,
        "rule": rule.as_ref().map(|rule| rule.id.to_string()),
        "session": session.id.to_string(),
        "digest": hex::encode(question.digest),
    });
    let object = format!("permission:{id}");
    let record = plane.audit(actor, "permission.answer", object, &facts);
    let now = plane.now();
    let answer = request.answer;
    let given = rule.clone();
    let machines = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let note = note.as_deref();
                if !tx.permission_answer(id, answer, note, by, command.id, now).await? {
                    return Err(answered());
                }
                // The rule goes before the answer, so that it holds for what the agent asks next.
                let machines = match &rule {
                    Some(rule) => sender.insert_and_send(tx, rule).await?,
                    None => Vec::new(),
                };
                tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
                tx.audit_append(record).await?;
                Ok(machines)
            })
        })
        .await?;
    policy_rules::wake(plane, &machines);
    if let Some(rule) = given {
        plane.bus.tell(Event::RuleGiven(Arc::new(rule)));
    }
    plane.relay.commands_waiting(session.machine);
    let question = plane.store.permission(id).await?.ok_or(Error::not_found("question"))?;
    let place = Place::from(&session);
    plane.bus.tell(Event::PermissionChanged(place, Arc::new(question.clone())));
    Ok(question)
}

async fn answerable(
    plane: &ControlPlane,
    actor: &Actor,
    id: PermissionRequestId,
    request: &AnswerRequest,
) -> Result<(PermissionRequest, Session), Error> {
    let hidden = || Error::not_found("question");
    let question = plane.store.permission(id).await?.ok_or_else(hidden)?;
    let session = plane.authorise_session(actor, Action::PermissionAnswer, question.session).await;
    let session = session.map_err(|error| match error.meaning {
        crate::Meaning::NotFound => hidden(),
        _ => error,
    })?;
    if request.note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        let message = format!("a note has at most {LONGEST_NOTE} characters");
        return Err(Error::invalid("note_too_long", message));
    }
    if request.digest != question.digest {
        let message = "the question is not the one that was answered";
        return Err(Error::conflict("question_changed", message).with_hint("look at it again"));
    }
    match question.state {
        PermissionState::Pending => {
            pauses::refuse_paused(&session)?;
            Ok((question, session))
        }
        PermissionState::Withdrawn => {
            Err(Error::conflict("question_withdrawn", "the agent no longer asks this"))
        }
        _ => Err(answered()),
    }
}

/// What is always allowed outlives what was lent: that is for the owner to say, or for who
/// administers the tenant.
fn refuse_for_others(actor: &Actor, session: &Session) -> Result<(), Error> {
    let Actor::User { user, role, .. } = actor else { return Ok(()) };
    if *user == session.owner || role.administers_tenant() {
        return Ok(());
    }
    let message = "what always holds is said by the owner of the session";
    Err(Error::denied("not_yours", message).with_hint("answer for this time, or for this session"))
}

fn answered() -> Error {
    Error::conflict("already_answered", "somebody has answered this already")
}

const fn wire_answer(answer: PermissionAnswer) -> Answer {
    match answer {
        PermissionAnswer::AllowOnce => Answer::AllowOnce,
        PermissionAnswer::AllowSession => Answer::AllowSession,
        PermissionAnswer::Deny => Answer::Deny,
    }
}
