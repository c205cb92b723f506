//! An editor that says exactly what a test wants it to say to `gantline acp`.

use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::House;
use crate::patience::{PATIENCE, within};

/// An editor. Its agent is killed when it is dropped.
pub struct Editor {
    /// Everything that the agent said besides its answers, in order.
    pub heard: Vec<Value>,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    requests: u64,
    _agent: Child,
}

impl Editor {
    /// Starts the agent with a token, and shakes hands with it.
    pub async fn start(house: &House, token: &str) -> Result<Self> {
        let mut command = house.place().gantline(&["acp", "--agent", "demo"], &[])?;
        let server = format!("http://{}", house.address());
        command.env("GANTLINE_SERVER", server).env("GANTLINE_TOKEN", token);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut agent = command.spawn().context("start gantline acp")?;
        let input = agent.stdin.take().context("its input is piped")?;
        let output = agent.stdout.take().context("its output is piped")?;
        let output = BufReader::new(output).lines();
        let mut editor = Self { heard: Vec::new(), input, output, requests: 0, _agent: agent };
        let hello = json!({ "protocolVersion": 1, "clientCapabilities": {} });
        let answer = editor.ask("initialize", hello).await?;
        ensure!(answer["result"]["protocolVersion"] == 1, "{answer}");
        Ok(editor)
    }

    /// Asks, and waits for the answer.
    pub async fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        let id = self.send(method, params).await?;
        self.answer(id).await
    }

    /// Asks, and does not wait.
    pub async fn send(&mut self, method: &str, params: Value) -> Result<u64> {
        self.requests += 1;
        let id = self.requests;
        self.say(
            &json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string(),
        )
        .await?;
        Ok(id)
    }

    /// Says something that is not a request.
    pub async fn say(&mut self, line: &str) -> Result<()> {
        Ok(self.input.write_all(format!("{line}\n").as_bytes()).await?)
    }

    /// Waits for the answer to a request.
    pub async fn answer(&mut self, id: u64) -> Result<Value> {
        self.until(&format!("wait for the answer to request {id}"), |message| {
            message["id"] == id && message.get("method").is_none()
        })
        .await
    }

    /// Waits for a message; those that come before it are kept.
    pub async fn until(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
        within(PATIENCE, what, async {
            loop {
                let Some(line) = self.output.next_line().await? else {
                    bail!("the agent has ended");
                };
                let message: Value = serde_json::from_str(&line)
                    .with_context(|| format!("this is no message: {line}"))?;
                if is_it(&message) {
                    return Ok(message);
                }
                self.heard.push(message);
            }
        })
        .await
    }

    /// Starts a session, and answers its name.
    pub async fn session(&mut self) -> Result<String> {
        let params = json!({ "cwd": "/somewhere/else", "mcpServers": [] });
        let answer = self.ask("session/new", params).await?;
        let session = answer["result"]["sessionId"].as_str();
        session.map(str::to_owned).with_context(|| format!("no session: {answer}"))
    }

    /// What was said in a session, one kind of pieces put together.
    pub fn pieces(&self, kind: &str) -> String {
        let updates = self.heard.iter().map(|message| &message["params"]["update"]);
        let pieces = updates.filter(|update| update["sessionUpdate"] == kind);
        pieces.filter_map(|update| update["content"]["text"].as_str()).collect()
    }
}

/// A prompt of one text.
pub fn prompt(session: &str, text: &str) -> Value {
    json!({ "sessionId": session, "prompt": [{ "type": "text", "text": text }] })
}
