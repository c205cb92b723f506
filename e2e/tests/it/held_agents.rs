//! Agents outlive the daemon: it is killed, restarted and stopped in the middle of what they do, and
//! neither they nor whoever reads the transcript notice.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::house::Kind;
use e2e::scan::{self, Process};
use e2e::{Chat, House, Machine, Setup};
use model::SessionId;
use model::permission::PermissionAnswer;
use model::rng::{CountingRng, below};
use model::session::SessionState;
use model::turn::TurnState;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Takes a while, says things meanwhile, and does what can be counted.
const WORK: &str = "/append log.txt begun\n/slow 160 20ms\n/append log.txt done\n/say that is all";

async fn machine() -> Result<(House, Machine)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let machine = Machine::enrol(&house, house.address()).await?;
    house.person()?.machine().await?;
    Ok((house, machine))
}

/// The processes that hold a session.
fn holders(house: &House, session: SessionId) -> Vec<Process> {
    let mut all = scan::processes_of(house.place().path());
    let line = format!("hold {session}");
    all.retain(|process| process.command.ends_with(&line));
    all
}

/// The agents whose holder this is.
fn agent(house: &House, session: SessionId) -> Result<u32> {
    let holders = holders(house, session);
    ensure!(holders.len() == 1, "one process holds the agent: {holders:?}");
    let all = scan::processes_of(house.place().path());
    let agents: Vec<_> = all.iter().filter(|one| one.parent == holders[0].pid).collect();
    ensure!(agents.len() == 1, "one process is the agent: {agents:?}");
    Ok(agents[0].pid)
}

/// What a transcript says, with names in the place of identifiers, which differ.
fn told(chat: &Chat) -> Vec<Value> {
    let mut names = HashMap::new();
    chat.seen.updates.iter().cloned().map(|update| named(update, &mut names)).collect()
}

fn named(value: Value, names: &mut HashMap<String, String>) -> Value {
    match value {
        Value::String(text) if is_identifier(&text) => {
            let next = format!("#{}", names.len());
            Value::String(names.entry(text).or_insert(next).clone())
        }
        Value::Array(items) => items.into_iter().map(|item| named(item, names)).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, named(value, names))).collect()
        }
        other => other,
    }
}

fn is_identifier(text: &str) -> bool {
    let is_hex = |text: &str| text.chars().all(|one| one.is_ascii_hexdigit() || one == '-');
    text.len() >= 32 && is_hex(text)
}

/// Waits until so many pieces of what is said have come.
async fn pieces(chat: &mut Chat, number: usize) -> Result<()> {
    chat.until(&format!("wait for piece {number}"), |seen| {
        (seen.of_kind("agent_message_chunk").count() >= number).then_some(())
    })
    .await
}

/// The transcript of a chat with which nothing happens.
async fn undisturbed(house: &House, prompt: &str) -> Result<Vec<Value>> {
    let mut chat = house.person()?.chat("demo").await?;
    ensure!(chat.ask(prompt).await?.state == TurnState::Done);
    chat.idle().await?;
    chat.client.session_stop(chat.id(), None).await?;
    let told = told(&chat);
    Ok(told)
}

/// R05: a turn that runs while the daemon is killed goes on in the same process, and the transcript is
/// that of a turn that nothing has happened to.
#[tokio::test]
async fn a_turn_goes_on_while_its_daemon_is_killed() -> Result<()> {
    let (house, mut machine) = machine().await?;
    let expected = undisturbed(&house, WORK).await?;
    std::fs::remove_file(house.workspace().join("log.txt"))?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt(WORK).await?;
    pieces(&mut chat, 4).await?;
    let process = agent(&house, chat.id())?;
    for _ in 0..3 {
        machine.kill().await?;
        machine.start(&house)?;
        house.person()?.machine().await?;
        assert_eq!(agent(&house, chat.id())?, process, "it is the same agent");
    }
    machine.terminate().await?;
    machine.start(&house)?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    chat.idle().await?;
    assert_eq!(told(&chat), expected);
    assert_eq!(house.file("log.txt").as_deref(), Some("begun\ndone\n"));
    assert_eq!(agent(&house, chat.id())?, process, "it is the same agent");

    // It goes on with it, and its end leaves nothing (R22).
    assert_eq!(chat.ask("/append log.txt on").await?.state, TurnState::Done);
    assert_eq!(agent(&house, chat.id())?, process, "it is the same agent");
    chat.client.session_stop(chat.id(), None).await?;
    chat.state(SessionState::Stopped).await?;
    scan::nobody_left(house.place().path(), &[machine.pid()?, house.pid()?]).await
}

/// R05: a question waits for its answer while the daemon is killed, again and again, and the answer
/// arrives once, also where the daemon is killed while it is on its way.
#[tokio::test]
async fn a_question_and_its_answer_outlive_a_daemon_that_is_killed() -> Result<()> {
    let (house, mut machine) = machine().await?;
    let prompt = "/run echo yes >> log.txt\n/say done";
    let mut chat = house.person()?.chat("demo").await?;
    let rng = CountingRng::new(7);
    let mut process = None;
    for round in 1..=6 {
        let turn = chat.prompt(prompt).await?;
        let question = chat.question().await?;
        let known = *process.get_or_insert(agent(&house, chat.id())?);
        machine.kill().await?;
        machine.start(&house)?;
        house.person()?.machine().await?;
        chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
        // Somewhere between the server and the agent, or behind that.
        tokio::time::sleep(Duration::from_millis(below(&rng, 12))).await;
        machine.kill().await?;
        machine.start(&house)?;
        let turn = chat.ended(turn).await?;
        assert_eq!(turn.state, TurnState::Done, "{:?}", turn.outcome);
        let lines = house.file("log.txt").context("it was run")?;
        assert_eq!(lines.lines().count(), round, "it was run once in each round");
        assert_eq!(agent(&house, chat.id())?, known, "it is the same agent");
    }
    let asked = chat.seen.of_kind("permission").filter(|told| told["state"] == "pending").count();
    let answered = chat.seen.of_kind("permission").filter(|told| told["state"] == "resolved");
    assert_eq!((asked, answered.count()), (6, 6));
    Ok(())
}

/// R05, R06: prompts that are accepted around the moment at which the daemon is killed are done once,
/// in order, by the same agent.
#[tokio::test]
async fn prompts_that_are_sent_around_a_kill_are_done_once() -> Result<()> {
    let (house, mut machine) = machine().await?;
    let mut chat = house.person()?.chat("demo").await?;
    chat.ask("/append log.txt 0").await?;
    let process = agent(&house, chat.id())?;
    let rng = CountingRng::new(3);
    let mut turns = Vec::new();
    for number in 1..=12 {
        turns.push(chat.prompt(&format!("/say x\n/append log.txt {number}")).await?);
        if number % 2 == 0 {
            tokio::time::sleep(Duration::from_millis(below(&rng, 25))).await;
            machine.kill().await?;
            machine.start(&house)?;
        }
        if number % 4 == 0 {
            house.person()?.machine().await?;
        }
    }
    for turn in turns {
        let turn = chat.ended(turn).await?;
        assert_eq!(turn.state, TurnState::Done, "{:?}", turn.outcome);
    }
    let lines = house.file("log.txt").context("they were done")?;
    let expected: Vec<String> = (0..=12).map(|number| number.to_string()).collect();
    assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    assert_eq!(agent(&house, chat.id())?, process, "it is the same agent");
    Ok(())
}

/// R05: what an agent says last, and how it ends, arrive though no daemon was there.
#[tokio::test]
async fn an_agent_that_ends_while_no_daemon_is_there_is_heard_out() -> Result<()> {
    let (house, mut machine) = machine().await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/slow 10 30ms\n/say last words\n/crash 3").await?;
    pieces(&mut chat, 2).await?;
    let process = agent(&house, chat.id())?;
    machine.kill().await?;
    scan::gone(process).await?;
    machine.start(&house)?;
    let turn = chat.ended(turn).await?;
    assert_eq!(turn.state, TurnState::Failed);
    let outcome = turn.outcome.unwrap_or_default();
    assert!(outcome.contains("exit status 3"), "{outcome}");
    let said: Vec<_> = chat.seen.of_kind("agent_message_chunk").collect();
    assert_eq!(said.last().context("it said something")?["content"]["text"], "last words");
    assert_eq!(said.len(), 11, "{said:?}");
    // The chat goes on with a new one.
    assert_eq!(chat.ask("/append log.txt on").await?.state, TurnState::Done);
    assert_ne!(agent(&house, chat.id())?, process);
    Ok(())
}

/// R05, R22: whoever kills what holds the agent kills the agent; that is said, and the chat goes on with
/// a new one. The same while no daemon is there.
#[tokio::test]
async fn a_chat_whose_holder_is_killed_goes_on_with_a_new_agent() -> Result<()> {
    let (house, mut machine) = machine().await?;
    let mut chat = house.person()?.chat("demo").await?;
    for (without_daemon, state) in [(false, TurnState::Failed), (true, TurnState::Unknown)] {
        let turn = chat.prompt("/slow 100000 5ms").await?;
        chat.until("wait until it runs", |seen| {
            (seen.turn_update(turn)?["state"] == "running").then_some(())
        })
        .await?;
        let process = agent(&house, chat.id())?;
        if without_daemon {
            machine.kill().await?;
        }
        kill(holders(&house, chat.id())[0].pid)?;
        if without_daemon {
            machine.start(&house)?;
        }
        assert_eq!(chat.ended(turn).await?.state, state);
        scan::gone(process).await?;
        assert_eq!(chat.ask("/append log.txt on").await?.state, TurnState::Done);
        assert_ne!(agent(&house, chat.id())?, process);
    }
    // What it has left ends with the machine.
    machine.kill().await?;
    Machine::unenrol(&house).await?;
    scan::nobody_left(house.place().path(), &[house.pid()?]).await
}

fn kill(number: u32) -> Result<()> {
    let pid = Pid::from_raw(i32::try_from(number)?).context("a process")?;
    Ok(kill_process(pid, Signal::KILL)?)
}

/// R05: a paused chat is paused after a kill, and goes on from where it stood; one that is halted or
/// ended while no daemon runs leaves nothing (R22).
#[tokio::test]
async fn a_paused_chat_is_paused_after_a_kill() -> Result<()> {
    let (house, mut machine) = machine().await?;
    let expected = undisturbed(&house, WORK).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt(WORK).await?;
    pieces(&mut chat, 4).await?;
    let process = agent(&house, chat.id())?;
    chat.client.session_pause(chat.id()).await?;
    chat.state(SessionState::Paused).await?;
    machine.kill().await?;
    machine.start(&house)?;
    house.person()?.machine().await?;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    assert!(stat.contains(") T "), "it stands still: {stat}");
    assert_eq!(chat.client.session(chat.id()).await?.status, SessionState::Paused);
    chat.client.session_resume(chat.id()).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    let text = |told: &[Value]| -> Vec<Value> {
        let said = told.iter().filter(|update| update["kind"] == "agent_message_chunk");
        said.cloned().collect()
    };
    assert_eq!(text(&told(&chat)), text(&expected));
    assert_eq!(agent(&house, chat.id())?, process, "it is the same agent");

    chat.prompt("/slow 100000 5ms").await?;
    machine.kill().await?;
    let ended = Machine::command(&house, &["halt", "--reason", "enough"]).await?;
    ensure!(ended.status.success(), "halt: {}", ended.text());
    scan::nobody_left(house.place().path(), &[house.pid()?]).await
}

/// R05: at whatever moment the daemon is killed, also while it takes over, the transcript is that of a
/// turn that nothing has happened to.
#[tokio::test]
async fn kills_at_any_moment_leave_no_trace() -> Result<()> {
    const PROMPT: &str = "/think first\n/append log.txt begun\n/slow 80 20ms\n/plan one; two\n\
        /append log.txt half\n/junk\n/slow 80 20ms\n/title of it\n/append log.txt done";
    let (house, mut machine) = machine().await?;
    let expected = undisturbed(&house, PROMPT).await?;
    std::fs::remove_file(house.workspace().join("log.txt"))?;
    let rng = CountingRng::new(11);
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt(PROMPT).await?;
    pieces(&mut chat, 1).await?;
    let process = agent(&house, chat.id())?;
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(below(&rng, 250))).await;
        machine.kill().await?;
        machine.start(&house)?;
    }
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    chat.idle().await?;
    assert_eq!(told(&chat), expected);
    assert_eq!(house.file("log.txt").as_deref(), Some("begun\nhalf\ndone\n"));
    assert_eq!(agent(&house, chat.id())?, process, "it is the same agent");
    Ok(())
}

/// Whoever stops everything on a computer between turns has no chat fail: what was said stays, nothing
/// is told of an error, and the next prompt goes on.
#[tokio::test]
async fn a_chat_that_rests_is_not_disturbed_by_stopping_everything() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    chat.ask("/say first").await?;
    chat.idle().await?;
    house.interrupt().await?;
    house.start().await?;
    let turn = chat.ask("/say second").await?;
    assert_eq!(turn.state, TurnState::Done);
    let said = chat.seen.said();
    ensure!(said.contains("first") && said.contains("second"), "{said}");
    assert_eq!(chat.seen.notice("agent_exited"), None);
    Ok(())
}
