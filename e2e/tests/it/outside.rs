//! Sessions that were begun on a machine with the agents' own programs: who sees them, and that real
//! agents go on with them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use contract::assignments::AssignUser;
use contract::outside::OutsideSession;
use contract::sessions::CreateSession;
use e2e::chat::Seen;
use e2e::house::TOKEN;
use e2e::program::Program;
use e2e::{Chat, House, Machine, Person};
use http::StatusCode;
use model::actor::AssignmentLevel;
use model::permission::PermissionAnswer;
use model::session::SessionState;
use model::turn::TurnState;
use serde_json::json;
use sim::provider::SimProvider;

use crate::agents::{KEY, house_with_bodies, installed};
use crate::owner::server_and_machine;
use crate::rights::guest;

/// What was said outside. Nobody else says it.
const SAID: &str = "the word is marlinspike";

const ID: &str = "4da3e473-e6a4-4d36-9b27-6bd84ff0193a";

async fn outside(person: &Person) -> Result<Vec<OutsideSession>> {
    let machine = person.machine().await?.machine_id;
    Ok(person.client.machine_outside_sessions(machine, None).await?.sessions)
}

/// What a command of the program prints.
async fn command(house: &House, line: &[&str]) -> Result<String> {
    let mut command = house.place().gantline(line, &[])?;
    command.env("GANTLINE_SERVER", format!("http://{}", house.address()));
    command.env("GANTLINE_TOKEN", TOKEN);
    let ended = Program::start(line[0], command)?.ended().await?;
    ensure!(ended.status.success(), "{}", ended.text());
    Ok(ended.text())
}

async fn owner_opens_to(house: &House, who: &str) -> Result<()> {
    let ended = Machine::command(house, &["policy", "set", "--outside-sessions", who]).await?;
    ensure!(ended.status.success(), "{}", ended.text());
    Ok(())
}

/// S65, S70: the machine's owner says who sees them, and what lies outside of its workspaces is told to
/// nobody.
#[tokio::test]
async fn the_owner_says_who_sees_what_was_begun_outside() -> Result<()> {
    let (house, _machine) = server_and_machine(None).await?;
    let owner = house.person()?;
    let workspace = fs::canonicalize(house.workspace())?;
    let write = |name: &str, directory: &str, prompt: &str| -> Result<()> {
        let path = house.place().at("home/.claude/projects/-x");
        fs::create_dir_all(&path)?;
        let line = json!({ "type": "user", "cwd": directory, "message": { "content": prompt } });
        Ok(fs::write(path.join(format!("{name}.jsonl")), format!("{line}\n"))?)
    };
    let hostile = format!("\u{1b}]0;x\u{7}<img src=x> {SAID}");
    write(ID, workspace.to_str().context("text")?, &hostile)?;
    write(&ID.replace('4', "5"), "/etc", "what is elsewhere")?;
    write(&ID.replace('4', "6"), "../..", "what has no place")?;
    fs::write(
        house.place().at(&format!("home/.claude/projects/-x/{}.jsonl", ID.replace('4', "7"))),
        "{",
    )?;

    let machine = owner.machine().await?.machine_id;
    let found = owner.client.machine_outside_sessions(machine, None).await?;
    let [one] = &found.sessions[..] else { panic!("{found:?}") };
    assert_eq!((one.id.as_str(), one.agent_name.as_str(), one.prompts), (ID, "claude", Some(1)));
    assert_eq!(one.project_path, workspace.display().to_string());
    assert!(one.may_be_open && !one.continued && found.unreadable == 1, "{found:?}");
    assert!(one.title.ends_with(SAID) && !one.title.contains('\u{1b}'), "{:?}", one.title);
    let said = command(&house, &["session", "outside"]).await?;
    ensure!(
        said.contains(SAID) && !said.contains('\u{1b}') && !said.contains("elsewhere"),
        "{said}"
    );

    // Who only works there sees nothing, until the owner says so; nobody sees what is closed.
    let (guest, account) = guest(&house, &owner).await?;
    let grant = AssignUser { user_id: account, permission: AssignmentLevel::User };
    owner.client.assign(machine, &grant).await?;
    let refused = guest.client.machine_outside_sessions(machine, None).await;
    assert_eq!(refused.err().and_then(|error| error.status()), Some(StatusCode::FORBIDDEN));
    owner_opens_to(&house, "everyone").await?;
    assert_eq!(guest.client.machine_outside_sessions(machine, None).await?.sessions.len(), 1);
    owner_opens_to(&house, "nobody").await?;
    let refused = owner.client.machine_outside_sessions(machine, None).await;
    assert_eq!(refused.err().and_then(|error| error.status()), Some(StatusCode::FORBIDDEN));

    // An agent whose sessions cannot be gone on with says so, and nothing is begun.
    owner_opens_to(&house, "admins").await?;
    let order = CreateSession { continues: Some(ID.to_owned()), ..owner.chat_with("demo").await? };
    let refused = owner.client.session_create(&order).await.err().context("it cannot")?;
    ensure!(refused.to_string().contains("cannot be gone on with"), "{refused}");
    let placed = CreateSession { project_path: Some("/etc".to_owned()), ..order };
    ensure!(owner.client.session_create(&placed).await.is_err());
    let log = owner.client.audit(&client::AuditFilter::default()).await?;
    let looks = log.records.iter().filter(|line| line.action == "machine.outside_sessions");
    assert_eq!(looks.count(), 2, "each who looked is written down");
    assert!(!serde_json::to_string(&log)?.contains("marlinspike"));
    Ok(())
}

/// What was said outside is known to the agent that goes on with it here.
#[tokio::test]
async fn claude_code_goes_on_with_what_was_begun_outside() -> Result<()> {
    let (house, person, provider) = house_with_bodies("claude-agent-acp").await?;
    let system = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let program = format!("../@anthropic-ai/claude-agent-sdk-linux-{system}/claude");
    let base = provider.base_url();
    let variables = [
        ("ANTHROPIC_BASE_URL", base.as_str()),
        ("ANTHROPIC_AUTH_TOKEN", KEY),
        ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
    ];
    begin_outside(&house, &program, &["-p", &asked()], &variables).await?;
    goes_on(&house, &person, &provider, "claude").await
}

/// What was said outside is known to the agent that goes on with it here, also where its own program
/// reached its models by another way, and was free to do everything.
#[tokio::test]
async fn codex_goes_on_with_what_was_begun_outside() -> Result<()> {
    let (house, person, provider) = house_with_bodies("codex-acp").await?;
    let base = provider.openai_base_url();
    let own = format!(
        "model_providers.own={{name=\"own\",base_url=\"{base}\",env_key=\"OWN\",wire_api=\"responses\"}}"
    );
    let asked = asked();
    let line = [
        "exec",
        "--skip-git-repo-check",
        "-s",
        "danger-full-access",
        "-c",
        "analytics.enabled=false",
        "-c",
        "model=\"gpt-5.5\"",
        "-c",
        "model_provider=\"own\"",
        "-c",
        &own,
        &asked,
    ];
    begin_outside(&house, "codex", &line, &[("OWN", KEY)]).await?;
    goes_on(&house, &person, &provider, "codex").await
}

/// What was said outside is known to the agent that goes on with it here.
#[tokio::test]
async fn qwen_code_goes_on_with_what_was_begun_outside() -> Result<()> {
    let (house, person, provider) = house_with_bodies("qwen").await?;
    let base = provider.openai_base_url();
    let variables =
        [("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", base.as_str()), ("OPENAI_MODEL", "demo")];
    let asked = asked();
    let line = ["-p", asked.as_str(), "--auth-type", "openai"];
    begin_outside(&house, "qwen", &line, &variables).await?;
    goes_on(&house, &person, &provider, "qwen").await
}

fn asked() -> String {
    format!("{SAID} [[say Noted.]]")
}

/// Runs an agent's own program, as people do, in the workspace.
async fn begin_outside(
    house: &House,
    program: &str,
    line: &[&str],
    variables: &[(&str, &str)],
) -> Result<()> {
    let programs = installed(".bin")?;
    let path: PathBuf = programs.join(program);
    let mut command = house.place().command(&path, line, &[programs])?;
    command.stdin(std::process::Stdio::null());
    command.envs(variables.iter().copied());
    let ended = Program::start(program, command)?.ended().await?;
    ensure!(ended.status.success() && ended.text().contains("Noted."), "{}", ended.text());
    Ok(())
}

async fn goes_on(
    house: &House,
    person: &Person,
    provider: &SimProvider,
    agent: &str,
) -> Result<()> {
    let found = outside(person).await?;
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!(one.agent_name, agent);
    assert!(one.title.starts_with(SAID), "{:?}", one.title);
    let before = files_of(house, &one.id)?;
    assert_eq!(before.len(), 1);

    let order = CreateSession { continues: Some(one.id.clone()), ..person.chat_with(agent).await? };
    let mut chat = person.chat_of(&order).await?;
    assert!(chat.seen.session.title.starts_with(SAID), "{:?}", chat.seen.session.title);
    let is_told = |seen: &Seen| {
        let prompt = seen.of_kind("user_message").next()?;
        (prompt.to_string().contains(SAID) && seen.said().contains("Noted.")).then_some(())
    };
    chat.until("wait until what was said is in the transcript", is_told).await?;

    // One at a time, and whoever looks sees which.
    let refused = person.client.session_create(&order).await.err().context("it is taken")?;
    ensure!(refused.to_string().contains(&chat.id().to_string()), "{refused}");
    let found = outside(person).await?;
    assert_eq!((found.len(), found[0].continued_in), (1, Some(chat.id())));

    let turn = chat.ask("[[say It goes on.]]").await?;
    assert_eq!(turn.state, TurnState::Done, "{turn:?}");
    let is_whole = provider.exchanges().iter().any(|exchange| {
        let body = exchange.body.as_deref().unwrap_or_default();
        let holds = |text: &str| memchr::memmem::find(body, text.as_bytes()).is_some();
        holds(SAID) && holds("It goes on.")
    });
    assert!(is_whole, "the model is told what was said outside");

    asks_before_it_acts(house, &mut chat).await?;
    assert_eq!(files_of(house, &one.id)?, before, "the agent's own files stay as they were");
    chat.client.session_stop(chat.id(), None).await?;
    chat.state(SessionState::Stopped).await?;
    house.nobody_left().await?;
    assert!(!outside(person).await?[0].continued);
    Ok(())
}

/// Whatever was allowed outside is not allowed here.
async fn asks_before_it_acts(house: &House, chat: &mut Chat) -> Result<()> {
    let turn = chat.prompt("Please do this: [[write notes.txt hello from the model]]").await?;
    let question = chat.question().await?;
    assert_eq!(house.file("notes.txt"), None, "nothing happens before the answer");
    chat.answer(&question, PermissionAnswer::Deny, None).await?;
    chat.ended(turn).await?;
    assert_eq!(house.file("notes.txt"), None);
    Ok(())
}

/// The files of a session in the home, with what is in them.
fn files_of(house: &House, id: &str) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let (mut left, mut found) = (vec![house.place().at("home")], Vec::new());
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let is_named = || entry.file_name().to_string_lossy().contains(id);
            match entry.file_type()? {
                kind if kind.is_dir() => left.push(entry.path()),
                kind if kind.is_file() && is_named() => {
                    found.push((entry.path(), fs::read(entry.path())?));
                }
                _ => {}
            }
        }
    }
    Ok(found)
}
