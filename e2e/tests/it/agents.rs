//! Real agents, pinned and installed by `cargo xtask ci agents`, each against the scripted model
//! provider through the LLM gateway: the agent asks, a person allows, a file is on the disk, and
//! the provider's key is nowhere on the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use contract::sessions::CreateSession;
use contract::usage::UsageView;
use e2e::binary::in_repository;
use e2e::chat::Seen;
use e2e::patience::{PATIENCE, within};
use e2e::{Chat, House, Person, Setup, scan};
use model::permission::PermissionAnswer;
use model::session::{Containment, SessionState};
use model::turn::TurnState;
use model::usage::UsageStatus;
use policy::{PolicyOptions, Preset};
use sim::provider::{Bodies, Config, Delivered, Exchange, SimProvider};

/// The provider's key. It must never leave the server.
pub(crate) const KEY: &str = "canary-4fd1c0ffee2b-provider-key";

/// Agents that do not start on the Node.js of Debian 12.
const ON_LATER_NODE: [&str; 2] = ["kimi", "pi-acp"];

/// The agent that is no package of Node.js, and where it is.
const VIBE: &str = "vibe-acp";
const VIBE_PLACE: &str = ".cache/later/bin";

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn claude_code_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("claude", "claude-agent-acp").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn codex_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("codex", "codex-acp").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn gemini_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("gemini", "gemini").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn qwen_code_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("qwen", "qwen").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn opencode_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("opencode", "opencode").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn copilot_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("copilot", "copilot").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn kilo_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("kilo", "kilo").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn kimi_code_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("kimi", "kimi").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn cline_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("cline", "cline").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn droid_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("droid", "droid").await
}

/// S73, R22, R24: it sees no key, leaves no process, and every token is counted.
#[tokio::test]
async fn vibe_writes_a_file_with_leave() -> Result<()> {
    writes_a_file_with_leave("vibe", VIBE).await
}

/// S73, R22, R24: it cannot be made to ask. That is said before the first prompt, and all the rest
/// holds.
#[tokio::test]
async fn pi_says_that_it_does_not_ask() -> Result<()> {
    let (house, person, provider) = house_with("pi-acp").await?;
    let mut chat = person.chat("pi").await?;
    let is_said = |seen: &Seen| seen.notice("agent_does_not_ask").map(|_| ());
    chat.until("wait until it is said", is_said).await?;

    let turn = chat.ask("Please do this: [[write notes.txt hello from the model]]").await?;
    assert_eq!(turn.state, TurnState::Done, "{turn:?}");
    assert!(chat.seen.open_questions().is_empty());
    let file = house.file("notes.txt").context("the file is there")?;
    assert_eq!(file.trim_end(), "hello from the model");

    chat.client.session_stop(chat.id(), None).await?;
    chat.state(SessionState::Stopped).await?;
    house.nobody_left().await?;
    usage_is_exact(&person, &chat, &provider).await?;
    no_file_holds_the_key(&house);
    Ok(())
}

/// R05: it does not notice that server and daemon are killed while it waits for leave.
#[tokio::test]
async fn claude_code_outlives_a_kill() -> Result<()> {
    outlives_a_kill("claude", "claude-agent-acp").await
}

/// R05: it does not notice that server and daemon are killed while it waits for leave.
#[tokio::test]
async fn codex_outlives_a_kill() -> Result<()> {
    outlives_a_kill("codex", "codex-acp").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn claude_code_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("claude", "claude-agent-acp").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn codex_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("codex", "codex-acp").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn gemini_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("gemini", "gemini").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn qwen_code_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("qwen", "qwen").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn opencode_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("opencode", "opencode").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn copilot_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("copilot", "copilot").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn kilo_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("kilo", "kilo").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn kimi_code_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("kimi", "kimi").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn cline_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("cline", "cline").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn droid_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("droid", "droid").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn pi_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("pi", "pi-acp").await
}

/// S75: held by the kernel it still works, and writes nothing.
#[tokio::test]
async fn vibe_works_where_it_may_only_read() -> Result<()> {
    works_where_it_may_only_read("vibe", VIBE).await
}

async fn works_where_it_may_only_read(agent: &str, program: &str) -> Result<()> {
    let (house, person, _provider) = house_with(program).await?;
    let order = person.chat_with(agent).await?;
    let order =
        CreateSession { policy: PolicyOptions::of_preset(Preset::SafeReadonly.as_str()), ..order };
    let mut chat = person.chat_of(&order).await?;
    let contained = |seen: &Seen| seen.session.containment;
    let contained = chat.until("wait until it is said who holds it", contained).await?;
    assert_eq!(contained, Containment::Kernel, "{:?}", chat.seen.session.containment_detail);

    let turn = chat.ask("[[say It reads well.]]").await?;
    assert_eq!(turn.state, TurnState::Done, "{turn:?}");
    assert!(chat.seen.said().contains("It reads well."), "{}", chat.seen.said());
    chat.ask("Please do this: [[write notes.txt hello from the model]]").await?;
    assert_eq!(house.file("notes.txt"), None);

    chat.client.session_stop(chat.id(), None).await?;
    chat.state(SessionState::Stopped).await?;
    house.nobody_left().await
}

async fn writes_a_file_with_leave(agent: &str, program: &str) -> Result<()> {
    let (house, person, provider) = house_with(program).await?;
    let mut chat = person.chat(agent).await?;

    let turn = chat.prompt("Please do this: [[write notes.txt hello from the model]]").await?;
    let question = chat.question().await?;
    assert_eq!(house.file("notes.txt"), None, "nothing happens before the answer");
    let processes = scan::started_by(house.place().path(), house.pid()?);
    let environments = scan::environments(&processes);
    assert!(!environments.is_empty(), "the agent runs");
    for (process, environment) in processes.iter().zip(&environments) {
        assert!(!holds(environment, KEY), "the key is in the environment of {process:?}");
    }
    no_file_holds_the_key(&house);

    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    answer_further_questions(&mut chat, turn).await?;
    let turn = chat.ended(turn).await?;
    assert_eq!(turn.state, TurnState::Done, "{turn:?}");
    let file = house.file("notes.txt").context("the file is there")?;
    assert_eq!(file.trim_end(), "hello from the model");
    assert!(!chat.seen.said().is_empty(), "the agent says how it went");

    chat.client.session_stop(chat.id(), None).await?;
    chat.state(SessionState::Stopped).await?;
    house.nobody_left().await?;
    usage_is_exact(&person, &chat, &provider).await?;
    no_file_holds_the_key(&house);
    Ok(())
}

async fn outlives_a_kill(agent: &str, program: &str) -> Result<()> {
    let (mut house, person, _provider) = house_with(program).await?;
    let mut chat = person.chat(agent).await?;
    let turn = chat.prompt("Please do this: [[write notes.txt hello from the model]]").await?;
    let question = chat.question().await?;
    let before = held(&house)?;
    assert_eq!(before.len(), 2, "{before:?}");
    house.kill().await?;
    house.start().await?;
    house.person()?.machine().await?;
    assert_eq!(held(&house)?, before, "the same processes go on");

    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    answer_further_questions(&mut chat, turn).await?;
    let turn = chat.ended(turn).await?;
    assert_eq!(turn.state, TurnState::Done, "{turn:?}");
    let file = house.file("notes.txt").context("the file is there")?;
    assert_eq!(file.trim_end(), "hello from the model");
    assert!(!chat.seen.said().is_empty(), "the agent says how it went");
    let turn = chat.ask("[[say It goes on.]]").await?;
    assert_eq!(turn.state, TurnState::Done, "{turn:?}");
    assert!(chat.seen.said().contains("It goes on."), "{}", chat.seen.said());

    chat.client.session_stop(chat.id(), None).await?;
    chat.state(SessionState::Stopped).await?;
    house.nobody_left().await
}

/// The holders and their agents. What an agent has started, or the daemon asked for its version, comes
/// and goes.
fn held(house: &House) -> Result<Vec<u32>> {
    let all = scan::started_by(house.place().path(), house.pid()?);
    let is_holder = |process: &&scan::Process| process.command.starts_with("gantline hold ");
    let holders: Vec<_> = all.iter().filter(is_holder).map(|process| process.pid).collect();
    let agents = all.iter().filter(|process| holders.contains(&process.parent));
    Ok(holders.iter().copied().chain(agents.map(|process| process.pid)).collect())
}

/// A house with the real agents, and a provider of models for them.
pub(crate) async fn house_with(program: &str) -> Result<(House, Person, SimProvider)> {
    house_and_provider(program, Bodies::Hashed).await
}

/// The same, where it is kept what models were asked.
pub(crate) async fn house_with_bodies(program: &str) -> Result<(House, Person, SimProvider)> {
    house_and_provider(program, Bodies::Kept).await
}

async fn house_and_provider(program: &str, bodies: Bodies) -> Result<(House, Person, SimProvider)> {
    let config = Config { key: Some(KEY.into()), bodies, ..Config::default() };
    let provider = SimProvider::start(config).await?;
    let house = House::up(with_agents(program, &provider)?).await?;
    let person = house.person()?;
    person.provider_key("openai", KEY, &provider.openai_base_url()).await?;
    person.provider_key("anthropic", KEY, &provider.base_url()).await?;
    person.provider_key("google", KEY, &provider.base_url()).await?;
    Ok((house, person, provider))
}

/// A house without the scripted agent, whose machine has the real ones.
fn with_agents(program: &str, provider: &SimProvider) -> Result<Setup> {
    let programs = match program {
        VIBE => in_repository(VIBE_PLACE),
        _ => installed(".bin")?,
    };
    ensure!(
        programs.join(program).exists(),
        "{program} is not installed; run: cargo xtask ci agents"
    );
    let mut path = vec![programs];
    if ON_LATER_NODE.contains(&program) {
        path.insert(0, later_node()?);
    }
    let upstream = provider.address().to_string();
    let arguments = vec!["--trusted-upstream".into(), upstream.into()];
    Ok(Setup { path, arguments, ..Setup::default() })
}

/// Where the Node.js is that was installed with the agents.
fn later_node() -> Result<PathBuf> {
    let system = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    installed(&format!("node-linux-{system}/bin"))
}

/// A directory of what was installed with the agents.
pub(crate) fn installed(directory: &str) -> Result<PathBuf> {
    let path = in_repository(".cache/agents/node_modules").join(directory).canonicalize();
    path.context("the agents are not installed; run: cargo xtask ci agents")
}

/// Some agents ask more than once for one file.
async fn answer_further_questions(chat: &mut Chat, turn: model::TurnId) -> Result<()> {
    loop {
        let further = chat.until("wait for the end or a further question", |seen| {
            let ended = seen.turns.get(&turn).is_some_and(|turn| turn.state.is_final());
            match seen.open_questions().into_iter().next() {
                Some(question) => Some(Some(question)),
                None => ended.then_some(None),
            }
        });
        let Some(question) = further.await? else { return Ok(()) };
        chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    }
}

/// R24: one row for each call, and the tokens are those that the provider has counted.
async fn usage_is_exact(person: &Person, chat: &Chat, provider: &SimProvider) -> Result<()> {
    let mut difference = String::new();
    let waiting = async {
        loop {
            // Asking is what takes the time.
            let rows = person.client.usage(Some(200)).await?.usage;
            ensure!(rows.iter().all(|row| row.session_id == chat.id()), "{rows:?}");
            match unaccounted(&rows, &provider.exchanges()) {
                None => return Ok(()),
                Some(found) => difference = found,
            }
        }
    };
    let waited = within(PATIENCE, "wait until every call is in the ledger", waiting).await;
    waited.with_context(|| difference)
}

/// What of a provider's calls the ledger does not tell as they were.
fn unaccounted(rows: &[UsageView], exchanges: &[Arc<Exchange>]) -> Option<String> {
    let of = |status| rows.iter().filter(move |row| row.status == status);
    let calls: Vec<_> = exchanges
        .iter()
        .filter(|exchange| exchange.tokens().is_some_and(|tokens| tokens.total() > 0))
        .collect();
    let complete = calls.iter().filter(|call| call.delivered() == Delivered::Complete);
    let mut counted: Vec<_> = complete.filter_map(|call| call.tokens()).collect();
    let mut unknown = Vec::new();
    for row in of(UsageStatus::Complete) {
        match counted.iter().position(|tokens| *tokens == row.tokens) {
            Some(at) => drop(counted.swap_remove(at)),
            None => unknown.push(row),
        }
    }
    // An agent may be stopped over an answer that its provider has sent as a whole.
    let cut = of(UsageStatus::Aborted).count();
    // It is written down that these have begun, and not yet how they ended.
    let open = of(UsageStatus::Estimated).count();
    let is_told = !calls.is_empty()
        && rows.len() >= calls.len()
        && unknown.is_empty()
        && open == 0
        && counted.len() <= cut;
    (!is_told).then(|| {
        let calls: Vec<_> = calls.iter().map(|call| (call.delivered(), call.tokens())).collect();
        format!("the provider counts {calls:?}, of these alone {counted:?}; the ledger: {rows:?}")
    })
}

/// The key is in no file of the house: not in the agent's home, nor in what it was given, nor in
/// the workspace; on the server it is sealed.
fn no_file_holds_the_key(house: &House) {
    let mut holders = Vec::new();
    search(house.place().path(), &mut holders);
    assert!(holders.is_empty(), "the key is in {holders:?}");
}

/// What cannot be read was removed meanwhile: agents make and remove files all the time.
fn search(directory: &Path, holders: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => search(&entry.path(), holders),
            Ok(kind) if kind.is_file() && file_holds(&entry.path(), KEY) => {
                holders.push(entry.path());
            }
            _ => {}
        }
    }
}

fn file_holds(path: &Path, text: &str) -> bool {
    holds(&fs::read(path).unwrap_or_default(), text)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}
