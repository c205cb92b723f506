//! A stage for one chat: the test plays people, the agent, the clock and the daemon.

mod controls;
mod life;
mod permissions;
mod properties;
mod quirks;
mod recall;
mod recounting;
mod turns;

use model::permission::PermissionAnswer;
use model::rng::CountingRng;
use model::time::ManualClock;
use model::turn::{TurnState, WhenBusy};
use model::{Clock, PermissionRequestId, Rng, Timestamp, TurnId};
use policy::{Preset, SessionPolicy};
use serde_json::{Value, json};

use super::*;
use crate::orders::{AgentExit, LaunchFailure, PermissionReply};
use crate::setup::{Outside, Profile};
use crate::update::{NoticeCode, ToolStatus};

struct Stage {
    chat: Conversation,
    clock: ManualClock,
    rng: CountingRng,
    transcript: Vec<Update>,
    sent: Vec<Value>,
    facts: Vec<Fact>,
    launches: usize,
    stops: usize,
    kills: usize,
}

fn setup(preset: Preset) -> Setup {
    Setup {
        workspace: "/w".to_owned(),
        policy: SessionPolicy::of_preset(preset),
        profile: Profile { title: "Agent".to_owned(), ..Profile::default() },
        model: None,
        version: "1.0.0".to_owned(),
        continues: None,
    }
}

fn turn(number: i64) -> TurnId {
    struct Zero;
    impl Rng for Zero {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }
    TurnId::new(Timestamp::from_millis(number), &Zero)
}

fn prompt(number: i64) -> Prompt {
    Prompt {
        turn: turn(number),
        content: vec![json!({ "type": "text", "text": format!("prompt {number}") })],
        when_busy: WhenBusy::Queue,
        author: "ana".to_owned(),
    }
}

impl Stage {
    fn new(setup: Setup) -> Self {
        Self::of(Conversation::new(setup))
    }

    fn of(chat: Conversation) -> Self {
        let mut stage = Self {
            chat,
            clock: ManualClock::default(),
            rng: CountingRng::default(),
            transcript: Vec::new(),
            sent: Vec::new(),
            facts: Vec::new(),
            launches: 0,
            stops: 0,
            kills: 0,
        };
        stage.carry_out();
        stage
    }

    /// A chat whose agent is ready, with nothing on record yet.
    fn ready() -> Self {
        Self::ready_with(setup(Preset::Ask), &json!({}), &json!({ "sessionId": "s1" }))
    }

    fn ready_with(setup: Setup, initialized: &Value, opened: &Value) -> Self {
        let mut stage = Self::new(setup);
        stage.chat.start();
        stage.started();
        stage.reply("initialize", initialized);
        stage.reply("session/new", opened);
        stage.forget();
        stage
    }

    fn forget(&mut self) {
        self.transcript.clear();
        self.sent.clear();
        self.facts.clear();
    }

    fn carry_out(&mut self) {
        while let Some(effect) = self.chat.poll_effect() {
            match effect {
                Effect::Launch => self.launches += 1,
                Effect::StopAgent => self.stops += 1,
                Effect::KillAgent => self.kills += 1,
                Effect::Commit => {}
                Effect::Send(message) => {
                    self.sent.push(serde_json::from_str(message.get()).unwrap());
                }
                Effect::Report(fact) => self.facts.push(fact),
                Effect::Append(entry) => {
                    assert_eq!(Update::from_json(entry.json.as_bytes()).unwrap(), entry.update);
                    self.transcript.push(entry.update);
                }
            }
        }
    }

    fn outside<T>(&mut self, act: impl FnOnce(&mut Conversation, Outside<'_>) -> T) -> T {
        let Self { chat, clock, rng, .. } = self;
        let result = act(chat, Outside { clock, rng });
        self.carry_out();
        result
    }

    fn plain<T>(&mut self, act: impl FnOnce(&mut Conversation) -> T) -> T {
        let result = act(&mut self.chat);
        self.carry_out();
        result
    }

    fn started(&mut self) {
        let now = self.clock.tick();
        self.plain(|chat| chat.agent_started(now));
    }

    fn exits(&mut self) {
        let exit = AgentExit { status: "signal 9".to_owned(), complaint: "oops".to_owned() };
        self.plain(|chat| chat.agent_exited(&exit));
    }

    /// The agent is ended because whoever holds it goes.
    fn puts_away(&mut self) {
        let exit = AgentExit { status: "signal 9".to_owned(), complaint: String::new() };
        self.plain(|chat| chat.agent_put_away(&exit));
    }

    fn after(&mut self, seconds: u64) {
        self.clock.advance(std::time::Duration::from_secs(seconds));
        let now = self.clock.tick();
        self.plain(|chat| chat.handle_timeout(now));
    }

    fn prompt(&mut self, number: i64) {
        self.outside(|chat, outside| chat.prompt(outside, prompt(number))).unwrap();
    }

    fn steer(&mut self, number: i64) {
        let prompt = Prompt { when_busy: WhenBusy::Steer, ..prompt(number) };
        self.outside(|chat, outside| chat.prompt(outside, prompt)).unwrap();
    }

    fn cancel(&mut self, number: i64) {
        self.outside(|chat, outside| chat.cancel(outside, Some(turn(number)))).unwrap();
    }

    /// The agent writes a message.
    fn agent(&mut self, message: &Value) {
        let line = message.to_string();
        self.outside(|chat, outside| chat.receive(outside, &line));
    }

    fn update(&mut self, update: &Value) {
        self.agent(&json!({
            "jsonrpc": "2.0",
            "method": "session/update",
            "params": { "sessionId": "s1", "update": update },
        }));
    }

    fn says(&mut self, text: &str) {
        let content = json!({ "type": "text", "text": text });
        self.update(&json!({ "sessionUpdate": "agent_message_chunk", "content": content }));
    }

    /// The id of the last question of this kind that the agent was asked.
    #[track_caller]
    fn asked(&self, method: &str) -> Value {
        let asked = self.sent.iter().rev().find(|message| message["method"] == method);
        asked.unwrap_or_else(|| panic!("the agent was not asked {method}"))["id"].clone()
    }

    #[track_caller]
    fn reply(&mut self, method: &str, result: &Value) {
        let id = self.asked(method);
        self.agent(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }

    #[track_caller]
    fn reply_error(&mut self, method: &str, code: i64, message: &str) {
        let id = self.asked(method);
        let error = json!({ "code": code, "message": message });
        self.agent(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
    }

    #[track_caller]
    fn done(&mut self) {
        self.reply("session/prompt", &json!({ "stopReason": "end_turn" }));
    }

    /// The agent asks for permission to use a tool.
    fn asks(&mut self, id: i64, tool_call: &Value) {
        self.agent(&json!({
            "jsonrpc": "2.0",
            "id": id,
            "method": "session/request_permission",
            "params": { "sessionId": "s1", "toolCall": tool_call, "options": options() },
        }));
    }

    /// What the agent was answered to its question, if it was.
    fn answer_to(&self, id: i64) -> Option<&Value> {
        let mut answers =
            self.sent.iter().filter(|message| message["id"] == id && message["method"].is_null());
        let answer = answers.next();
        assert!(answers.next().is_none(), "question {id} was answered twice");
        answer
    }

    #[track_caller]
    fn chose(&self, id: i64) -> &str {
        let answer = self.answer_to(id).unwrap_or_else(|| panic!("{id} was not answered"));
        let outcome = &answer["result"]["outcome"];
        outcome["optionId"].as_str().or(outcome["outcome"].as_str()).unwrap()
    }

    /// The question that waits for a person, with its digest.
    #[track_caller]
    fn open_request(&self) -> (PermissionRequestId, [u8; 32]) {
        let asked = self.facts.iter().rev().find_map(|fact| match fact {
            Fact::Asked { request, digest, .. } => Some((*request, *digest)),
            _ => None,
        });
        asked.expect("nobody was asked")
    }

    #[track_caller]
    fn answer(&mut self, answer: PermissionAnswer, note: &str) -> Result<(), Refusal> {
        let (request, digest) = self.open_request();
        let (note, author) = (note.to_owned(), "ben".to_owned());
        let reply = PermissionReply { request, digest, answer, note, author };
        self.outside(|chat, outside| chat.answer(outside, reply))
    }

    fn turn_states(&self, number: i64) -> Vec<TurnState> {
        let of_turn = |fact: &Fact| match fact {
            Fact::Turn { turn: id, state, .. } if *id == turn(number) => Some(*state),
            _ => None,
        };
        self.facts.iter().filter_map(of_turn).collect()
    }

    fn outcome(&self, number: i64) -> (TurnState, &str) {
        let of_turn = |fact| match fact {
            &Fact::Turn { turn: id, state, ref outcome, .. } if id == turn(number) => {
                Some((state, outcome.as_str()))
            }
            _ => None,
        };
        self.facts.iter().rev().find_map(of_turn).expect("the turn was never reported")
    }

    fn notices(&self) -> Vec<NoticeCode> {
        let code = |update: &Update| match update {
            Update::Notice(notice) => Some(notice.code),
            _ => None,
        };
        self.transcript.iter().filter_map(code).collect()
    }

    /// What the agent has said, message by message.
    fn messages(&self) -> Vec<(String, String)> {
        let mut messages: Vec<(String, String)> = Vec::new();
        for update in &self.transcript {
            let (Update::AgentMessageChunk(chunk) | Update::AgentThoughtChunk(chunk)) = update
            else {
                continue;
            };
            let crate::update::Content::Text { text } = &chunk.content else { continue };
            match messages.last_mut() {
                Some((id, known)) if *id == chunk.message_id => known.push_str(text),
                _ => messages.push((chunk.message_id.clone(), text.clone())),
            }
        }
        messages
    }

    /// A tool call as whoever reads the transcript knows it.
    fn tool_call(&self, id: &str) -> ToolCall {
        let mut known = ToolCall::new(id);
        for update in &self.transcript {
            if let Update::ToolCall(call) = update
                && call.tool_call_id == id
            {
                known.absorb(call.clone());
            }
        }
        known
    }

    fn status(&self, id: &str) -> Option<ToolStatus> {
        self.tool_call(id).status
    }
}

fn options() -> Value {
    json!([
        { "optionId": "p-always", "name": "Always", "kind": "allow_always" },
        { "optionId": "p-once", "name": "Once", "kind": "allow_once" },
        { "optionId": "r-once", "name": "No", "kind": "reject_once" },
        { "optionId": "r-always", "name": "Never", "kind": "reject_always" },
    ])
}

fn write_call(id: &str) -> Value {
    json!({
        "toolCallId": id,
        "title": "Write notes.txt",
        "kind": "edit",
        "content": [{ "type": "diff", "path": "/w/notes.txt", "oldText": null, "newText": "hi" }],
    })
}

fn run_call(id: &str, command: &str) -> Value {
    json!({ "toolCallId": id, "title": "Run", "kind": "execute", "rawInput": { "command": command } })
}

fn launch_failure() -> LaunchFailure {
    LaunchFailure {
        message: "the program codex-acp was not found".to_owned(),
        hint: "npm install -g @agentclientprotocol/codex-acp".to_owned(),
    }
}
