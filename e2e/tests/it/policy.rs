//! What needs no question: options, rules, and what is never allowed, through `gantline up --demo`.

use anyhow::{Context, Result};
use contract::permissions::{AlwaysAnswer, AnswerPermission};
use contract::policy::{CreateRule, RuleEffect, RuleMatch, RuleReach, RuleTool, RuleWithin, Tool};
use contract::sessions::CreateSession;
use e2e::{House, Setup};
use model::permission::PermissionAnswer;
use model::turn::TurnState;
use policy::{NonInteractive, PolicyOptions};

#[tokio::test]
async fn a_session_takes_as_many_prompts_as_it_was_started_for() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let policy = PolicyOptions { max_turns: Some(1), ..PolicyOptions::of_preset("ask") };
    let order = CreateSession { policy, ..person.chat_with("demo").await? };
    let mut chat = person.chat_of(&order).await?;
    assert_eq!(chat.ask("/say one").await?.state, TurnState::Done);
    let refused = chat.prompt("/say two").await.expect_err("one is the limit").to_string();
    assert!(refused.contains("takes 1 prompts"), "{refused}");
    Ok(())
}

/// The turn says in a word of its own that a person was needed and none could be asked.
#[tokio::test]
async fn a_question_that_nobody_can_be_asked_fails_the_turn_where_that_was_wanted() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    for (rule, state, is_said) in [
        (NonInteractive::Fail, TurnState::Failed, true),
        (NonInteractive::Deny, TurnState::Done, false),
    ] {
        let policy = PolicyOptions {
            non_interactive_permissions: Some(rule),
            ..PolicyOptions::of_preset("ask")
        };
        let order = CreateSession { policy, interactive: false, ..person.chat_with("demo").await? };
        let mut chat = person.chat_of(&order).await?;
        let turn = chat.ask("/write notes.txt hello").await?;
        assert_eq!(turn.state, state, "{turn:?}");
        assert_eq!(turn.stop_reason.as_deref() == Some("nobody_to_ask"), is_said, "{turn:?}");
        assert_eq!(house.file("notes.txt"), None);
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_once_and_for_all_is_heard_in_this_session_and_the_next() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let mut chat = person.chat("demo").await?;
    let turn = chat.prompt("/write one.txt one").await?;
    let question = chat.question().await?;
    let body = AnswerPermission {
        answer: PermissionAnswer::AllowOnce,
        note: None,
        digest: question.digest.clone(),
        always: Some(AlwaysAnswer {
            reach: RuleReach::Tool,
            first_words: None,
            within: RuleWithin::Workspace,
            expires_in_s: None,
        }),
    };
    person.client.permission_answer(question.request_id, &body).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    assert_eq!(chat.ask("/write two.txt two").await?.state, TurnState::Done);
    assert_eq!(house.file("two.txt").as_deref(), Some("two"));
    let mut next = person.chat("demo").await?;
    assert_eq!(next.ask("/write three.txt three").await?.state, TurnState::Done);
    assert_eq!(house.file("three.txt").as_deref(), Some("three"));
    let rules = person.client.policy_rules(Some(next.id())).await?;
    let [rule] = rules.as_slice() else { anyhow::bail!("one rule is expected: {rules:?}") };
    assert_eq!((rule.uses, rule.last_used_at.is_some()), (2, true), "{rule:?}");

    person.client.policy_rule_revoke(rule.rule_id).await?;
    let turn = next.prompt("/write four.txt four").await?;
    let question = next.question().await.context("it is asked again")?;
    next.answer(&question, PermissionAnswer::Deny, None).await?;
    next.ended(turn).await?;
    assert_eq!(house.file("four.txt"), None);
    Ok(())
}

#[tokio::test]
async fn what_is_never_allowed_stops_a_session_that_asks_nothing() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let policy = PolicyOptions::of_preset("full-auto");
    let order = CreateSession { policy, ..person.chat_with("demo").await? };
    let mut chat = person.chat_of(&order).await?;
    assert_eq!(chat.ask("/write notes.txt one").await?.state, TurnState::Done);
    assert_eq!(house.file("notes.txt").as_deref(), Some("one"));
    person
        .client
        .policy_rule_create(&CreateRule {
            effect: RuleEffect::Never,
            tool: RuleTool::Known(Tool::Write),
            matches: RuleMatch::Tool,
            title: None,
            machine_id: None,
            project_path: None,
            expires_in_s: None,
        })
        .await?;
    chat.ask("/write other.txt two").await?;
    assert_eq!(house.file("other.txt"), None);
    Ok(())
}
