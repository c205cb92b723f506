//! The methods of the protocol.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use agent_client_protocol_schema::ProtocolVersion;
use agent_client_protocol_schema::v1::{
    AgentCapabilities, Implementation, InitializeResponse, ListSessionsResponse,
    LoadSessionResponse, NewSessionResponse, PromptCapabilities, ResumeSessionResponse,
    SessionCapabilities, SessionInfo, SessionListCapabilities, SessionResumeCapabilities,
    SessionUpdate, SetSessionConfigOptionResponse, SetSessionModeResponse,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::client::{Client, client, write_lines};
use super::directive;
use super::history::{History, Who, fresh_name};
use super::session::{Mode, Session};
use super::turn::{Stop, Turn, chunk};
use super::{Ending, Environment, offer, script, tour};

const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const INVALID_REQUEST: i64 = -32600;
const NOT_FOUND: i64 = -32002;
const INTERNAL: i64 = -32603;

/// The agent with its sessions.
struct Agent {
    client: Client,
    environment: Arc<Environment>,
    sessions: HashMap<String, Arc<Session>>,
    turns: JoinSet<()>,
    crash: mpsc::Sender<u8>,
}

/// Why a request was refused.
struct Refusal {
    code: i64,
    message: String,
}

pub(super) async fn serve(
    input: impl AsyncRead + Send + Unpin + 'static,
    output: impl AsyncWrite + Send + Unpin + 'static,
    environment: Environment,
) -> Ending {
    let (client, to_write) = client();
    let writer = write_lines(output, to_write);
    let listener = listen(input, client, Arc::new(environment));
    // The writer ends when nobody speaks any more, which is when the listener and all turns have
    // ended; a crash waits for nobody.
    tokio::pin!(writer, listener);
    tokio::select! {
        ending = &mut listener => {
            if ending == Ending::InputClosed {
                writer.await;
            }
            ending
        }
        // Nobody reads what is written; the input still says when to end.
        () = &mut writer => listener.await,
    }
}

async fn listen(
    input: impl AsyncRead + Send + Unpin + 'static,
    client: Client,
    environment: Arc<Environment>,
) -> Ending {
    let (crash, mut crashed) = mpsc::channel(1);
    let sessions = HashMap::new();
    let mut agent = Agent { client, environment, sessions, turns: JoinSet::new(), crash };
    let mut lines = BufReader::new(input).lines();
    loop {
        tokio::select! {
            // Somebody wants it to crash.
            Some(status) = crashed.recv() => return Ending::Crash(status),
            line = lines.next_line() => match line {
                Ok(Some(line)) => agent.hear(&line).await,
                // The end of the input, or an input that cannot be read.
                Ok(None) | Err(_) => break,
            },
            // A turn has ended; its answer is written.
            Some(_) = agent.turns.join_next() => {}
        }
    }
    agent.turns.shutdown().await;
    Ending::InputClosed
}

impl Agent {
    async fn hear(&mut self, line: &str) {
        let Ok(message) = serde_json::from_str::<Value>(line) else { return };
        let (id, params) = (&message["id"], &message["params"]);
        let Some(method) = message["method"].as_str() else {
            if let Some(id) = id.as_u64() {
                self.client.answered(id, message);
            }
            return;
        };
        if id.is_null() {
            if let (Some(session), "session/cancel") = (self.session(params), method) {
                session.cancel();
            }
            return;
        }
        if let Err(refusal) = self.answer(id, method, params).await {
            self.client.refuse(id, refusal.code, &refusal.message).await;
        }
    }

    async fn answer(&mut self, id: &Value, method: &str, params: &Value) -> Result<(), Refusal> {
        match method {
            "initialize" => self.client.answer(id, &self.introduce()).await,
            "authenticate" => self.client.answer(id, &json!({})).await,
            "session/new" => self.open(id, params).await?,
            "session/load" => self.load(id, params).await?,
            "session/resume" => self.resume(id, params).await?,
            "session/list" => self.client.answer(id, &self.list()).await,
            "session/prompt" => self.prompt(id, params)?,
            "session/set_mode" => self.set_mode(id, params).await?,
            "session/set_config_option" => self.set_option(id, params).await?,
            _ => {
                let message = format!("{method} is not offered");
                return Err(Refusal { code: METHOD_NOT_FOUND, message });
            }
        }
        Ok(())
    }

    fn introduce(&self) -> InitializeResponse {
        let remembers = self.environment.state_directory.is_some();
        let sessions = SessionCapabilities::new().list(SessionListCapabilities::new());
        let sessions =
            if remembers { sessions.resume(SessionResumeCapabilities::new()) } else { sessions };
        let capabilities = AgentCapabilities::new()
            .load_session(remembers)
            .prompt_capabilities(PromptCapabilities::new().image(true).embedded_context(true))
            .session_capabilities(sessions);
        let info = Implementation::new("gantline-demo-agent", env!("CARGO_PKG_VERSION"))
            .title("Demo agent".to_owned());
        InitializeResponse::new(ProtocolVersion::V1)
            .agent_capabilities(capabilities)
            .agent_info(info)
    }

    async fn open(&mut self, id: &Value, params: &Value) -> Result<(), Refusal> {
        let cwd = cwd(params)?;
        let directory = self.environment.state_directory.clone();
        let name = fresh_name(directory.as_deref(), self.sessions.len());
        let history = History::begin(directory.as_deref(), &name).map_err(|error| Refusal {
            code: INTERNAL,
            message: format!("the history cannot be kept: {error}"),
        })?;
        let session = self.keep(&name, cwd, history);
        let settings = session.settings();
        let answer = NewSessionResponse::new(session.id.clone())
            .modes(offer::modes(&settings))
            .config_options(offer::options(&settings, &self.environment.model));
        self.client.answer(id, &answer).await;
        self.client.update(&session.id, offer::commands()).await;
        Ok(())
    }

    async fn load(&mut self, id: &Value, params: &Value) -> Result<(), Refusal> {
        let session = self.take_up(params)?;
        let entries = session.history().entries.clone();
        for entry in entries {
            let chunk = chunk(&entry.text);
            let update = match entry.who {
                Who::Person => SessionUpdate::UserMessageChunk(chunk),
                Who::Agent => SessionUpdate::AgentMessageChunk(chunk),
            };
            self.client.update(&session.id, update).await;
        }
        let settings = session.settings();
        let answer = LoadSessionResponse::new()
            .modes(offer::modes(&settings))
            .config_options(offer::options(&settings, &self.environment.model));
        self.client.answer(id, &answer).await;
        self.client.update(&session.id, offer::commands()).await;
        Ok(())
    }

    async fn resume(&mut self, id: &Value, params: &Value) -> Result<(), Refusal> {
        let session = self.take_up(params)?;
        let settings = session.settings();
        let answer = ResumeSessionResponse::new()
            .modes(offer::modes(&settings))
            .config_options(offer::options(&settings, &self.environment.model));
        self.client.answer(id, &answer).await;
        self.client.update(&session.id, offer::commands()).await;
        Ok(())
    }

    fn take_up(&mut self, params: &Value) -> Result<Arc<Session>, Refusal> {
        let cwd = cwd(params)?;
        let name = params["sessionId"].as_str().unwrap_or_default();
        let directory = self.environment.state_directory.clone();
        let history = History::recall(directory.as_deref(), name).ok_or_else(no_session)?;
        Ok(self.keep(name, cwd, history))
    }

    fn keep(&mut self, name: &str, cwd: PathBuf, history: History) -> Arc<Session> {
        let session = Arc::new(Session::new(name, cwd, self.environment.clone(), history));
        self.sessions.insert(name.to_owned(), session.clone());
        session
    }

    fn list(&self) -> ListSessionsResponse {
        let info = |session: &Arc<Session>| SessionInfo::new(session.id.clone(), &session.cwd);
        ListSessionsResponse::new(self.sessions.values().map(info).collect())
    }

    fn prompt(&mut self, id: &Value, params: &Value) -> Result<(), Refusal> {
        let session = self.session(params).ok_or_else(no_session)?;
        let busy = || Refusal { code: INVALID_REQUEST, message: "a turn runs already".to_owned() };
        let cancelled = session.begin_turn().ok_or_else(busy)?;
        let turn = Turn::new(self.client.clone(), session, cancelled);
        let (id, prompt, crash) = (id.clone(), text_of(&params["prompt"]), self.crash.clone());
        self.turns.spawn(async move { run(turn, &id, &prompt, crash).await });
        Ok(())
    }

    async fn set_mode(&mut self, id: &Value, params: &Value) -> Result<(), Refusal> {
        let session = self.session(params).ok_or_else(no_session)?;
        let mode = params["modeId"].as_str().and_then(Mode::named);
        let mode = mode.ok_or_else(|| invalid("there is no such mode"))?;
        session.set(|settings| settings.mode = mode);
        self.client.answer(id, &SetSessionModeResponse::new()).await;
        Ok(())
    }

    async fn set_option(&mut self, id: &Value, params: &Value) -> Result<(), Refusal> {
        let session = self.session(params).ok_or_else(no_session)?;
        match (params["configId"].as_str(), &params["value"]) {
            (Some(offer::MODEL), Value::String(model)) => {
                session.set(|settings| settings.model.clone_from(model));
            }
            (Some(offer::FAST), Value::Bool(fast)) => session.set(|settings| settings.fast = *fast),
            _ => return Err(invalid("there is no such option")),
        }
        let options = offer::options(&session.settings(), &self.environment.model);
        self.client.answer(id, &SetSessionConfigOptionResponse::new(options)).await;
        Ok(())
    }

    fn session(&self, params: &Value) -> Option<Arc<Session>> {
        self.sessions.get(params["sessionId"].as_str()?).cloned()
    }
}

/// Runs a turn and answers the prompt.
async fn run(turn: Turn, id: &Value, prompt: &str, crash: mpsc::Sender<u8>) {
    let outcome = carry_out(&turn, prompt).await;
    let mut history = Vec::from([(Who::Person, prompt.to_owned())]);
    history.push((Who::Agent, turn.said()));
    for (who, text) in history {
        if let Err(error) = turn.session.history().add(who, &text) {
            tracing::warn!(%error, "the history cannot be kept");
        }
    }
    turn.session.end_turn();
    match outcome {
        Ok(()) => turn.client.answer(id, &json!({ "stopReason": "end_turn" })).await,
        Err(Stop::Cancelled) => turn.client.answer(id, &json!({ "stopReason": "cancelled" })).await,
        Err(Stop::Reason(reason)) => turn.client.answer(id, &json!({ "stopReason": reason })).await,
        Err(Stop::Error { code, message }) => turn.client.refuse(id, code, &message).await,
        // One crash is enough.
        Err(Stop::Crash(status)) => drop(crash.try_send(status)),
    }
}

async fn carry_out(turn: &Turn, prompt: &str) -> Result<(), Stop> {
    let directives = directive::read_all(prompt);
    if directives.is_empty() {
        return tour::guide(turn, prompt).await;
    }
    for directive in &directives {
        script::follow(turn, directive).await?;
    }
    Ok(())
}

/// The text of a prompt; what is not text is named.
fn text_of(blocks: &Value) -> String {
    let texts = blocks.as_array().into_iter().flatten().map(|block| {
        let resource = &block["resource"];
        match block["type"].as_str().unwrap_or_default() {
            "text" => block["text"].as_str().unwrap_or_default().to_owned(),
            "resource_link" => format!("[{}]", block["uri"].as_str().unwrap_or_default()),
            "resource" => format!("[{}]", resource["uri"].as_str().unwrap_or_default()),
            kind => format!("[{kind}]"),
        }
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn cwd(params: &Value) -> Result<PathBuf, Refusal> {
    let cwd = PathBuf::from(params["cwd"].as_str().unwrap_or_default());
    if cwd.is_absolute() && cwd.is_dir() {
        Ok(cwd)
    } else {
        Err(invalid("cwd must be an absolute path of a directory"))
    }
}

fn no_session() -> Refusal {
    Refusal { code: NOT_FOUND, message: "there is no such session".to_owned() }
}

fn invalid(message: &str) -> Refusal {
    Refusal { code: INVALID_PARAMS, message: message.to_owned() }
}
