//! Pauses: nothing of a session runs until somebody says so, whatever happens meanwhile.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::scan::{environments, started_by};
use e2e::{Chat, House, Setup};
use http::{Method, StatusCode};
use model::SessionId;
use model::permission::PermissionAnswer;
use model::session::SessionState;
use model::turn::TurnState;

/// Counts in a file as long as it runs: in a process of its own session, and in new ones.
const COUNTING: &str = "count() { while :; do echo >> $1; sleep 0.01; done; }
    (setsid sh -c 'while :; do echo >> hidden; sleep 0.01; done' &)
    count child & echo counting; count parent";

const CONFLICT: Option<StatusCode> = Some(StatusCode::CONFLICT);

const COUNTERS: [&str; 3] = ["hidden", "child", "parent"];

fn counts(house: &House) -> [u64; 3] {
    let length = |name| fs::metadata(house.workspace().join(name)).map_or(0, |file| file.len());
    COUNTERS.map(length)
}

async fn all_count_on_from(house: &House, before: [u64; 3]) {
    while counts(house).iter().zip(before).any(|(now, before)| *now <= before) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The states of a session's processes, as `/proc` tells them (proc(5)).
fn states(house: &House, session: SessionId) -> Result<Vec<char>> {
    let mark = format!("GANTLINE_SESSION={session}");
    let mut found = Vec::new();
    for process in started_by(house.place().path(), house.pid()?) {
        let environment = environments(std::slice::from_ref(&process)).concat();
        if !environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes()) {
            continue;
        }
        if let Ok(stat) = fs::read_to_string(format!("/proc/{}/stat", process.pid)) {
            let after_name = stat.rfind(')').context("a name")? + 2;
            found.push(stat[after_name..].chars().next().context("a state")?);
        }
    }
    Ok(found)
}

/// What runs would have gone on by the time that somebody else has done this much.
async fn somebody_else_works() -> Result<()> {
    let script = "i=0; while [ $i -lt 200 ]; do i=$((i + 1)); sh -c :; done";
    let status = tokio::process::Command::new("sh").args(["-c", script]).status().await?;
    ensure!(status.success());
    Ok(())
}

async fn stands_still(house: &House, session: SessionId) -> Result<()> {
    let states = states(house, session)?;
    // Whoever waits in the system for a child that is stopped before its first step runs no more
    // than it.
    let stands = |state: &char| matches!(state, 'T' | 'D');
    ensure!(!states.is_empty() && states.iter().all(stands), "{states:?}");
    let before = counts(house);
    somebody_else_works().await?;
    assert_eq!(counts(house), before);
    Ok(())
}

/// A chat whose agent runs a command that counts.
async fn counting_chat(house: &House) -> Result<Chat> {
    let mut chat = house.person()?.chat("demo").await?;
    let command = COUNTING.replace('\n', ";");
    chat.prompt(&format!("/run {command}")).await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    all_count_on_from(house, [0; 3]).await;
    Ok(chat)
}

#[tokio::test]
async fn nothing_of_a_paused_chat_runs_until_it_is_resumed() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = counting_chat(&house).await?;
    let (id, client) = (chat.id(), chat.client.clone());

    let paused = client.session_pause(id).await?;
    assert_eq!(paused.status, SessionState::Paused);
    let since = paused.paused.context("since when")?;
    stands_still(&house, id).await?;
    chat.state(SessionState::Paused).await?;

    let refused = client.turn_cancel(id, None).await.expect_err("it stands still");
    assert_eq!((refused.status(), refused.code()), (CONFLICT, Some("session_paused")));
    let refused = chat.prompt("/say hello").await.expect_err("it stands still").to_string();
    assert!(refused.contains("Session is paused, please resume first"), "{refused}");
    let again = client.session_pause(id).await?;
    assert_eq!(again.paused.context("since when")?, since, "once is enough");

    let before = counts(&house);
    let resumed = client.session_resume(id).await?;
    assert_eq!((resumed.status, resumed.paused), (SessionState::Running, None));
    assert_eq!(client.session_resume(id).await?.status, SessionState::Running);
    all_count_on_from(&house, before).await;

    let written = async |action| -> Result<usize> {
        let path = format!("/api/audit?action=session.{action}");
        let log = house.person()?.request(Method::GET, &path, None).await?.body;
        Ok(log["records"].as_array().context("records")?.len())
    };
    assert_eq!((written("pause").await?, written("resume").await?), (1, 1));

    client.turn_cancel(id, None).await?;
    chat.idle().await?;
    assert_eq!(chat.ask("/say still here").await?.state, TurnState::Done);
    client.session_stop(id, None).await?;
    chat.state(SessionState::Stopped).await?;
    let refused = client.session_pause(id).await.expect_err("it is over");
    assert_eq!((refused.status(), refused.code()), (CONFLICT, Some("session_ended")));
    house.nobody_left().await
}

/// R05: what was paused stays so when server and daemon are killed, and does not get to run until it is
/// resumed; then it goes on from where it stood.
#[tokio::test]
async fn a_paused_chat_is_paused_after_kills_and_goes_on() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = counting_chat(&house).await?;
    let (id, client) = (chat.id(), chat.client.clone());
    client.session_pause(id).await?;
    let before = counts(&house);

    house.kill().await?;
    house.start().await?;
    let person = house.person()?;
    person.machine().await?;

    let session = person.client.session(id).await?;
    assert_eq!(session.status, SessionState::Paused);
    assert!(session.paused.is_some());
    assert!(chat.prompt("/say hello").await.is_err());
    stands_still(&house, id).await?;
    assert_eq!(counts(&house), before, "nothing of it has run");

    assert_eq!(person.client.session_resume(id).await?.paused, None);
    all_count_on_from(&house, before).await;
    client.turn_cancel(id, None).await?;
    chat.idle().await?;
    assert_eq!(chat.ask("/say back").await?.state, TurnState::Done);
    person.client.session_pause(id).await?;
    person.client.session_stop(id, None).await?;
    chat.state(SessionState::Stopped).await?;
    house.nobody_left().await
}

/// Whoever comes sees the screen, and the end of a paused terminal is the end of all of it.
#[tokio::test]
async fn a_paused_terminal_is_seen_goes_on_and_can_be_ended() -> Result<()> {
    let house = House::up(Setup { shell: Some(COUNTING.to_owned()), ..Setup::default() }).await?;
    let person = house.person()?;
    let id = person.terminal().await?;
    person.attach(id, Part::Write).await?.shows("counting").await?;
    // Its output may come before the report that it runs.
    person.session_is(id, SessionState::Running).await?;
    all_count_on_from(&house, [0; 3]).await;
    for _ in 0..3 {
        assert_eq!(person.client.session_pause(id).await?.status, SessionState::Paused);
        stands_still(&house, id).await?;
        person.attach(id, Part::Watch).await?.shows("counting").await?;
        let before = counts(&house);
        assert_eq!(person.client.session_resume(id).await?.status, SessionState::Running);
        all_count_on_from(&house, before).await;
    }
    person.client.session_pause(id).await?;
    let before = counts(&house);
    person.client.session_stop(id, None).await?;
    person.session_is(id, SessionState::Stopped).await?;
    assert_eq!(counts(&house), before, "what was paused does not run again");
    house.nobody_left().await
}
