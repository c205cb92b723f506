use super::*;
use crate::commands::plain_words;

const NOW: Timestamp = Timestamp::from_millis(1_000);
const BASH: RuleTool = RuleTool::Known(Tool::Bash);

fn rule(effect: RuleEffect, tool: RuleTool, matches: RuleMatch) -> Rule {
    let id = PolicyRuleId::new(NOW, &model::rng::CountingRng::default());
    Rule { id, effect, tool, matches, expires_at_ms: None }
}

fn prefix(effect: RuleEffect, words: &str) -> Rule {
    let words = words.split(' ').map(str::to_owned).collect();
    rule(effect, BASH, RuleMatch::Prefix { words })
}

fn covers(rule: &Rule, command: &str) -> bool {
    let words = plain_words(command).unwrap_or_default();
    let call = RuleCall {
        words: &words,
        command: Some(command),
        ..RuleCall::of(ToolUse::Known(Tool::Bash))
    };
    rule.covers(&call, NOW)
}

/// S76: a prefix is compared by whole words, and what a shell would make more of is not covered.
#[test]
fn a_prefix_allows_whole_words_only() {
    let rule = prefix(RuleEffect::Allow, "npm run");
    for command in ["npm run", "npm run test", "npm  run build --silent"] {
        assert!(covers(&rule, command), "{command}");
    }
    for command in [
        "npm",
        "npm runx",
        "npm test",
        "xnpm run",
        "npm run test; rm -rf .",
        "npm run test && rm x",
        "npm run $(rm x)",
        "npm run > /etc/x",
        "A=b npm run",
        "sudo npm run",
        "./npm run",
        "npm run\nrm x",
    ] {
        assert!(!covers(&rule, command), "{command}");
    }
    assert!(!covers(&Rule { matches: RuleMatch::Prefix { words: vec![] }, ..rule }, "npm run"));
}

#[test]
fn a_prefix_forbids_wherever_it_stands() {
    for effect in [RuleEffect::Deny, RuleEffect::Never] {
        let rule = prefix(effect, "git push");
        for command in ["git push", "git push -f", "cd x && git push", "bash -c 'git push'"] {
            assert!(covers(&rule, command), "{command}");
        }
        for command in ["git pushx", "git pull", "echo git-push"] {
            assert!(!covers(&rule, command), "{command}");
        }
        let hidden =
            RuleCall { command: Some("g$X push"), ..RuleCall::of(ToolUse::Known(Tool::Bash)) };
        assert!(!rule.covers(&hidden, NOW) && rule.may_be_evaded_by(&hidden, NOW));
        assert!(!prefix(RuleEffect::Allow, "git push").may_be_evaded_by(&hidden, NOW));
    }
}

#[test]
fn an_exact_rule_covers_the_same_call_only() {
    let digest = "ab".repeat(32);
    let rule = rule(RuleEffect::Allow, BASH, RuleMatch::Exact { digest: digest.clone() });
    let bash = RuleCall { digest: Some(&digest), ..RuleCall::of(ToolUse::Known(Tool::Bash)) };
    assert!(rule.covers(&bash, NOW));
    assert!(!rule.covers(&RuleCall { digest: None, ..bash }, NOW));
    assert!(!rule.covers(&RuleCall { digest: Some("ab"), ..bash }, NOW));
    assert!(!rule.covers(&RuleCall { tool_use: ToolUse::Other, ..bash }, NOW));
}

#[test]
fn an_expired_rule_says_nothing() {
    let rule = rule(RuleEffect::Allow, BASH, RuleMatch::Tool);
    let call = RuleCall::of(ToolUse::Known(Tool::Bash));
    assert!(rule.covers(&call, NOW));
    let expired = Rule { expires_at_ms: Some(NOW.as_millis()), ..rule.clone() };
    assert!(!expired.covers(&call, NOW));
    let lasting = Rule { expires_at_ms: Some(NOW.as_millis() + 1), ..rule };
    assert!(lasting.covers(&call, NOW));
}

#[test]
fn no_rule_answers_a_question_in_advance() {
    for tool_use in [ToolUse::Review, ToolUse::Think] {
        for tool in Tool::ALL.iter().copied().map(RuleTool::Known).chain([RuleTool::Other]) {
            let rule = rule(RuleEffect::Allow, tool, RuleMatch::Tool);
            assert!(!rule.covers(&RuleCall::of(tool_use), NOW));
        }
    }
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    use RuleEffect::{Allow, Never};
    let prefix = |words: &[&str]| RuleMatch::Prefix {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    };
    let write = RuleTool::Known(Tool::Write);
    let exact = |digest: &str| RuleMatch::Exact { digest: digest.to_owned() };
    assert_eq!(check(Allow, BASH, &prefix(&["npm", "run"])), Ok(()));
    assert_eq!(check(Allow, BASH, &prefix(&[])), Err(BadRule::BadWords));
    assert_eq!(check(Allow, BASH, &prefix(&["npm run"])), Err(BadRule::BadWords));
    assert_eq!(check(Allow, BASH, &prefix(&["npm;"])), Err(BadRule::BadWords));
    assert_eq!(check(Allow, write, &prefix(&["npm"])), Err(BadRule::PrefixOfOther));
    assert!(matches!(check(Allow, BASH, &prefix(&["bash", "-c"])), Err(BadRule::RunsAnything(_))));
    assert_eq!(check(Never, BASH, &prefix(&["bash", "-c"])), Ok(()));
    assert_eq!(check(Allow, RuleTool::Other, &RuleMatch::Tool), Err(BadRule::EveryOther));
    assert_eq!(check(Never, RuleTool::Other, &RuleMatch::Tool), Ok(()));
    assert_eq!(check(Allow, write, &exact(&"0f".repeat(32))), Ok(()));
    assert_eq!(check(Allow, write, &exact("0F")), Err(BadRule::BadDigest));
}

#[test]
fn rules_are_read_as_they_were_written() {
    let rule = Rule { expires_at_ms: Some(7), ..prefix(RuleEffect::Never, "rm -rf") };
    let json = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule);
    let refused = serde_json::from_str::<RuleTool>(r#""bash""#).unwrap_err().to_string();
    assert!(refused.contains("Bash") && refused.contains("other"), "{refused}");
}
