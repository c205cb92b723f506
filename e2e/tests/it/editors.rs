//! An editor → `gantline acp` → server ⇒ machine → agent, and back: what an ACP client of others
//! (`acpx`, pinned and installed by `cargo xtask ci agents`) gets done through us.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use e2e::binary::{gantline, in_repository};
use e2e::editor::{self, prompt};
use e2e::house::{Kind, TOKEN};
use e2e::patience::{PATIENCE, within};
use e2e::program::{Ended, Program};
use e2e::{House, Machine, Person, Setup};
use model::permission::PermissionAnswer;
use model::turn::TurnState;
use rustix::process::Signal;
use serde_json::{Value, json};

/// An editor that speaks with a house.
struct Editor<'a> {
    house: &'a House,
    acpx: PathBuf,
    /// Starts our agent as an editor does: a command without a shell around it.
    agent: PathBuf,
}

impl<'a> Editor<'a> {
    fn of(house: &'a House) -> Result<Self> {
        let acpx = in_repository(".cache/agents/node_modules/.bin/acpx").canonicalize();
        let acpx = acpx.context("acpx is not installed; run: cargo xtask ci agents")?;
        let lines = format!(
            "GANTLINE_SERVER=http://{} GANTLINE_TOKEN={TOKEN} exec '{}' acp --agent demo",
            house.address(),
            gantline()?.display()
        );
        let agent = house.place().program("agent", &lines)?;
        Ok(Self { house, acpx, agent })
    }

    /// Starts it with one prompt. Every message of both sides is a line of what it says.
    fn start(&self, rule: &str, prompt: &str) -> Result<Program> {
        let agent = self.agent.display().to_string();
        let line = ["--agent", &agent, rule, "--format", "json", "exec", prompt];
        Program::start("acpx", self.house.place().command(&self.acpx, &line, &[])?)
    }

    async fn run(&self, rule: &str, prompt: &str) -> Result<Ended> {
        self.start(rule, prompt)?.ended().await
    }
}

/// Messages of both sides, in order.
fn messages(lines: &[String]) -> Vec<Value> {
    lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// What the agent says, in one piece.
fn said(lines: &[String]) -> String {
    let updates = messages(lines);
    let chunks = updates.iter().filter_map(|message| {
        let update = &message["params"]["update"];
        let is_said = update["sessionUpdate"] == "agent_message_chunk";
        is_said.then(|| update["content"]["text"].as_str())?
    });
    chunks.collect()
}

fn stop_reason(lines: &[String]) -> Option<String> {
    let reason = |message: &Value| message["result"]["stopReason"].as_str().map(str::to_owned);
    messages(lines).iter().rev().find_map(reason)
}

#[tokio::test]
async fn an_editor_allows_and_the_agent_writes() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let editor = Editor::of(&house)?;
    let ended = editor.run("--approve-all", "/write notes.txt hello from the editor").await?;
    assert!(ended.status.success(), "{}", ended.text());
    assert_eq!(house.file("notes.txt").context("the file is there")?, "hello from the editor");
    assert_eq!(stop_reason(&ended.said).as_deref(), Some("end_turn"));
    let asked = messages(&ended.said)
        .into_iter()
        .find(|message| message["method"] == "session/request_permission")
        .context("the editor is asked")?;
    assert_eq!(asked["params"]["toolCall"]["content"][0]["newText"], "hello from the editor");
    assert!(said(&ended.said).contains("Wrote notes.txt"), "{}", ended.text());
    Ok(())
}

#[tokio::test]
async fn an_editor_denies_and_nothing_is_written() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let ended = Editor::of(&house)?.run("--deny-all", "/write notes.txt hello").await?;
    assert_eq!(house.file("notes.txt"), None);
    assert!(said(&ended.said).contains("not allowed"), "{}", ended.text());
    assert_eq!(stop_reason(&ended.said).as_deref(), Some("end_turn"));
    Ok(())
}

#[tokio::test]
async fn an_editor_stops_a_turn() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut acpx = Editor::of(&house)?.start("--approve-all", "/slow 10000 20ms")?;
    acpx.said("wait until it speaks", |line| line.contains("agent_message_chunk").then_some(()))
        .await?;
    acpx.signal(Signal::INT)?;
    acpx.ended().await?;
    let person = house.person()?;
    let turn = the_only_turn(&person, "wait until the turn is stopped").await?;
    assert_eq!(turn, TurnState::Cancelled);
    Ok(())
}

/// The server goes away in the middle of a turn and comes back; the editor hears every word
/// once, and of nothing else.
#[tokio::test]
async fn an_editor_does_not_notice_that_the_server_was_away() -> Result<()> {
    let mut house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let _machine = Machine::enrol(&house, house.address()).await?;
    house.person()?.machine().await?;
    let mut acpx = Editor::of(&house)?.start("--approve-all", "/slow 150 20ms")?;
    acpx.said("wait until it speaks", |line| line.contains("agent_message_chunk").then_some(()))
        .await?;
    house.kill().await?;
    house.start().await?;
    let ended = acpx.ended().await?;
    assert!(ended.status.success(), "{}", ended.text());
    let expected: Vec<String> = (1..=150).map(|number| number.to_string()).collect();
    assert_eq!(said(&ended.said).trim_end(), expected.join(" "));
    assert_eq!(stop_reason(&ended.said).as_deref(), Some("end_turn"));
    Ok(())
}

/// What was said in a session is told again to an editor that loads it, and not to one that resumes.
#[tokio::test]
async fn an_editor_comes_back_to_a_session() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut first = editor::Editor::start(&house, TOKEN).await?;
    let session = first.session().await?;
    let ended = first.ask("session/prompt", prompt(&session, "/say hello there")).await?;
    assert_eq!(ended["result"]["stopReason"], "end_turn", "{ended}");
    assert_eq!(first.pieces("agent_message_chunk").trim(), "hello there");
    assert_eq!(first.pieces("user_message_chunk"), "", "it shows itself what it has sent");
    drop(first);

    let mut second = editor::Editor::start(&house, TOKEN).await?;
    let listed = second.ask("session/list", json!({})).await?;
    assert_eq!(listed["result"]["sessions"][0]["sessionId"], session.as_str(), "{listed}");
    let params = json!({ "sessionId": session, "cwd": "/somewhere/else", "mcpServers": [] });
    let loaded = second.ask("session/load", params.clone()).await?;
    assert_eq!(loaded["result"]["modes"]["currentModeId"], "ask", "{loaded}");
    assert_eq!(second.pieces("agent_message_chunk").trim(), "hello there");
    assert_eq!(second.pieces("user_message_chunk"), "/say hello there");

    let mut third = editor::Editor::start(&house, TOKEN).await?;
    let resumed = third.ask("session/resume", params).await?;
    assert!(resumed.get("error").is_none(), "{resumed}");
    assert_eq!(third.pieces("agent_message_chunk"), "");
    let mode = json!({ "sessionId": session, "modeId": "plan" });
    let set = third.ask("session/set_mode", mode).await?;
    assert!(set.get("error").is_none(), "{set}");
    let is_told = |message: &Value| message["params"]["update"]["currentModeId"] == "plan";
    second.until("wait until the other editor hears of the mode", is_told).await?;
    let option =
        json!({ "sessionId": session, "configId": "fast", "type": "boolean", "value": true });
    let set = third.ask("session/set_config_option", option).await?;
    let options = set["result"]["configOptions"].as_array().context("all options are told")?;
    let fast = options.iter().find(|option| option["id"] == "fast").context("it is there")?;
    assert_eq!(fast["currentValue"], true);
    Ok(())
}

/// The first answer counts: an editor whose question somebody else has answered is told so.
#[tokio::test]
async fn somebody_else_answers_before_the_editor() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut editor = editor::Editor::start(&house, TOKEN).await?;
    let session = editor.session().await?;
    let turn = editor.send("session/prompt", prompt(&session, "/write notes.txt hello")).await?;
    let is_question = |message: &Value| message["method"] == "session/request_permission";
    let question = editor.until("wait for the question", is_question).await?;
    let person = house.person()?;
    let mut chat = person.follow(session.parse()?).await?;
    let asked = chat.question().await?;
    chat.answer(&asked, PermissionAnswer::AllowOnce, None).await?;
    let is_over = |message: &Value| message["method"] == "$/cancel_request";
    let over = editor.until("wait until the question is over", is_over).await?;
    assert_eq!(over["params"]["requestId"], question["id"]);
    let late = json!({ "outcome": { "outcome": "selected", "optionId": "deny" } });
    editor
        .say(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": late }).to_string())
        .await?;
    let ended = editor.answer(turn).await?;
    assert_eq!(ended["result"]["stopReason"], "end_turn", "{ended}");
    assert_eq!(house.file("notes.txt").as_deref(), Some("hello"));
    Ok(())
}

/// What makes no sense is answered with an error that says so, and everything goes on.
#[tokio::test]
async fn an_editor_that_makes_no_sense_is_told_so() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut editor = editor::Editor::start(&house, TOKEN).await?;
    let nowhere = "01a1fdc0-b442-7124-8adb-a85c5572cec5";
    let session = editor.session().await?;
    let asked = [
        ("session/nonsense", json!({}), -32601),
        ("session/prompt", json!({}), -32602),
        ("session/prompt", prompt(nowhere, "hello"), -32002),
        ("session/load", json!({ "sessionId": nowhere, "cwd": "/", "mcpServers": [] }), -32002),
        ("session/prompt", json!({ "sessionId": session, "prompt": [] }), -32602),
        ("session/prompt", prompt(&session, "/error -32603 it is broken"), -32603),
    ];
    for (method, params, code) in asked {
        let answer = editor.ask(method, params).await?;
        assert_eq!(answer["error"]["code"], code, "{method}: {answer}");
    }
    for line in ["{", "[]", "nonsense"] {
        editor.say(line).await?;
        editor.until("wait for the refusal", |message| message["error"]["code"] == -32700).await?;
    }
    let ended = editor.ask("session/prompt", prompt(&session, "/say still here")).await?;
    assert_eq!(ended["result"]["stopReason"], "end_turn");
    let mut stranger = editor::Editor::start(&house, "not-a-token").await?;
    let params = json!({ "cwd": "/", "mcpServers": [] });
    let refused = stranger.ask("session/new", params).await?;
    assert_eq!(refused["error"]["code"], -32000, "{refused}");
    let message = refused["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("gantline login"), "{refused}");
    let refused = stranger.ask("authenticate", json!({ "methodId": "gantline-login" })).await?;
    assert_eq!(refused["error"]["code"], -32000, "{refused}");
    Ok(())
}

/// How the only turn of the only session has ended.
async fn the_only_turn(person: &Person, what: &str) -> Result<TurnState> {
    let mut live = person.client.live();
    within(PATIENCE, what, async {
        loop {
            let sessions = person.client.sessions(&client::SessionFilter::default()).await?;
            let [session] = sessions.sessions.as_slice() else {
                ensure!(sessions.sessions.is_empty(), "{sessions:?}");
                continue;
            };
            let turns = person.client.turns(session.session_id).await?;
            if let Some(turn) = turns.first().filter(|turn| turn.state.is_final()) {
                return Ok(turn.state);
            }
            live.next().await?;
        }
    })
    .await
}
