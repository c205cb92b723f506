//! `ask`, `ask_stream`, `ask.cancel`: a prompt and its answer, whole or in pieces.

mod switch;
mod telling;
mod written;

use std::pin::{Pin, pin};
use std::time::Duration;

use contract::machines::Done;
use contract::rpc::{Answered, Ask, CancelAsk};
use contract::sessions::ContentBlock;
use control::asks::{self, Answer, Placed, Said};
use control::turns::{self, PromptRequest};
use control::{ControlPlane, Error};
use conversation::events::Reads;
use model::session::Session;
use model::turn::{TurnState, WhenBusy};
use model::{Actor, TurnId};
use serde_json::value::{RawValue, to_raw_value};
use tokio_util::sync::CancellationToken;

use super::begin::{self, Wanted};
use super::call::{Call, Method, Outcome, answer};
use super::connection::Cancellable;
use super::error::RpcError;
use super::message::Id;
use super::sessions::find;
use switch::Command;
use telling::Telling;
use written::Written;

/// Further tries of a turn that has failed.
const MAX_RETRIES: u32 = 10;

/// How long a turn that is to stop may take to say so.
const STOP_WITHIN: Duration = Duration::from_secs(15);

pub(super) const METHODS: &[Method] = &[
    Method::new("ask", |call| Box::pin(ask(call))).beside(),
    Method::new("ask_stream", |call| Box::pin(ask_stream(call))).beside().on_socket(),
    Method::new("ask.cancel", |call| Box::pin(cancel(call))),
    Method::new("$/cancel_request", |call| Box::pin(cancel(call))).on_socket(),
];

/// Asks, and answers with the whole answer.
async fn ask(call: Call) -> Outcome {
    run(call, Telling::Nobody).await
}

/// Asks, tells the answer in pieces, and answers with the whole.
async fn ask_stream(call: Call) -> Outcome {
    let telling = Telling::to(call.connection()?.clone(), call.id.clone());
    run(call, telling).await
}

/// Cancels a turn that this connection has asked for, or the one that runs in a session.
async fn cancel(call: Call) -> Outcome {
    let CancelAsk { id, session_id } = call.params()?;
    if let Some(named) = session_id {
        let session = find(&call, &named).await?;
        turns::turn_cancel(&call.app.plane, &call.actor, session.id, None).await?;
        return answer(&Done::YES);
    }
    let Some(id) = id else { return Err(RpcError::missing_param("id")) };
    let is_known = call.connection.as_ref().is_some_and(|known| known.cancel(id.get()));
    if !is_known {
        return Err(Error::not_found("request").into());
    }
    answer(&Done::YES)
}

async fn run(call: Call, telling: Telling) -> Outcome {
    let body: Ask = call.params()?;
    check(&body)?;
    match Command::read(&body.content)? {
        Some(command) => switch::switch(&call, body, command).await,
        None => prompt(call, body, telling).await,
    }
}

async fn prompt(call: Call, body: Ask, telling: Telling) -> Outcome {
    let cancellable = match (&call.connection, &call.id) {
        (Some(connection), Some(id)) => Some(connection.begin(id)?),
        _ => None,
    };
    let (plane, actor) = (&call.app.plane, &call.actor);
    let session = begin::session(plane, actor, wanted(&body)).await?;
    let id = call.id.clone().unwrap_or_else(Id::null).into_json();
    let turns = Asking { plane, actor, session: &session, body: &body, telling: &telling, id };
    let mut limit = pin!(after(body.timeout.filter(|seconds| *seconds > 0)));
    let never = CancellationToken::new();
    let cancelled = cancellable.as_ref().map_or(&never, |known: &Cancellable| &known.cancelled);
    let mut retries = body.prompt_retries.unwrap_or(0);
    loop {
        let ended = turns.one(limit.as_mut(), cancelled).await?;
        if ended.is_worth_another_try() && retries > 0 {
            retries -= 1;
            continue;
        }
        telling.end(session.id, ended.failure().as_ref()).await;
        if let Some(failure) = ended.failure() {
            return Err(failure);
        }
        return answer(&Answered {
            content: ended.answer.content,
            session_id: session.id,
            agent: session.agent.clone().map(Into::into),
            turn_id: ended.turn,
            stop_reason: ended.answer.stop_reason,
            cut_bytes: Some(ended.answer.cut_bytes).filter(|bytes| *bytes > 0),
        });
    }
}

/// What turns of one request have in common.
struct Asking<'a> {
    plane: &'a ControlPlane,
    actor: &'a Actor,
    session: &'a Session,
    body: &'a Ask,
    telling: &'a Telling,
    /// The request's, under which events are told.
    id: Box<RawValue>,
}

/// A turn that is over.
struct Ended {
    turn: TurnId,
    answer: Answer,
    stop: Option<Stop>,
}

/// Why a turn was stopped here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Cancelled,
    TimedOut,
}

impl Asking<'_> {
    /// Gives the prompt and listens until its turn is over.
    async fn one(
        &self,
        mut limit: Pin<&mut impl Future<Output = ()>>,
        cancelled: &CancellationToken,
    ) -> Result<Ended, Error> {
        let reads = if self.body.suppress_reads { Reads::Suppressed } else { Reads::Told };
        let request = PromptRequest {
            content: to_raw_value(&[ContentBlock::Text { text: self.body.content.clone() }])
                .map_err(Error::internal)?,
            when_busy: WhenBusy::Queue,
            idempotency_key: None,
        };
        let mut asked = asks::ask(self.plane, self.actor, self.session, request, reads).await?;
        let mut written = Written::new(self.body.format);
        let mut stop = None;
        let stopped = loop {
            tokio::select! {
                biased;
                // The agent says something, or the turn is over.
                said = asked.next(self.plane) => match said? {
                    Said::Events(events) => self.hear(&mut written, events).await,
                    Said::MachineOffline => {}
                    Said::Over(answer) => {
                        let answer = written.into_answer(answer);
                        return Ok(Ended { turn: asked.turn, answer, stop });
                    }
                },
                // Whoever asked does not want the answer any more.
                () = cancelled.cancelled() => break Stop::Cancelled,
                // It takes too long.
                () = &mut limit => break Stop::TimedOut,
            }
        };
        stop.replace(stopped);
        turns::turn_cancel(self.plane, self.actor, self.session.id, Some(asked.turn)).await?;
        let end = async {
            loop {
                match asked.next(self.plane).await? {
                    Said::Events(events) => self.hear(&mut written, events).await,
                    Said::MachineOffline => {}
                    Said::Over(answer) => {
                        let answer = written.into_answer(answer);
                        return Ok(Ended { turn: asked.turn, answer, stop });
                    }
                }
            }
        };
        let late = || {
            let message = "the turn was asked to stop, and its machine does not say that it has";
            Error::unavailable("machine_slow", message)
        };
        tokio::time::timeout(STOP_WITHIN, end).await.unwrap_or_else(|_| Err(late()))
    }

    async fn hear(&self, written: &mut Written, events: Vec<Placed>) {
        written.take(self.session.id, &self.id, &events);
        self.telling.tell(self.session.id, events).await;
    }
}

impl Ended {
    fn is_worth_another_try(&self) -> bool {
        self.answer.state == TurnState::Failed && self.stop.is_none()
    }

    fn failure(&self) -> Option<RpcError> {
        let why = self.answer.outcome.as_deref();
        let (code, otherwise) = match (self.answer.state, self.stop) {
            (TurnState::Done, _) => return None,
            (_, Some(Stop::TimedOut)) => {
                return Some(RpcError::agent("timed_out", "no answer in time; it was stopped"));
            }
            (TurnState::Cancelled, _) => ("cancelled", "it was cancelled"),
            (TurnState::Unknown, _) => ("outcome_unknown", "nobody knows how it ended"),
            (_, _) => ("agent_failed", "it has failed"),
        };
        Some(RpcError::agent(code, why.unwrap_or(otherwise)))
    }
}

fn check(body: &Ask) -> Result<(), RpcError> {
    if body.content.trim().is_empty() {
        return Err(Error::invalid("empty_prompt", "the prompt is empty").into());
    }
    if body.prompt_retries.is_some_and(|retries| retries > MAX_RETRIES) {
        let why = format!("prompt_retries is at most {MAX_RETRIES}");
        return Err(RpcError::invalid_params(&why));
    }
    match body.channel.as_deref() {
        None | Some("" | "cli") => Ok(()),
        Some(_) => Err(RpcError::invalid_params("channel is cli; there is no other")),
    }
}

fn wanted(body: &Ask) -> Wanted {
    Wanted {
        session: body.session_id.clone(),
        machine: body.machine_id.clone(),
        agent: body.agent.clone(),
        workspace: body.cwd.clone(),
        model: body.model.clone(),
        policy: body.policy.clone(),
        ttl: body.ttl,
        name: None,
    }
}

async fn after(seconds: Option<u64>) {
    match seconds {
        Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
        None => std::future::pending().await,
    }
}
