//! LLM vendors and the sealed secrets for them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ProviderKeyId, TenantId, Timestamp, UserId, words};

words! {
    /// The protocol an LLM endpoint speaks.
    pub enum Dialect as "dialect" {
        /// OpenAI: chat completions, Responses, models, embeddings.
        OpenAi = "openai",
        /// Anthropic Messages.
        Anthropic = "anthropic",
        /// Google Gemini.
        Gemini = "gemini",
    }
}

/// The name of an LLM vendor or compatible endpoint, such as `openai`, `anthropic`, `google` or
/// a name of the administrator's own: lower-case ASCII letters, digits, `-` and `_`, at most 40.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderName(String);

/// A text cannot be the name of a provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("provider must be 1 to 40 lower-case letters, digits, '-' or '_', not {0:?}")]
pub struct InvalidProviderName(pub String);

impl ProviderName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The dialect that this provider speaks: the three documented names say it themselves, every
    /// other provider is an OpenAI-compatible one.
    pub fn dialect(&self) -> Dialect {
        match self.0.as_str() {
            "anthropic" => Dialect::Anthropic,
            "google" => Dialect::Gemini,
            _ => Dialect::OpenAi,
        }
    }

    /// The vendor's own endpoint, where there is one.
    pub fn default_base_url(&self) -> Option<&'static str> {
        match self.0.as_str() {
            "openai" => Some("https://api.openai.com/v1"),
            "anthropic" => Some("https://api.anthropic.com"),
            "google" => Some("https://generativelanguage.googleapis.com"),
            _ => None,
        }
    }
}

impl TryFrom<String> for ProviderName {
    type Error = InvalidProviderName;

    fn try_from(text: String) -> Result<Self, InvalidProviderName> {
        let fits = !text.is_empty()
            && text.len() <= 40
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if fits { Ok(Self(text)) } else { Err(InvalidProviderName(text)) }
    }
}

impl std::str::FromStr for ProviderName {
    type Err = InvalidProviderName;

    fn from_str(text: &str) -> Result<Self, InvalidProviderName> {
        text.to_owned().try_into()
    }
}

impl From<ProviderName> for String {
    fn from(name: ProviderName) -> Self {
        name.0
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A provider's secret, sealed. The plaintext exists only inside `vault` and one gateway request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderKey {
    /// Identifier; part of the associated data the secret is sealed with.
    pub id: ProviderKeyId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Whose secret it is.
    pub provider: ProviderName,
    /// What the administrator calls it.
    pub name: String,
    /// Where calls go.
    pub base_url: String,
    /// The sealed secret, as made by `vault`.
    pub sealed: Vec<u8>,
    /// Its last four characters, for recognition; empty where it has fewer than twelve.
    pub hint: String,
    /// Who stored it.
    pub created_by: UserId,
    /// When it was stored.
    pub created_at: Timestamp,
}
