//! Where a chat or a terminal is to run, and with what.

use std::time::Duration;

use client::{Client, SessionFilter};
use contract::PolicyOptions;
use contract::machines::MachineView;
use contract::policy::{ExplainPolicy, PolicyView};
use contract::sessions::{CreateSession, SessionView};
use model::session::SessionKind;

use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::lookup::{self, MachineOption};
use crate::policy_flags::PolicyFlags;
use crate::prompting::PromptOptions;
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
    #[arg(long, short, value_name = "NAME")]
    pub agent: Option<String>,

    /// Directory on the machine [default: the current one, where this computer is the machine and
    /// allows sessions there; else the machine's first workspace].
    #[arg(long, short = 'C', value_name = "DIRECTORY")]
    pub cwd: Option<String>,

    /// Model, by the agent's name for it [default: the agent's own].
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,

    #[command(flatten)]
    pub policy: PolicyFlags,
}

/// Starts a chat.
pub(crate) async fn start_chat(
    client: &Client,
    machine: &MachineView,
    options: &PromptOptions,
    words: &dyn Words,
) -> anyhow::Result<SessionView> {
    let machine = &described(client, machine).await?;
    let chat = &options.chat;
    let agent = match &chat.agent {
        Some(agent) => agent.clone(),
        None => default_agent(machine, words)?,
    };
    let body = CreateSession {
        agent_name: Some(agent),
        model: chat.model.clone(),
        policy: options.policy(),
        interactive: options.may_be_answered(),
        title: options.session.clone(),
        ttl: options.ttl,
        worktree: options.worktree.wanted(),
        ..body(machine, SessionKind::Chat, chat.cwd.as_deref(), words)?
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
        policy: PolicyOptions::default(),
        interactive: true,
        title: None,
        ttl: None,
        columns: None,
        rows: None,
        worktree: None,
        continues: None,
    })
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
pub(crate) fn directory(
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
pub(crate) fn is_within(directory: &str, workspaces: &[String]) -> bool {
    let directory = std::path::Path::new(directory);
    workspaces.iter().any(|workspace| directory.starts_with(workspace))
}

fn is_absolute(path: &str, os_type: &str) -> bool {
    let has_drive = path.as_bytes().get(1) == Some(&b':') || path.starts_with(r"\\");
    path.starts_with('/') || (os_type == "windows" && has_drive)
}

/// The chat that is to go on, by its name or as the one that was active last, if it is as the other
/// options want it; `None` where a new one is to be started.
pub(crate) async fn chat_to_go_on_with(
    client: &Client,
    options: &PromptOptions,
    words: &dyn Words,
) -> anyhow::Result<Option<SessionView>> {
    let found = match &options.session {
        Some(name) => running_chat(client, name, words).await?,
        None if options.goes_on => Some(last_chat(client, words).await?),
        None => None,
    };
    let Some(session) = found else { return Ok(None) };
    if session.kind != SessionKind::Chat {
        let title = escape::line(&session.title).into_owned();
        let refusal = Refusal::new(Meaning::Usage, words.not_a_chat(&title));
        let hint = words.hint_attach(&lookup::short(&session.session_id));
        return Err(refusal.with_hint(hint).into());
    }
    check_agrees(client, &session, options, words).await?;
    Ok(Some(session))
}

async fn last_chat(client: &Client, words: &dyn Words) -> anyhow::Result<SessionView> {
    let is_open =
        |session: &SessionView| session.kind == SessionKind::Chat && !session.status.is_final();
    let found =
        lookup::sessions(client, SessionFilter::default(), 200).await?.into_iter().find(is_open);
    Ok(found.ok_or_else(|| Refusal::new(Meaning::NotFound, words.no_chat_to_continue()))?)
}

/// Refuses to go on with a chat that is not as the options want it: where it runs and with whom is
/// said when it begins. Its model can be changed, and is.
async fn check_agrees(
    client: &Client,
    session: &SessionView,
    all: &PromptOptions,
    words: &dyn Words,
) -> anyhow::Result<()> {
    let options = &all.chat;
    let differs = |option: &str, has: &str| {
        let title = escape::line(&session.title).into_owned();
        let message = words.session_differs(&title, option, &escape::line(has));
        Err(Refusal::new(Meaning::Usage, message).with_hint(words.hint_session_differs(option)))
    };
    let agent = session.agent_name.as_deref().unwrap_or_default();
    if options.agent.as_deref().is_some_and(|wanted| wanted != agent) {
        return Ok(differs("--agent", agent)?);
    }
    if options.machine.machine.is_some() {
        let machine = lookup::machine(client, &options.machine, words).await?;
        if machine.machine_id != session.machine_id {
            return Ok(differs("--machine", &session.machine_id.to_string())?);
        }
    }
    if options.cwd.is_some() {
        let machine = client.machine(session.machine_id).await?;
        let wanted = directory(&machine, options.cwd.as_deref(), words)?;
        let source = session.worktree.as_ref().map(|worktree| &worktree.source);
        if wanted.is_some_and(|wanted| wanted != session.project_path && Some(&wanted) != source) {
            return Ok(differs("--cwd", &session.project_path)?);
        }
    }
    if all.ttl.is_some_and(|ttl| ttl != session.ttl.unwrap_or(0)) {
        return Ok(differs("--ttl", &session.ttl.unwrap_or(0).to_string())?);
    }
    if all.worktree.worktree && session.worktree.is_none() {
        return Ok(differs("--worktree", &session.project_path)?);
    }
    if !options.policy.is_silent() && !has_policy(client, session, all).await? {
        return Ok(differs("--permission-preset", &session.permission_preset)?);
    }
    if let Some(model) = options.model.as_ref().filter(|m| session.model.as_ref() != Some(*m)) {
        client.model_change(session.session_id, model).await?;
    }
    Ok(())
}

/// Whether a session may do what the options say, no more and no less.
async fn has_policy(
    client: &Client,
    session: &SessionView,
    options: &PromptOptions,
) -> anyhow::Result<bool> {
    let Some(has) = &session.policy else { return Ok(false) };
    let body = ExplainPolicy { options: options.policy(), interactive: None };
    let wanted = client.policy_explain(&body).await?.policy;
    let parts = |policy: &PolicyView| {
        (
            policy.permissions,
            policy.allowed_tools.clone(),
            policy.other_tools,
            policy.auth_policy,
            policy.max_turns,
        )
    };
    Ok(parts(has) == parts(&wanted))
}

/// The chat that goes on under this name; `None` if there is none.
async fn running_chat(
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
