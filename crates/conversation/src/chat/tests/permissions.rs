use super::*;
use crate::details::{PermissionDetails, sha256};
use PermissionAnswer::{AllowOnce, AllowSession, Deny};
use model::permission::PermissionState;
use policy::{Rule, RuleEffect, RuleMatch, RuleTool, Tool};

fn asking() -> Stage {
    asking_under(Preset::Ask)
}

impl Stage {
    /// The rule that an answer to the open question would make, for exactly this call.
    fn rule_of_question(&self, effect: RuleEffect) -> Rule {
        let details = self.facts.iter().rev().find_map(|fact| match fact {
            Fact::Asked { details_json, .. } => Some(details_json.as_str()),
            _ => None,
        });
        let details: PermissionDetails = serde_json::from_str(details.unwrap()).unwrap();
        let offer = details.always.unwrap();
        let id = model::PolicyRuleId::new(self.clock.now(), &self.rng);
        let matches = RuleMatch::Exact { digest: offer.digest.unwrap() };
        Rule { id, effect, tool: offer.tool, matches, expires_at_ms: None }
    }

    fn set_rules(&mut self, rules: Vec<Rule>) {
        self.outside(|chat, outside| chat.set_rules(outside, rules));
    }
}

fn asking_under(preset: Preset) -> Stage {
    let mut stage = Stage::ready_with(setup(preset), &json!({}), &json!({ "sessionId": "s1" }));
    stage.prompt(1);
    stage
}

#[test]
fn a_person_is_asked_and_the_answer_reaches_the_agent_once() {
    let mut stage = asking();
    stage.asks(70, &write_call("t1"));
    assert_eq!(stage.chat.state(), ChatState::Waiting);
    assert_eq!(stage.answer_to(70), None);
    stage.answer(AllowOnce, "").unwrap();
    assert_eq!(stage.chose(70), "p-once");
    assert_eq!(stage.chat.state(), ChatState::Running);
    assert_eq!(stage.answer(AllowOnce, ""), Err(Refusal::NotPending));
    assert_eq!(stage.answer(Deny, ""), Err(Refusal::NotPending));
    assert_eq!(stage.chose(70), "p-once");
    let closed = stage.facts.iter().filter(|fact| matches!(fact, Fact::Closed { .. })).count();
    assert_eq!(closed, 1);
}

/// S30: what the person sees is what the agent will do, and the answer is bound to it.
#[test]
fn the_answer_is_bound_to_what_was_asked() {
    let mut stage = asking();
    stage.asks(70, &run_call("t1", "rm -rf build"));
    let (request, digest) = stage.open_request();
    let Some(Fact::Asked { title, details_json, turn: asks, .. }) =
        stage.facts.iter().find(|fact| matches!(fact, Fact::Asked { .. }))
    else {
        panic!("nobody was asked")
    };
    assert_eq!((title.as_str(), *asks), ("rm -rf build", Some(turn(1))));
    assert_eq!(sha256(details_json.as_bytes()), digest);
    let details: PermissionDetails = serde_json::from_str(details_json).unwrap();
    assert_eq!(details.tool, "Bash");
    assert_eq!(details.tool_call.raw_input, Some(json!({ "command": "rm -rf build" })));
    let reply = PermissionReply {
        request,
        digest: [0; 32],
        answer: AllowOnce,
        note: String::new(),
        author: "ben".to_owned(),
    };
    let refused = stage.outside(|chat, outside| chat.answer(outside, reply));
    assert_eq!(refused, Err(Refusal::DigestMismatch));
    assert_eq!(stage.answer_to(70), None);
}

#[test]
fn options_are_chosen_by_kind_never_by_id() {
    let mut stage = asking();
    let misleading = json!([
        { "optionId": "allow_once", "name": "x", "kind": "reject_once" },
        { "optionId": "reject", "name": "y", "kind": "allow_once" },
    ]);
    stage.agent(&json!({
        "id": "a-string", "method": "session/request_permission",
        "params": { "sessionId": "s1", "toolCall": write_call("t1"), "options": misleading },
    }));
    stage.answer(AllowOnce, "").unwrap();
    let answer = stage.sent.last().unwrap();
    assert_eq!(answer["id"], "a-string");
    assert_eq!(answer["result"]["outcome"]["optionId"], "reject");
}

#[test]
fn the_policy_decides_first_and_every_decision_is_reported() {
    #[track_caller]
    fn check(preset: Preset, call: &Value, chose: &str, allowed: bool) {
        let mut stage = asking_under(preset);
        stage.asks(70, call);
        assert_eq!(stage.chose(70), chose);
        let decided = stage.facts.iter().find_map(|fact| match fact {
            Fact::Decided { allowed, reason, .. } => Some((*allowed, reason.is_empty())),
            _ => None,
        });
        assert_eq!(decided, Some((allowed, false)));
        let shown =
            stage.transcript.iter().any(|update| matches!(update, Update::PolicyDecision(_)));
        assert!(shown);
    }
    let read = json!({ "toolCallId": "r", "kind": "read", "title": "Read a" });
    check(Preset::Ask, &read, "p-once", true);
    check(Preset::FullAuto, &write_call("w"), "p-once", true);
    check(Preset::SafeReadonly, &write_call("w"), "r-once", false);
    let edit = json!({ "toolCallId": "e", "kind": "edit", "content": [
        { "type": "diff", "path": "/w/a", "oldText": "x", "newText": "y" } ] });
    check(Preset::DevDefault, &edit, "r-once", false);
}

#[test]
fn consent_for_the_session_covers_the_same_command_only() {
    let mut stage = asking();
    stage.asks(70, &run_call("t1", "make test"));
    let rule = stage.rule_of_question(RuleEffect::Allow);
    stage.set_rules(vec![rule.clone()]);
    stage.answer(AllowSession, "").unwrap();
    assert_eq!(stage.chose(70), "p-once");
    stage.asks(71, &run_call("t2", "make test"));
    assert_eq!(stage.chose(71), "p-once");
    stage.asks(72, &run_call("t3", "make test; make install"));
    assert_eq!(stage.answer_to(72), None);
    let by_rule = stage.facts.iter().any(|fact| {
        matches!(fact, Fact::Decided { allowed: true, rule: Some(id), .. } if *id == rule.id)
    });
    assert!(by_rule);
    stage.set_rules(vec![]);
    stage.asks(73, &run_call("t4", "make test"));
    assert_eq!(stage.answer_to(73), None, "a rule that was taken back says nothing");
}

#[test]
fn what_an_administrator_never_allows_is_no_question_any_more() {
    let mut stage = asking();
    stage.asks(70, &run_call("t1", "make test"));
    stage.asks(71, &write_call("t2"));
    let (request, _) = stage.open_request();
    let bash = Rule {
        matches: RuleMatch::Tool,
        tool: RuleTool::Known(Tool::Bash),
        ..stage.rule_of_question(RuleEffect::Never)
    };
    stage.set_rules(vec![bash]);
    assert_eq!(stage.chose(70), "r-once");
    assert_eq!(stage.answer_to(71), None);
    let closed = stage.facts.iter().filter(|fact| matches!(fact, Fact::Closed { .. })).count();
    assert_eq!(closed, 1);
    assert!(!stage.facts.contains(&Fact::Closed { request, state: PermissionState::Withdrawn }));
    stage.asks(72, &run_call("t3", "ls"));
    assert_eq!(stage.chose(72), "r-once");
}

#[test]
fn the_policy_wins_over_consent_for_the_session() {
    let mut stage = asking_under(Preset::DevDefault);
    stage.asks(70, &write_call("t1"));
    stage.answer(AllowSession, "").unwrap();
    let edit = json!({ "toolCallId": "e", "kind": "edit", "content": [
        { "type": "diff", "path": "/w/a", "oldText": "x", "newText": "y" } ] });
    stage.asks(71, &edit);
    assert_eq!(stage.chose(71), "r-once");
}

#[test]
fn a_note_reaches_the_agent_before_everything_that_waits() {
    let mut stage = asking();
    stage.prompt(2);
    stage.asks(70, &write_call("t1"));
    stage.answer(Deny, "use tabs").unwrap();
    assert_eq!(stage.chose(70), "r-once");
    stage.done();
    let prompt = stage.sent.iter().rev().find(|message| message["method"] == "session/prompt");
    assert_eq!(prompt.unwrap()["params"]["prompt"][0]["text"], "use tabs");
    assert_ne!(stage.chat.running_turn(), Some(turn(2)));
    let origin = stage.facts.iter().rev().find_map(|fact| match fact {
        Fact::Turn { origin, author, .. } => Some((*origin, author.clone())),
        _ => None,
    });
    let (request_id, _) = stage.open_request();
    let expect = crate::update::TurnOrigin::Note { request_id };
    assert_eq!(origin, Some((expect, "ben".to_owned())));
    stage.says("ok");
    stage.done();
    assert_eq!(stage.chat.running_turn(), Some(turn(2)));
}

#[test]
fn a_note_that_is_too_long_changes_nothing() {
    let mut stage = asking();
    stage.asks(70, &write_call("t1"));
    let long = "x".repeat(MAX_NOTE_BYTES + 1);
    assert_eq!(stage.answer(Deny, &long), Err(Refusal::NoteTooLong));
    assert_eq!(stage.chat.state(), ChatState::Waiting);
}

#[test]
fn an_agent_without_a_way_to_say_no_gets_cancelled() {
    let mut stage = asking();
    stage.agent(&json!({
        "id": 70, "method": "session/request_permission",
        "params": { "sessionId": "s1", "toolCall": write_call("t1"),
            "options": [{ "optionId": "y", "name": "Yes", "kind": "allow_once" }] },
    }));
    stage.answer(Deny, "").unwrap();
    assert_eq!(stage.chose(70), "cancelled");
}

#[test]
fn a_lasting_yes_is_never_given_for_a_single_one() {
    let only_always = json!([{ "optionId": "a", "name": "Always", "kind": "allow_always" }]);
    for (answer, chose, notices) in [
        (AllowOnce, "cancelled", vec![NoticeCode::PermissionUnanswerable]),
        (AllowSession, "a", vec![]),
    ] {
        let mut stage = asking();
        stage.agent(&json!({
            "id": 70, "method": "session/request_permission",
            "params": { "sessionId": "s1", "toolCall": write_call("t"), "options": only_always },
        }));
        stage.answer(answer, "").unwrap();
        assert_eq!((stage.chose(70), stage.notices()), (chose, notices));
    }
}

#[test]
fn cancelling_answers_open_questions_and_late_ones_with_cancelled() {
    let mut stage = asking();
    stage.asks(70, &write_call("t1"));
    stage.cancel(1);
    assert_eq!(stage.chose(70), "cancelled");
    stage.asks(71, &write_call("t2"));
    assert_eq!(stage.chose(71), "cancelled");
    assert_eq!(stage.answer(AllowOnce, ""), Err(Refusal::NotPending));
    let withdrawn =
        Fact::Closed { request: stage.open_request().0, state: PermissionState::Withdrawn };
    assert!(stage.facts.contains(&withdrawn));
}

#[test]
fn a_question_that_the_agent_takes_back_is_withdrawn() {
    let mut stage = asking();
    stage.asks(70, &write_call("t1"));
    stage.agent(&json!({ "method": "$/cancel_request", "params": { "requestId": 70 } }));
    assert_eq!(stage.answer_to(70).unwrap()["error"]["code"], -32800);
    assert_eq!(stage.chat.state(), ChatState::Running);
}

#[test]
fn where_nobody_can_be_asked_the_turn_fails_if_the_policy_says_so() {
    let mut setup = setup(Preset::Ask);
    setup.policy.interactive = false;
    setup.policy.non_interactive = policy::session::NonInteractive::Fail;
    let mut stage = Stage::ready_with(setup, &json!({}), &json!({ "sessionId": "s1" }));
    stage.prompt(1);
    stage.asks(70, &write_call("t1"));
    assert_eq!(stage.chose(70), "r-once");
    stage.reply("session/prompt", &json!({ "stopReason": "cancelled" }));
    let (state, outcome) = stage.outcome(1);
    assert_eq!(state, TurnState::Failed);
    assert!(outcome.contains("nobody can be asked"), "{outcome}");
    let reason = stage.facts.iter().rev().find_map(|fact| match fact {
        Fact::Turn { stop_reason, .. } => Some(stop_reason.clone()),
        _ => None,
    });
    assert_eq!(reason.flatten().as_deref(), Some("nobody_to_ask"));
}

#[test]
fn more_questions_than_are_kept_are_answered_with_cancelled() {
    let mut stage = asking();
    let limit = i64::try_from(crate::setup::MAX_OPEN_REQUESTS).unwrap();
    for id in 0..=limit {
        stage.asks(1000 + id, &write_call(&format!("t{id}")));
    }
    assert_eq!(stage.answer_to(1000), None);
    assert_eq!(stage.chose(1000 + limit), "cancelled");
    assert_eq!(stage.notices(), [NoticeCode::TooMuchOpen]);
}

#[test]
fn a_question_asked_twice_under_one_id_is_asked_once() {
    let mut stage = asking();
    stage.asks(70, &write_call("t1"));
    stage.asks(70, &write_call("t2"));
    let asked = stage.facts.iter().filter(|fact| matches!(fact, Fact::Asked { .. })).count();
    assert_eq!(asked, 1);
}

#[test]
fn a_question_about_nothing_is_refused() {
    let mut stage = asking();
    stage.agent(&json!({ "id": 70, "method": "session/request_permission",
        "params": { "sessionId": "s1", "options": options() } }));
    assert_eq!(stage.answer_to(70).unwrap()["error"]["code"], -32602);
}

use crate::setup::MAX_NOTE_BYTES;
