//! Queue, steer, cancel, and the end of a turn.

use std::collections::{BTreeMap, VecDeque};

use model::turn::{TurnState, WhenBusy};
use model::{PermissionRequestId, Tick, TurnId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::agent::{Asked, Phase};
use super::{Conversation, handing_on};
use crate::acp::message::REQUEST_CANCELLED;
use crate::acp::prompt::{explain, prepare};
use crate::acp::{Call, RpcError, message, update};
use crate::effect::{Effect, Fact};
use crate::orders::{Prompt, Refusal};
use crate::setup::{CANCEL_WITHIN, Outside};
use crate::update::state::LOGIN_REQUIRED;
use crate::update::{
    Level, Notice, NoticeCode, Queue, ToolStatus, TurnOrigin, TurnUpdate, Update, UserMessage,
};
use model::turn::MAX_WAITING_TURNS;

/// How a turn is ended that somebody cancelled.
const CANCELLED: (TurnState, Option<&str>) = (TurnState::Cancelled, None);

/// All turns of a chat.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Turns {
    running: Option<Running>,
    waiting: VecDeque<Waiting>,
    /// How many of the first waiting turns were put there to go first.
    steering: usize,
    /// Every turn that was ever here, and where it stands. The transcript says so, too.
    #[serde(skip)]
    known: BTreeMap<TurnId, TurnState>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Running {
    turn: TurnId,
    author: String,
    origin: TurnOrigin,
    request: u64,
    ending: Option<Ending>,
    said_something: bool,
}

/// Why a running turn was told to end.
#[derive(Debug, Serialize, Deserialize)]
struct Ending {
    #[serde(skip)]
    deadline: Tick,
    state: TurnState,
    stop_reason: Option<String>,
    outcome: String,
}

/// A turn that has not begun.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) turn: TurnId,
    pub(super) author: String,
    pub(super) origin: TurnOrigin,
    /// Never empty. What is large is in the journal, as a prompt, and is not handed on.
    #[serde(default, skip_serializing_if = "handing_on::is_large")]
    pub(super) content: Vec<Value>,
}

impl Turns {
    pub(super) fn running(&self) -> Option<TurnId> {
        self.running.as_ref().map(|running| running.turn)
    }

    pub(super) const fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub(super) fn cancel_deadline(&self) -> Option<Tick> {
        Some(self.running.as_ref()?.ending.as_ref()?.deadline)
    }

    pub(super) fn is_being_cancelled(&self) -> bool {
        self.cancel_deadline().is_some()
    }

    pub(super) fn waits(&self, turn: TurnId) -> bool {
        self.waiting.iter().any(|waiting| waiting.turn == turn)
    }

    pub(super) fn knows(&self, turn: TurnId) -> bool {
        self.known.contains_key(&turn)
    }

    pub(super) fn remember(&mut self, turn: TurnId, state: TurnState) {
        self.known.insert(turn, state);
    }

    /// Takes up what an earlier process has left: what became of each turn, what the prompts that
    /// wait say, and the time for a cancelled turn to end, from now on. Whether that is all.
    pub(super) fn take_up(
        &mut self,
        known: impl IntoIterator<Item = (TurnId, TurnState)>,
        mut content_of: impl FnMut(TurnId) -> Option<Vec<Value>>,
        now: Tick,
    ) -> bool {
        self.known = known.into_iter().collect();
        if let Some(ending) = self.running.as_mut().and_then(|running| running.ending.as_mut()) {
            ending.deadline = now + CANCEL_WITHIN;
        }
        let mut of_prompts = self.waiting.iter_mut().filter(|one| one.content.is_empty());
        of_prompts.all(|waiting| match content_of(waiting.turn) {
            Some(content) => {
                waiting.content = content;
                true
            }
            None => false,
        })
    }

    pub(super) fn agent_spoke(&mut self) {
        if let Some(running) = &mut self.running {
            running.said_something = true;
        }
    }

    /// Puts a turn behind those that wait, or before them but behind earlier ones of its kind.
    fn line_up(&mut self, waiting: Waiting, when_busy: WhenBusy) {
        match when_busy {
            WhenBusy::Queue => self.waiting.push_back(waiting),
            WhenBusy::Steer => {
                self.waiting.insert(self.steering, waiting);
                self.steering += 1;
            }
        }
    }

    fn take_first(&mut self) -> Option<Waiting> {
        let first = self.waiting.pop_front()?;
        self.steering = self.steering.saturating_sub(1);
        Some(first)
    }

    fn take(&mut self, turn: TurnId) -> Option<Waiting> {
        let position = self.waiting.iter().position(|waiting| waiting.turn == turn)?;
        if position < self.steering {
            self.steering -= 1;
        }
        self.waiting.remove(position)
    }
}

impl Conversation {
    /// Takes in a prompt. A turn that is known already is not taken in twice.
    pub fn prompt(&mut self, outside: Outside<'_>, prompt: Prompt) -> Result<(), Refusal> {
        self.check_open()?;
        if self.turns.known.contains_key(&prompt.turn) {
            return Ok(());
        }
        if self.turns.waiting.len() >= MAX_WAITING_TURNS {
            return Err(Refusal::QueueFull);
        }
        let Prompt { turn, content, when_busy, author } = prompt;
        self.show_user_message(turn, &author, &content);
        self.line_up(Waiting { turn, author, origin: TurnOrigin::Prompt, content }, when_busy);
        if when_busy == WhenBusy::Steer {
            self.end_running_turn(outside, CANCELLED, "another prompt goes first");
        }
        self.settle();
        Ok(())
    }

    /// Cancels a turn that waits or runs; without a name, the one that runs or would run next.
    /// Cancelling what is over already changes nothing.
    pub fn cancel(&mut self, outside: Outside<'_>, turn: Option<TurnId>) -> Result<(), Refusal> {
        let next = || self.turns.waiting.front().map(|waiting| waiting.turn);
        let Some(turn) = turn.or_else(|| self.turns.running()).or_else(next) else {
            return Ok(());
        };
        if !self.turns.known.contains_key(&turn) {
            return Err(Refusal::NoSuchTurn);
        }
        if self.turns.running() == Some(turn) {
            self.end_running_turn(outside, CANCELLED, "");
        } else if let Some(waiting) = self.turns.take(turn) {
            self.show_turn(&waiting.into(), TurnState::Cancelled, None, "");
            self.show_queue();
        }
        self.settle();
        Ok(())
    }

    /// Delivers a note as a turn of its own, before everything that waits.
    pub(super) fn deliver_note(
        &mut self,
        outside: Outside<'_>,
        request_id: PermissionRequestId,
        author: String,
        note: &str,
    ) {
        let turn = TurnId::new(outside.clock.now(), outside.rng);
        let content = vec![json!({ "type": "text", "text": note })];
        self.show_user_message(turn, &author, &content);
        let origin = TurnOrigin::Note { request_id };
        self.line_up(Waiting { turn, author, origin, content }, WhenBusy::Steer);
    }

    pub(super) fn line_up(&mut self, waiting: Waiting, when_busy: WhenBusy) {
        let (turn, author, origin) = (waiting.turn, waiting.author.clone(), waiting.origin);
        self.turns.line_up(waiting, when_busy);
        self.show_turn(&Named { turn, author, origin }, TurnState::OnMachine, None, "");
        self.show_queue();
    }

    /// Begins the next turn. One that cannot begin ends, and the one after it is next.
    pub(super) fn begin_waiting_turns(&mut self) {
        while !self.turns.is_running() && self.phase == Phase::Ready {
            let Some(waiting) = self.turns.take_first() else { return };
            self.show_queue();
            let Waiting { turn, author, origin, content } = waiting;
            let named = Named { turn, author, origin };
            match prepare(content, self.facts.prompt) {
                Ok(content) => self.begin(named, content),
                Err(problem) => {
                    let outcome = format!("{} {problem}", self.agent_title());
                    self.show_turn(&named, TurnState::Failed, None, &outcome);
                }
            }
        }
    }

    fn begin(&mut self, named: Named, content: Vec<Value>) {
        self.voices.interrupt();
        self.show_turn(&named, TurnState::Running, None, "");
        let session = self.agent_session.clone().unwrap_or_default();
        self.effects.push_back(Effect::Commit);
        let request = self.ask(Call::Prompt { session, content }, Asked::Prompt);
        let Named { turn, author, origin } = named;
        self.turns.running =
            Some(Running { turn, author, origin, request, ending: None, said_something: false });
    }

    /// Tells the agent to end the running turn, unless it was told already. How it is to be ended
    /// comes with a stop reason of ours, where there is one.
    pub(super) fn end_running_turn(
        &mut self,
        outside: Outside<'_>,
        (state, stop_reason): (TurnState, Option<&'static str>),
        outcome: &str,
    ) {
        let deadline = outside.clock.tick() + CANCEL_WITHIN;
        match &mut self.turns.running {
            Some(running) if running.ending.is_none() => {
                let outcome = outcome.to_owned();
                let stop_reason = stop_reason.map(str::to_owned);
                running.ending = Some(Ending { deadline, state, stop_reason, outcome });
            }
            _ => return,
        }
        self.withdraw_requests();
        self.tell_to_cancel();
    }

    fn tell_to_cancel(&mut self) {
        let session = self.agent_session.clone().unwrap_or_default();
        self.send(message::notification("session/cancel", &json!({ "sessionId": session })));
    }

    pub(super) fn cancel_timed_out(&mut self) {
        let text = format!(
            "{} did not end the turn within {} s and was killed",
            self.agent_title(),
            CANCEL_WITHIN.as_secs()
        );
        self.warn(NoticeCode::AgentUnresponsive, text);
        self.fail_running_turn("");
        self.leave(Effect::KillAgent);
    }

    /// The agent has answered a prompt.
    pub(super) fn prompt_answered(&mut self, request: u64, outcome: Result<Value, RpcError>) {
        if self.turns.running.as_ref().is_none_or(|running| running.request != request) {
            return;
        }
        let told = self.turns.running.as_mut().and_then(|running| running.ending.take());
        let (state, stop_reason, sentence) = match (outcome, told) {
            (Ok(answer), Some(told)) => {
                let ours = told.stop_reason;
                (told.state, ours.or_else(|| stop_reason(&answer)), told.outcome)
            }
            (Err(_), Some(told)) => (told.state, told.stop_reason, told.outcome),
            (Ok(answer), None) => self.answered(stop_reason(&answer)),
            (Err(error), None) => self.answered_with_error(&error),
        };
        self.finish_running(state, stop_reason, &sentence);
    }

    fn answered(&mut self, stop_reason: Option<String>) -> (TurnState, Option<String>, String) {
        let reason = stop_reason.as_deref().unwrap_or("end_turn");
        let sentence = explain(reason);
        let state = match reason {
            "cancelled" => TurnState::Cancelled,
            _ => TurnState::Done,
        };
        let silent = self.turns.running.as_ref().is_some_and(|running| !running.said_something);
        if state == TurnState::Done && !sentence.is_empty() {
            self.warn(NoticeCode::StopReason, sentence.clone());
        } else if state == TurnState::Done && silent {
            // Some agents end like this when their model cannot be reached.
            let text = format!("{} ended the turn without saying anything", self.agent_title());
            self.warn(NoticeCode::EmptyTurn, text);
        }
        (state, stop_reason, sentence)
    }

    fn answered_with_error(&mut self, error: &RpcError) -> (TurnState, Option<String>, String) {
        if error.code == REQUEST_CANCELLED {
            return (TurnState::Cancelled, None, explain("cancelled"));
        }
        let sentence = error.for_people();
        let (code, stop_reason) = if error.is_login_required() {
            (NoticeCode::LoginRequired, Some(LOGIN_REQUIRED.to_owned()))
        } else {
            (NoticeCode::AgentError, None)
        };
        let notice = Notice::new(Level::Error, code, sentence.clone());
        self.notify(notice.about(self.turns.running()));
        (TurnState::Failed, stop_reason, sentence)
    }

    /// The agent is gone or gives no answer any more.
    pub(super) fn fail_running_turn(&mut self, why: &str) {
        let told = self.turns.running.as_mut().and_then(|running| running.ending.take());
        match told {
            Some(told) => {
                self.finish_running(told.state, told.stop_reason, &told.outcome);
            }
            None => self.finish_running(TurnState::Failed, None, why),
        }
    }

    pub(super) fn fail_all_turns(&mut self, why: &str) {
        self.fail_all_turns_for(None, why);
    }

    /// Fails all turns, and says why in a word for programs, where there is one.
    pub(super) fn fail_all_turns_for(&mut self, stop_reason: Option<&'static str>, why: &str) {
        self.fail_running_turn(why);
        self.drop_waiting((TurnState::Failed, stop_reason), why);
    }

    /// The session ends: nothing that waits will run, and what runs is cancelled.
    pub(super) fn abandon_turns(&mut self, why: &str) {
        self.drop_waiting(CANCELLED, why);
        if self.turns.is_running() {
            self.withdraw_requests();
            if !self.turns.is_being_cancelled() {
                self.tell_to_cancel();
            }
            self.finish_running(TurnState::Cancelled, None, why);
        }
        self.end_questions_and_tool_calls();
    }

    fn drop_waiting(&mut self, (state, stop_reason): (TurnState, Option<&'static str>), why: &str) {
        if !self.turns.has_waiting() {
            return;
        }
        while let Some(waiting) = self.turns.take_first() {
            self.show_turn(&waiting.into(), state, stop_reason.map(str::to_owned), why);
        }
        self.show_queue();
    }

    fn finish_running(&mut self, state: TurnState, stop_reason: Option<String>, outcome: &str) {
        let Some(running) = self.turns.running.take() else { return };
        self.withdraw_requests();
        self.close_tool_calls(match state {
            TurnState::Cancelled => ToolStatus::Cancelled,
            _ => ToolStatus::Unfinished,
        });
        self.voices.interrupt();
        let Running { turn, author, origin, .. } = running;
        self.show_turn(&Named { turn, author, origin }, state, stop_reason, outcome);
    }

    pub(super) fn show_turn(
        &mut self,
        named: &Named,
        state: TurnState,
        stop_reason: Option<String>,
        outcome: &str,
    ) {
        let Named { turn, author, origin } = named.clone();
        self.turns.remember(turn, state);
        let said = (!outcome.is_empty()).then(|| outcome.to_owned());
        self.append(Update::Turn(TurnUpdate {
            turn_id: turn,
            state,
            author: author.clone(),
            origin,
            stop_reason: stop_reason.clone(),
            outcome: said,
        }));
        let outcome = outcome.to_owned();
        self.report(Fact::Turn { turn, state, stop_reason, outcome, origin, author });
    }

    fn show_queue(&mut self) {
        let turn_ids = self.turns.waiting.iter().map(|waiting| waiting.turn).collect();
        self.append(Update::Queue(Queue { turn_ids }));
    }

    pub(super) fn show_user_message(&mut self, turn_id: TurnId, author: &str, content: &[Value]) {
        let message_id = self.voices.fresh_id();
        let content = content.iter().map(update::content).collect();
        let author = author.to_owned();
        self.append(Update::UserMessage(UserMessage { message_id, turn_id, author, content }));
    }
}

/// What names a turn to people.
#[derive(Debug, Clone)]
pub(super) struct Named {
    turn: TurnId,
    author: String,
    origin: TurnOrigin,
}

impl From<Waiting> for Named {
    fn from(waiting: Waiting) -> Self {
        Self { turn: waiting.turn, author: waiting.author, origin: waiting.origin }
    }
}

impl From<&TurnUpdate> for Named {
    fn from(update: &TurnUpdate) -> Self {
        Self { turn: update.turn_id, author: update.author.clone(), origin: update.origin }
    }
}

fn stop_reason(answer: &Value) -> Option<String> {
    answer["stopReason"].as_str().map(crate::text::line)
}
