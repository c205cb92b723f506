use super::*;
use TurnState::{Cancelled, Done, Failed, OnMachine, Running};

#[test]
fn a_prompt_runs_and_ends() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    assert_eq!(stage.chat.state(), ChatState::Running);
    stage.says("hel");
    stage.says("lo");
    stage.done();
    assert_eq!(stage.turn_states(1), [OnMachine, Running, Done]);
    assert_eq!(stage.messages(), [("m2".to_owned(), "hello".to_owned())]);
    assert_eq!(stage.chat.state(), ChatState::Idle);
    assert_eq!(stage.notices(), []);
}

/// A prompt is begun only after it is on record that it is.
#[test]
fn the_transcript_is_made_durable_before_the_agent_is_prompted() {
    let mut stage = Stage::ready();
    let Stage { chat, clock, rng, .. } = &mut stage;
    chat.prompt(Outside { clock, rng }, prompt(1)).unwrap();
    let mut running_shown = false;
    let mut committed = false;
    while let Some(effect) = chat.poll_effect() {
        match effect {
            Effect::Append(entry) => {
                running_shown |=
                    matches!(&entry.update, Update::Turn(turn) if turn.state == Running);
            }
            Effect::Commit => committed = running_shown,
            Effect::Send(_) => assert!(committed),
            _ => {}
        }
    }
    assert!(committed);
}

#[test]
fn prompts_wait_their_turn_because_agents_would_drop_one() {
    let mut stage = Stage::ready();
    for number in 1..=3 {
        stage.prompt(number);
    }
    let prompts = |stage: &Stage| {
        stage.sent.iter().filter(|message| message["method"] == "session/prompt").count()
    };
    assert_eq!(prompts(&stage), 1);
    stage.done();
    assert_eq!((prompts(&stage), stage.chat.running_turn()), (2, Some(turn(2))));
    stage.done();
    stage.done();
    for number in 1..=3 {
        assert_eq!(stage.turn_states(number), [OnMachine, Running, Done]);
    }
}

#[test]
fn a_turn_that_is_known_is_not_taken_in_twice() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.prompt(1);
    stage.done();
    stage.prompt(1);
    assert_eq!(stage.turn_states(1), [OnMachine, Running, Done]);
}

#[test]
fn a_full_queue_says_so_and_a_cancelled_turn_makes_room() {
    let mut stage = Stage::ready();
    let limit = i64::try_from(model::turn::MAX_WAITING_TURNS).unwrap();
    for number in 0..=limit {
        stage.prompt(number);
    }
    let refused = stage.outside(|chat, outside| chat.prompt(outside, prompt(99)));
    assert_eq!(refused, Err(Refusal::QueueFull));
    assert!(Refusal::QueueFull.is_retryable());
    stage.cancel(5);
    assert_eq!(stage.turn_states(5), [OnMachine, Cancelled]);
    stage.prompt(99);
    assert_eq!(stage.turn_states(99), [OnMachine]);
}

#[test]
fn steering_cancels_what_runs_and_goes_first() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.prompt(2);
    stage.steer(3);
    stage.steer(4);
    stage.reply("session/prompt", &json!({ "stopReason": "cancelled" }));
    assert_eq!(stage.outcome(1), (Cancelled, "another prompt goes first"));
    assert_eq!(stage.chat.running_turn(), Some(turn(3)));
    stage.done();
    assert_eq!(stage.chat.running_turn(), Some(turn(4)));
    stage.done();
    assert_eq!(stage.chat.running_turn(), Some(turn(2)));
}

/// R23: cancelling twice is the same as once, and what the agent answers meanwhile changes nothing.
#[test]
fn cancelling_is_idempotent_whatever_the_agent_answers() {
    for answer in [
        json!({ "result": { "stopReason": "cancelled" } }),
        json!({ "result": { "stopReason": "end_turn" } }),
        json!({ "error": { "code": -32603, "message": "aborted" } }),
        json!({ "error": { "code": -32800, "message": "cancelled" } }),
    ] {
        let mut stage = Stage::ready();
        stage.prompt(1);
        stage.cancel(1);
        stage.cancel(1);
        let cancels =
            stage.sent.iter().filter(|message| message["method"] == "session/cancel").count();
        assert_eq!(cancels, 1);
        let mut message = answer.clone();
        message["id"] = stage.asked("session/prompt");
        stage.agent(&message);
        stage.cancel(1);
        assert_eq!(stage.turn_states(1), [OnMachine, Running, Cancelled], "{answer}");
    }
}

/// R23: an agent that does not stop is killed after ten seconds, and the next turn has a new one.
#[test]
fn an_agent_that_does_not_stop_is_killed() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.cancel(1);
    stage.after(9);
    assert_eq!((stage.kills, stage.turn_states(1).last()), (0, Some(&Running)));
    stage.after(1);
    assert_eq!(stage.kills, 1);
    assert_eq!(stage.turn_states(1), [OnMachine, Running, Cancelled]);
    assert_eq!(stage.notices(), [NoticeCode::AgentUnresponsive]);
    stage.prompt(2);
    assert_eq!(stage.launches, 1);
    stage.exits();
    assert_eq!(stage.launches, 2);
    assert_eq!(stage.chat.poll_timeout(), None);
}

#[test]
fn cancelling_without_a_name_means_what_runs_or_would_run_next() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.prompt(2);
    stage.outside(|chat, outside| chat.cancel(outside, None)).unwrap();
    stage.reply("session/prompt", &json!({ "stopReason": "cancelled" }));
    assert_eq!(stage.outcome(1).0, Cancelled);
    assert_eq!(stage.chat.running_turn(), Some(turn(2)));
    stage.done();
    assert_eq!(stage.outside(|chat, outside| chat.cancel(outside, None)), Ok(()));
    let unknown = stage.outside(|chat, outside| chat.cancel(outside, Some(turn(77))));
    assert_eq!(unknown, Err(Refusal::NoSuchTurn));
}

#[test]
fn every_end_of_a_turn_is_shown_as_what_it_is() {
    #[track_caller]
    fn check(answer: &Value, state: TurnState, outcome: &str, notice: &[NoticeCode]) {
        let mut stage = Stage::ready();
        stage.prompt(1);
        stage.says("x");
        let mut message = answer.clone();
        message["id"] = stage.asked("session/prompt");
        stage.agent(&message);
        assert_eq!(stage.outcome(1), (state, outcome));
        assert_eq!(stage.notices(), notice);
    }
    let stopped = |reason: &str| json!({ "result": { "stopReason": reason } });
    check(&stopped("end_turn"), Done, "", &[]);
    check(&json!({ "result": {} }), Done, "", &[]);
    check(
        &stopped("max_tokens"),
        Done,
        "the answer reached the model's length limit",
        &[NoticeCode::StopReason],
    );
    check(&stopped("refusal"), Done, "the agent refused to go on", &[NoticeCode::StopReason]);
    check(
        &stopped("_budget"),
        Done,
        "the agent stopped with \"_budget\"",
        &[NoticeCode::StopReason],
    );
    check(&stopped("cancelled"), Cancelled, "the agent cancelled the turn", &[]);
    let error = |code: i64, message: &str| json!({ "error": { "code": code, "message": message } });
    check(&error(401, "no key"), Failed, "no key", &[NoticeCode::AgentError]);
    check(&error(-32000, "log in"), Failed, "log in", &[NoticeCode::LoginRequired]);
}

/// Kimi, Cline and pi end a turn like this when their model cannot be reached.
#[test]
fn a_turn_in_which_nothing_was_said_is_pointed_out() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.done();
    assert_eq!(stage.outcome(1), (Done, ""));
    assert_eq!(stage.notices(), [NoticeCode::EmptyTurn]);
}

#[test]
fn a_prompt_that_the_agent_cannot_take_fails_and_the_next_one_runs() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    let image = json!({ "type": "image", "data": "AA==", "mimeType": "image/png" });
    let with_image = Prompt { content: vec![image], ..prompt(2) };
    stage.outside(|chat, outside| chat.prompt(outside, with_image)).unwrap();
    stage.prompt(3);
    stage.done();
    assert_eq!(stage.outcome(2), (Failed, "Agent does not take images"));
    assert_eq!(stage.chat.running_turn(), Some(turn(3)));
}

#[test]
fn tool_calls_that_are_open_when_the_turn_ends_are_closed() {
    for (stop_reason, expect) in
        [("end_turn", ToolStatus::Unfinished), ("cancelled", ToolStatus::Cancelled)]
    {
        let mut stage = Stage::ready();
        stage.prompt(1);
        for (id, status) in [("a", "in_progress"), ("b", "completed"), ("c", "pending")] {
            let update = json!({ "sessionUpdate": "tool_call", "toolCallId": id, "title": id,
                "status": status });
            stage.update(&update);
        }
        stage.reply("session/prompt", &json!({ "stopReason": stop_reason }));
        assert_eq!(stage.status("a"), Some(expect));
        assert_eq!(stage.status("b"), Some(ToolStatus::Completed));
        assert_eq!(stage.status("c"), Some(expect));
    }
}

#[test]
fn a_stopped_session_takes_no_more_prompts() {
    let mut stage = Stage::ready();
    stage.prompt(1);
    stage.prompt(2);
    stage.plain(|chat| chat.stop("ana stopped it"));
    assert_eq!(stage.outcome(1), (Cancelled, "ana stopped it"));
    assert_eq!(stage.outcome(2), (Cancelled, "ana stopped it"));
    assert_eq!(stage.stops, 1);
    assert!(!stage.chat.has_ended());
    let refused = stage.outside(|chat, outside| chat.prompt(outside, prompt(3)));
    assert_eq!(refused, Err(Refusal::SessionEnded));
    stage.exits();
    assert_eq!(stage.chat.state(), ChatState::Stopped);
    assert_eq!(stage.launches, 1);
}
