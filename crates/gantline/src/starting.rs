//! Where a chat or a terminal is to run, and with what.

use std::time::Duration;

use client::Client;
use contract::machines::MachineView;
use contract::sessions::{CreateSession, SessionView};
use model::session::SessionKind;

use crate::exit::{Meaning, Refusal};
use crate::lookup::{self, MachineOption};
use crate::words::Words;

/// The agent of the demonstration. It exists only where it is wanted.
const DEMO: &str = "demo";

/// How long a machine may take to look for its agents.
const AGENTS_WITHIN: Duration = Duration::from_secs(15);

/// How often to ask whether it has.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Where a chat is to run, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Session")]
pub(crate) struct ChatOptions {
    #[command(flatten)]
    pub machine: MachineOption,

    /// Agent, such as `claude` or `codex` [default: the first that is installed on the machine].
    #[arg(long, value_name = "NAME")]
    pub agent: Option<String>,

    /// Directory on the machine [default: the current one, where this computer is the machine and
    /// allows sessions there; else the machine's first workspace].
    #[arg(long, value_name = "DIRECTORY")]
    pub cwd: Option<String>,

    /// Model, by the agent's name for it [default: the agent's own].
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,

    /// What needs no question: `safe-readonly`, `ask`, `dev-default` or `full-auto`
    /// [default: `ask`].
    #[arg(long, value_name = "PRESET")]
    pub permission_preset: Option<String>,
}

/// Starts a chat.
pub(crate) async fn start_chat(
    client: &Client,
    machine: &MachineView,
    options: &ChatOptions,
    title: Option<String>,
    words: &dyn Words,
) -> anyhow::Result<SessionView> {
    let machine = &described(client, machine).await?;
    let agent = match &options.agent {
        Some(agent) => agent.clone(),
        None => default_agent(machine, words)?,
    };
    let body = CreateSession {
        agent_name: Some(agent),
        model: options.model.clone(),
        permission_preset: preset(options.permission_preset.as_deref())?,
        title,
        ..body(machine, SessionKind::Chat, options.cwd.as_deref(), words)?
    };
    Ok(client.session_create(&body).await?)
}

/// A session on a machine, in the directory that is meant.
pub(crate) fn body(
    machine: &MachineView,
    kind: SessionKind,
    cwd: Option<&str>,
    words: &dyn Words,
) -> anyhow::Result<CreateSession> {
    Ok(CreateSession {
        machine_id: machine.machine_id,
        kind,
        agent_name: None,
        project_path: directory(machine, cwd, words)?,
        model: None,
        permission_preset: None,
        title: None,
        columns: None,
        rows: None,
    })
}

/// Reads a preset. The type is the contract's.
fn preset<P: std::str::FromStr<Err: std::fmt::Display>>(
    text: Option<&str>,
) -> Result<Option<P>, Refusal> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|error| Refusal::new(Meaning::Usage, format!("{error}")))
}

/// The machine as it is when it has said which agents it has. One that has just started has not
/// looked for them yet, and nothing can be started on it.
pub(crate) async fn described(
    client: &Client,
    machine: &MachineView,
) -> anyhow::Result<MachineView> {
    let found = async {
        let mut machine = machine.clone();
        while machine.agents.is_empty() {
            tokio::time::sleep(LOOK_AGAIN).await;
            machine = client.machine(machine.machine_id).await?;
        }
        Ok(machine)
    };
    tokio::time::timeout(AGENTS_WITHIN, found).await.unwrap_or_else(|_| Ok(machine.clone()))
}

/// The agent that is meant where none is named.
pub(crate) fn default_agent(machine: &MachineView, words: &dyn Words) -> anyhow::Result<String> {
    let usable = || machine.agents.iter().filter(|agent| agent.usable() && agent.chat);
    let demo = usable().find(|agent| agent.name.as_str() == DEMO);
    if let Some(agent) = demo.or_else(|| usable().next()) {
        return Ok(agent.name.to_string());
    }
    let install: Vec<String> = machine
        .agents
        .iter()
        .filter_map(|agent| Some(format!("{}: {}", agent.name, agent.install.as_ref()?)))
        .collect();
    let refusal = Refusal::new(Meaning::Failed, words.no_agent(&machine.machine_name));
    if install.is_empty() {
        return Err(refusal.into());
    }
    Err(refusal.with_hint(words.hint_install_agent(&install.join("; "))).into())
}

/// The directory that is meant: the one that was named, or the current one where that makes sense.
fn directory(
    machine: &MachineView,
    cwd: Option<&str>,
    words: &dyn Words,
) -> Result<Option<String>, Refusal> {
    let here = || {
        let is_here = host::facts::facts().hostname == machine.hostname;
        let current = std::env::current_dir().ok().filter(|_| is_here);
        current.and_then(|path| path.into_os_string().into_string().ok())
    };
    match cwd {
        Some(cwd) if is_absolute(cwd, &machine.os_type) => Ok(Some(cwd.to_owned())),
        Some(cwd) => match here() {
            Some(current) => Ok(Some(joined(&current, cwd))),
            None => Err(Refusal::new(Meaning::Usage, words.relative_directory(cwd))),
        },
        None => Ok(here().filter(|current| is_within(current, &machine.workspaces))),
    }
}

fn joined(current: &str, relative: &str) -> String {
    std::path::Path::new(current).join(relative).display().to_string()
}

/// Whether a directory is one of the workspaces or below one.
fn is_within(directory: &str, workspaces: &[String]) -> bool {
    let directory = std::path::Path::new(directory);
    workspaces.iter().any(|workspace| directory.starts_with(workspace))
}

fn is_absolute(path: &str, os_type: &str) -> bool {
    let has_drive = path.as_bytes().get(1) == Some(&b':') || path.starts_with(r"\\");
    path.starts_with('/') || (os_type == "windows" && has_drive)
}

/// The chat that goes on under this name; `None` if there is none.
pub(crate) async fn running_chat(
    client: &Client,
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<Option<SessionView>> {
    if name.parse::<model::SessionId>().is_ok() {
        let session = lookup::session(client, name, words).await?;
        return Ok(Some(session));
    }
    let mut found = lookup::sessions_named(client, name).await?;
    found.retain(|session| session.kind == SessionKind::Chat && !session.status.is_final());
    match found.len() {
        0 => Ok(None),
        1 => Ok(found.pop()),
        _ => {
            let ids: Vec<String> =
                found.iter().map(|session| lookup::short(&session.session_id)).collect();
            let refusal = Refusal::new(Meaning::Usage, words.several_sessions(name));
            Err(refusal.with_hint(words.hint_choose_session(&ids.join(", "))).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_compared_part_by_part() {
        let workspaces = ["/home/ana/src".to_owned()];
        assert!(is_within("/home/ana/src", &workspaces));
        assert!(is_within("/home/ana/src/app", &workspaces));
        assert!(!is_within("/home/ana/src2", &workspaces));
        assert!(!is_within("/home/ana", &workspaces));
    }

    #[test]
    fn what_is_absolute_depends_on_the_machine() {
        assert!(is_absolute("/srv", "linux") && is_absolute(r"C:\src", "windows"));
        assert!(!is_absolute(r"C:\src", "linux") && !is_absolute("src", "windows"));
    }
}
