//! Setting up, signing in, tokens.

use model::actor::Role;
use model::user::{UserKind, UserState};
use model::{ApiTokenId, LoginId, SecretString, TenantId, TokenScope, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::second_factors::SecondFactorResetView;
use crate::single_sign_on::SignInProvider;

/// Whether signing in is needed, and whether the installation has an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuthCheck {
    /// Whether a credential is needed; it always is.
    pub required: bool,
    /// Whether the first administrator is still to be made, with the link that the server printed.
    pub setup_required: bool,
    /// Providers with which people sign in, beside their passwords.
    #[serde(default)]
    pub providers: Vec<SignInProvider>,
}

/// Makes the first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// From the link that the server printed.
    #[schema(value_type = String)]
    pub secret: SecretString,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others; the username if it is left out.
    pub display_name: Option<String>,
    /// 8 to 256 characters.
    #[schema(value_type = String)]
    pub password: SecretString,
}

/// Signs in with a one-time link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemLink {
    /// From the link.
    #[schema(value_type = String)]
    pub secret: SecretString,
}

/// What a one-time link is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RedeemedLink {
    /// Whether it is the set-up link, which is used up by making the administrator.
    pub setup: bool,
    /// Whether it is a link for choosing a password, which is used up by doing so.
    #[serde(default)]
    pub password: bool,
    /// Who is to choose a password, by the name used to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Who is signed in now; absent for the other two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserView>,
}

/// Chooses a password with a one-time link, and signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChoosePassword {
    /// From the link.
    #[schema(value_type = String)]
    pub secret: SecretString,
    /// 8 to 256 characters.
    #[schema(value_type = String)]
    pub password: SecretString,
}

/// Signs in with a password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The name used to sign in.
    pub username: String,
    /// The password.
    #[schema(value_type = String)]
    pub password: SecretString,
}

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedIn {
    /// Always true.
    pub success: bool,
    /// Who.
    pub user: UserView,
    /// That an administrator has switched their second factor off, while they have no new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_reset: Option<SecondFactorResetView>,
}

/// Asks whether a token is good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyToken {
    /// The token.
    #[schema(value_type = String)]
    pub token: SecretString,
}

/// Whether a token is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerifiedToken {
    /// Always true; a bad token is an error.
    pub valid: bool,
}

/// A ticket for one WebSocket: `/ws?ticket=…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedTicket {
    /// It works once.
    pub ticket: String,
    /// For how long.
    pub expires_in_s: u64,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// Identifier.
    pub user_id: UserId,
    /// The small number by which scripts name it.
    pub number: i64,
    /// The tenant it belongs to.
    pub tenant_id: TenantId,
    /// The name used to sign in.
    pub username: String,
    /// The name shown to others.
    pub display_name: String,
    /// Person or service account.
    pub kind: UserKind,
    /// What it may do.
    pub role: Role,
    /// Whether it may do anything at all.
    pub state: UserState,
    /// When it was made.
    pub created_at: Time,
}

/// Changes one's own password. Every other login of the account ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    #[schema(value_type = String)]
    pub current: SecretString,
    /// The new one, 8 to 256 characters.
    #[schema(value_type = String)]
    pub new: SecretString,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LoginView {
    /// Identifier.
    pub login_id: LoginId,
    /// The browser as it named itself.
    pub user_agent: String,
    /// Since when.
    pub created_at: Time,
    /// When it was last used, to within a minute.
    pub last_used_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// Whether this request came from it.
    pub current: bool,
}

/// One's own logins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Logins {
    /// The last used first.
    pub logins: Vec<LoginView>,
}

/// Asks for an API token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiToken {
    /// What to call it, 1 to 100 characters.
    pub name: String,
    /// For how many days it works, 1 to 365; 90 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u16>,
    /// What it may be used for, of all that its owner may do: everything if this is left out. An
    /// empty list is refused. Every token may look at what its owner may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<TokenScope>>,
}

/// A new API token. The only time that its secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedApiToken {
    /// The token as it is to be kept.
    pub token: String,
    /// What is known of it from now on.
    #[serde(flatten)]
    pub view: ApiTokenView,
}

/// Asks for an API token in the place of another.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateApiToken {
    /// For how many minutes the old one goes on working, 0 to 60; 10 if it is left out.
    #[serde(default = "ten")]
    pub overlap_minutes: u16,
    /// For how many days the new one works, 1 to 365; as long as the old one was made for if it is
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u16>,
}

const fn ten() -> u16 {
    10
}

/// A new API token that may do what an old one may. The only time that its secret is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RotatedApiToken {
    /// The token as it is to be kept.
    pub token: String,
    /// What is known of it from now on.
    #[serde(flatten)]
    pub view: ApiTokenView,
    /// The old one, with its new end: from then on it is refused everywhere.
    pub previous: ApiTokenView,
}

/// An API token without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiTokenView {
    /// Identifier.
    pub token_id: ApiTokenId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// Since when.
    pub created_at: Time,
    /// When it was last used, to within a minute.
    pub last_used_at: Option<Time>,
    /// When it ends.
    pub expires_at: Time,
}

/// One's own API tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiTokens {
    /// The newest first.
    pub tokens: Vec<ApiTokenView>,
}
