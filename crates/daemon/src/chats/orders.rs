//! What people want of a chat.

use std::collections::HashMap;

use conversation::update::OptionValue;
use conversation::{PermissionReply, Prompt, Refusal};
use journal::Change;
use model::command::CommandState;
use model::permission::PermissionAnswer;
use model::turn::WhenBusy;
use model::{CommandId, PermissionRequestId, TurnId};
use policy::Rule;
use wire::command::{Answer, AnswerPermission, CancelTurn, Order, SetOption, SetRules};

use super::{Chat, outside, refuse};
use crate::ordered::Ordered;
use crate::reports::{self, EXPIRED, Refused};

/// Prompts that were accepted and whose turn is not over, with the commands that brought them.
#[derive(Debug, Default)]
pub(super) struct Prompted {
    commands: HashMap<TurnId, (CommandId, Stage)>,
}

/// How far the command of a prompt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Accepted,
    Begun,
}

impl Prompted {
    pub(super) fn enter(&mut self, turn: TurnId, command: CommandId, stage: Stage) {
        self.commands.insert(turn, (command, stage));
    }

    /// The command that begins now, the first time that it is asked for.
    pub(super) fn begin(&mut self, turn: TurnId) -> Option<CommandId> {
        let (command, stage) = self.commands.get_mut(&turn)?;
        (std::mem::replace(stage, Stage::Begun) == Stage::Accepted).then_some(*command)
    }

    /// The command that has ended.
    pub(super) fn finish(&mut self, turn: TurnId) -> Option<CommandId> {
        self.commands.remove(&turn).map(|(command, _)| command)
    }
}

impl Chat {
    /// Carries out an order. What it leads to is done by the caller.
    pub(super) async fn take_order(&mut self, ordered: Ordered) {
        let was_begun = self.begun.contains(&ordered.id);
        if !was_begun && ordered.not_after.is_some_and(|time| time < self.context.server_now()) {
            let refused = Refused::new(EXPIRED, "it came too late to be begun");
            return reports::refuse(&self.context, ordered.id, &refused).await;
        }
        match &ordered.order {
            Some(Order::StopSession(stop)) => {
                let reason = stop.reason.clone();
                self.end_with(ordered, &reason);
            }
            Some(Order::ForgetSession(_)) => self.end_with(ordered, "it was deleted"),
            Some(Order::PauseSession(_)) => self.pause(ordered.id).await,
            Some(Order::ResumeSession(_)) => self.resume(ordered.id).await,
            _ if self.standing.is_some() => self.hold(ordered).await,
            Some(Order::Prompt(prompt)) => self.take_prompt(ordered.id, prompt).await,
            Some(Order::SetRules(rules)) => self.take_rules(ordered.id, rules).await,
            _ => self.take_at_once(ordered).await,
        }
    }

    /// Answers an order that found the session ended.
    pub(super) async fn take_order_after_end(&mut self, ordered: Ordered) {
        match &ordered.order {
            Some(Order::StopSession(_) | Order::ForgetSession(_)) => self.at_the_end.push(ordered),
            _ => refuse(&self.context, ordered.id, &Refusal::SessionEnded).await,
        }
    }

    /// A prompt is begun when its turn is, which may be much later.
    async fn take_prompt(&mut self, command: CommandId, prompt: &wire::command::Prompt) {
        let prompt = match read_prompt(prompt) {
            Ok(prompt) => prompt,
            Err(refusal) => return refuse(&self.context, command, &refusal).await,
        };
        self.prompts.enter(prompt.turn, command, Stage::Accepted);
        let turn = prompt.turn;
        if let Err(refusal) = self.chat.prompt(outside(&self.time, &self.context), prompt) {
            self.prompts.finish(turn);
            refuse(&self.context, command, &refusal).await;
        }
    }

    /// Ending is never begun, because it may be done twice: after a crash it is done again.
    fn end_with(&mut self, ordered: Ordered, reason: &str) {
        self.at_the_end.push(ordered);
        self.kill_what_stands();
        self.chat.stop(reason);
    }

    /// Writes down that a command begins, with what lasts from then on. One that an earlier life of
    /// the daemon has begun, and of which the chat knows nothing, has had no effect, and is not begun
    /// again.
    async fn begin(&mut self, command: CommandId, with: impl IntoIterator<Item = Change>) -> bool {
        let begins = !self.begun.remove(&command);
        let begin = begins.then_some(Change::Begin(command));
        let changes: Vec<Change> = begin.into_iter().chain(with).collect();
        changes.is_empty() || self.context.commit(changes).await.is_ok()
    }

    /// What is done at once is begun, done and ended.
    async fn take_at_once(&mut self, ordered: Ordered) {
        if !self.begin(ordered.id, []).await {
            return;
        }
        let done = match ordered.order {
            Some(Order::CancelTurn(cancel)) => self.cancel(&cancel),
            Some(Order::AnswerPermission(answer)) => self.answer(answer),
            Some(Order::SetMode(mode)) => self.chat.set_mode(&mode.mode_id),
            Some(Order::SetModel(model)) => self.chat.set_model(&model.model_id),
            Some(Order::SetOption(option)) => self.set_option(&option),
            // The others never come here.
            _ => Err(Refusal::SessionEnded),
        };
        let (state, why) = match done {
            Ok(()) => (CommandState::Done, None),
            Err(refusal) => {
                (CommandState::Failed, Some(Refused::new(refusal.code(), refusal.to_string())))
            }
        };
        let finished = reports::finished(&self.context, ordered.id, state, why.as_ref());
        self.keeping.change(finished);
    }

    /// New rules last before they hold, so that a restart does not bring back the old ones.
    async fn take_rules(&mut self, command: CommandId, set: &SetRules) {
        let rules: Vec<Rule> = match serde_json::from_slice(&set.rules_json) {
            Ok(rules) => rules,
            Err(error) => {
                let refused = Refused::new("bad_request", format!("the rules: {error}"));
                return reports::refuse(&self.context, command, &refused).await;
            }
        };
        self.spec.policy.rules.clone_from(&rules);
        let put = Change::PutSession { session: self.session, spec: self.spec.to_bytes() };
        if !self.begin(command, [put]).await {
            return;
        }
        self.chat.set_rules(outside(&self.time, &self.context), rules);
        self.keeping.change(reports::finished(&self.context, command, CommandState::Done, None));
    }

    fn cancel(&mut self, cancel: &CancelTurn) -> Result<(), Refusal> {
        let turn = if cancel.turn_id.is_empty() {
            None
        } else {
            Some(TurnId::from_slice(&cancel.turn_id).map_err(|_| Refusal::NoSuchTurn)?)
        };
        self.chat.cancel(outside(&self.time, &self.context), turn)
    }

    fn answer(&mut self, answer: AnswerPermission) -> Result<(), Refusal> {
        let request =
            PermissionRequestId::from_slice(&answer.request_id).map_err(|_| Refusal::NotPending)?;
        let digest = answer.digest.as_ref().try_into().map_err(|_| Refusal::DigestMismatch)?;
        let reply = PermissionReply {
            request,
            digest,
            answer: match answer.answer() {
                Answer::AllowOnce => PermissionAnswer::AllowOnce,
                Answer::AllowSession => PermissionAnswer::AllowSession,
                Answer::Deny | Answer::Unspecified => PermissionAnswer::Deny,
            },
            note: answer.note,
            author: answer.author,
        };
        self.chat.answer(outside(&self.time, &self.context), reply)
    }

    fn set_option(&mut self, option: &SetOption) -> Result<(), Refusal> {
        let value: OptionValue =
            serde_json::from_slice(&option.value_json).map_err(|_| Refusal::NotOffered {
                what: "value",
                given: String::from_utf8_lossy(&option.value_json).into_owned(),
                offered: "a choice as text, or true or false".to_owned(),
            })?;
        self.chat.set_option(&option.option_id, value)
    }
}

/// Reads a prompt as the link carries it.
pub(super) fn read_prompt(prompt: &wire::command::Prompt) -> Result<Prompt, Refusal> {
    let bad_turn = Refusal::BadContent("the turn's identifier is malformed");
    Ok(Prompt {
        turn: TurnId::from_slice(&prompt.turn_id).map_err(|_| bad_turn)?,
        content: Prompt::parse_content(&prompt.content_json)?,
        when_busy: if prompt.steer { WhenBusy::Steer } else { WhenBusy::Queue },
        author: prompt.author.clone(),
    })
}

#[cfg(test)]
mod tests {
    use model::Clock;

    use super::*;

    /// R06: the command of a prompt begins once, and ends once.
    #[test]
    fn a_prompt_begins_once_and_ends_once() {
        let clock = model::time::ManualClock::default();
        let rng = model::rng::CountingRng::new(1);
        let turn = TurnId::new(clock.now(), &rng);
        let command = CommandId::new(clock.now(), &rng);
        let mut prompted = Prompted::default();
        assert_eq!(prompted.begin(turn), None);
        prompted.enter(turn, command, Stage::Accepted);
        assert_eq!(prompted.begin(turn), Some(command));
        assert_eq!(prompted.begin(turn), None);
        assert_eq!(prompted.finish(turn), Some(command));
        assert_eq!(prompted.finish(turn), None);
    }
}
