//! Prompts and their fate.

use std::sync::Arc;

use bus::{Event, Place};
use bytes::Bytes;
use model::machine::MachineStatus;
use model::session::{Session, SessionKind};
use model::turn::{MAX_WAITING_TURNS, Turn, TurnState, WhenBusy};
use model::{Actor, SessionId, TurnId};
use policy::Action;
use serde_json::value::RawValue;
use store::Tx;
use store::commands::NewCommand;
use store::idempotency::EarlierAnswer;
use wire::command::{CancelTurn, Order, Prompt};
use wire::limits::MAX_PROMPT_BYTES;

use crate::authorise::acting_user;
use crate::error::machine_offline;
use crate::{ControlPlane, Error, machines, pauses, policies, session_limits, text};

/// A prompt on its way to an agent.
#[derive(Debug)]
pub struct PromptRequest {
    /// ACP content blocks, a JSON array.
    pub content: Box<RawValue>,
    /// What happens if a turn runs already.
    pub when_busy: WhenBusy,
    /// The same key with the same content starts one turn, however often it is sent.
    pub idempotency_key: Option<String>,
}

/// Gives a prompt to the agent of a chat. When this answers, the prompt is stored.
pub async fn prompt(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    request: PromptRequest,
) -> Result<Turn, Error> {
    let session = plane.authorise_session(actor, Action::SessionDrive, id).await?;
    check_chat(&session)?;
    check_prompt(&request)?;
    if machines::machine_status(plane, session.machine).0 == MachineStatus::Offline {
        return Err(machine_offline());
    }
    let ready =
        turn_ready(plane, actor, &session, request.content.get(), request.when_busy).await?;
    let turn = ready.turn.clone();
    let (author, now) = (turn.author, turn.created_at);
    let answer = earlier_answer(&request, id, turn.id);
    let key = request.idempotency_key;
    let (tenant, own_limit) = (session.tenant, own_limit(&session)?);
    let turn_id = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if let Some(key) = &key {
                    if let Some(earlier) = tx.idempotent_answer(author, key).await? {
                        return same_request(&earlier, &answer);
                    }
                    tx.idempotent_answer_insert(author, key, &answer, now).await?;
                }
                pauses::refuse_paused_now(tx, id).await?;
                // The machine refuses one more; whoever sends it should know before that.
                if tx.turns_open(id).await?.len() > MAX_WAITING_TURNS {
                    return Err(too_many_prompts());
                }
                let of_tenant = tx.session_limits(tenant).await?.turns;
                check_limits(own_limit, of_tenant, tx.turns_count(id).await?)?;
                let turn = ready.turn.id;
                ready.store(tx).await?;
                Ok(turn)
            })
        })
        .await?;
    if turn_id != turn.id {
        return plane.store.turn(turn_id).await?.ok_or(Error::not_found("turn"));
    }
    plane.relay.commands_waiting(session.machine);
    plane.bus.tell(Event::TurnChanged(Place::from(&session), Arc::new(turn.clone())));
    Ok(turn)
}

/// A turn that only has to be stored.
pub(crate) struct ReadyTurn {
    turn: Turn,
    command: NewCommand,
}

impl ReadyTurn {
    /// The turn.
    pub(crate) const fn turn(&self) -> &Turn {
        &self.turn
    }

    /// Stores it, with the order for its machine.
    pub(crate) async fn store(self, tx: &mut Tx) -> Result<(), Error> {
        tx.command_append(&self.command).await?.ok_or(Error::not_found("machine"))?;
        tx.turn_insert(&self.turn, self.command.id).await?;
        tx.session_touch(self.turn.session, self.turn.created_at).await?;
        Ok(())
    }
}

/// Makes a turn of ACP content blocks, a JSON array.
pub(crate) async fn turn_ready(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    content: &str,
    when_busy: WhenBusy,
) -> Result<ReadyTurn, Error> {
    let now = plane.now();
    let turn = Turn {
        id: TurnId::new(now, &**plane.rng()),
        session: session.id,
        author: acting_user(actor)?,
        state: TurnState::Sent,
        stop_reason: None,
        outcome: None,
        created_at: now,
        finished_at: None,
    };
    let order = Order::Prompt(Prompt {
        turn_id: Bytes::copy_from_slice(turn.id.as_bytes()),
        content_json: Bytes::from(content.as_bytes().to_vec()),
        steer: when_busy == WhenBusy::Steer,
        author: author_name(plane, actor).await?,
    });
    let command = plane.command(actor, session.machine, session.id, order);
    Ok(ReadyTurn { turn, command })
}

/// The last turns of a session, the newest first.
pub async fn turns(plane: &ControlPlane, actor: &Actor, id: SessionId) -> Result<Vec<Turn>, Error> {
    plane.authorise_session(actor, Action::SessionView, id).await?;
    Ok(plane.store.turns(id).await?)
}

/// How many messages a session has: each prompt, and each answer that has come to its end.
pub async fn messages(plane: &ControlPlane, actor: &Actor, id: SessionId) -> Result<u64, Error> {
    plane.authorise_session(actor, Action::SessionView, id).await?;
    Ok(plane.store.messages_count(id).await?)
}

/// Stops a turn, queued or running; without one, the one that runs.
pub async fn turn_cancel(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    turn: Option<TurnId>,
) -> Result<(), Error> {
    let session = plane.authorise_session(actor, Action::SessionDrive, id).await?;
    check_chat(&session)?;
    if let Some(turn) = turn {
        let known = plane.store.turn(turn).await?.filter(|known| known.session == id);
        known.ok_or(Error::not_found("turn"))?;
    }
    let turn_id = turn.map(|turn| Bytes::copy_from_slice(turn.as_bytes())).unwrap_or_default();
    let order = Order::CancelTurn(CancelTurn { turn_id });
    plane.send_order(actor, &session, order).await
}

impl ControlPlane {
    /// Stores an order about a session and wakes the link.
    pub(crate) async fn send_order(
        &self,
        actor: &Actor,
        session: &Session,
        order: Order,
    ) -> Result<(), Error> {
        let command = self.command(actor, session.machine, session.id, order);
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
                    tx.session_touch(command.session, command.created_at).await?;
                    Ok(())
                })
            })
            .await?;
        self.relay.commands_waiting(session.machine);
        Ok(())
    }
}

/// The name under which the actor's words stand in transcripts.
pub(crate) async fn author_name(plane: &ControlPlane, actor: &Actor) -> Result<String, Error> {
    let user = plane.store.user(acting_user(actor)?).await?;
    Ok(user.map(|user| user.display_name).unwrap_or_default())
}

fn too_many_prompts() -> Error {
    let message = format!("{MAX_WAITING_TURNS} prompts wait for this agent already");
    Error::conflict("too_many_prompts", message).with_hint("cancel one of them or wait")
}

/// Refuses what is not a chat that goes on.
pub(crate) fn check_chat(session: &Session) -> Result<(), Error> {
    if session.kind != SessionKind::Chat {
        return Err(Error::conflict("not_a_chat", "this session is a terminal, not a chat"));
    }
    if session.imported_at.is_some() {
        let message = "this session was imported: it can be read, but its agent is not here";
        let error = Error::conflict("session_imported", message);
        return Err(error.with_hint("start a new session"));
    }
    if session.state.is_final() {
        let message = format!("this session has {}", session.state);
        let error = Error::conflict("session_ended", message).in_session(session.state);
        return Err(error.with_hint("start a new session"));
    }
    pauses::refuse_paused(session)
}

/// How many prompts the session takes, if it was started with a limit.
fn own_limit(session: &Session) -> Result<Option<u32>, Error> {
    Ok(policies::session_policy(session)?.and_then(|policy| policy.max_turns))
}

/// Refuses a prompt beyond the limit that the session was started with, or its tenant's.
fn check_limits(own: Option<u32>, of_tenant: Option<u32>, taken: u64) -> Result<(), Error> {
    let is_reached = |limit: &u32| taken >= u64::from(*limit);
    let refusal = |limit| {
        let message = format!("this session takes {limit} prompts, and has taken {taken}");
        Error::conflict("max_turns_reached", message)
    };
    if let Some(limit) = own.filter(is_reached) {
        return Err(refusal(limit).with_hint("start a new session"));
    }
    if let Some(limit) = of_tenant.filter(is_reached) {
        let hint = format!("start a new session; {}", session_limits::WHO_CHANGES);
        return Err(refusal(limit).with_hint(hint));
    }
    Ok(())
}

fn check_prompt(request: &PromptRequest) -> Result<(), Error> {
    let bytes = request.content.get().len();
    if bytes > MAX_PROMPT_BYTES {
        let message =
            format!("the prompt has {bytes} bytes; at most {MAX_PROMPT_BYTES} are allowed");
        return Err(Error::invalid("prompt_too_large", message));
    }
    if let Some(key) = &request.idempotency_key {
        text::name("the idempotency key", key, 200)?;
    }
    Ok(())
}

/// What is remembered of a request that carries a key: its digest, and the turn it made.
fn earlier_answer(request: &PromptRequest, session: SessionId, turn: TurnId) -> EarlierAnswer {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    context.update(session.as_bytes());
    context.update(request.when_busy.as_str().as_bytes());
    context.update(&[0]);
    context.update(request.content.get().as_bytes());
    let mut request_hash = [0; 32];
    request_hash.copy_from_slice(context.finish().as_ref());
    EarlierAnswer { request_hash, answer: turn.to_string() }
}

fn same_request(earlier: &EarlierAnswer, now: &EarlierAnswer) -> Result<TurnId, Error> {
    if earlier.request_hash != now.request_hash {
        let message = "this idempotency key was used for another request";
        return Err(Error::conflict("idempotency_key_reused", message));
    }
    earlier.answer.parse().map_err(Error::internal)
}
