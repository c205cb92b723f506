//! What is said of prompts, whether one is asked or a conversation is held: in which session, how
//! long, how often, and how it is shown.

use std::time::Duration;

use contract::policy::{self, PolicyOptions};

use crate::audience::Audience;
use crate::exit::{Meaning, Refusal};
use crate::follow::questions::{Answerer, NonInteractive};
use crate::hands;
use crate::output::{Format, FormatOption};
use crate::starting::ChatOptions;
use crate::view::ShowOptions;
use crate::words::Words;
use crate::worktree_flags::WorktreeFlags;

/// The longest wait before a failed turn is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What is said of prompts.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct PromptOptions {
    /// Go on with this session, by its identifier, the end of it, or its title; one with this
    /// title is started if there is none.
    #[arg(long, short = 'S', value_name = "SESSION")]
    pub session: Option<String>,

    /// Go on with the open chat that was active last.
    #[arg(long = "continue", short = 'c', conflicts_with = "session")]
    pub goes_on: bool,

    /// What happens to a question of the agent where nobody can be asked here.
    #[arg(
        long,
        alias = "non-interactive-perms",
        value_enum,
        value_name = "RULE",
        default_value = "deny"
    )]
    pub non_interactive_permissions: NonInteractive,

    /// Stop a turn after so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,

    /// Give the prompt again, so often at most, where the turn has failed.
    #[arg(long, value_name = "COUNT", default_value_t)]
    pub prompt_retries: u32,

    /// End a new session after so many seconds in which nothing happens; 0 for never.
    #[arg(long, value_name = "SECONDS")]
    pub ttl: Option<u64>,

    #[command(flatten)]
    pub show: ShowOptions,

    /// Print lines of JSON and nothing else, on standard output and standard error alike.
    #[arg(long)]
    pub json_strict: bool,

    #[command(flatten)]
    pub format: FormatOption,

    #[command(flatten)]
    pub chat: ChatOptions,

    #[command(flatten)]
    pub worktree: WorktreeFlags,
}

impl PromptOptions {
    /// Refuses options that contradict each other.
    pub(crate) fn check(&self, verbose: u8, words: &dyn Words) -> Result<(), Refusal> {
        let refused = |message: &str| Err(Refusal::new(Meaning::Usage, message));
        if self.json_strict && self.format.format != Format::Json {
            return refused(words.strict_needs_json());
        }
        if self.json_strict && verbose > 0 {
            return refused(words.strict_says_no_more());
        }
        Ok(())
    }

    /// What the agent may do without a person.
    pub(crate) fn policy(&self) -> PolicyOptions {
        let non_interactive_permissions = match self.non_interactive_permissions {
            NonInteractive::Deny => Some(policy::NonInteractive::Deny),
            NonInteractive::Fail => Some(policy::NonInteractive::Fail),
            NonInteractive::Wait => None,
        };
        PolicyOptions { non_interactive_permissions, ..self.chat.policy.options() }
    }

    /// Whether the agent's questions may be answered by a person: by the one at the window, by
    /// somebody elsewhere, or by whoever goes on with a session that has a name.
    pub(crate) fn may_be_answered(&self) -> bool {
        let is_ruled = match self.answerer() {
            Answerer::Person | Answerer::Rule(NonInteractive::Wait) => false,
            Answerer::Rule(NonInteractive::Deny | NonInteractive::Fail) => true,
        };
        !is_ruled || self.session.is_some()
    }

    /// How long a turn may take.
    pub(crate) fn limit(&self) -> Option<Duration> {
        self.timeout.map(Duration::from_secs)
    }

    /// A person is asked where one sits at the window and sees the question.
    pub(crate) fn answerer(&self) -> Answerer {
        if self.format.format == Format::Text && hands::somebody_is_there() {
            return Answerer::Person;
        }
        Answerer::Rule(self.non_interactive_permissions)
    }

    /// Whom it is told.
    pub(crate) fn audience(&self, words: &'static dyn Words) -> Audience {
        Audience::new(self.format.format, self.show, words)
    }

    /// How long to wait before a failed turn is tried again, of which this is the attempt from 1;
    /// `None` after the last.
    pub(crate) fn wait_before_retry(&self, attempt: u32) -> Option<Duration> {
        let wait = || Duration::from_secs(1_u64 << attempt.saturating_sub(1).min(5));
        (attempt <= self.prompt_retries).then(|| wait().min(LONGEST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{self, Language};

    #[test]
    fn failed_turns_are_tried_as_often_as_was_said_and_less_and_less_eagerly() {
        let options = PromptOptions { prompt_retries: 7, ..PromptOptions::default() };
        let waits: Vec<_> = (1..=8).map(|attempt| options.wait_before_retry(attempt)).collect();
        let seconds = [Some(1), Some(2), Some(4), Some(8), Some(16), Some(30), Some(30), None];
        assert_eq!(waits, seconds.map(|wait| wait.map(Duration::from_secs)));
        assert_eq!(PromptOptions::default().wait_before_retry(1), None);
    }

    #[test]
    fn strict_json_is_json_and_nothing_else() {
        let words = words::of(Language::English);
        let strict = PromptOptions { json_strict: true, ..PromptOptions::default() };
        assert_eq!(strict.check(0, words).unwrap_err().meaning, Meaning::Usage);
        let json = FormatOption { format: Format::Json };
        let strict = PromptOptions { format: json, ..strict };
        assert!(strict.check(0, words).is_ok());
        assert_eq!(strict.check(1, words).unwrap_err().meaning, Meaning::Usage);
    }
}
