//! Prompt → permission → result: the main job, through `gantline up --demo`.

use anyhow::Result;
use e2e::{House, Setup};
use model::permission::{PermissionAnswer, PermissionState};
use model::turn::{MAX_WAITING_TURNS, TurnState, WhenBusy};

#[tokio::test]
async fn an_allowed_write_changes_the_file_and_shows_the_change() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    assert_eq!(question.title, "Write notes.txt");
    assert_eq!(question.turn_id, Some(turn));
    assert_eq!(house.file("notes.txt"), None, "nothing happens before the answer");

    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    assert_eq!(house.file("notes.txt").as_deref(), Some("hello"));

    let call = &chat.seen.tool_calls()[0];
    assert_eq!(call["status"], "completed", "{call}");
    let diff = &call["content"][0];
    assert_eq!((&diff["kind"], &diff["new_text"]), (&"diff".into(), &"hello".into()), "{call}");
    assert!(diff["path"].as_str().is_some_and(|path| path.ends_with("notes.txt")), "{call}");
    let answered = chat.until("wait until the question is resolved", |seen| {
        let question = seen.questions.get(&question.request_id)?;
        (question.state == PermissionState::Resolved).then(|| question.clone())
    });
    assert_eq!(answered.await?.answer, Some(PermissionAnswer::AllowOnce));
    Ok(())
}

#[tokio::test]
async fn a_denied_write_leaves_the_file_alone_and_the_agent_hears_why() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    std::fs::write(house.workspace().join("notes.txt"), "mine")?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt yours").await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::Deny, Some("/say not that file")).await?;
    chat.ended(turn).await?;
    assert_eq!(house.file("notes.txt").as_deref(), Some("mine"));

    // The note becomes a prompt of its own, which the scripted agent follows.
    chat.until("wait until the agent has heard why", |seen| {
        seen.said().contains("not that file").then_some(())
    })
    .await?;
    chat.idle().await?;
    assert_eq!(house.file("notes.txt").as_deref(), Some("mine"));
    let call = &chat.seen.tool_calls()[0];
    assert_eq!(call["status"], "failed", "{call}");
    Ok(())
}

#[tokio::test]
async fn a_prompt_too_many_is_refused_and_not_lost_later() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let first = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    let mut waiting = Vec::new();
    for _ in 0..MAX_WAITING_TURNS {
        waiting.push(chat.prompt("/say done").await?);
    }
    let refused = chat.prompt("/say one too many").await.expect_err("there is no room").to_string();
    assert!(refused.contains("32 prompts wait"), "{refused}");
    chat.answer(&question, PermissionAnswer::Deny, None).await?;
    chat.ended(first).await?;
    for turn in waiting {
        assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    }
    assert_eq!(chat.ask("/say room again").await?.state, TurnState::Done);
    Ok(())
}

/// R23: cancelling answers what is open, can be repeated, and ends in one state.
#[tokio::test]
async fn cancelling_withdraws_open_questions_and_nothing_runs() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/ask-twice").await?;
    let asked = |seen: &e2e::chat::Seen| (seen.open_questions().len() == 2).then_some(());
    chat.until("wait for both questions", asked).await?;
    let questions = chat.seen.open_questions();

    chat.client.turn_cancel(chat.id(), None).await?;
    let again = chat.client.turn_cancel(chat.id(), Some(turn)).await;
    assert!(again.is_ok() || again.is_err_and(|error| error.status().is_some()));
    assert_eq!(chat.ended(turn).await?.state, TurnState::Cancelled);
    chat.until("wait until both questions are withdrawn", |seen| {
        let withdrawn = |state| state == PermissionState::Withdrawn;
        seen.questions.values().all(|question| withdrawn(question.state)).then_some(())
    })
    .await?;
    for call in chat.seen.tool_calls() {
        assert_ne!(call["status"], "completed", "{call}");
    }
    let late = chat.answer(&questions[0], PermissionAnswer::AllowOnce, None).await;
    assert!(late.is_err(), "a withdrawn question takes no answer: {late:?}");
    // The agent is still there for the next one.
    assert_eq!(chat.ask("/say still here").await?.state, TurnState::Done);
    Ok(())
}

#[tokio::test]
async fn an_agent_that_crashes_is_named_and_the_next_prompt_takes_the_session_up_again()
-> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    assert_eq!(chat.ask("/say remember me").await?.state, TurnState::Done);
    let crashed = chat.ask("/crash 3").await?;
    assert!(matches!(crashed.state, TurnState::Failed | TurnState::Unknown), "{crashed:?}");
    let exited =
        chat.until("wait until the chat says so", |seen| seen.notice("agent_exited").cloned());
    let exited = exited.await?.to_string();
    assert!(exited.contains('3'), "the notice names the exit status: {exited}");

    assert_eq!(chat.ask("/say back again").await?.state, TurnState::Done);
    let agents: Vec<_> = chat.seen.of_kind("agent").collect();
    assert_eq!(agents.len(), 2, "a second process was started");
    assert_ne!(agents[1]["opened"], "new", "it has taken the session up again: {}", agents[1]);
    assert_eq!(agents[0]["agent_session_id"], agents[1]["agent_session_id"]);
    Ok(())
}

#[tokio::test]
async fn prompts_wait_their_turn_and_a_steering_one_goes_first() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let long = chat.prompt("/say first\n/slow 10000 50ms").await?;
    chat.until("wait until it runs", |seen| seen.said().contains("first").then_some(())).await?;
    let waiting = chat.prompt("/say third").await?;
    chat.until("wait until the second one waits", |seen| {
        let queue = seen.of_kind("queue").last()?;
        (queue["turn_ids"] == serde_json::json!([waiting.to_string()])).then_some(())
    })
    .await?;
    let steering = chat.prompt_when_busy("/say second", WhenBusy::Steer).await?;

    assert_eq!(chat.ended(long).await?.state, TurnState::Cancelled);
    assert_eq!(chat.ended(steering).await?.state, TurnState::Done);
    assert_eq!(chat.ended(waiting).await?.state, TurnState::Done);
    let said = chat.seen.said();
    let place = |word: &str| said.find(word).unwrap_or(usize::MAX);
    assert!(place("first") < place("second") && place("second") < place("third"), "{said}");
    Ok(())
}

/// R22: the end of a session leaves no process behind, not even one that hides.
#[tokio::test]
async fn the_end_of_a_session_leaves_no_process() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let hiding = "setsid sleep 1000 >/dev/null 2>&1 & sleep 1000 & echo started; wait";
    let turn = chat.prompt(&format!("/run {hiding}")).await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    chat.until("wait until the command runs", |seen| {
        let call = seen.tool_calls().into_iter().next()?;
        (call["status"] == "in_progress").then_some(())
    })
    .await?;
    let started = e2e::scan::started_by(house.place().path(), house.pid()?);
    assert!(!started.is_empty(), "the agent is there");

    let stopped = chat.client.session_stop(chat.id(), None).await?;
    assert_eq!(stopped.session_id, chat.id());
    chat.state(model::session::SessionState::Stopped).await?;
    assert!(chat.ended(turn).await?.state.is_final());
    house.nobody_left().await
}

/// Whoever follows a chat before its machine has heard of it sees all of it.
#[tokio::test]
async fn a_chat_that_is_followed_at_once_is_seen_from_its_first_update() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    for _ in 0..12 {
        let mut chat = person.chat("demo").await?;
        assert_eq!(chat.ask("/say seen").await?.state, TurnState::Done);
        assert_eq!(chat.seen.said(), "seen");
        chat.client.session_stop(chat.id(), None).await?;
    }
    Ok(())
}

/// R35: nobody watches, and the work goes on; whoever comes back sees all of it.
#[tokio::test]
async fn closing_a_view_never_ends_work() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let mut chat = person.chat("demo").await?;
    let turn = chat.prompt("/slow 40 25ms\n/append log.txt done").await?;
    chat.until("wait until it speaks", |seen| seen.said().contains("2 ").then_some(())).await?;
    let id = chat.id();
    drop(chat);
    let mut again = person.follow(id).await?;
    assert_eq!(again.ended(turn).await?.state, TurnState::Done);
    let said = again.seen.said();
    assert!(said.starts_with("1 2 3 ") && said.contains(" 39 40 "), "{said}");
    assert_eq!(house.file("log.txt").as_deref(), Some("done\n"));
    Ok(())
}
