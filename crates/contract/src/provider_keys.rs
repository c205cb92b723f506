//! Keys of LLM providers.

use std::collections::BTreeMap;

use model::provider::{KeyState, KeyTrial};
use model::{ProviderKeyId, SecretString};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Stores a key. It is sealed and never shown again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProviderKey {
    /// `openai`, `anthropic`, `google`, or a name of one's own for an OpenAI-compatible endpoint.
    pub provider: String,
    /// What to call it, 1 to 100 characters.
    pub key_name: String,
    /// The secret.
    #[schema(value_type = String)]
    pub api_key: SecretString,
    /// Where calls go; the vendor's own address if it is left out.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The models that it serves, 1 to 200; all if this is left out.
    #[serde(default)]
    pub models: Option<Vec<String>>,
    /// Further names under which clients may ask for a model, each with the provider's name for
    /// that model; at most 100.
    #[serde(default)]
    pub aliases: Option<BTreeMap<String, String>>,
    /// Keys with a higher one are used before those with a lower one; 0 if it is left out.
    #[serde(default)]
    pub priority: Option<i64>,
    /// The share of sessions among keys of the same priority, 1 to 100; 1 if it is left out.
    #[serde(default)]
    pub weight: Option<u32>,
    /// `active` if it is left out.
    #[serde(default)]
    pub state: Option<KeyState>,
}

/// Changes a key; what is left out stays. The provider cannot be changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProviderKey {
    /// What to call it, 1 to 100 characters.
    #[serde(default)]
    pub key_name: Option<String>,
    /// A new secret in the place of the old one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub api_key: Option<SecretString>,
    /// Where calls go. Another host is taken only together with `api_key`: a stored key is not
    /// sent where it was not meant to go.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The models that it serves, 1 to 200; `null` for all.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<String>>)]
    pub models: Option<ServedModels>,
    /// Further names under which clients may ask for a model, in the place of those there are.
    #[serde(default)]
    pub aliases: Option<BTreeMap<String, String>>,
    /// Keys with a higher one are used before those with a lower one, -1000 to 1000.
    #[serde(default)]
    pub priority: Option<i64>,
    /// The share of sessions among keys of the same priority, 1 to 100.
    #[serde(default)]
    pub weight: Option<u32>,
    /// Whether it is used.
    #[serde(default)]
    pub state: Option<KeyState>,
}

/// The models that a key is to serve; `null` for all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ServedModels(pub Option<Vec<String>>);

/// A key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderKeyView {
    /// Identifier.
    pub id: ProviderKeyId,
    /// Whose secret it is.
    pub provider: String,
    /// What it is called.
    pub key_name: String,
    /// Where calls go.
    pub base_url: String,
    /// Its last characters, for recognition; may be empty.
    pub hint: String,
    /// The models that it serves; `null` for all.
    pub models: Option<Vec<String>>,
    /// Further names under which clients may ask for a model, each with the provider's name.
    pub aliases: BTreeMap<String, String>,
    /// Keys with a higher one are used before those with a lower one.
    pub priority: i64,
    /// The share of sessions among keys of the same priority.
    pub weight: u32,
    /// Whether it is used.
    pub state: KeyState,
    /// What came of trying it out last, if that was done since its secret was set.
    pub last_test: Option<ProviderKeyTrial>,
    /// When it was stored.
    pub created_at: Time,
    /// When its secret was set.
    pub secret_set_at: Time,
}

/// What came of trying a key out, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderKeyTrial {
    /// What came of it.
    pub result: KeyTrial,
    /// When it was tried.
    pub at: Time,
}

/// The keys of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderKeys {
    /// By provider, in the order in which they are used.
    pub keys: Vec<ProviderKeyView>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OneProviderKey {
    /// Always true.
    pub success: bool,
    /// The key.
    pub key: ProviderKeyView,
}

/// What came of trying a key out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestedProviderKey {
    /// Whether the provider accepts the key.
    pub success: bool,
    /// What came of it.
    pub result: KeyTrial,
    /// The same for people, with what the provider answered.
    pub message: String,
    /// The status that the provider answered; `null` if it did not.
    pub http_status: Option<u16>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The models that the provider lists for this key, at most 200.
    pub models: Vec<String>,
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_list_of_models_is_not_the_same_as_a_list_that_is_left_out() {
        let change = |text: &str| serde_json::from_str::<ChangeProviderKey>(text).unwrap().models;
        assert_eq!(change("{}"), None);
        assert_eq!(change(r#"{"models":null}"#), Some(ServedModels(None)));
        let one = ServedModels(Some(vec!["m".to_owned()]));
        assert_eq!(change(r#"{"models":["m"]}"#), Some(one));
    }
}
