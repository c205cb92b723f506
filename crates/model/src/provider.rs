//! LLM vendors and the sealed secrets for them.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

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

words! {
    /// Whether calls are made with a key.
    pub enum KeyState as "key state" {
        /// They are.
        Active = "active",
        /// They are not, until it is made active again.
        Disabled = "disabled",
    }
}

words! {
    /// What came of trying a key out.
    pub enum KeyTrial as "key trial" {
        /// The provider accepts it.
        Works = "works",
        /// The provider answers and refuses the key.
        Rejected = "rejected",
        /// The provider knows the key and allows no call at the moment.
        Limited = "limited",
        /// The provider answers something from which nothing follows about the key.
        Unclear = "unclear",
        /// Nobody answers at that address.
        Unreachable = "unreachable",
        /// The server may not connect to that address.
        Forbidden = "forbidden",
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

/// What a key serves, and when it is chosen among others of its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// The models that it serves, by the names that the upstream knows; `None` for all. Never an
    /// empty list.
    pub models: Option<Vec<String>>,
    /// Names of the administrator's own under which a model may be asked for, and the upstream's
    /// name for each. They need not be in the list of models.
    pub aliases: BTreeMap<String, String>,
    /// Keys with a higher one are chosen before those with a lower one.
    pub priority: i64,
    /// The share among keys of the same priority, 1 to [`Self::MAX_WEIGHT`].
    pub weight: u32,
    /// Whether it is chosen at all.
    pub state: KeyState,
}

impl KeyUse {
    /// The highest weight.
    pub const MAX_WEIGHT: u32 = 100;

    /// The highest priority; the lowest is its negative.
    pub const MAX_PRIORITY: i64 = 1_000;

    /// The upstream's name of the model that a client asks for; `None` if this key does not serve
    /// it. Names are compared to the letter.
    pub fn upstream_model<'a>(&'a self, asked: &'a str) -> Option<&'a str> {
        if let Some(model) = self.aliases.get(asked) {
            return Some(model);
        }
        let listed = |models: &Vec<String>| models.iter().any(|model| model == asked);
        self.models.as_ref().is_none_or(listed).then_some(asked)
    }

    /// The names by which clients may ask, where they are known.
    pub fn names(&self) -> Option<impl Iterator<Item = &str>> {
        let models = self.models.as_ref()?;
        Some(models.iter().chain(self.aliases.keys()).map(String::as_str))
    }
}

impl Default for KeyUse {
    /// Every model, no other names, as good as every other key.
    fn default() -> Self {
        Self {
            models: None,
            aliases: BTreeMap::new(),
            priority: 0,
            weight: 1,
            state: KeyState::Active,
        }
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
    /// What it serves, and when it is chosen.
    pub serves: KeyUse,
    /// What came of trying it out last, and when that was.
    pub last_trial: Option<(KeyTrial, Timestamp)>,
    /// Who stored it.
    pub created_by: UserId,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When its secret was replaced last; at first the time at which it was stored.
    pub secret_set_at: Timestamp,
}

/// What came of trying a key out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedKey {
    /// What came of it.
    pub result: KeyTrial,
    /// The same for people; it never holds the secret.
    pub message: String,
    /// The status that the provider answered, if it did.
    pub http_status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// The models that the provider lists for this key.
    pub models: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_serves_what_it_lists_to_the_letter() {
        let mut serves = KeyUse::default();
        assert_eq!(serves.upstream_model("anything"), Some("anything"));
        serves.models = Some(vec!["gpt-5.5".to_owned()]);
        serves.aliases.insert("fast".to_owned(), "gpt-5.4-nano".to_owned());
        serves.aliases.insert("gpt-5.5".to_owned(), "gpt-5.5-2026-03-01".to_owned());
        for (asked, upstream) in [
            ("fast", Some("gpt-5.4-nano")),
            ("gpt-5.5", Some("gpt-5.5-2026-03-01")),
            ("gpt-5.4-nano", None),
            ("Fast", None),
            ("fast ", None),
            ("", None),
        ] {
            assert_eq!(serves.upstream_model(asked), upstream, "{asked:?}");
        }
    }
}
