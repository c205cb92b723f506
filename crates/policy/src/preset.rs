//! Named starting points of a session's policy.

use model::words;

use crate::Tool;

words! {
    /// What happens to a tool call that is not forbidden.
    pub enum Permissions as "permission mode" {
        /// Goes ahead.
        ApproveAll = "approve-all",
        /// Goes ahead if it only reads; else a person is asked.
        ApproveReads = "approve-reads",
        /// Goes ahead if it only reads; else it is rejected.
        DenyAll = "deny-all",
    }
}

words! {
    /// A named starting point.
    pub enum Preset as "permission preset" {
        /// Reading and searching only.
        SafeReadonly = "safe-readonly",
        /// Every tool; a person is asked before anything changes. What the console offers first.
        Ask = "ask",
        /// Reads go ahead, commands and new files are asked for, other tools are not available.
        DevDefault = "dev-default",
        /// Everything goes ahead.
        FullAuto = "full-auto",
    }
}

impl Preset {
    /// The mode it starts from.
    pub const fn permissions(self) -> Permissions {
        match self {
            Self::SafeReadonly => Permissions::DenyAll,
            Self::Ask | Self::DevDefault => Permissions::ApproveReads,
            Self::FullAuto => Permissions::ApproveAll,
        }
    }

    /// The tools it starts from.
    pub const fn tools(self) -> &'static [Tool] {
        match self {
            Self::SafeReadonly => &[Tool::Glob, Tool::Grep, Tool::Ls, Tool::Read],
            Self::DevDefault => &[Tool::Bash, Tool::Read, Tool::Write],
            Self::Ask | Self::FullAuto => Tool::ALL,
        }
    }

    /// How much it lets happen without a person, from 0; a machine caps it.
    pub const fn level(self) -> u8 {
        match self {
            Self::SafeReadonly => 0,
            Self::Ask | Self::DevDefault => 1,
            Self::FullAuto => 2,
        }
    }
}
