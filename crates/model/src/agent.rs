//! AI coding programs and what is known of them on a machine.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The short name of an agent, such as `claude`, `codex` or `demo`: lower-case ASCII letters,
/// digits and hyphens, at most 40 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgentName(Cow<'static, str>);

/// A text cannot be the name of an agent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("agent name must be 1 to 40 lower-case letters, digits or hyphens, not {0:?}")]
pub struct InvalidAgentName(pub String);

impl AgentName {
    /// A name known when the program was built. Panics at compile time if used in a `const` with
    /// a text that is not a name.
    pub const fn known(name: &'static str) -> Self {
        assert!(is_name(name.as_bytes()), "not an agent name");
        Self(Cow::Borrowed(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_name(bytes: &[u8]) -> bool {
    let mut i = 0;
    while i < bytes.len() {
        if !matches!(bytes[i], b'a'..=b'z' | b'0'..=b'9' | b'-') {
            return false;
        }
        i += 1;
    }
    !bytes.is_empty() && bytes.len() <= 40
}

impl TryFrom<String> for AgentName {
    type Error = InvalidAgentName;

    fn try_from(text: String) -> Result<Self, InvalidAgentName> {
        if is_name(text.as_bytes()) {
            Ok(Self(Cow::Owned(text)))
        } else {
            Err(InvalidAgentName(text))
        }
    }
}

impl std::str::FromStr for AgentName {
    type Err = InvalidAgentName;

    fn from_str(text: &str) -> Result<Self, InvalidAgentName> {
        text.to_owned().try_into()
    }
}

impl From<AgentName> for String {
    fn from(name: AgentName) -> Self {
        name.0.into_owned()
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a machine knows of one agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InstalledAgent {
    /// Short name.
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub name: AgentName,
    /// Name for people, such as `Claude Code`.
    pub title: String,
    /// Version, if it is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether a chat can be started with it.
    pub chat: bool,
    /// Whether its own terminal interface can be started.
    pub terminal: bool,
    /// What is missing, as a sentence, if it cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// The command that installs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub install: Option<String>,
    /// Whether it can ask a person before it acts.
    pub asks: bool,
}

impl InstalledAgent {
    /// Whether a session can be started with it.
    pub const fn usable(&self) -> bool {
        self.missing.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_lower_case_words() {
        assert!("claude".parse::<AgentName>().is_ok());
        for bad in ["", "Claude", "a b", "../x", "--flag\0", &"x".repeat(41)] {
            assert!(bad.parse::<AgentName>().is_err(), "{bad:?} was accepted");
        }
    }
}
