use super::*;
use TurnState::{Cancelled, Done, Failed, OnMachine, Running, Unknown};

/// Lets the daemon die, and begins again with what the transcript says.
fn restart(stage: &Stage, prompts: Vec<Prompt>) -> Stage {
    let mut memory = Memory::default();
    stage.transcript.iter().for_each(|update| memory.learn(update));
    Stage::of(Conversation::resume(setup(Preset::Ask), memory, prompts))
}

fn begun() -> Stage {
    let mut stage = Stage::new(setup(Preset::Ask));
    stage.plain(Conversation::start);
    stage.started();
    stage.reply("initialize", &json!({ "agentCapabilities": { "loadSession": true } }));
    stage.reply("session/new", &json!({ "sessionId": "s1" }));
    stage
}

/// R06: what ran when the daemon died may have had effects; it is unknown and never runs again.
#[test]
fn a_turn_that_ran_is_unknown_and_never_runs_again() {
    let mut stage = begun();
    stage.prompt(1);
    stage.asks(70, &write_call("t"));
    let mut again = restart(&stage, vec![prompt(1)]);
    assert_eq!(again.turn_states(1), [Unknown]);
    assert_eq!(again.status("t"), Some(ToolStatus::Unfinished));
    assert!(matches!(again.facts[0], Fact::Closed { .. }));
    assert_eq!(again.notices(), [NoticeCode::DaemonRestarted]);
    assert_eq!((again.launches, again.chat.state()), (0, ChatState::AgentDown));
    again.prompt(1);
    assert_eq!(again.turn_states(1), [Unknown]);
    assert_eq!(again.launches, 0);
}

#[test]
fn turns_that_waited_wait_again_in_their_order() {
    let mut stage = begun();
    stage.prompt(1);
    stage.prompt(2);
    stage.steer(3);
    let mut again = restart(&stage, vec![prompt(1), prompt(2), prompt(3), prompt(4)]);
    assert_eq!(again.launches, 1);
    again.started();
    again.reply("initialize", &json!({ "agentCapabilities": { "loadSession": true } }));
    again.reply("session/load", &Value::Null);
    again.after(1);
    for number in [3, 2, 4] {
        assert_eq!(again.chat.running_turn(), Some(turn(number)));
        again.says("x");
        again.done();
        assert_eq!(again.turn_states(number), [OnMachine, Running, Done]);
    }
    let written: Vec<_> =
        again.transcript.iter().filter(|update| matches!(update, Update::UserMessage(_))).collect();
    assert_eq!(written.len(), 1, "only the prompt that was not on record is written down");
}

#[test]
fn a_turn_whose_prompt_is_gone_fails_rather_than_being_lost() {
    let mut stage = begun();
    stage.prompt(1);
    stage.prompt(2);
    let again = restart(&stage, vec![]);
    assert_eq!((again.turn_states(1), again.turn_states(2)), (vec![Unknown], vec![Failed]));
}

#[test]
fn what_is_over_stays_over() {
    let mut stage = begun();
    stage.prompt(1);
    stage.says("x");
    stage.done();
    stage.prompt(2);
    stage.cancel(2);
    stage.reply("session/prompt", &json!({ "stopReason": "cancelled" }));
    let again = restart(&stage, vec![]);
    assert!(again.facts.iter().all(|fact| !matches!(fact, Fact::Turn { .. })));
    assert_eq!(stage.turn_states(2).last(), Some(&Cancelled));
    stage.plain(|chat| chat.stop("enough"));
    stage.exits();
    let mut again = restart(&stage, vec![prompt(9)]);
    assert!(again.chat.has_ended());
    let refused = again.outside(|chat, outside| chat.prompt(outside, prompt(10)));
    assert_eq!(refused, Err(Refusal::SessionEnded));
}

#[test]
fn messages_and_the_agents_session_are_remembered() {
    let mut stage = begun();
    stage.prompt(1);
    stage.says("first");
    stage.done();
    let before: Vec<String> = stage.messages().into_iter().map(|(id, _)| id).collect();
    let mut again = restart(&stage, vec![]);
    again.prompt(2);
    again.started();
    again.reply("initialize", &json!({ "agentCapabilities": { "loadSession": true } }));
    assert_eq!(again.sent.last().unwrap()["params"]["sessionId"], "s1");
    again.reply("session/load", &Value::Null);
    again.after(1);
    again.says("second");
    assert!(!before.contains(&again.messages()[0].0));
}
