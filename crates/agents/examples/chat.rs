//! Starts an agent that is installed here, gives it one prompt, and says yes to everything it asks.
//!
//! ```text
//! cargo run -p sim --example provider                       # prints an address
//! cargo run -p agents --example chat -- claude http://127.0.0.1:PORT '[[write a.txt hi]]'
//! ```
//!
//! The agent works in the current directory. With `AGENTS_PREFIX` it is looked for there first.
//! Every update is printed as the JSON that a transcript holds.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use agents::acp::Limits;
use agents::{
    Agent, ChatLaunch, Detected, Event, Gateway, LaunchRequest, SearchPath, adapters, detect,
    hazard_in, start,
};
use conversation::update::{ChatState, Update};
use conversation::{Conversation, Effect, Fact, Outside, PermissionReply, Prompt, Setup};
use host::{SystemClock, SystemRng};
use model::permission::PermissionAnswer;
use model::turn::WhenBusy;
use model::{Clock, TurnId};
use policy::{Preset, SessionPolicy};
use processes::Marker;
use serde_json::json;

type Problem = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Problem> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, base_url, prompt] = arguments.as_slice() else {
        return Err("usage: chat <agent> <gateway> <prompt>".into());
    };
    let workspace = std::env::current_dir()?;
    let state_directory = workspace.with_extension("state");
    let gateway = Gateway {
        base_url: base_url.clone(),
        token: "glpt_example".to_owned().into(),
        providers: ["openai", "anthropic", "google"]
            .map(str::parse)
            .into_iter()
            .collect::<Result<_, _>>()?,
        model: std::env::var("AGENTS_MODEL").ok(),
    };
    let launch = find(name, &workspace, &state_directory, &gateway).await?;
    let setup = Setup {
        workspace: workspace.display().to_string(),
        policy: SessionPolicy::of_preset(Preset::Ask),
        profile: launch.profile.clone(),
        model: gateway.model.clone(),
        version: "0.0.0".to_owned(),
        continues: None,
    };
    Daemon::new(Conversation::new(setup), launch).converse(prompt).await
}

async fn find(
    name: &str,
    workspace: &Path,
    state_directory: &Path,
    gateway: &Gateway,
) -> Result<ChatLaunch, Problem> {
    let variables: Vec<_> = std::env::vars_os().collect();
    let prefix = std::env::var_os("AGENTS_PREFIX").map(PathBuf::from);
    let search = SearchPath::new(&variables, prefix.as_deref());
    let adapters = adapters::all();
    let is_wanted = |one: &Detected| one.agent.name.as_str() == name;
    let found = detect(&adapters, &search, &variables).await.into_iter().find(is_wanted);
    let found = found.ok_or("there is no such agent")?;
    println!("{}", serde_json::to_string(&found.agent)?);
    let request = LaunchRequest {
        found: found.chat.as_ref().ok_or("it cannot be used")?,
        search: &search,
        workspace,
        state_directory,
        gateway,
        variables: &variables,
    };
    let adapter = adapters.iter().find(|adapter| adapter.facts().name == found.agent.name);
    let adapter = adapter.ok_or("there is no such agent")?;
    if let Some(hazard) = hazard_in(adapter.as_ref(), workspace, &variables) {
        return Err(format!("{} is heeded before anybody is asked", hazard.display()).into());
    }
    Ok(adapter.chat(&request))
}

/// Carries out what a conversation asks for.
struct Daemon {
    chat: Conversation,
    launch: ChatLaunch,
    agent: Option<Agent>,
    clock: SystemClock,
    rng: SystemRng,
    is_over: bool,
}

impl Daemon {
    fn new(chat: Conversation, launch: ChatLaunch) -> Self {
        let (clock, rng) = (SystemClock::start(), SystemRng::default());
        Self { chat, launch, agent: None, clock, rng, is_over: false }
    }

    async fn converse(mut self, text: &str) -> Result<(), Problem> {
        self.chat.start();
        let turn = TurnId::new(self.clock.now(), &self.rng);
        let content = vec![json!({ "type": "text", "text": text })];
        let prompt = Prompt { turn, content, when_busy: WhenBusy::Queue, author: "you".to_owned() };
        let outside = Outside { clock: &self.clock, rng: &self.rng };
        self.chat.prompt(outside, prompt)?;
        while !self.chat.has_ended() {
            self.carry_out().await?;
            if self.is_over && self.chat.state() != ChatState::Running {
                self.chat.stop("done");
                self.carry_out().await?;
                continue;
            }
            self.listen().await;
        }
        self.carry_out().await
    }

    async fn carry_out(&mut self) -> Result<(), Problem> {
        while let Some(effect) = self.chat.poll_effect() {
            match effect {
                Effect::Launch => self.start(),
                Effect::Send(message) => {
                    if let Some(agent) = &self.agent {
                        agent.peer().send(message).await;
                    }
                }
                Effect::StopAgent => {
                    if let Some(mut agent) = self.agent.take() {
                        self.chat.agent_exited(&agent.stop().await);
                    }
                }
                Effect::KillAgent => {
                    if let Some(mut agent) = self.agent.take() {
                        self.chat.agent_exited(&agent.kill().await);
                    }
                }
                Effect::Append(entry) => self.show(&entry.update, &entry.json),
                Effect::Report(Fact::Asked { request, digest, .. }) => {
                    let (note, author) = (String::new(), "you".to_owned());
                    let answer = PermissionAnswer::AllowOnce;
                    let reply = PermissionReply { request, digest, answer, note, author };
                    let outside = Outside { clock: &self.clock, rng: &self.rng };
                    self.chat.answer(outside, reply)?;
                }
                Effect::Commit | Effect::Report(_) => {}
            }
        }
        Ok(())
    }

    fn start(&mut self) {
        let marker = Marker::new(format_args!("example-{}", std::process::id()));
        match start(&self.launch, &marker, Limits::default()) {
            Ok(agent) => {
                self.agent = Some(agent);
                self.chat.agent_started(self.clock.tick());
            }
            Err(error) => {
                let failure =
                    conversation::LaunchFailure { message: error.to_string(), hint: error.hint() };
                self.chat.launch_failed(&failure);
            }
        }
    }

    async fn listen(&mut self) {
        let Some(agent) = &mut self.agent else { return };
        let wait = self
            .chat
            .poll_timeout()
            .map_or(Duration::from_mins(1), |deadline| deadline.since(self.clock.tick()));
        match tokio::time::timeout(wait, agent.next()).await {
            Ok(Event::Message(message)) => {
                if std::env::var_os("AGENTS_RAW").is_some() {
                    println!("<- {}", message.line);
                }
                let outside = Outside { clock: &self.clock, rng: &self.rng };
                self.chat.receive(outside, &message.line);
            }
            Ok(Event::Exited(exit)) => {
                self.agent = None;
                self.chat.agent_exited(&exit);
            }
            Err(_) => self.chat.handle_timeout(self.clock.tick()),
        }
    }

    fn show(&mut self, update: &Update, json: &str) {
        println!("{json}");
        self.is_over |= matches!(update, Update::Turn(turn) if turn.state.is_final());
    }
}
