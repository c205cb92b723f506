//! Named starting points of a session's policy.

use std::fmt;
use std::str::FromStr;

use model::words;
use serde::{Deserialize, Serialize};

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
    /// A starting point that everybody has.
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

    /// Whether tools that nobody knows may be used as well.
    pub const fn other_tools(self) -> bool {
        matches!(self, Self::Ask | Self::FullAuto)
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

/// The name of a preset, one of ours or one that an administrator has made: 1 to 40 lower-case
/// letters, digits and hyphens, the first of them a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PresetName(String);

/// A text is no name for a preset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no name for a preset; it has 1 to 40 lower-case letters, digits and hyphens and \
     begins with a letter"
)]
pub struct BadPresetName(pub String);

impl PresetName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The preset of ours that has this name.
    pub fn built_in(&self) -> Option<Preset> {
        self.0.parse().ok()
    }
}

impl From<Preset> for PresetName {
    fn from(preset: Preset) -> Self {
        Self(preset.as_str().to_owned())
    }
}

impl FromStr for PresetName {
    type Err = BadPresetName;

    fn from_str(text: &str) -> Result<Self, BadPresetName> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        if begins_well && text.len() <= 40 && text.chars().all(fits) {
            return Ok(Self(text.to_owned()));
        }
        Err(BadPresetName(text.to_owned()))
    }
}

impl TryFrom<String> for PresetName {
    type Error = BadPresetName;

    fn try_from(text: String) -> Result<Self, BadPresetName> {
        text.parse()
    }
}

impl From<PresetName> for String {
    fn from(name: PresetName) -> Self {
        name.0
    }
}

impl fmt::Display for PresetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_presets_are_plain() {
        for preset in Preset::ALL {
            let name: PresetName = preset.as_str().parse().unwrap();
            assert_eq!(name.built_in(), Some(*preset));
        }
        let own: PresetName = "team-2".parse().unwrap();
        assert_eq!(own.built_in(), None);
        let long = "a".repeat(41);
        for bad in ["", "-a", "2a", "Team", "a b", "a/b", "ä", long.as_str()] {
            assert!(bad.parse::<PresetName>().is_err(), "{bad:?}");
        }
    }
}
