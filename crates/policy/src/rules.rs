//! Rules that people have given: what is answered from then on without asking them again.
//!
//! A rule that allows covers only what it names, to the last word; where it is not certain that a
//! call is covered, it is not. A rule that forbids errs on the other side: it covers whatever
//! mentions what it names. Nothing is ever found inside a word (S76).

use std::fmt;
use std::str::FromStr;

use model::{PolicyRuleId, Timestamp, UnknownWord, words};
use serde::{Deserialize, Serialize};

use crate::commands;
use crate::tools::{Tool, ToolUse};

/// How many words a prefix can have.
pub const MOST_WORDS: usize = 8;

/// How long a word of a prefix can be, in bytes.
pub const LONGEST_WORD: usize = 100;

/// How a tool that nobody knows is spelled in rules.
const OTHER: &str = "other";

words! {
    /// What a rule says to the calls that it covers.
    pub enum RuleEffect as "rule effect" {
        /// Yes, where a person would be asked.
        Allow = "allow",
        /// No, even where the policy says yes.
        Deny = "deny",
        /// No, for everybody in the tenant. Only administrators say this.
        Never = "never",
    }
}

/// The tool that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RuleTool {
    /// One of the twelve.
    Known(Tool),
    /// `other`: tools that nobody knows.
    Other,
}

impl RuleTool {
    /// The tool of a call; `None` where no rule can answer in advance.
    pub const fn of(tool_use: ToolUse) -> Option<Self> {
        match tool_use {
            ToolUse::Known(tool) => Some(Self::Known(tool)),
            ToolUse::Other => Some(Self::Other),
            ToolUse::Think | ToolUse::Review => None,
        }
    }
}

impl FromStr for RuleTool {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if text == OTHER {
            return Ok(Self::Other);
        }
        text.parse().map(Self::Known).map_err(|error: UnknownWord| UnknownWord {
            allowed: format!("{}, {OTHER}", error.allowed),
            ..error
        })
    }
}

impl TryFrom<String> for RuleTool {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<RuleTool> for String {
    fn from(tool: RuleTool) -> Self {
        tool.to_string()
    }
}

impl fmt::Display for RuleTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(tool) => fmt::Display::fmt(tool, f),
            Self::Other => f.pad(OTHER),
        }
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for RuleTool {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let words = Tool::ALL.iter().map(|tool| tool.as_str()).chain([OTHER]);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words))
            .description(Some("A tool; `other` for tools that nobody knows."))
            .build()
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for RuleTool {}

/// Which calls of a tool a rule covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleMatch {
    /// All of them.
    Tool,
    /// Commands that begin with these words, each of them whole.
    Prefix {
        /// The words, 1 to 8.
        words: Vec<String>,
    },
    /// Exactly this call.
    Exact {
        /// SHA-256 of everything that decides what the call does, in hexadecimal.
        digest: String,
    },
}

words! {
    /// How much of what was asked an answer once and for all covers.
    pub enum RuleReach as "reach" {
        /// Exactly this call.
        Exact = "exact",
        /// Commands with the same first words.
        Prefix = "prefix",
        /// Every use of the tool.
        Tool = "tool",
    }
}

words! {
    /// Where an answer once and for all holds.
    pub enum RuleWithin as "place" {
        /// In this directory of this machine.
        Workspace = "workspace",
        /// On this machine.
        Machine = "machine",
    }
}

/// A rule, as it travels to the machine with a session's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Identifier.
    pub id: PolicyRuleId,
    /// What it says.
    pub effect: RuleEffect,
    /// The tool.
    pub tool: RuleTool,
    /// Which calls of it.
    pub matches: RuleMatch,
    /// After this time it says nothing any more, milliseconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<i64>,
}

/// What a question offers to whoever would answer it once and for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RuleOffer {
    /// The tool.
    pub tool: RuleTool,
    /// SHA-256 of everything that decides what the call does, in hexadecimal, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The words of the command, where it is plain enough for a rule about its first words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// A tool call, as far as rules are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleCall<'a> {
    /// What it is.
    pub tool_use: ToolUse,
    /// SHA-256 of everything that decides what it does, in hexadecimal, where that is known.
    pub digest: Option<&'a str>,
    /// The words of its command, where it is plain and nothing but the command decides.
    pub words: &'a [String],
    /// Its command, whole.
    pub command: Option<&'a str>,
}

impl<'a> RuleCall<'a> {
    /// A call of which nothing is known but its tool.
    pub const fn of(tool_use: ToolUse) -> RuleCall<'a> {
        Self { tool_use, digest: None, words: &[], command: None }
    }
}

/// A rule makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// Only commands have first words.
    #[error("only {} has commands, of which a rule can name the first words", Tool::Bash)]
    PrefixOfOther,
    /// Words that cannot be compared.
    #[error(
        "a prefix has 1 to {MOST_WORDS} words of at most {LONGEST_WORD} letters, digits and \
         _ - . / : = @ , + each"
    )]
    BadWords,
    /// What stands after the prefix could be any program.
    #[error("{0:?} runs whatever comes after it; name more of the command, or allow the tool")]
    RunsAnything(String),
    /// Consent in advance to tools that nobody knows.
    #[error("tools that nobody knows can be allowed one call at a time only")]
    EveryOther,
    /// A digest is not one.
    #[error("a digest has 64 hexadecimal digits")]
    BadDigest,
}

impl BadRule {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PrefixOfOther => "prefix_of_other_tool",
            Self::BadWords => "invalid_words",
            Self::RunsAnything(_) => "prefix_runs_anything",
            Self::EveryOther => "too_wide",
            Self::BadDigest => "invalid_digest",
        }
    }
}

/// Checks a rule that is to be made.
pub fn check(effect: RuleEffect, tool: RuleTool, matches: &RuleMatch) -> Result<(), BadRule> {
    match (matches, tool) {
        (RuleMatch::Tool, RuleTool::Other) if effect == RuleEffect::Allow => {
            Err(BadRule::EveryOther)
        }
        (RuleMatch::Tool, _) => Ok(()),
        (RuleMatch::Prefix { words }, RuleTool::Known(Tool::Bash)) => check_words(effect, words),
        (RuleMatch::Prefix { .. }, _) => Err(BadRule::PrefixOfOther),
        (RuleMatch::Exact { digest }, _) => {
            let is_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
            let fits = digest.len() == 64 && digest.bytes().all(is_hex);
            if fits { Ok(()) } else { Err(BadRule::BadDigest) }
        }
    }
}

fn check_words(effect: RuleEffect, words: &[String]) -> Result<(), BadRule> {
    let fits = |word: &String| word.len() <= LONGEST_WORD && commands::is_plain_word(word);
    if words.is_empty() || words.len() > MOST_WORDS || !words.iter().all(fits) {
        return Err(BadRule::BadWords);
    }
    if effect == RuleEffect::Allow && commands::runs_anything(words) {
        return Err(BadRule::RunsAnything(words.join(" ")));
    }
    Ok(())
}

impl Rule {
    /// Whether it covers a call at a time.
    pub fn covers(&self, call: &RuleCall<'_>, now: Timestamp) -> bool {
        let has_expired = self.expires_at_ms.is_some_and(|at| at <= now.as_millis());
        if has_expired || RuleTool::of(call.tool_use) != Some(self.tool) {
            return false;
        }
        match &self.matches {
            RuleMatch::Tool => true,
            RuleMatch::Exact { digest } => call.digest == Some(digest),
            // A rule without words would cover everything.
            RuleMatch::Prefix { words } if words.is_empty() => false,
            RuleMatch::Prefix { words } => match self.effect {
                RuleEffect::Allow => call.words.starts_with(words),
                RuleEffect::Deny | RuleEffect::Never => {
                    call.command.is_some_and(|command| commands::mentions(command, words))
                }
            },
        }
    }

    /// Whether a call may hide from this rule what it runs.
    pub fn may_be_evaded_by(&self, call: &RuleCall<'_>, now: Timestamp) -> bool {
        let forbids_words =
            self.effect != RuleEffect::Allow && matches!(self.matches, RuleMatch::Prefix { .. });
        let has_expired = self.expires_at_ms.is_some_and(|at| at <= now.as_millis());
        forbids_words
            && !has_expired
            && RuleTool::of(call.tool_use) == Some(self.tool)
            && call.command.is_none_or(commands::hides_something)
    }
}

#[cfg(test)]
mod tests;
