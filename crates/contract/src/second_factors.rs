//! Second factors: codes of an authenticator, and passkeys, beside the password.

use model::SecretString;
use model::second_factor::SecondFactorDemand;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::auth::UserView;
use crate::passkeys::SignedByPasskey;

/// A code of one's authenticator, or a recovery code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveCode {
    /// Six digits, or a recovery code. Blanks do not count.
    #[schema(value_type = String)]
    pub code: SecretString,
}

/// Shows a second factor again: a code, or what a passkey has signed. One of the two.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowSecondFactor {
    /// Six digits, or a recovery code. Blanks do not count.
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
    /// What a passkey has signed, as `/api/auth/passkeys/challenge` asked.
    pub passkey: Option<SignedByPasskey>,
}

/// How one's own second factor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondFactorView {
    /// Since when codes of an authenticator are asked for at sign-in; absent where none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// How many passkeys there are; one of them can be shown in the place of a code.
    #[serde(default)]
    pub passkeys: u64,
    /// How many recovery codes are left.
    pub recovery_codes_left: u64,
    /// Whether everybody in the tenant must have one.
    pub demand: SecondFactorDemand,
    /// That an administrator has switched it off, while there is no new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<SecondFactorResetView>,
}

/// That an administrator has switched somebody's second factor off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondFactorResetView {
    /// When.
    pub at: Time,
    /// Who, by the name shown to others.
    pub by_name: String,
}

/// Begins to set up an authenticator.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSecondFactor {
    /// One's password; not needed by accounts that have none.
    #[schema(value_type = Option<String>)]
    pub password: Option<SecretString>,
    /// A code of the authenticator that is to be replaced, or a recovery code. This or `passkey`
    /// where there is a second factor already.
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
    /// What a passkey has signed, as `/api/auth/passkeys/challenge` asked.
    pub passkey: Option<SignedByPasskey>,
}

/// What one's authenticator is to take over. The only time that it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfferedSecondFactor {
    /// The secret, for typing: base 32.
    pub secret: String,
    /// The same for a picture: `otpauth://totp/…`.
    pub uri: String,
}

/// Codes for whoever loses their authenticator. The only time that they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each works once in the place of a code.
    pub recovery_codes: Vec<String>,
}

/// Somebody has set up an authenticator on the way in, and is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignedInWithSecondFactor {
    /// Always true.
    pub success: bool,
    /// Who.
    pub user: UserView,
    /// Each works once in the place of a code. The only time that they are shown.
    pub recovery_codes: Vec<String>,
}

/// Says whether a tenant's people must have a second factor.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandSecondFactor {
    /// `required`, and whoever has none is signed out and led to setting one up at their next
    /// sign-in; or `optional`.
    pub demand: SecondFactorDemand,
}
