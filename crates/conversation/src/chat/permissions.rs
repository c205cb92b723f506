//! What the agent asks, who answers, and that each question is answered exactly once.

use model::permission::{PermissionAnswer, PermissionState};
use model::turn::TurnState;
use model::{PermissionRequestId, PolicyRuleId, TurnId};
use policy::tools::{ToolCallFacts, recognise};
use policy::{Decision, Rule, RuleEffect, Ruling, ToolUse};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::Conversation;
use super::hear::About;
use crate::acp::message::{self, INVALID_PARAMS, REQUEST_CANCELLED};
use crate::acp::read::{items, string};
use crate::acp::update::tool_call;
use crate::details::{self, PermissionDetails, Sealed, sha256_hex};
use crate::effect::Fact;
use crate::orders::{PermissionReply, Refusal};
use crate::rules::{RuleFacts, SessionRule};
use crate::setup::{MAX_NOTE_BYTES, MAX_OPEN_REQUESTS, Outside};
use crate::update::state::NOBODY_TO_ASK;
use crate::update::{
    NoticeCode, PermissionUpdate, PolicyDecision, ToolCall, ToolContent, ToolKind, ToolStatus,
    Update,
};

/// A question that waits for a person.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OpenRequest {
    /// The id that the answer to the agent must carry.
    rpc_id: Box<RawValue>,
    digest: [u8; 32],
    /// What an answer for the session covers from then on.
    rule: Option<SessionRule>,
    question: Question,
}

/// The answers that the agent takes, found by their kind: every agent has ids of its own.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Options {
    allow_once: Option<String>,
    allow_always: Option<String>,
    reject_once: Option<String>,
}

/// A question, understood.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    tool_call: ToolCall,
    /// Follows from the call, as do the facts.
    #[serde(skip, default = "unrecognised")]
    tool_use: ToolUse,
    #[serde(skip)]
    facts: RuleFacts,
    title: String,
    options: Options,
    request_digest: String,
}

impl Options {
    fn read(params: &Value) -> Self {
        let of_kind = |kind: &str| {
            let option =
                items(&params["options"]).find(|option| option["kind"].as_str() == Some(kind))?;
            string(option, "optionId")
        };
        Self {
            allow_once: of_kind("allow_once"),
            allow_always: of_kind("allow_always"),
            reject_once: of_kind("reject_once"),
        }
    }

    fn for_answer(&self, answer: PermissionAnswer) -> Option<&str> {
        match answer {
            PermissionAnswer::AllowOnce => self.allow_once.as_deref(),
            // Ours is the rule for the session, so that the agent goes on asking; its own lasting
            // yes is taken only where it offers nothing less.
            PermissionAnswer::AllowSession => {
                self.allow_once.as_deref().or(self.allow_always.as_deref())
            }
            PermissionAnswer::Deny => self.reject_once.as_deref(),
        }
    }
}

impl Conversation {
    /// Takes in a person's answer.
    pub fn answer(&mut self, outside: Outside<'_>, reply: PermissionReply) -> Result<(), Refusal> {
        if reply.note.len() > MAX_NOTE_BYTES {
            return Err(Refusal::NoteTooLong);
        }
        let open = self.requests.get(&reply.request).ok_or(Refusal::NotPending)?;
        if open.digest != reply.digest {
            return Err(Refusal::DigestMismatch);
        }
        // It was found a moment ago.
        let Some(open) = self.requests.remove(&reply.request) else {
            return Err(Refusal::NotPending);
        };
        self.choose(&open.rpc_id, &open.question.options, reply.answer);
        let rule = match reply.answer {
            PermissionAnswer::AllowSession => open.rule,
            PermissionAnswer::AllowOnce | PermissionAnswer::Deny => None,
        };
        self.show_answered(&reply, rule);
        if reply.answer == PermissionAnswer::Deny && !reply.note.trim().is_empty() {
            self.deliver_note(outside, reply.request, reply.author, &reply.note);
        }
        self.settle();
        Ok(())
    }

    /// Takes in what people have answered once and for all. A question that waits and that an
    /// administrator never allows is answered with no.
    pub fn set_rules(&mut self, outside: Outside<'_>, rules: Vec<Rule>) {
        self.setup.policy.rules = rules;
        let now = outside.clock.now();
        let is_forbidden = |open: &OpenRequest| {
            let question = &open.question;
            let never = |rule: &&Rule| rule.effect == RuleEffect::Never;
            let mut never = self.setup.policy.rules.iter().filter(never);
            never.any(|rule| rule.covers(&question.facts.call(question.tool_use), now))
        };
        let open = self.requests.iter().filter(|(_, open)| is_forbidden(open));
        let forbidden: Vec<_> = open.map(|(request, _)| *request).collect();
        for request in forbidden {
            // It was found a moment ago.
            let Some(open) = self.requests.remove(&request) else { continue };
            let call = open.question.facts.call(open.question.tool_use);
            let ruling = self.setup.policy.rule_on(&call, now);
            self.reject(
                &open.rpc_id,
                &open.question,
                "an administrator never allows this",
                ruling.rule,
            );
            self.show_withdrawn(request);
        }
        self.keep_in_permitted_mode();
        self.settle();
    }

    fn show_answered(&mut self, reply: &PermissionReply, rule: Option<SessionRule>) {
        let note = (!reply.note.is_empty()).then(|| reply.note.clone());
        self.append(Update::Permission(PermissionUpdate {
            answer: Some(reply.answer),
            by: Some(reply.author.clone()),
            note,
            rule,
            ..PermissionUpdate::of_state(reply.request, PermissionState::Resolved)
        }));
        self.report(Fact::Closed { request: reply.request, state: PermissionState::Resolved });
    }

    pub(super) fn permission_asked(
        &mut self,
        outside: Outside<'_>,
        rpc_id: &RawValue,
        params: &Value,
        line: &str,
    ) {
        match self.about(params) {
            About::Ours => {}
            About::NotKnownYet => return self.keep_early(line),
            About::Another => return self.send(cancelled(rpc_id)),
        }
        let is_open = |open: &OpenRequest| open.rpc_id.get() == rpc_id.get();
        if self.requests.values().any(is_open) {
            return;
        }
        let Some(call) = tool_call(&params["toolCall"]) else {
            return self.send(message::refusal(rpc_id, INVALID_PARAMS, "toolCall has no id"));
        };
        if self.turns.is_being_cancelled() {
            return self.send(cancelled(rpc_id));
        }
        let question = self.understand(call, params, line);
        self.turns.agent_spoke();
        self.decide(outside, rpc_id, question);
    }

    /// Takes together what was said of the tool call before and what the question says of it.
    fn understand(&mut self, asked: ToolCall, params: &Value, line: &str) -> Question {
        let mut tool_call = self
            .tool_calls
            .get(&asked.tool_call_id)
            .cloned()
            .unwrap_or_else(|| ToolCall::new(asked.tool_call_id.as_str()));
        let asked = keep_earlier_content(&tool_call, asked);
        tool_call.absorb(asked.clone());
        // A call that waits for consent has not ended, whatever was said of it before.
        let status = asked.status.filter(|status| status.is_open()).unwrap_or(ToolStatus::Pending);
        self.upsert_tool_call(ToolCall { status: Some(status), ..asked });
        let tool_use = use_of(&tool_call);
        Question {
            facts: RuleFacts::of(tool_use, &tool_call, &self.setup.workspace),
            title: details::title(tool_use, &tool_call),
            tool_call,
            tool_use,
            options: Options::read(params),
            request_digest: sha256_hex(line.as_bytes()),
        }
    }

    /// The policy first, with what people have answered once and for all; then a person.
    fn decide(&mut self, outside: Outside<'_>, rpc_id: &RawValue, question: Question) {
        let call = question.facts.call(question.tool_use);
        let Ruling { decision, rule } = self.setup.policy.rule_on(&call, outside.clock.now());
        match decision {
            Decision::Allow { reason } => self.allow(rpc_id, &question, reason, rule),
            Decision::Ask { reason } => self.ask_person(outside, rpc_id, question, reason),
            Decision::Reject { reason } => self.reject(rpc_id, &question, reason, rule),
            Decision::Fail { reason } => {
                self.reject(rpc_id, &question, reason, rule);
                let outcome = format!("{}: {reason}", question.title);
                let ending = (TurnState::Failed, Some(NOBODY_TO_ASK));
                self.end_running_turn(outside, ending, &outcome);
            }
        }
    }

    fn allow(
        &mut self,
        rpc_id: &RawValue,
        question: &Question,
        reason: &str,
        rule: Option<PolicyRuleId>,
    ) {
        self.show_decision(question, true, reason, rule);
        self.choose(rpc_id, &question.options, PermissionAnswer::AllowOnce);
    }

    fn reject(
        &mut self,
        rpc_id: &RawValue,
        question: &Question,
        reason: &str,
        rule: Option<PolicyRuleId>,
    ) {
        self.show_decision(question, false, reason, rule);
        self.choose(rpc_id, &question.options, PermissionAnswer::Deny);
    }

    fn ask_person(
        &mut self,
        outside: Outside<'_>,
        rpc_id: &RawValue,
        question: Question,
        reason: &str,
    ) {
        if self.requests.len() >= MAX_OPEN_REQUESTS {
            let text = format!("more than {MAX_OPEN_REQUESTS} questions are open at once");
            self.warn(NoticeCode::TooMuchOpen, text);
            return self.send(cancelled(rpc_id));
        }
        let request = PermissionRequestId::new(outside.clock.now(), outside.rng);
        let turn = self.turns.running();
        let Sealed { json, digest } = question.seal(reason);
        self.show_asked(request, turn, &question, reason, digest);
        let title = question.title.clone();
        self.report(Fact::Asked { request, turn, title, details_json: json, digest });
        let rpc_id = rpc_id.to_owned();
        let rule = SessionRule::of(question.tool_use, &question.tool_call);
        self.requests.insert(request, OpenRequest { rpc_id, digest, rule, question });
    }

    fn show_asked(
        &mut self,
        request: PermissionRequestId,
        turn_id: Option<TurnId>,
        question: &Question,
        reason: &str,
        digest: [u8; 32],
    ) {
        self.append(Update::Permission(PermissionUpdate {
            tool_call_id: Some(question.tool_call.tool_call_id.clone()),
            turn_id,
            title: Some(question.title.clone()),
            tool: Some(question.tool_use.to_string()),
            reason: Some(reason.to_owned()),
            digest: Some(hex::encode(digest)),
            ..PermissionUpdate::of_state(request, PermissionState::Pending)
        }));
    }

    fn show_decision(
        &mut self,
        question: &Question,
        allowed: bool,
        reason: &str,
        rule: Option<PolicyRuleId>,
    ) {
        let digest = question.seal(reason).digest;
        let (title, tool) = (question.title.clone(), question.tool_use.to_string());
        self.append(Update::PolicyDecision(PolicyDecision {
            tool_call_id: question.tool_call.tool_call_id.clone(),
            title: title.clone(),
            tool: tool.clone(),
            allowed,
            reason: reason.to_owned(),
            digest: hex::encode(digest),
            rule_id: rule,
        }));
        let reason = reason.to_owned();
        self.report(Fact::Decided { title, tool, allowed, reason, digest, rule });
    }

    /// Answers the agent. An agent that has no such answer gets `cancelled`: for a denial that is
    /// the same, for a consent people are told.
    fn choose(&mut self, rpc_id: &RawValue, options: &Options, answer: PermissionAnswer) {
        if let Some(option) = options.for_answer(answer) {
            return self.send(selected(rpc_id, option));
        }
        self.send(cancelled(rpc_id));
        if answer != PermissionAnswer::Deny {
            let text = format!(
                "{} offers no way to say yes for once, so that it was told no",
                self.agent_title()
            );
            self.warn(NoticeCode::PermissionUnanswerable, text);
        }
    }

    /// The agent does not want to know any more.
    pub(super) fn request_taken_back(&mut self, rpc_id: &Value) {
        let rpc_id = rpc_id.to_string();
        let found = self.requests.iter().find(|(_, open)| open.rpc_id.get() == rpc_id);
        let Some(request) = found.map(|(request, _)| *request) else { return };
        if let Some(open) = self.requests.remove(&request) {
            self.send(message::refusal(&open.rpc_id, REQUEST_CANCELLED, "cancelled"));
            self.show_withdrawn(request);
        }
    }

    /// Nobody needs to answer any more. An agent that still listens is told.
    pub(super) fn withdraw_requests(&mut self) {
        while let Some((request, open)) = self.requests.pop_first() {
            if self.phase.can_hear() {
                self.send(cancelled(&open.rpc_id));
            }
            self.show_withdrawn(request);
        }
    }

    pub(super) fn show_withdrawn(&mut self, request: PermissionRequestId) {
        let state = PermissionState::Withdrawn;
        self.append(Update::Permission(PermissionUpdate::of_state(request, state)));
        self.report(Fact::Closed { request, state });
    }

    pub(super) fn end_questions_and_tool_calls(&mut self) {
        self.withdraw_requests();
        self.close_tool_calls(ToolStatus::Unfinished);
    }
}

impl OpenRequest {
    /// Goes on after another process has asked.
    pub(super) fn take_up(&mut self, workspace: &str) {
        let Question { tool_call, tool_use, facts, .. } = &mut self.question;
        *tool_use = use_of(tool_call);
        *facts = RuleFacts::of(*tool_use, tool_call, workspace);
    }
}

fn use_of(call: &ToolCall) -> ToolUse {
    recognise(ToolCallFacts {
        name: call.name.as_deref(),
        kind: call.tool_kind.map(ToolKind::as_str),
        creates_file: call.creates_file(),
    })
}

/// Until it is looked at.
const fn unrecognised() -> ToolUse {
    ToolUse::Other
}

impl Question {
    fn seal(&self, reason: &str) -> Sealed {
        PermissionDetails {
            tool: self.tool_use.to_string(),
            reason: reason.to_owned(),
            tool_call: self.tool_call.clone(),
            always: self.facts.offer(self.tool_use),
            request_digest: self.request_digest.clone(),
        }
        .seal()
    }
}

/// Kimi announces what it wants to write as content, and replaces it in its question by a sentence.
/// What a person is asked about must not get lost by that.
fn keep_earlier_content(known: &ToolCall, asked: ToolCall) -> ToolCall {
    let is_diff = |content: &ToolContent| matches!(content, ToolContent::Diff { .. });
    let earlier = known.content.as_deref().unwrap_or_default();
    let content = match asked.content {
        Some(content) if !content.iter().any(is_diff) => {
            let added = content.into_iter().filter(|content| !earlier.contains(content));
            Some(earlier.iter().cloned().chain(added).collect())
        }
        content => content,
    };
    ToolCall { content, ..asked }
}

fn selected(rpc_id: &RawValue, option: &str) -> Box<RawValue> {
    let outcome = json!({ "outcome": "selected", "optionId": option });
    message::answer(rpc_id, &json!({ "outcome": outcome }))
}

fn cancelled(rpc_id: &RawValue) -> Box<RawValue> {
    message::answer(rpc_id, &json!({ "outcome": { "outcome": "cancelled" } }))
}
