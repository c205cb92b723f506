//! A daemon in miniature: it carries out what a conversation asks for, with the scripted agent on
//! the other end of a pipe.

use std::path::PathBuf;
use std::time::Duration;

use agents::acp::{CallError, Connection, Limits, connect};
use conversation::acp::Call;
use conversation::details::PermissionDetails;
use conversation::orders::{AgentExit, PermissionReply};
use conversation::update::{ChatState, Content, ToolCall};
use conversation::{Conversation, Effect, Fact, Memory, Outside, Profile, Prompt, Setup, Update};
use model::permission::PermissionAnswer;
use model::rng::CountingRng;
use model::time::ManualClock;
use model::turn::{TurnState, WhenBusy};
use model::{Clock, PolicyRuleId, TurnId};
use policy::{Preset, Rule, RuleEffect, RuleMatch, SessionPolicy};
use serde_json::{Value, json};
use sim::agent::{Ending, Environment};
use tokio::task::JoinHandle;

/// Nothing in these tests takes longer, however busy the computer is.
const SOON: Duration = Duration::from_mins(1);

pub(crate) struct Stage {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) chat: Conversation,
    pub(crate) transcript: Vec<Update>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) environment: Environment,
    preset: Preset,
    clock: ManualClock,
    rng: CountingRng,
    agent: Option<(Connection, JoinHandle<Ending>)>,
    /// What every question is answered with, if it is to be answered at once.
    pub(crate) answer: Option<PermissionAnswer>,
}

fn setup(workspace: &std::path::Path, preset: Preset) -> Setup {
    Setup {
        workspace: workspace.to_str().unwrap().to_owned(),
        policy: SessionPolicy::of_preset(preset),
        profile: Profile {
            title: "Demo agent".to_owned(),
            asking_mode: Some("ask".to_owned()),
            asking_modes: vec!["ask".to_owned(), "plan".to_owned()],
            ..Profile::default()
        },
        model: None,
        version: "1.0.0".to_owned(),
        continues: None,
    }
}

impl Stage {
    pub(crate) async fn start(preset: Preset) -> Self {
        Self::start_with(preset, Environment::default()).await
    }

    /// A chat whose agent is ready. The agent remembers its sessions.
    pub(crate) async fn start_with(preset: Preset, environment: Environment) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("workspace")).unwrap();
        let state_directory = Some(directory.path().join("state"));
        let mut stage = Self {
            chat: Conversation::new(setup(&directory.path().join("workspace"), preset)),
            directory,
            transcript: Vec::new(),
            facts: Vec::new(),
            environment: Environment { state_directory, ..environment },
            preset,
            clock: ManualClock::default(),
            rng: CountingRng::default(),
            agent: None,
            answer: None,
        };
        stage.chat.start();
        stage.until(|stage| stage.chat.state() == ChatState::Idle).await;
        stage
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.directory.path().join("workspace")
    }

    pub(crate) fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.workspace().join(name)).ok()
    }

    pub(crate) async fn prompt(&mut self, text: &str) -> TurnId {
        self.prompt_with(text, WhenBusy::Queue).await
    }

    pub(crate) async fn prompt_with(&mut self, text: &str, when_busy: WhenBusy) -> TurnId {
        let turn = TurnId::new(self.clock.now(), &self.rng);
        let content = vec![json!({ "type": "text", "text": text })];
        let prompt = Prompt { turn, content, when_busy, author: "ana".to_owned() };
        self.act(|chat, outside| chat.prompt(outside, prompt)).await.unwrap();
        turn
    }

    /// Prompts and waits for the end of the turn.
    pub(crate) async fn turn(&mut self, text: &str) -> TurnState {
        let turn = self.prompt(text).await;
        self.finished(turn).await
    }

    pub(crate) async fn finished(&mut self, turn: TurnId) -> TurnState {
        self.until(|stage| stage.state_of(turn).is_some_and(TurnState::is_final)).await;
        self.state_of(turn).unwrap()
    }

    pub(crate) fn state_of(&self, turn: TurnId) -> Option<TurnState> {
        self.facts.iter().rev().find_map(|fact| match fact {
            Fact::Turn { turn: id, state, .. } if *id == turn => Some(*state),
            _ => None,
        })
    }

    /// Does something to the chat and carries out what follows from it.
    pub(crate) async fn act<T>(
        &mut self,
        act: impl FnOnce(&mut Conversation, Outside<'_>) -> T,
    ) -> T {
        let outside = Outside { clock: &self.clock, rng: &self.rng };
        let result = act(&mut self.chat, outside);
        self.carry_out().await;
        result
    }

    pub(crate) async fn pass(&mut self, time: Duration) {
        self.clock.advance(time);
        self.chat.handle_timeout(self.clock.tick());
        self.carry_out().await;
    }

    /// Lets the agent speak until something is so.
    pub(crate) async fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        self.carry_out().await;
        while !is_so(self) {
            let step = tokio::time::timeout(SOON, self.listen());
            step.await.unwrap_or_else(|_| panic!("it never came: {:#?}", self.transcript));
        }
    }

    /// The daemon dies, and its agent with it; another one goes on with the transcript.
    pub(crate) async fn restart(&mut self) {
        self.drop_agent().await;
        let mut memory = Memory::default();
        self.transcript.iter().for_each(|update| memory.learn(update));
        let setup = setup(&self.workspace(), self.preset);
        self.chat = Conversation::resume(setup, memory, vec![]);
        self.carry_out().await;
    }

    pub(crate) fn said(&self) -> String {
        let text = |update: &Update| match update {
            Update::AgentMessageChunk(chunk) => match &chunk.content {
                Content::Text { text } => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        self.transcript.iter().filter_map(text).collect()
    }

    /// Every tool call, as whoever reads the transcript knows it.
    pub(crate) fn tool_calls(&self) -> Vec<ToolCall> {
        let mut calls: Vec<ToolCall> = Vec::new();
        for update in &self.transcript {
            let Update::ToolCall(said) = update else { continue };
            match calls.iter_mut().find(|call| call.tool_call_id == said.tool_call_id) {
                Some(call) => call.absorb(said.clone()),
                None => calls.push(said.clone()),
            }
        }
        calls
    }

    pub(crate) async fn answer_with(&mut self, answer: PermissionAnswer, note: &str) {
        let asked = self.facts.iter().rev().find_map(|fact| match fact {
            Fact::Asked { request, digest, .. } => Some((*request, *digest)),
            _ => None,
        });
        let (request, digest) = asked.expect("nobody was asked");
        let (note, author) = (note.to_owned(), "ben".to_owned());
        let reply = PermissionReply { request, digest, answer, note, author };
        self.act(|chat, outside| chat.answer(outside, reply)).await.unwrap();
    }

    /// What the server does when consent is given for the session: the rule comes before the answer.
    pub(crate) async fn allow_for_the_session(&mut self) {
        let details = self.facts.iter().rev().find_map(|fact| match fact {
            Fact::Asked { details_json, .. } => Some(details_json.as_str()),
            _ => None,
        });
        let details: PermissionDetails = serde_json::from_str(details.unwrap()).unwrap();
        let offer = details.always.unwrap();
        let rule = Rule {
            id: PolicyRuleId::new(self.clock.now(), &self.rng),
            effect: RuleEffect::Allow,
            tool: offer.tool,
            matches: RuleMatch::Exact { digest: offer.digest.unwrap() },
            expires_at_ms: None,
        };
        self.act(|chat, outside| chat.set_rules(outside, vec![rule])).await;
        self.answer_with(PermissionAnswer::AllowSession, "").await;
    }

    pub(crate) async fn ask_on_the_side(&self, call: Call) -> Result<Value, CallError> {
        let (connection, _) = self.agent.as_ref().expect("no agent runs");
        connection.peer.call(call.method(), &call.clone().into_params(), SOON).await
    }

    async fn carry_out(&mut self) {
        while let Some(effect) = self.chat.poll_effect() {
            match effect {
                Effect::Launch => {
                    self.launch();
                    self.chat.agent_started(self.clock.tick());
                }
                Effect::Send(message) => {
                    if let Some((connection, _)) = &self.agent {
                        connection.peer.send(message).await;
                    }
                }
                Effect::StopAgent | Effect::KillAgent => {
                    self.drop_agent().await;
                    self.chat.agent_exited(&exit("ended"));
                }
                Effect::Commit => {}
                Effect::Append(entry) => self.transcript.push(entry.update),
                Effect::Report(fact) => self.facts.push(fact),
            }
        }
    }

    fn launch(&mut self) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (input, output) = tokio::io::split(theirs);
        let agent = tokio::spawn(sim::agent::run(input, output, self.environment.clone()));
        let (output, input) = tokio::io::split(ours);
        let connection = connect(input, output, tokio::io::empty(), Limits::default());
        self.agent = Some((connection, agent));
    }

    async fn drop_agent(&mut self) {
        if let Some((connection, agent)) = self.agent.take() {
            drop(connection);
            agent.await.unwrap();
        }
    }

    /// Takes in one message, or the agent's end, or the next deadline of the chat.
    async fn listen(&mut self) {
        let deadline = self.chat.poll_timeout();
        let (connection, _) = self.agent.as_mut().expect("no agent runs");
        let message = match (deadline, self.chat.running_turn()) {
            // Nothing but time is missing.
            (Some(deadline), None) => {
                let wait = Duration::from_millis(50);
                match tokio::time::timeout(wait, connection.incoming.next()).await {
                    Ok(message) => message,
                    Err(_) => return self.pass(deadline - self.clock.tick()).await,
                }
            }
            _ => connection.incoming.next().await,
        };
        match message {
            Some(message) => {
                self.act(|chat, outside| chat.receive(outside, &message.line)).await;
                self.answer_what_is_asked().await;
            }
            None => {
                self.drop_agent().await;
                self.chat.agent_exited(&exit("exit status 1"));
                self.carry_out().await;
            }
        }
    }

    async fn answer_what_is_asked(&mut self) {
        if let (Some(answer), ChatState::Waiting) = (self.answer, self.chat.state()) {
            self.answer_with(answer, "").await;
        }
    }
}

fn exit(status: &str) -> AgentExit {
    AgentExit { status: status.to_owned(), complaint: String::new() }
}
