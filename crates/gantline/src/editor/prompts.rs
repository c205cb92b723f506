//! Prompts of the editor, and how their turns end.

use std::collections::HashMap;
use std::time::Duration;

use contract::sessions::{CreateTurn, PromptContent, TurnView};
use conversation::update::TurnUpdate;
use model::turn::{TurnState, WhenBusy};
use model::{SessionId, TurnId};
use serde_json::{Value, json};

use super::rpc::RpcError;
use super::{Editor, Outcome, blocks};
use crate::keys::new_key;

/// How long the transcript may lag behind what the server says of a turn.
const LAG: Duration = Duration::from_secs(3);

/// Words that the protocol has for why a turn ended.
const STOP_REASONS: &[&str] =
    &["end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled"];

type Answer = (Value, Result<Value, RpcError>);

/// Turns of the editor in one session.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Prompts that are on their way, and whether they are to be stopped once they have arrived.
    sending: Vec<(Value, bool)>,
    /// Turns that run or wait, and the requests that they answer.
    open: HashMap<TurnId, Value>,
    /// How turns ended of which nobody knew yet whose they are.
    ended: HashMap<TurnId, Result<Value, RpcError>>,
}

/// A prompt has arrived, or not.
pub(super) struct Prompted {
    session: SessionId,
    request: Value,
    turn: Result<TurnView, RpcError>,
}

impl Editor {
    pub(super) fn prompt(&mut self, request: Value, params: &Value) -> Result<(), RpcError> {
        let session = self.known(params)?;
        let Some(chat) = self.chats.get_mut(&session) else {
            return Err(RpcError::gone("the session is not open"));
        };
        let content = blocks::of_editor(&params["prompt"], &chat.directories)?;
        chat.turns.sending.push((request.clone(), false));
        let body =
            CreateTurn { content: PromptContent::Blocks(content), when_busy: WhenBusy::Queue };
        let (client, words) = (self.client.clone(), self.words);
        self.beside.spawn(async move {
            let turn = client.prompt(session, &body, &new_key()).await;
            let turn = turn.map_err(|error| RpcError::of(&error.into(), words));
            Outcome::Prompted(Prompted { session, request, turn })
        });
        Ok(())
    }

    /// A prompt has arrived or not; the answer, if there is one already.
    pub(super) fn prompted(&mut self, prompted: Prompted) -> Option<Answer> {
        let Prompted { session, request, turn } = prompted;
        let turns = &mut self.chats.get_mut(&session)?.turns;
        let place = turns.sending.iter().position(|(sent, _)| *sent == request)?;
        let (request, is_unwanted) = turns.sending.remove(place);
        let mut ended = std::mem::take(&mut turns.ended);
        let turn = match turn {
            Ok(turn) => turn,
            Err(error) => return Some((request, Err(error))),
        };
        let answer = ended.remove(&turn.turn_id);
        if !turns.sending.is_empty() {
            turns.ended = ended;
        }
        if let Some(answer) = answer {
            return Some((request, answer));
        }
        turns.open.insert(turn.turn_id, request);
        if is_unwanted {
            self.stop(session, turn.turn_id);
        }
        None
    }

    /// Stops everything that the editor has asked for in a session.
    pub(super) fn cancel(&mut self, session: SessionId) {
        let Some(chat) = self.chats.get_mut(&session) else { return };
        for (_, is_unwanted) in &mut chat.turns.sending {
            *is_unwanted = true;
        }
        let open: Vec<TurnId> = chat.turns.open.keys().copied().collect();
        for turn in open {
            self.stop(session, turn);
        }
    }

    fn stop(&mut self, session: SessionId, turn: TurnId) {
        let client = self.client.clone();
        self.beside.spawn(async move {
            if let Err(error) = client.turn_cancel(session, Some(turn)).await {
                tracing::warn!(%error, "the turn cannot be stopped");
            }
            Outcome::Nothing
        });
    }

    /// The server says where a turn stands. The transcript is waited for a while, so that the
    /// editor has seen everything when it hears of the end.
    pub(super) fn server_says(&mut self, session: SessionId, turn: TurnView) {
        let is_ours = |turns: &Turns| turns.open.contains_key(&turn.turn_id);
        if !turn.state.is_final() || !self.chats.get(&session).is_some_and(|c| is_ours(&c.turns)) {
            return;
        }
        self.beside.spawn(async move {
            tokio::time::sleep(LAG).await;
            Outcome::Lagging(session, turn)
        });
    }

    /// Asks what became of turns while there was no connection.
    pub(super) fn look_up_turns(&mut self) {
        for (session, chat) in &self.chats {
            if chat.turns.open.is_empty() {
                continue;
            }
            let (client, session) = (self.client.clone(), *session);
            self.beside.spawn(async move {
                // Where this fails, the next connection tells.
                Outcome::Turns(session, client.turns(session).await.unwrap_or_default())
            });
        }
    }
}

impl Turns {
    /// Whether the editor waits for any turn.
    pub(super) fn are_open(&self) -> bool {
        !self.open.is_empty() || !self.sending.is_empty()
    }

    /// Whether a prompt is on its way.
    pub(super) fn is_sending(&self) -> bool {
        !self.sending.is_empty()
    }

    /// Whether the editor waits for this one.
    pub(super) fn has(&self, turn: TurnId) -> bool {
        self.open.contains_key(&turn)
    }

    /// Whether this request waits for a turn.
    pub(super) fn is_of(&self, request: &Value) -> bool {
        self.open.values().chain(self.sending.iter().map(|(sent, _)| sent)).any(|id| id == request)
    }

    /// The transcript says that a turn has ended.
    pub(super) fn ended(&mut self, turn: &TurnUpdate) -> Option<Answer> {
        let answer = answer(turn.state, turn.stop_reason.as_deref(), turn.outcome.as_deref());
        match self.open.remove(&turn.turn_id) {
            Some(request) => Some((request, answer)),
            None => {
                // It may be the turn of a prompt whose arrival was not heard of yet.
                if !self.sending.is_empty() {
                    self.ended.insert(turn.turn_id, answer);
                }
                None
            }
        }
    }

    /// The server says that a turn has ended, and the transcript has not said so.
    pub(super) fn lagging(&mut self, turn: &TurnView) -> Option<Answer> {
        let request = self.open.remove(&turn.turn_id)?;
        Some((request, answer(turn.state, None, turn.outcome.as_deref())))
    }

    pub(super) fn into_requests(self) -> impl Iterator<Item = Value> {
        self.open.into_values().chain(self.sending.into_iter().map(|(request, _)| request))
    }
}

/// How the end of a turn is told. Only a turn that the agent has ended has a stop reason.
fn answer(
    state: TurnState,
    stop_reason: Option<&str>,
    outcome: Option<&str>,
) -> Result<Value, RpcError> {
    match state {
        TurnState::Cancelled => Ok(json!({ "stopReason": "cancelled" })),
        TurnState::Failed => Err(RpcError::internal(outcome.unwrap_or("the turn has failed"))),
        TurnState::Unknown => {
            let why = outcome.unwrap_or("its machine lost track of it");
            Err(RpcError::internal(format!("nobody knows how the turn ended: {why}")))
        }
        _ => {
            let known = stop_reason.filter(|reason| STOP_REASONS.contains(reason));
            Ok(json!({ "stopReason": known.unwrap_or("end_turn") }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_end_that_is_known_has_a_stop_reason() {
        let reason = |state, said| answer(state, said, None).ok();
        assert_eq!(
            reason(TurnState::Done, Some("max_tokens")).unwrap()["stopReason"],
            "max_tokens"
        );
        assert_eq!(reason(TurnState::Done, Some("tired")).unwrap()["stopReason"], "end_turn");
        assert_eq!(reason(TurnState::Cancelled, None).unwrap()["stopReason"], "cancelled");
        assert_eq!(reason(TurnState::Failed, Some("end_turn")), None);
        assert_eq!(reason(TurnState::Unknown, None), None);
    }
}
