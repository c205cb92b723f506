//! The process is killed at moments it cannot choose, and started again on the same data.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use client::Client;
use e2e::chat::turn_of;
use e2e::{Chat, House, Setup};
use model::permission::PermissionAnswer;
use model::rng::{CountingRng, below};
use model::turn::{TurnState, WhenBusy};
use model::{SessionId, TurnId};

/// How often the process is killed.
const KILLS: u64 = 6;

/// How many prompts are sent between two kills. A chat lets 32 wait.
const PROMPTS: u64 = 12;

/// R01, R05: every prompt that was accepted is there after each kill, once, and is done, once: its agent
/// has not noticed.
#[tokio::test]
async fn what_was_accepted_survives_kills_in_the_middle_of_turns() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let rng = CountingRng::new(1);
    let mut accepted: BTreeMap<TurnId, String> = BTreeMap::new();
    for kill in 0..KILLS {
        // The kill falls somewhere into what happens, never into the same place.
        let after = Duration::from_millis(20 + below(&rng, 400));
        let prompting = prompt_until_it_fails(chat.client.clone(), chat.id(), kill, &mut accepted);
        let killing = async {
            tokio::time::sleep(after).await;
            house.kill().await
        };
        let (prompted, killed) = tokio::join!(prompting, killing);
        prompted?;
        killed?;
        house.start().await?;
        house.person()?.machine().await?;
    }
    assert!(accepted.len() as u64 > KILLS, "{} prompts were accepted", accepted.len());

    let mut states = BTreeMap::new();
    for (turn, line) in &accepted {
        let turn = chat.ended(*turn).await.with_context(|| format!("the turn of {line}"))?;
        *states.entry(turn.state.as_str()).or_insert(0) += 1;
        let times = count(&house, line);
        let may_be = match turn.state {
            TurnState::Done => times == 1,
            // A prompt that was never begun.
            TurnState::Cancelled | TurnState::Failed => times == 0,
            state => anyhow::bail!("{line} is {state}: {:?}", turn.outcome),
        };
        assert!(may_be, "{line} is {} and there {times} times", turn.state);
    }
    // Those that waited in the queue when the process was killed were done later.
    assert!(states.contains_key("done"), "{states:?}");
    // Nothing is in the file that was not asked for.
    let file = house.file("log.txt").unwrap_or_default();
    let lines = file.lines().count();
    assert!(lines <= accepted.len() + usize::try_from(KILLS)?, "{lines} lines");
    // The session goes on.
    assert_eq!(chat.ask("/append log.txt last").await?.state, TurnState::Done);
    assert_eq!(count(&house, "last"), 1);
    Ok(())
}

/// Sends prompts, each with a line of its own, until the server is gone. Notes those that were
/// accepted; the one whose answer did not come may have been, too.
async fn prompt_until_it_fails(
    client: Client,
    session: SessionId,
    kill: u64,
    accepted: &mut BTreeMap<TurnId, String>,
) -> Result<()> {
    let mut number = 0;
    while number < PROMPTS {
        let line = format!("line-{kill}-{number}");
        // Some take a while, so that the kill finds them running and others waiting.
        let pause = if number % 3 == 0 { "/slow 4 20ms\n" } else { "" };
        let turn = turn_of(&format!("{pause}/append log.txt {line}"), WhenBusy::Queue);
        match client.prompt(session, &turn, &line).await {
            Ok(turn) => {
                accepted.insert(turn.turn_id, line);
                number += 1;
            }
            // As many as the agent has room for wait already.
            Err(error) if error.code() == Some("too_many_prompts") => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Err(error) if error.is_offline() || error.is_retryable() => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn count(house: &House, line: &str) -> usize {
    let file = house.file("log.txt").unwrap_or_default();
    file.lines().filter(|found| *found == line).count()
}

/// R01, R05: a question waits on when the process is killed, and its answer arrives.
#[tokio::test]
async fn a_question_waits_on_when_the_process_was_killed() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    house.kill().await?;
    house.start().await?;
    house.person()?.machine().await?;

    let open = chat.client.permissions(None).await?;
    assert_eq!(open.len(), 1, "it is open: {open:?}");
    assert_eq!(open[0].request_id, question.request_id);
    assert_eq!(house.file("notes.txt"), None);
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    assert_eq!(house.file("notes.txt").as_deref(), Some("hello"));
    works_on(&mut chat, &house).await
}

/// R01: a question whose agent has died with the process is withdrawn, its turn is unknown, and
/// nothing was done that nobody allowed.
#[tokio::test]
async fn a_question_is_withdrawn_when_its_agent_died_with_the_process() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    house.kill().await?;
    // The agent, and what has held it.
    e2e::scan::sweep(house.place().path());
    house.start().await?;

    assert_eq!(chat.ended(turn).await?.state, TurnState::Unknown);
    assert_eq!(house.file("notes.txt"), None);
    let id = question.request_id.to_string();
    chat.until("wait until the question is withdrawn", |seen| {
        let told = seen.of_kind("permission").rev().find(|told| told["request_id"] == id.as_str());
        (told?["state"] == "withdrawn").then_some(())
    })
    .await?;
    let late = chat.answer(&question, PermissionAnswer::AllowOnce, None).await;
    assert!(late.is_err(), "nobody asks any more: {late:?}");
    let open = chat.client.permissions(None).await?;
    assert!(open.is_empty(), "no question is left open: {open:?}");
    works_on(&mut chat, &house).await
}

/// R01: an answer that was accepted is not lost and not applied twice.
#[tokio::test]
async fn an_answer_that_was_accepted_is_kept() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    let answered = chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    assert_eq!(answered.answer, Some(PermissionAnswer::AllowOnce));
    house.kill().await?;
    house.start().await?;
    let turn = chat.ended(turn).await?;
    assert_eq!(turn.state, TurnState::Done, "its agent has not noticed: {:?}", turn.outcome);
    assert_eq!(house.file("notes.txt").as_deref(), Some("hello"));
    let again = chat.answer(&question, PermissionAnswer::Deny, None).await;
    assert!(again.is_err(), "a question is answered once: {again:?}");
    works_on(&mut chat, &house).await
}

/// R01, R22: agents outlive the process that was killed, and nothing of them their sessions.
#[tokio::test]
async fn what_a_killed_process_leaves_ends_with_its_session() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/run sleep 1000").await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    chat.until("wait until the command runs", |seen| {
        (seen.tool_calls().first()?["status"] == "in_progress").then_some(())
    })
    .await?;
    let before = e2e::scan::started_by(house.place().path(), house.pid()?);
    assert!(before.len() >= 2, "the agent and its command: {before:?}");
    house.kill().await?;
    house.start().await?;
    house.person()?.machine().await?;
    let now = e2e::scan::started_by(house.place().path(), house.pid()?);
    let goes_on = |process: &e2e::scan::Process| now.iter().any(|one| one.pid == process.pid);
    assert!(before.iter().all(goes_on), "{before:?}, {now:?}");
    chat.client.session_stop(chat.id(), None).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Cancelled);
    for process in before {
        e2e::scan::gone(process.pid).await?;
    }
    Ok(())
}

/// The chat takes a further prompt.
async fn works_on(chat: &mut Chat, house: &House) -> Result<()> {
    assert_eq!(chat.ask("/append log.txt on").await?.state, TurnState::Done);
    assert_eq!(count(house, "on"), 1);
    Ok(())
}
