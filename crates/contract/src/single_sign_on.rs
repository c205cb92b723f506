//! Signing in with an OpenID provider.

use model::identity::RoleFrom;
use model::{IdentityId, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::auth::UserView;

/// A provider with which people sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignInProvider {
    /// By what it is named in addresses.
    pub provider_id: String,
    /// What its button says.
    pub name: String,
}

/// Where to go now. The cookie of the answer is what proves later that it is the same browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SentToProvider {
    /// A page of the provider, which leads back to `/sign-in/return`.
    pub url: String,
}

/// What the provider has put into the address of `/sign-in/return`, as it stands there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnFromProvider {
    /// `state`.
    #[schema(value_type = String)]
    pub state: SecretString,
    /// `code`, if it went well.
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
    /// `iss`, if it is there.
    pub iss: Option<String>,
    /// `error`, if it did not go well.
    pub error: Option<String>,
    /// `error_description`, if it is there.
    pub error_description: Option<String>,
}

/// What has come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnedFromProvider {
    /// Always true.
    pub success: bool,
    /// Whether the account that is signed in was linked.
    pub linked: bool,
    /// Who is signed in now; absent where an account was linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserView>,
}

/// That one's account is somebody at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IdentityView {
    /// Identifier.
    pub identity_id: IdentityId,
    /// The provider's name; its issuer if the server does not name it any more.
    pub provider: String,
    /// How one is called there.
    pub shown: String,
    /// Who says what the account may do.
    pub role_from: RoleFrom,
    /// Since when.
    pub created_at: Time,
}

/// One's own identities at providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identities {
    /// The oldest first.
    pub identities: Vec<IdentityView>,
}
