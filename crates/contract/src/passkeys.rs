//! Passkeys: keys with which somebody proves that their authenticator is there. Bytes are in base64url
//! without padding, as browsers give them.

use model::{PasskeyId, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// What a browser is to ask an authenticator for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AskPasskey {
    /// What browsers take for `PublicKeyCredential.parseCreationOptionsFromJSON` or
    /// `parseRequestOptionsFromJSON`, in the words of Web Authentication.
    #[schema(value_type = Object)]
    pub options: serde_json::Value,
}

/// What an authenticator has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedByPasskey {
    /// Which credential: `rawId`.
    pub credential: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `authenticatorData`.
    pub authenticator_data: String,
    /// `signature`.
    pub signature: String,
    /// `userHandle`, where the authenticator gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_handle: Option<String>,
}

/// What an authenticator has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadePasskey {
    /// Which credential: `rawId`.
    pub credential: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `attestationObject`.
    pub attestation: String,
    /// What `getTransports()` says.
    #[serde(default)]
    pub transports: Vec<String>,
}

/// Begins to add a passkey.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginPasskey {
    /// One's password; not needed by accounts that have none.
    #[schema(value_type = Option<String>)]
    pub password: Option<SecretString>,
    /// A code of one's authenticator, or a recovery code. This or `passkey` where there is a second
    /// factor already.
    #[schema(value_type = Option<String>)]
    pub code: Option<SecretString>,
    /// What a passkey that is there has signed, as `/api/auth/passkeys/challenge` asked.
    pub passkey: Option<SignedByPasskey>,
}

/// Adds a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPasskey {
    /// What to call it, 1 to 64 characters.
    pub name: String,
    /// What the authenticator has made.
    pub made: MadePasskey,
}

/// A passkey was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AddedPasskey {
    /// It.
    pub passkey: PasskeyView,
    /// Codes for whoever loses it, where it is the first second factor. Each works once. The only time
    /// that they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_codes: Vec<String>,
}

/// Gives a passkey another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePasskey {
    /// What to call it, 1 to 64 characters.
    pub name: String,
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasskeyView {
    /// Identifier.
    pub passkey_id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// The domain that it is for; it signs for no other.
    pub domain: String,
    /// Since when it counts.
    pub created_at: Time,
    /// When it was last used; absent if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Time>,
}

/// One's own passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Passkeys {
    /// The oldest first.
    pub passkeys: Vec<PasskeyView>,
    /// The domain for which passkeys are made and used here; absent where browsers know none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Why there is no domain: `passkeys_need_a_name`, `passkeys_need_https` or `passkeys_elsewhere`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Where passkeys can be used instead, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
}

/// What may be shown in the second step of the sign-in that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SecondStepView {
    /// Codes of an authenticator. Recovery codes may be given in any case.
    pub codes: bool,
    /// Passkeys, at the address at which this was asked.
    pub passkeys: bool,
}
