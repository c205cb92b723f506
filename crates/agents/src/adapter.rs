//! What is known of one agent.

use model::agent::AgentName;

use crate::hazard::Hazard;
use crate::{ChatLaunch, Found, History, Launch, LaunchRequest};

/// What is known of one agent before anything is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Short name.
    pub name: AgentName,
    /// Name for people.
    pub title: String,
    /// Programs that speak ACP, the preferred one first.
    pub chat: Vec<String>,
    /// The program with a terminal interface of its own, if there is one.
    pub terminal: Option<String>,
    /// Programs that must be there as well.
    pub needs: Vec<String>,
    /// The oldest major version of Node.js with which it runs, where it runs on that.
    pub node: Option<u32>,
    /// The command that installs what a chat needs; empty where there is none.
    pub install: String,
    /// Whether it can ask a person before it acts.
    pub asks: bool,
}

/// Knows one agent: what it is called, how it is started, and what is peculiar about it. Nobody
/// else does.
pub trait Adapter: Send + Sync {
    /// What is known of it before anything is looked up.
    fn facts(&self) -> Facts;

    /// How it is started to speak ACP.
    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch;

    /// What in a project it heeds before anybody is asked, and cannot be told to leave alone.
    fn hazards(&self) -> Vec<Hazard> {
        Vec::new()
    }

    /// Variables with which it can be sent elsewhere for what it keeps in the user's home and cannot
    /// be without: where it may write in the state directory only, they point into that.
    fn keeps_at(&self) -> &'static [&'static str] {
        &[]
    }

    /// How it keeps what is said with it; `None` where that is not known, or of no use to it.
    fn history(&self) -> Option<History> {
        None
    }

    /// How its own terminal interface is started; `None` where it has none.
    fn terminal(&self, _request: &LaunchRequest<'_>) -> Option<Launch> {
        None
    }
}

impl Facts {
    /// An agent on which nothing is peculiar.
    pub(crate) fn new(name: &'static str, title: &str, chat: &str, install: &str) -> Self {
        Self {
            name: AgentName::known(name),
            title: title.to_owned(),
            chat: vec![chat.to_owned()],
            terminal: None,
            needs: Vec::new(),
            node: None,
            install: install.to_owned(),
            asks: true,
        }
    }

    /// Adds a program that speaks ACP as well.
    pub(crate) fn or(mut self, chat: &str) -> Self {
        self.chat.push(chat.to_owned());
        self
    }

    /// Names the program with a terminal interface.
    pub(crate) fn with_terminal(mut self, program: &str) -> Self {
        self.terminal = Some(program.to_owned());
        self
    }

    /// Names the oldest Node.js with which it runs.
    pub(crate) const fn on_node(mut self, major: u32) -> Self {
        self.node = Some(major);
        self
    }
}

/// Whether a found program belongs to this npm package.
pub(crate) fn is_of(found: &Found, package: &str) -> bool {
    found.package.as_ref().is_some_and(|known| known.name == package)
}
