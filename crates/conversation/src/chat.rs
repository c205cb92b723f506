//! The state machine of a chat.
//!
//! Every public method takes in one thing that happened and leaves effects behind; the caller
//! takes them with [`Conversation::poll_effect`] until none is left, carries them out in order,
//! and calls [`Conversation::handle_timeout`] when the time of [`Conversation::poll_timeout`] has
//! come. Effects of one input are bounded by what it says, so that they need no bound of their
//! own as long as the caller takes them before the next input.
//!
//! - `agent`: starting the agent, opening the session, going on after it has died
//! - `recounting`: the history of a session that was begun outside of us
//! - `turns`: queue, steer, cancel, the end of a turn
//! - `hear`: what the agent says
//! - `permissions`: what it asks
//! - `controls`, `settings`: modes, models, options
//! - `recall`, `handing_on`: going on with the next daemon, without the agent or with it

mod agent;
mod controls;
mod handing_on;
mod hear;
mod permissions;
mod recall;
mod recounting;
mod settings;
mod turns;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use model::session::SessionState;
use model::{Tick, TurnId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::acp::Call;
use crate::acp::message;
use crate::acp::read::AgentFacts;
use crate::effect::{Effect, Entry, Fact};
use crate::memory::Memory;
use crate::orders::{Prompt, Refusal};
use crate::setup::{MAX_ASKED, Setup};
use crate::update::limits::fit;
use crate::update::{ChatState, Level, Notice, NoticeCode, StateUpdate, ToolCall, Update};

use agent::{Asked, Attempt, Phase};
use controls::Controls;
use hear::{Early, Voices};
use permissions::OpenRequest;
use recounting::Recounting;
use settings::Wishes;
use turns::Turns;

pub use handing_on::NotTakenUp;

/// One chat with one agent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Conversation {
    #[serde(skip, default = "handing_on::no_setup")]
    setup: Setup,
    #[serde(skip)]
    effects: VecDeque<Effect>,
    phase: Phase,
    attempt: Attempt,
    /// Questions to the agent that wait for its answer, by the id they were sent with.
    asked: BTreeMap<u64, Asked>,
    next_request: u64,
    facts: AgentFacts,
    /// The agent's own name for the session; outlives the process.
    agent_session: Option<String>,
    /// Whether an agent process was ever ready.
    ever_ready: bool,
    /// Whether the agent is telling history that is in the transcript already.
    replaying: bool,
    #[serde(default)]
    recounting: Recounting,
    early: Early,
    turns: Turns,
    /// Tool calls of which the agent has not said how they ended.
    tool_calls: BTreeMap<String, ToolCall>,
    requests: BTreeMap<model::PermissionRequestId, OpenRequest>,
    controls: Controls,
    wishes: Wishes,
    voices: Voices,
    title: String,
    /// Why the session is to end, once somebody has said so.
    stopping: Option<String>,
    ended: Option<StateUpdate>,
    shown: Option<StateUpdate>,
    reported: Option<(SessionState, String, String)>,
    /// The message that is being read, until the first entry made of it has taken it.
    #[serde(skip)]
    raw: Option<Arc<str>>,
}

impl Conversation {
    /// A chat that has not begun.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            effects: VecDeque::new(),
            phase: Phase::Down,
            attempt: Attempt::default(),
            asked: BTreeMap::new(),
            next_request: 1,
            facts: AgentFacts::default(),
            agent_session: None,
            ever_ready: false,
            replaying: false,
            recounting: Recounting::default(),
            early: Early::default(),
            turns: Turns::default(),
            tool_calls: BTreeMap::new(),
            requests: BTreeMap::new(),
            controls: Controls::default(),
            wishes: Wishes::default(),
            voices: Voices::default(),
            title: String::new(),
            stopping: None,
            ended: None,
            shown: None,
            reported: None,
            raw: None,
        }
    }

    /// A chat whose daemon was restarted. Whatever ran is over: its outcome is unknown, and it
    /// does not run again. Turns that had not begun wait again; `prompts` are the accepted
    /// prompts whose turn is not finished, in the order in which they were accepted.
    pub fn resume(setup: Setup, memory: Memory, prompts: Vec<Prompt>) -> Self {
        let mut chat = Self::new(setup);
        chat.recall(memory, prompts);
        chat.settle();
        chat
    }

    /// Starts the agent, so that what is wrong with it shows before the first prompt.
    pub fn start(&mut self) {
        if self.phase == Phase::Down && !self.is_ending() {
            self.launch();
        }
        self.settle();
    }

    /// Ends the session and everything in it.
    pub fn stop(&mut self, reason: &str) {
        if self.is_ending() {
            return;
        }
        self.stopping = Some(reason.to_owned());
        self.abandon_turns(reason);
        match self.phase {
            Phase::Down => self.end(ChatState::Stopped, reason),
            Phase::Leaving => {}
            _ => self.leave(Effect::StopAgent),
        }
        self.settle();
    }

    /// The next thing to do, if there is one.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`Self::handle_timeout`] must be called, unless something else happens before.
    pub fn poll_timeout(&self) -> Option<Tick> {
        self.phase.deadline().into_iter().chain(self.turns.cancel_deadline()).min()
    }

    /// Acts on deadlines that have passed.
    pub fn handle_timeout(&mut self, now: Tick) {
        if self.phase.deadline().is_some_and(|deadline| deadline <= now) {
            self.phase_timed_out();
        }
        if self.turns.cancel_deadline().is_some_and(|deadline| deadline <= now) {
            self.cancel_timed_out();
        }
        self.settle();
    }

    /// Where the chat stands.
    pub fn state(&self) -> ChatState {
        if let Some(ended) = &self.ended {
            return ended.state;
        }
        match () {
            // What it was when it was told to stop, until it has.
            () if self.stopping.is_some() => {
                self.shown.as_ref().map_or(ChatState::Idle, |shown| shown.state)
            }
            () if !self.requests.is_empty() => ChatState::Waiting,
            () if self.turns.is_running() => ChatState::Running,
            () if !self.ever_ready && self.phase.is_coming() => ChatState::Starting,
            () if self.turns.has_waiting() => ChatState::Running,
            () if self.phase == Phase::Ready || self.phase.is_coming() => ChatState::Idle,
            () => ChatState::AgentDown,
        }
    }

    /// Whether nothing can follow any more; the agent, if there was one, is gone.
    pub const fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// The turn that runs.
    pub fn running_turn(&self) -> Option<TurnId> {
        self.turns.running()
    }

    const fn is_ending(&self) -> bool {
        self.ended.is_some() || self.stopping.is_some()
    }

    fn check_open(&self) -> Result<(), Refusal> {
        if self.is_ending() { Err(Refusal::SessionEnded) } else { Ok(()) }
    }

    /// After every input: goes on with what waits, and shows where the chat stands.
    fn settle(&mut self) {
        self.raw = None;
        self.go_on();
        self.show_state();
        self.report_session();
    }

    fn go_on(&mut self) {
        if self.is_ending() {
            return;
        }
        match self.phase {
            Phase::Down if self.turns.has_waiting() => self.launch(),
            Phase::Ready => self.begin_waiting_turns(),
            _ => {}
        }
    }

    fn show_state(&mut self) {
        let detail = self.ended.as_ref().and_then(|ended| ended.detail.clone());
        let update = StateUpdate { state: self.state(), detail };
        if self.shown.as_ref() != Some(&update) {
            self.append(Update::State(update.clone()));
            self.shown = Some(update);
        }
    }

    fn report_session(&mut self) {
        let Some(shown) = &self.shown else { return };
        let detail = shown.detail.clone().unwrap_or_default();
        let facts = (shown.state.session_state(), detail, self.title.clone());
        if self.reported.as_ref() != Some(&facts) {
            let (state, detail, title) = facts.clone();
            self.effects.push_back(Effect::Report(Fact::Session { state, detail, title }));
            self.reported = Some(facts);
        }
    }

    fn end(&mut self, state: ChatState, detail: &str) {
        let detail = (!detail.is_empty()).then(|| detail.to_owned());
        self.ended = Some(StateUpdate { state, detail });
    }

    fn append(&mut self, update: Update) {
        for fitted in fit(update) {
            let raw = self.raw.take();
            let entry = Entry { update: fitted.update, json: fitted.json, raw };
            self.effects.push_back(Effect::Append(Box::new(entry)));
        }
    }

    fn notify(&mut self, notice: Notice) {
        self.append(Update::Notice(notice));
    }

    fn warn(&mut self, code: NoticeCode, text: impl Into<String>) {
        let notice = Notice::new(Level::Warning, code, text).about(self.turns.running());
        self.notify(notice);
    }

    fn report(&mut self, fact: Fact) {
        self.effects.push_back(Effect::Report(fact));
    }

    fn send(&mut self, message: Box<RawValue>) {
        self.effects.push_back(Effect::Send(message));
    }

    /// Sends a question and remembers what it was.
    fn ask(&mut self, call: Call, asked: Asked) -> u64 {
        let id = self.next_request;
        self.next_request += 1;
        self.asked.insert(id, asked);
        self.send(message::request(id, call.method(), &call.into_params()));
        id
    }

    fn check_not_overasked(&self) -> Result<(), Refusal> {
        if self.asked.len() < MAX_ASKED { Ok(()) } else { Err(Refusal::AgentBusy) }
    }
}

#[cfg(test)]
mod tests;
