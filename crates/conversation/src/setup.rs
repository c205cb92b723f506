//! What a chat is started with.

use std::time::Duration;

use model::{Clock, Rng};
use policy::SessionPolicy;
use serde_json::Value;

use crate::update::OptionValue;

/// Questions to people that may be open at once. One more is answered with `cancelled`.
pub const MAX_OPEN_REQUESTS: usize = 64;

/// Tool calls that may be open at once. For one more the oldest is given up.
pub const MAX_OPEN_TOOL_CALLS: usize = 256;

/// Questions to the agent that may wait for its answer. One more is refused.
pub const MAX_ASKED: usize = 64;

/// Messages that are kept for a session whose name is not known yet. The oldest go first.
pub const MAX_EARLY_MESSAGES: usize = 256;

/// Longest note that a person can add to a denial.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;

/// How long an agent may take for each step until its session is open.
pub const HANDSHAKE_WITHIN: Duration = Duration::from_secs(90);

/// How long an agent that tells its history again must be quiet before it counts as done: some
/// answer before they have told it all, and what they tell after a prompt would look new.
pub const QUIET_FOR: Duration = Duration::from_millis(400);

/// How long an agent may take to tell its history again after it has answered.
pub const QUIET_WITHIN: Duration = Duration::from_secs(10);

/// How long an agent may take to end a turn that was cancelled, before it is killed.
pub const CANCEL_WITHIN: Duration = Duration::from_secs(10);

/// Time and randomness, passed in.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Where identifiers come from.
    pub rng: &'a dyn Rng,
}

/// What a chat is started with. It never changes, but for the rules of its policy.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The directory, absolute, that exists on the machine.
    pub workspace: String,
    /// Which tool calls need a person.
    pub policy: SessionPolicy,
    /// What the adapter knows of its agent.
    pub profile: Profile,
    /// The model that was asked for.
    pub model: Option<String>,
    /// Our own version, which agents are told.
    pub version: String,
    /// The agent's name for a session that was begun outside of us, with which this one goes on.
    pub continues: Option<String>,
}

/// What the adapter knows of its agent, as far as a chat is concerned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Name for people, such as `Claude Code`.
    pub title: String,
    /// When it does not ask before it acts, whatever it is told: for people, to follow its name.
    /// Absent where it always asks.
    pub does_not_ask: Option<String>,
    /// The mode in which it asks before it acts. It is set in every session whose policy does not
    /// allow everything, and a session in which it cannot be set does not begin. Absent where
    /// the agent asks without being told, or is told when it is launched.
    pub asking_mode: Option<String>,
    /// The mode for sessions whose policy allows everything, where the asking mode is in the way
    /// of work.
    pub free_mode: Option<String>,
    /// All modes in which it asks before it acts. People cannot choose another one, and the agent
    /// is put back into the asking mode if it does, unless the policy allows everything. Empty
    /// where this is not known; then every mode can be chosen.
    pub asking_modes: Vec<String>,
    /// Options, and the value of each with which the agent asks before it acts. They are kept like
    /// the asking mode; an option that the agent does not offer is no problem.
    pub asking_options: Vec<(String, OptionValue)>,
    /// How to log in if the agent insists on it.
    pub authenticate: Option<String>,
    /// What the agent itself calls the model that was asked for, where that differs.
    pub model_id: Option<String>,
    /// The member `_meta` of the questions that open a session.
    pub session_meta: Option<Value>,
}

impl Setup {
    /// Whether the policy leaves nothing to ask.
    pub fn allows_everything(&self) -> bool {
        self.policy.allows_everything()
    }

    /// The mode in which a fresh session begins, where one must be set.
    pub(crate) fn first_mode(&self) -> Option<&str> {
        let free = self.allows_everything().then_some(self.profile.free_mode.as_deref()).flatten();
        free.or(self.profile.asking_mode.as_deref())
    }

    /// Whether the agent may be in this mode.
    pub(crate) fn permits_mode(&self, mode: &str) -> bool {
        self.allows_everything()
            || self.profile.asking_modes.is_empty()
            || self.profile.asking_modes.iter().any(|known| known == mode)
    }

    /// Whether an option may have this value.
    pub(crate) fn permits_option(&self, option: &str, value: &OptionValue) -> bool {
        let mut kept = self.profile.asking_options.iter();
        self.allows_everything() || kept.all(|(id, asking)| id != option || asking == value)
    }

    /// The model, as the agent calls it.
    pub(crate) fn wanted_model(&self) -> Option<&str> {
        self.profile.model_id.as_deref().or(self.model.as_deref())
    }
}
