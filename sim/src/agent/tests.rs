//! The agent on one end of a pipe, a client that believes nothing on the other.

use std::fs;
use std::path::Path;

use agent_client_protocol_schema::v1;
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex,
    split,
};
use tokio::task::JoinHandle;

use super::*;
use crate::provider::{Config, Fault, SimProvider};

struct Client {
    workspace: tempfile::TempDir,
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    to_agent: Option<WriteHalf<DuplexStream>>,
    agent: JoinHandle<Ending>,
    session: String,
    next: u64,
    heard: Vec<Value>,
    junk: Vec<String>,
}

impl Client {
    async fn start(environment: Environment) -> Self {
        Self::start_in(environment, tempfile::tempdir().unwrap()).await
    }

    async fn start_in(environment: Environment, workspace: tempfile::TempDir) -> Self {
        let (ours, theirs) = duplex(64 * 1024);
        let (input, output) = split(theirs);
        let agent = tokio::spawn(run(input, output, environment));
        let (from_agent, to_agent) = split(ours);
        let mut client = Self {
            workspace,
            lines: BufReader::new(from_agent).lines(),
            to_agent: Some(to_agent),
            agent,
            session: String::new(),
            next: 1,
            heard: Vec::new(),
            junk: Vec::new(),
        };
        let answer = client.call("initialize", json!({ "protocolVersion": 1 })).await;
        serde_json::from_value::<v1::InitializeResponse>(answer).unwrap();
        client
    }

    /// A client with a session.
    async fn ready(environment: Environment) -> Self {
        let mut client = Self::start(environment).await;
        client.open("session/new", json!({})).await;
        client
    }

    async fn open(&mut self, method: &str, mut params: Value) -> Value {
        params["cwd"] = json!(self.workspace.path());
        params["mcpServers"] = json!([]);
        let answer = self.call(method, params).await;
        if let Some(session) = answer["sessionId"].as_str() {
            self.session = session.to_owned();
        }
        answer
    }

    async fn send(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.to_agent.as_mut().unwrap().write_all(line.as_bytes()).await.unwrap();
    }

    async fn ask(&mut self, method: &str, params: Value) -> u64 {
        self.next += 1;
        let message =
            json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params });
        self.send(&message).await;
        self.next
    }

    /// The next message; every notification must be one of the protocol's.
    async fn hear(&mut self) -> Value {
        loop {
            let line = self.lines.next_line().await.unwrap().expect("the agent has ended");
            let Ok(message) = serde_json::from_str::<Value>(&line) else {
                self.junk.push(line);
                continue;
            };
            self.heard.push(message.clone());
            return message;
        }
    }

    async fn answer_to(&mut self, id: u64) -> Value {
        loop {
            let message = self.hear().await;
            if message["id"] == id && message["method"].is_null() {
                return message;
            }
        }
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params).await;
        self.answer_to(id).await["result"].clone()
    }

    async fn prompt(&mut self, text: &str) -> u64 {
        let prompt = json!([{ "type": "text", "text": text }]);
        let params = json!({ "sessionId": self.session, "prompt": prompt });
        self.heard.clear();
        self.ask("session/prompt", params).await
    }

    /// Prompts, answers every question in the same way, and says why the turn ended.
    async fn turn(&mut self, text: &str, answer: &str) -> Value {
        let id = self.prompt(text).await;
        loop {
            let message = self.hear().await;
            if message["method"] == "session/request_permission" {
                let params = message["params"].clone();
                serde_json::from_value::<v1::RequestPermissionRequest>(params).unwrap();
                self.choose(&message["id"], answer).await;
            } else if message["id"] == id && message["method"].is_null() {
                return message;
            }
        }
    }

    async fn choose(&mut self, id: &Value, option: &str) {
        let outcome = json!({ "outcome": "selected", "optionId": option });
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "outcome": outcome } })).await;
    }

    async fn question(&mut self) -> Value {
        loop {
            let message = self.hear().await;
            if message["method"] == "session/request_permission" {
                return message;
            }
        }
    }

    async fn cancel(&mut self) {
        let params = json!({ "sessionId": self.session });
        self.send(&json!({ "jsonrpc": "2.0", "method": "session/cancel", "params": params })).await;
    }

    fn updates(&self, kind: &str) -> Vec<Value> {
        let updates = self.heard.iter().map(|message| &message["params"]["update"]);
        updates.filter(|update| update["sessionUpdate"] == kind).cloned().collect()
    }

    fn said(&self) -> String {
        let chunks = self.updates("agent_message_chunk");
        chunks.iter().filter_map(|chunk| chunk["content"]["text"].as_str()).collect()
    }

    fn questions(&self) -> usize {
        let is_question = |message: &&Value| message["method"] == "session/request_permission";
        self.heard.iter().filter(is_question).count()
    }

    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.workspace.path().join(name)).ok()
    }

    /// Closes the agent's input and waits until it has ended.
    async fn end(mut self) -> Ending {
        self.to_agent.take().unwrap().shutdown().await.unwrap();
        self.agent.await.unwrap()
    }
}

fn stop_reason(answer: &Value) -> &str {
    answer["result"]["stopReason"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

fn remembering(directory: &Path) -> Environment {
    Environment { state_directory: Some(directory.to_owned()), ..Environment::default() }
}

#[tokio::test]
async fn a_newcomer_is_shown_around_and_asked() {
    let mut client = Client::ready(Environment::default()).await;
    let answer = client.turn("Hello, what is this?", "once").await;
    assert_eq!(stop_reason(&answer), "end_turn");
    let file = client.file("hello-gantline.md").unwrap();
    assert!(file.contains("> Hello, what is this?"));
    let said = client.said();
    assert!(said.starts_with("Hello! I am the **demo agent**"), "{said}");
    assert!(said.contains("Thank you."));
    assert_eq!(client.updates("session_info_update")[0]["title"], "Hello, what is this?");
    assert!(!client.updates("agent_thought_chunk").is_empty());
    assert!(!client.updates("usage_update").is_empty());
    let plans = client.updates("plan");
    let last = plans.last().unwrap()["entries"].as_array().unwrap();
    assert!(last.iter().all(|entry| entry["status"] == "completed"));
    let calls = client.updates("tool_call");
    assert_eq!(calls.iter().map(|call| &call["kind"]).collect::<Vec<_>>(), ["read", "edit"]);
    assert_eq!(calls[1]["content"][0]["type"], "diff");
    assert_eq!(calls[1]["content"][0]["newText"], file);
    for message in &client.heard {
        if message["method"] == "session/update" {
            let params = message["params"].clone();
            serde_json::from_value::<v1::SessionNotification>(params).unwrap();
        }
    }
    client.turn("And now?", "once").await;
    assert_eq!(client.questions(), 0);
    assert!(client.said().contains("there already"));
}

#[tokio::test]
async fn a_newcomer_who_writes_chinese_is_answered_in_chinese() {
    let mut client = Client::ready(Environment::default()).await;
    client.turn("你好,这是什么?", "once").await;
    assert!(client.said().starts_with("你好!我是**演示智能体**"));
    assert!(client.file("hello-gantline.md").unwrap().contains("> 你好,这是什么?"));
}

#[tokio::test]
async fn a_denial_changes_nothing_and_the_next_prompt_asks_again() {
    let mut client = Client::ready(Environment::default()).await;
    assert_eq!(stop_reason(&client.turn("hi", "no").await), "end_turn");
    assert_eq!(client.file("hello-gantline.md"), None);
    assert!(client.said().contains("The disk is as it was"));
    let failed = client.updates("tool_call_update");
    assert_eq!(failed.last().unwrap()["status"], "failed");
    client.turn("hi again", "once").await;
    assert_eq!(client.questions(), 1);
    assert!(client.file("hello-gantline.md").is_some());
}

#[tokio::test]
async fn directives_are_carried_out_in_order() {
    let mut client = Client::ready(Environment::default()).await;
    let prompt = "/write a.txt one\\ntwo\n/append a.txt three\n/read a.txt\n/run wc -l < a.txt";
    let answer = client.turn(prompt, "once").await;
    assert_eq!(stop_reason(&answer), "end_turn");
    assert_eq!(client.file("a.txt").unwrap(), "one\ntwothree\n");
    assert_eq!(client.questions(), 2);
    let outputs = client.updates("tool_call_update");
    let last = outputs.last().unwrap();
    assert_eq!(
        (&last["status"], &last["rawOutput"]["exit_code"]),
        (&json!("completed"), &json!(0))
    );
    assert!(last["content"][0]["content"]["text"].as_str().unwrap().trim() == "2");
}

/// R06: one turn, one line.
#[tokio::test]
async fn appending_appends_exactly_one_line_and_asks_nobody() {
    let mut client = Client::ready(Environment::default()).await;
    for number in 0..20 {
        client.turn(&format!("/append log.txt line {number}"), "no").await;
        assert_eq!(client.questions(), 0);
    }
    let expect: Vec<String> = (0..20).map(|number| format!("line {number}")).collect();
    assert_eq!(client.file("log.txt").unwrap(), expect.join("\n") + "\n");
}

#[tokio::test]
async fn the_mode_decides_whether_it_asks() {
    let mut client = Client::ready(Environment::default()).await;
    client.turn("/write a.txt x", "always").await;
    client.turn("/write b.txt x", "no").await;
    assert_eq!((client.questions(), client.file("b.txt").as_deref()), (0, Some("x")));
    let session = client.session.clone();
    client.call("session/set_mode", json!({ "sessionId": session, "modeId": "plan" })).await;
    client.turn("/write c.txt x", "once").await;
    assert_eq!((client.questions(), client.file("c.txt")), (0, None));
    client.turn("/mode auto\n/write c.txt x", "no").await;
    assert_eq!(client.updates("current_mode_update")[0]["currentModeId"], "auto");
    assert_eq!((client.questions(), client.file("c.txt").as_deref()), (0, Some("x")));
}

#[tokio::test]
async fn options_are_set_and_shown() {
    let mut client =
        Client::start(Environment { model: "gpt-5.5".to_owned(), ..Environment::default() }).await;
    let opened = client.open("session/new", json!({})).await;
    serde_json::from_value::<v1::NewSessionResponse>(opened.clone()).unwrap();
    assert_eq!(opened["configOptions"][0]["currentValue"], "gpt-5.5");
    assert_eq!(opened["modes"]["currentModeId"], "ask");
    let session = client.session.clone();
    let set = json!({ "sessionId": session, "configId": "model", "value": "scripted" });
    let answer = client.call("session/set_config_option", set).await;
    assert_eq!(answer["configOptions"][0]["currentValue"], "scripted");
    let wrong = json!({ "sessionId": session, "configId": "colour", "value": "blue" });
    let id = client.ask("session/set_config_option", wrong).await;
    assert_eq!(client.answer_to(id).await["error"]["code"], -32602);
}

/// R23: cancelling is heeded at every point.
#[tokio::test]
async fn cancelling_is_heeded() {
    let mut client = Client::ready(Environment::default()).await;
    let id = client.prompt("/slow 100000 1ms").await;
    while client.hear().await["method"] != "session/update" {}
    client.cancel().await;
    assert_eq!(stop_reason(&client.answer_to(id).await), "cancelled");

    let id = client.prompt("/write a.txt x").await;
    client.question().await;
    client.cancel().await;
    assert_eq!(stop_reason(&client.answer_to(id).await), "cancelled");
    assert_eq!(client.file("a.txt"), None);

    let id = client.prompt("/run sleep 1000").await;
    let question = client.question().await;
    client.choose(&question["id"], "once").await;
    client.cancel().await;
    assert_eq!(stop_reason(&client.answer_to(id).await), "cancelled");
}

#[tokio::test]
async fn an_answer_of_cancelled_ends_the_turn() {
    let mut client = Client::ready(Environment::default()).await;
    let id = client.prompt("/write a.txt x").await;
    let question = client.question().await;
    let outcome = json!({ "outcome": { "outcome": "cancelled" } });
    client.send(&json!({ "id": question["id"], "result": outcome })).await;
    assert_eq!(stop_reason(&client.answer_to(id).await), "cancelled");
}

#[tokio::test]
async fn two_questions_are_asked_at_once_and_answered_in_any_order() {
    let mut client = Client::ready(Environment::default()).await;
    let id = client.prompt("/ask-twice").await;
    let (first, second) = (client.question().await, client.question().await);
    client.choose(&second["id"], "once").await;
    client.choose(&first["id"], "no").await;
    assert_eq!(stop_reason(&client.answer_to(id).await), "end_turn");
    assert!(client.said().contains("1 of 2 were allowed."));
}

#[tokio::test]
async fn a_second_prompt_is_refused_while_one_runs() {
    let mut client = Client::ready(Environment::default()).await;
    let first = client.prompt("/write a.txt x").await;
    client.question().await;
    let second = client.prompt("/say x").await;
    assert_eq!(client.answer_to(second).await["error"]["code"], -32600);
    client.cancel().await;
    assert_eq!(stop_reason(&client.answer_to(first).await), "cancelled");
}

#[tokio::test]
async fn it_remembers_its_sessions() {
    let state = tempfile::tempdir().unwrap();
    let mut client = Client::ready(remembering(state.path())).await;
    client.turn("/say one\\ntwo", "no").await;
    let session = client.session.clone();
    assert_eq!(client.end().await, Ending::InputClosed);

    let mut client = Client::start(remembering(state.path())).await;
    client.open("session/load", json!({ "sessionId": session })).await;
    assert_eq!(client.updates("user_message_chunk")[0]["content"]["text"], "/say one\\ntwo");
    assert_eq!(client.said(), "one\ntwo");
    client.end().await;

    let mut client = Client::start(remembering(state.path())).await;
    client.open("session/resume", json!({ "sessionId": session })).await;
    assert_eq!(client.said(), "");
    client.session.clone_from(&session);
    client.turn("/say three", "no").await;
    assert_eq!(client.said(), "three");
    let unknown = json!({ "sessionId": "demo-9", "cwd": "/", "mcpServers": [] });
    let id = client.ask("session/load", unknown).await;
    assert_eq!(client.answer_to(id).await["error"]["code"], -32002);
}

#[tokio::test]
async fn without_a_place_to_remember_it_does_not_say_it_can() {
    let mut client = Client::start(Environment::default()).await;
    let facts = client.call("initialize", json!({ "protocolVersion": 1 })).await;
    assert_eq!(facts["agentCapabilities"]["loadSession"], false);
    assert!(facts["agentCapabilities"]["sessionCapabilities"]["resume"].is_null());
}

#[tokio::test]
async fn every_end_of_a_turn_can_be_had() {
    let mut client = Client::ready(Environment::default()).await;
    assert_eq!(stop_reason(&client.turn("/stop max_tokens", "no").await), "max_tokens");
    assert_eq!(stop_reason(&client.turn("/stop _odd", "no").await), "_odd");
    let failed = client.turn("/error 401 no key", "no").await;
    assert_eq!(failed["error"], json!({ "code": 401, "message": "no key" }));
    assert_eq!(stop_reason(&client.turn("/silent", "no").await), "end_turn");
    assert_eq!(client.heard.len(), 1);
}

#[tokio::test]
async fn strange_things_can_be_had() {
    let environment = Environment { names: vec!["PATH".to_owned()], ..Environment::default() };
    let mut client = Client::ready(environment).await;
    client.turn("/unknown\n/junk\n/big 100KB\n/env", "no").await;
    assert_eq!(client.updates("hologram").len(), 1);
    assert_eq!(client.junk.len(), 2);
    assert_eq!(client.said().len(), 100_000 + "PATH".len());
    client.turn("/flood 500\n/title Fix it\n/usage 7 9\n/plan a; b\n/think hm", "no").await;
    assert_eq!(client.updates("agent_message_chunk").len(), 500);
    assert_eq!(client.updates("session_info_update")[0]["title"], "Fix it");
    assert_eq!(client.updates("usage_update")[0]["size"], 9);
}

#[tokio::test]
async fn a_crash_is_at_once_and_says_its_status() {
    let mut client = Client::ready(Environment::default()).await;
    client.prompt("/say x\n/crash 7").await;
    while let Ok(Some(_)) = client.lines.next_line().await {}
    assert_eq!(client.agent.await.unwrap(), Ending::Crash(7));
}

#[tokio::test]
async fn an_agent_that_hangs_ends_with_its_input() {
    let mut client = Client::ready(Environment::default()).await;
    client.prompt("/say x\n/hang").await;
    while client.hear().await["method"] != "session/update" {}
    client.cancel().await;
    assert_eq!(client.end().await, Ending::InputClosed);
}

#[tokio::test]
async fn what_is_not_offered_is_refused() {
    let mut client = Client::ready(Environment::default()).await;
    let id = client.ask("session/fork", json!({})).await;
    assert_eq!(client.answer_to(id).await["error"]["code"], -32601);
    let id = client.ask("session/new", json!({ "cwd": "relative", "mcpServers": [] })).await;
    assert_eq!(client.answer_to(id).await["error"]["code"], -32602);
    client.send(&json!("junk")).await;
    client.turn("/write ../outside.txt x", "once").await;
    assert!(client.said().contains("lies outside the workspace"));
    assert_eq!(client.questions(), 0);
}

async fn with_model() -> (SimProvider, Environment) {
    let key = Some("glpt_fake".to_owned());
    let provider = SimProvider::start(Config { key, ..Config::default() }).await.unwrap();
    let environment = Environment::from_variables(
        [
            ("OPENAI_BASE_URL", provider.openai_base_url()),
            ("OPENAI_API_KEY", "glpt_fake".to_owned()),
            ("OPENAI_MODEL", "gpt-5.5".to_owned()),
            (PACE_VARIABLE, "0".to_owned()),
        ]
        .map(|(name, value)| (name.into(), value.into())),
    );
    (provider, environment)
}

#[tokio::test]
async fn a_model_uses_the_tools_and_the_person_is_asked() {
    let (provider, environment) = with_model().await;
    let mut client = Client::ready(environment).await;
    let answer = client.turn("please [[write notes.txt hello\\nworld]] now", "once").await;
    assert_eq!(stop_reason(&answer), "end_turn");
    assert_eq!(client.file("notes.txt").unwrap(), "hello\nworld");
    assert_eq!(client.questions(), 1);
    assert!(client.said().contains("Done."), "{}", client.said());
    let used = client.updates("usage_update");
    assert!(used.last().unwrap()["used"].as_u64().unwrap() > 0);
    assert_eq!(provider.exchanges().len(), 2);

    client.turn("[[run echo hi > out.txt]]", "no").await;
    assert_eq!(client.file("out.txt"), None);
    assert!(client.said().contains("did not allow"), "{}", client.said());
    provider.stop().await;
}

#[tokio::test]
async fn the_tour_lets_the_model_speak() {
    let (provider, environment) = with_model().await;
    let mut client = Client::ready(environment).await;
    client.turn("Hello!", "once").await;
    let said = client.said();
    assert!(said.contains("scripted model"), "{said}");
    assert!(said.contains("Now the part that matters."));
    assert!(client.file("hello-gantline.md").is_some());
    provider.stop().await;
}

#[tokio::test]
async fn what_the_gateway_refuses_is_said_as_it_is() {
    let (provider, environment) = with_model().await;
    let mut client = Client::ready(environment).await;
    provider.fail_next(Fault::Status { status: 402, retry_after_s: None }, 1);
    let answer = client.turn("/model hi", "no").await;
    assert_eq!(answer["error"]["code"], -32603);
    assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
    provider.stop().await;
    let answer = client.turn("/model hi", "no").await;
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("the model cannot be reached"), "{message}");
}

#[tokio::test]
async fn cancelling_reaches_a_model_that_speaks() {
    let (provider, environment) = with_model().await;
    let mut client = Client::ready(environment).await;
    let id = client.prompt("/model [[slow 1000 20ms]]").await;
    while client.hear().await["method"] != "session/update" {}
    client.cancel().await;
    assert_eq!(stop_reason(&client.answer_to(id).await), "cancelled");
    provider.stop().await;
}

#[test]
fn the_environment_is_read_from_variables() {
    let read = |variables: &[(&str, &str)]| {
        Environment::from_variables(
            variables.iter().map(|(name, value)| ((*name).into(), (*value).into())),
        )
    };
    assert!(read(&[("OPENAI_BASE_URL", "http://x/v1")]).model_access.is_none());
    let both = read(&[("OPENAI_BASE_URL", "http://x/v1/"), ("OPENAI_API_KEY", "k")]);
    assert_eq!(both.model_access.unwrap().base_url, "http://x/v1");
    let empty = read(&[(STATE_VARIABLE, "")]);
    assert_eq!((empty.state_directory, empty.model.as_str()), (None, "scripted"));
}
