//! Keys of LLM providers.

use model::{ProviderKeyId, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// Stores a key. It is sealed and never shown again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProviderKey {
    /// `openai`, `anthropic`, `google`, or a name of one's own for a compatible endpoint.
    pub provider: String,
    /// What to call it, 1 to 100 characters.
    pub key_name: String,
    /// The secret.
    #[schema(value_type = String)]
    pub api_key: SecretString,
    /// Where calls go; the vendor's own address if it is left out.
    #[serde(default)]
    pub base_url: Option<String>,
}

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
    /// When it was stored.
    pub created_at: Time,
}

/// The keys of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderKeys {
    /// By provider.
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
