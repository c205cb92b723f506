//! Answering a question once and for all: how much of what was asked is allowed from then on, and
//! where.

use client::Client;
use contract::permissions::{AlwaysAnswer, PermissionView};
use contract::policy::{RuleReach, RuleWithin};
use conversation::PermissionDetails;

use crate::escape;
use crate::hands::Press;
use crate::lookup::short;
use crate::words::Words;

/// What a question offers, and what is chosen of it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Always {
    /// The tool, where every use of it can be allowed.
    pub tool: Option<String>,
    /// Whether exactly this call can be allowed.
    pub is_exact: bool,
    /// The words of the command, all that can count.
    words: Vec<String>,
    /// How many of them count.
    count: usize,
    /// Where it holds.
    pub within: RuleWithin,
}

/// What a key has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// This is to hold from then on.
    Made(AlwaysAnswer),
    /// Nothing of it; the question is asked again.
    Back,
    /// It is still open.
    Open,
}

impl Always {
    /// What the machine offers with a question; `None` where it cannot be answered once and for
    /// all.
    pub(crate) fn of(question: &PermissionView) -> Option<Self> {
        let details: PermissionDetails = serde_json::from_str(question.details.get()).ok()?;
        let offer = details.always?;
        let tool = offer.tool.to_string();
        let always = Self {
            // Tools that nobody knows are allowed call by call.
            tool: (tool != "other").then_some(tool),
            is_exact: offer.digest.is_some(),
            count: offer.words.len().saturating_sub(1),
            words: offer.words,
            within: RuleWithin::Workspace,
        };
        let offers_something = always.tool.is_some() || always.is_exact;
        offers_something.then_some(always)
    }

    /// The first words of the command that count; `None` where it has only one, or is no command.
    pub(crate) fn prefix(&self) -> Option<String> {
        let words = self.words.get(..self.count).filter(|words| !words.is_empty())?;
        Some(escape::line(&words.join(" ")).into_owned())
    }

    /// Whether more, or fewer, words can count.
    pub(crate) fn can_change_words(&self) -> bool {
        self.words.len() > 2
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, press: Press) -> Choice {
        match press {
            Press::Character('1') if self.is_exact => self.made(RuleReach::Exact, None),
            Press::Character('2') if self.prefix().is_some() => {
                self.made(RuleReach::Prefix, Some(self.count))
            }
            Press::Character('3') if self.tool.is_some() => self.made(RuleReach::Tool, None),
            Press::Character('-') if self.count > 1 => {
                self.count -= 1;
                Choice::Open
            }
            Press::Character('+') if self.count + 1 < self.words.len() => {
                self.count += 1;
                Choice::Open
            }
            Press::Character('m' | 'M') => {
                self.within = match self.within {
                    RuleWithin::Workspace => RuleWithin::Machine,
                    RuleWithin::Machine => RuleWithin::Workspace,
                };
                Choice::Open
            }
            Press::Escape | Press::Character('a' | 'A') => Choice::Back,
            _ => Choice::Open,
        }
    }

    const fn made(&self, reach: RuleReach, first_words: Option<usize>) -> Choice {
        Choice::Made(AlwaysAnswer { reach, first_words, within: self.within, expires_in_s: None })
    }
}

/// What was allowed for good by an answer, and how it is taken back.
pub(crate) async fn noted(
    client: &Client,
    question: &PermissionView,
    words: &dyn Words,
) -> Result<String, client::Error> {
    let rules = client.policy_rules(Some(question.session_id)).await?;
    let given = rules.iter().find(|rule| rule.request_id == Some(question.request_id));
    // One that is not there was taken back already.
    Ok(given.map_or_else(
        || words.hint_list_rules().to_owned(),
        |rule| words.always_noted(&escape::line(&rule.title), &short(&rule.rule_id)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn always(words: &[&str]) -> Always {
        Always {
            tool: Some("Bash".to_owned()),
            is_exact: true,
            count: words.len().saturating_sub(1),
            words: words.iter().map(ToString::to_string).collect(),
            within: RuleWithin::Workspace,
        }
    }

    fn press(always: &mut Always, keys: &str) -> Choice {
        keys.chars().map(|key| always.press(Press::Character(key))).last().unwrap()
    }

    #[test]
    fn keys_choose_what_is_allowed_and_where() {
        let made = |reach, first_words, within| {
            Choice::Made(AlwaysAnswer { reach, first_words, within, expires_in_s: None })
        };
        let command = ["npm", "run", "test", "unit"];
        for (keys, expected) in [
            ("1", made(RuleReach::Exact, None, RuleWithin::Workspace)),
            ("2", made(RuleReach::Prefix, Some(3), RuleWithin::Workspace)),
            ("-2", made(RuleReach::Prefix, Some(2), RuleWithin::Workspace)),
            ("---2", made(RuleReach::Prefix, Some(1), RuleWithin::Workspace)),
            ("-+++2", made(RuleReach::Prefix, Some(3), RuleWithin::Workspace)),
            ("m3", made(RuleReach::Tool, None, RuleWithin::Machine)),
            ("mm3", made(RuleReach::Tool, None, RuleWithin::Workspace)),
            ("a", Choice::Back),
            ("y", Choice::Open),
        ] {
            assert_eq!(press(&mut always(&command), keys), expected, "{keys}");
        }
        assert_eq!(always(&command).press(Press::Escape), Choice::Back);
    }

    #[test]
    fn what_is_not_offered_is_not_chosen() {
        let mut nothing = Always { tool: None, is_exact: false, ..always(&["make"]) };
        assert_eq!(nothing.prefix(), None, "the one word is the tool's every use, or this call");
        assert_eq!(press(&mut nothing, "123-+"), Choice::Open);
    }
}
