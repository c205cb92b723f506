//! Which agents are here, in which version, and what is missing of the others.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use model::agent::InstalledAgent;
use processes::{Grace, Marker, Program, inherited_environment, spawn_piped};
use tokio::io::AsyncReadExt;

use crate::{Adapter, Facts, Found, SearchPath};

/// How many agents are looked at at once.
const AT_ONCE: usize = 4;

/// How long a program may take to say its version.
const VERSION_WITHIN: Duration = Duration::from_secs(5);

/// How much a program may say about its version.
const VERSION_BYTES: u64 = 4 * 1024;

/// What was found of one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// For people and for the server.
    pub agent: InstalledAgent,
    /// The program that speaks ACP, if a chat can be started.
    pub chat: Option<Found>,
    /// The program with a terminal interface, if it is here.
    pub terminal: Option<Found>,
}

/// Looks for all agents. Never asks a package registry; starts a program only to ask its version,
/// and only where no package says it.
pub async fn detect(
    adapters: &[Arc<dyn Adapter>],
    search: &SearchPath,
    variables: &[(OsString, OsString)],
) -> Vec<Detected> {
    let node = node_version(search, variables).await;
    let look = |adapter: &Arc<dyn Adapter>| look(adapter.facts(), search, variables, node);
    // Collected first, because a stream over borrowed adapters is not general enough to be sent.
    let looks: Vec<_> = adapters.iter().map(look).collect();
    stream::iter(looks).buffered(AT_ONCE).collect().await
}

async fn look(
    facts: Facts,
    search: &SearchPath,
    variables: &[(OsString, OsString)],
    node: Option<u32>,
) -> Detected {
    let chat = facts.chat.iter().find_map(|program| search.find(program));
    let terminal = facts.terminal.as_deref().and_then(|program| search.find(program));
    let terminal = terminal.filter(|found| node_is_missing(&facts, found, node).is_none());
    let missing = missing(&facts, chat.as_ref(), search, node);
    let version = match chat.as_ref().or(terminal.as_ref()) {
        Some(found) => version(found, search, variables).await,
        None => None,
    };
    let chat = chat.filter(|_| missing.is_none());
    let agent = InstalledAgent {
        name: facts.name,
        title: facts.title,
        version,
        chat: chat.is_some(),
        terminal: terminal.is_some(),
        install: missing.as_ref().map(|_| facts.install).filter(|command| !command.is_empty()),
        missing: missing.filter(|_| terminal.is_none()),
        asks: facts.asks,
    };
    Detected { agent, chat, terminal }
}

/// What keeps a chat from being started, as a sentence.
fn missing(
    facts: &Facts,
    chat: Option<&Found>,
    search: &SearchPath,
    node: Option<u32>,
) -> Option<String> {
    let Some(chat) = chat else {
        return Some(format!("The program {} was not found.", facts.chat.join(" or ")));
    };
    if let Some(program) = facts.needs.iter().find(|program| search.find(program).is_none()) {
        return Some(format!("The program {program} was not found."));
    }
    node_is_missing(facts, chat, node)
}

/// A program of a package runs on the Node.js that is here; others bring their own.
fn node_is_missing(facts: &Facts, found: &Found, node: Option<u32>) -> Option<String> {
    let wanted = facts.node.filter(|_| found.package.is_some())?;
    match node {
        Some(node) if node >= wanted => None,
        Some(node) => Some(format!("Node.js {wanted} or newer is needed; this is {node}.")),
        None => Some(format!("Node.js {wanted} or newer is needed.")),
    }
}

async fn version(
    found: &Found,
    search: &SearchPath,
    variables: &[(OsString, OsString)],
) -> Option<String> {
    match &found.package {
        Some(package) => Some(package.version.clone()),
        None => read_version(&ask_version(&found.path, search, variables).await?),
    }
}

async fn node_version(search: &SearchPath, variables: &[(OsString, OsString)]) -> Option<u32> {
    let node = search.find("node")?;
    let version = read_version(&ask_version(&node.path, search, variables).await?)?;
    version.split('.').next()?.parse().ok()
}

/// Starts the program with `--version` and ends it, with everything it may have started.
async fn ask_version(
    path: &Path,
    search: &SearchPath,
    variables: &[(OsString, OsString)],
) -> Option<String> {
    let mut environment = inherited_environment(variables.iter().cloned());
    environment.retain(|(name, _)| name != "PATH");
    environment.push(("PATH".into(), search.to_variable()));
    let program = Program {
        path: path.to_owned(),
        arguments: vec!["--version".into()],
        environment,
        directory: nobodys_directory(path),
    };
    let marker = Marker::new(format_args!("version of {}", path.display()));
    let child = spawn_piped(&program, &marker).ok()?;
    drop(child.stdin);
    let mut said = Vec::new();
    let mut stdout = child.stdout.take(VERSION_BYTES);
    let read = tokio::time::timeout(VERSION_WITHIN, stdout.read_to_end(&mut said)).await;
    let mut process = child.process;
    // How it ended says nothing about its version.
    let _ = process.end(Grace::NONE).await;
    read.ok()?.ok()?;
    Some(String::from_utf8_lossy(&said).into_owned())
}

/// Where a program is asked its version: where nobody works. On Windows each drive has a root of its
/// own, and the program's directory is where it looks for its parts anyway.
fn nobodys_directory(program: &Path) -> PathBuf {
    let own = program.parent().filter(|_| cfg!(windows));
    own.map_or_else(|| "/".into(), Path::to_owned)
}

/// Finds the first word that looks like a version.
fn read_version(said: &str) -> Option<String> {
    let is_version = |word: &&str| {
        let mut parts = word.splitn(3, '.');
        let is_number = |part: Option<&str>| {
            part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        };
        is_number(parts.next()) && is_number(parts.next())
    };
    let words =
        said.split(|character: char| character.is_whitespace() || "(),".contains(character));
    words.map(|word| word.trim_start_matches('v')).find(is_version).map(conversation::text::line)
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
