//! Where a chat runs, with whom, how full the agent's context is and what it has cost: the line above
//! the one that is typed.

use conversation::update::ContextUsage;

use super::Chat;
use super::completing::Offers;
use super::line::LinePrompt;
use crate::escape;
use crate::words::Words;

impl Chat {
    /// What stands before the line that is typed.
    pub(super) fn line_prompt(&self) -> LinePrompt {
        let name = self.options.chat.agent.as_deref().unwrap_or_default();
        LinePrompt { status: self.status(), name: escape::line(name).into_owned() }
    }

    fn status(&self) -> String {
        let known = self.audience.known();
        let asked_for = self.session.as_ref().map_or(&self.options.chat.model, |t| &t.view.model);
        let model = known.and_then(|known| known.models.current.clone());
        let mode = known.and_then(|known| known.modes.current.clone());
        let mut parts = vec![self.machine.machine_name.clone()];
        parts.extend(self.options.chat.agent.clone());
        parts.extend(model.or_else(|| asked_for.clone()));
        parts.extend(mode);
        parts.extend(spent(self.tokens, known.and_then(|k| k.usage.as_ref()), self.words));
        escape::line(&parts.join(" · ")).into_owned()
    }

    /// What completes the line that is typed.
    pub(super) fn offers(&self) -> Offers {
        let known = self.audience.known();
        let is_here = host::facts::facts().hostname == self.machine.hostname;
        let directory = self.session.as_ref().filter(|_| is_here).map(|t| &t.view.project_path);
        let agents = self.machine.agents.iter().filter(|agent| agent.usable() && agent.chat);
        Offers {
            commands: known.map(|known| known.commands.clone()).unwrap_or_default(),
            agents: agents.map(|agent| agent.name.to_string()).collect(),
            models: known.map(|known| known.models.clone()).unwrap_or_default(),
            modes: known.map(|known| known.modes.clone()).unwrap_or_default(),
            directory: directory.map(Into::into),
        }
    }
}

/// What was spent, as far as it is known: tokens by the ledger or else by the agent, how full the
/// context is, and the cost by the agent's own count.
fn spent(tokens: Option<u64>, usage: Option<&ContextUsage>, words: &dyn Words) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(tokens.or(usage.map(|usage| usage.used)).map(|tokens| words.tokens(tokens)));
    let percent = usage.and_then(|usage| (usage.used * 100).checked_div(usage.size));
    parts.extend(percent.map(|percent| words.context_full(percent)));
    let cost = usage.and_then(|usage| usage.cost.as_ref());
    parts.extend(cost.map(|cost| format!("{:.2} {}", cost.amount, cost.currency)));
    parts
}

#[cfg(test)]
mod tests {
    use conversation::update::Cost;

    use super::*;
    use crate::words::{self, Language};

    #[test]
    fn what_was_spent_is_told_as_far_as_it_is_known() {
        let words = words::of(Language::English);
        assert!(spent(None, None, words).is_empty());
        let cost = Some(Cost { amount: 0.128, currency: "USD".to_owned() });
        let usage = ContextUsage { used: 500, size: 2_000, cost };
        assert_eq!(spent(None, Some(&usage), words), ["500 tokens", "context 25 %", "0.13 USD"]);
        assert_eq!(spent(Some(12_345), None, words), ["12.3k tokens"]);
    }
}
