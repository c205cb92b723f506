//! The owner of a machine has the last word: what they allow, and the end of everything.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail, ensure};
use client::Client;
use contract::PolicyOptions;
use contract::machines::MachineView;
use contract::sessions::CreateSession;
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::scan::{Process, processes_of};
use e2e::{Chat, House, Machine, Person, Setup};
use http::StatusCode;
use model::machine::ClosedBy;
use model::permission::PermissionAnswer;
use model::session::{SessionKind, SessionState};
use tokio::task::JoinSet;

/// A program in a terminal that leaves another one behind, out of its own session.
const LEAVING: &str = "setsid sleep 1000 & sleep 1000 & exec sleep 1000";

/// Those who start sessions again and again while the machine is halted.
const STARTERS: usize = 4;

/// Why the machine is halted.
const REASON: &str = "a key has leaked";

pub(crate) async fn server_and_machine(shell: Option<String>) -> Result<(House, Machine)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let machine = Machine::enrol_with(&house, house.address(), shell).await?;
    Ok((house, machine))
}

/// A chat whose agent runs something that goes on.
async fn busy_chat(person: &Person) -> Result<Chat> {
    let mut chat = person.chat("demo").await?;
    chat.prompt("/run sleep 1000").await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    chat.until("wait until the command runs", |seen| {
        (seen.tool_calls().first()?["status"] == "in_progress").then_some(())
    })
    .await?;
    Ok(chat)
}

/// Who works for the sessions: everybody but the server and the daemon.
fn workers(house: &House, machine: &Machine) -> Result<Vec<Process>> {
    let (server, daemon) = (house.pid()?, machine.pid()?);
    let all = processes_of(house.place().path());
    Ok(all.into_iter().filter(|one| ![server, daemon].contains(&one.pid)).collect())
}

#[track_caller]
fn check_refused<T>(answer: Result<T, client::Error>, code: &str, says: &str) -> Result<()> {
    let refused = answer.err().context("it was started")?;
    ensure!(refused.code() == Some(code), "{refused:?}");
    ensure!(refused.to_string().contains(says), "{refused}");
    Ok(())
}

/// Waits until the server knows of the machine what is looked for.
async fn machine_is(
    person: &Person,
    what: &str,
    is_so: impl Fn(&MachineView) -> bool,
) -> Result<MachineView> {
    let mut live = person.client.live();
    within(PATIENCE, what, async {
        loop {
            let machines = person.client.machines().await?;
            if let Some(machine) = machines.into_iter().find(&is_so) {
                return Ok(machine);
            }
            live.next().await?;
        }
    })
    .await
}

/// Starts sessions and stops them, until the machine is halted.
async fn start_again_and_again(
    client: Client,
    order: CreateSession,
    started: Arc<AtomicUsize>,
) -> Result<()> {
    loop {
        match client.session_create(&order).await {
            Ok(session) => {
                started.fetch_add(1, Ordering::SeqCst);
                // The machine may have ended it already.
                let _ = client.session_stop(session.session_id, None).await;
            }
            Err(error) if error.code() == Some("machine_halted") => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// S65, S81, S47: a halt ends every session with all that it has started, while others begin; when it
/// is answered nothing runs, and nothing begins until it is lifted on the machine. It outlives the
/// daemon, and the server says why.
#[tokio::test]
async fn a_halt_ends_everything_and_nothing_slips_in() -> Result<()> {
    let (house, mut machine) = server_and_machine(Some(LEAVING.to_owned())).await?;
    let person = house.person()?;
    let order = person.chat_with("demo").await?;
    let mut sessions = Vec::new();
    for _ in 0..2 {
        sessions.push(busy_chat(&person).await?.id());
        let terminal = person.terminal().await?;
        person.session_is(terminal, SessionState::Running).await?;
        sessions.push(terminal);
    }
    let started = Arc::new(AtomicUsize::new(0));
    let mut starters = JoinSet::new();
    for number in 0..STARTERS {
        let kind = [SessionKind::Chat, SessionKind::Terminal][number % 2];
        let agent_name = order.agent_name.clone().filter(|_| kind == SessionKind::Chat);
        let order = CreateSession { kind, agent_name, ..order.clone() };
        starters.spawn(start_again_and_again(person.client.clone(), order, started.clone()));
    }
    while started.load(Ordering::SeqCst) < 2 * STARTERS {
        ensure!(starters.try_join_next().is_none(), "nobody stops before the machine is halted");
        tokio::task::yield_now().await;
    }

    let halted = Machine::command(&house, &["halt", "--reason", REASON]).await?;
    let left = workers(&house, &machine)?;
    ensure!(halted.status.success(), "{}", halted.text());
    ensure!(left.is_empty(), "it was said that nothing runs: {left:?}");
    while let Some(starter) = starters.join_next().await {
        starter??;
    }
    let left = workers(&house, &machine)?;
    ensure!(left.is_empty(), "something has begun: {left:?}");
    for session in sessions {
        person.session_is(session, SessionState::Stopped).await?;
        let detail = person.client.session(session).await?.detail.unwrap_or_default();
        ensure!(detail.contains(REASON), "{detail}");
    }
    let shown = machine_is(&person, "wait until the halt is shown", |one| one.closed.is_some());
    let closed = shown.await?.closed.context("it is closed")?;
    ensure!(closed.by == ClosedBy::Halt && closed.reason == REASON, "{closed:?}");

    machine.kill().await?;
    machine.start(&house)?;
    let id = person.machine().await?.machine_id;
    check_refused(person.client.session_create(&order).await, "machine_halted", REASON)?;
    // What the server can lift is something else.
    person.client.machine_unfreeze(id).await?;
    check_refused(person.client.session_create(&order).await, "machine_halted", REASON)?;
    let again = Machine::command(&house, &["halt", "--reason", "another one"]).await?;
    ensure!(again.status.success() && again.text().contains("already"), "{}", again.text());
    let status = Machine::command(&house, &["status"]).await?;
    ensure!(status.text().contains(REASON), "{}", status.text());

    let resumed = Machine::command(&house, &["resume"]).await?;
    ensure!(resumed.status.success(), "{}", resumed.text());
    busy_chat(&person).await?;
    machine_is(&person, "wait until it is open", |one| one.closed.is_none()).await?;
    Ok(())
}

/// S65: halting needs no server, and ends what a daemon has left behind which does not run.
#[tokio::test]
async fn a_halt_needs_neither_server_nor_daemon() -> Result<()> {
    let (mut house, mut machine) = server_and_machine(None).await?;
    let chat = busy_chat(&house.person()?).await?;
    house.kill().await?;
    let halted = Machine::command(&house, &["halt"]).await?;
    ensure!(halted.status.success(), "{}", halted.text());
    let left = processes_of(house.place().path());
    let daemon = machine.pid()?;
    ensure!(left.iter().all(|one| one.pid == daemon), "{left:?}");
    ensure!(Machine::command(&house, &["resume"]).await?.status.success());
    house.start().await?;
    let person = house.person()?;
    // It comes to know what has happened meanwhile.
    person.session_is(chat.id(), SessionState::Stopped).await?;

    person.machine().await?;
    busy_chat(&person).await?;
    let terminal = person.terminal().await?;
    person.session_is(terminal, SessionState::Running).await?;
    machine.kill().await?;
    let server = house.pid()?;
    let left = || {
        let all = processes_of(house.place().path());
        all.into_iter().filter(|one| one.pid != server).collect::<Vec<_>>()
    };
    ensure!(!left().is_empty(), "what was killed leaves its agent behind");
    let halted = Machine::command(&house, &["halt"]).await?;
    ensure!(halted.status.success(), "{}", halted.text());
    ensure!(left().is_empty(), "neither what runs nor what holds it: {:?}", left());
    machine.start(&house)?;
    person.session_is(terminal, SessionState::Stopped).await?;
    let detail = person.client.session(terminal).await?.detail.unwrap_or_default();
    ensure!(detail.contains("halted by its owner"), "{detail}");
    Ok(())
}

/// S65, S47: what the owner allows holds for whatever begins from then on, without a restart, and the
/// server cannot ask for more.
#[tokio::test]
async fn what_the_owner_allows_holds_at_once() -> Result<()> {
    let (house, _machine) = server_and_machine(None).await?;
    let person = house.person()?;
    let order = person.chat_with("demo").await?;
    let set = |words: &'static [&'static str]| {
        let house = &house;
        async move {
            let words: Vec<_> = ["policy", "set"].iter().chain(words).copied().collect();
            let ended = Machine::command(house, &words).await?;
            ensure!(ended.status.success(), "{}", ended.text());
            anyhow::Ok(ended.text())
        }
    };
    let free = PolicyOptions {
        permission_preset: Some("full-auto".to_owned()),
        ..PolicyOptions::default()
    };
    let free = CreateSession { policy: free, ..order.clone() };
    set(&["--highest-preset", "ask"]).await?;
    check_refused(person.client.session_create(&free).await, "preset_forbidden", "ask")?;
    person.chat_of(&order).await?;

    set(&["--shell", "off"]).await?;
    let shell = CreateSession { kind: SessionKind::Terminal, agent_name: None, ..order.clone() };
    check_refused(person.client.session_create(&shell).await, "shell_forbidden", "shell")?;

    let elsewhere = house.place().at("elsewhere");
    fs::create_dir(&elsewhere)?;
    let workspace = house.workspace().display().to_string();
    let inside = CreateSession { project_path: Some(workspace), ..order.clone() };
    set(&["--workspace", "../elsewhere"]).await?;
    check_refused(person.client.session_create(&inside).await, "workspace_forbidden", "elsewhere")?;
    // A workspace that vanishes takes nothing else with it.
    fs::remove_dir(&elsewhere)?;
    check_refused(person.client.session_create(&order).await, "workspace_missing", "exist")?;
    set(&["--remove-workspace", "../elsewhere", "--add-workspace", "."]).await?;
    person.chat_of(&order).await?;

    set(&["--agents", "none"]).await?;
    let refused = person.client.session_create(&order).await.err().context("it was started")?;
    ensure!(
        [Some("agent_forbidden"), Some("agent_unknown")].contains(&refused.code()),
        "{refused:?}"
    );
    let told = set(&["--agents", "all"]).await?;
    ensure!(told.contains("from now on"), "{told}");
    Ok(())
}

/// S65, S80: a mistake in the owner's policy, or a file that others can write, allows nothing, is
/// told, and is mended without a restart.
#[tokio::test]
async fn a_mistake_in_the_policy_allows_nothing() -> Result<()> {
    let (house, _machine) = server_and_machine(None).await?;
    let person = house.person()?;
    let order = person.chat_with("demo").await?;
    let file = house.place().at("machine/enrolled/policy.toml");
    let good = fs::read_to_string(&file)?;
    let refused = |says: &'static str| {
        let (person, order) = (&person, &order);
        async move { check_refused(person.client.session_create(order).await, "policy_unusable", says) }
    };
    fs::write(&file, good.replace("shell", "shel"))?;
    refused("shel").await?;
    let is_told =
        |one: &MachineView| one.closed.as_ref().is_some_and(|closed| closed.by == ClosedBy::Policy);
    let shown = machine_is(&person, "wait until the mistake is shown", is_told).await?;
    ensure!(shown.workspaces.is_empty(), "{shown:?}");
    let told = Machine::command(&house, &["policy", "show"]).await?;
    ensure!(told.status.code() == Some(1) && told.text().contains("shel"), "{}", told.text());
    let set = Machine::command(&house, &["policy", "set", "--shell", "on"]).await?;
    ensure!(set.status.code() == Some(1), "{}", set.text());

    fs::write(&file, &good)?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
    refused("chmod 600").await?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    person.chat_of(&order).await?;

    fs::remove_file(&file)?;
    match person.client.session_create(&order).await {
        Err(error) if error.status() == Some(StatusCode::FORBIDDEN) => Ok(()),
        other => bail!("without a policy nothing is allowed: {other:?}"),
    }
}

/// S65: a machine can be there to be seen only.
#[tokio::test]
async fn a_machine_without_a_tunnel_takes_no_session() -> Result<()> {
    let (house, mut machine) = server_and_machine(None).await?;
    let person = house.person()?;
    let order = person.chat_with("demo").await?;
    machine.kill().await?;
    machine.start_with(&house, &["--no-tunnel", "--interval", "1000"])?;
    let is_seen = |one: &MachineView| {
        let by = one.closed.as_ref().map(|closed| closed.by);
        one.connected && by == Some(ClosedBy::NoTunnel)
    };
    let seen = machine_is(&person, "wait until it is seen", is_seen).await?;
    ensure!(!seen.agents.is_empty() && seen.health.is_some(), "{seen:?}");
    check_refused(person.client.session_create(&order).await, "tunnel_off", "--no-tunnel")
}
