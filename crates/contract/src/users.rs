//! Accounts and tenants.

use std::fmt;
use std::str::FromStr;

use model::actor::Role;
use model::second_factor::SecondFactorDemand;
use model::user::UserKind;
use model::{TenantId, UserId};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};

use crate::Time;
use crate::auth::UserView;
use crate::machines::FreezeView;
use crate::session_limits::SessionLimitsView;

/// An account, by its identifier or by the small number that documents and scripts use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserRef {
    /// By its identifier.
    Id(UserId),
    /// By its number, from 1.
    Number(i64),
}

/// A text that names no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidUserRef;

impl fmt::Display for InvalidUserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("user_id must be the UUID or the number of an account")
    }
}

impl FromStr for UserRef {
    type Err = InvalidUserRef;

    fn from_str(text: &str) -> Result<Self, InvalidUserRef> {
        // `parse` takes a sign, which no number of an account has.
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Number).map_err(|_| InvalidUserRef);
        }
        text.parse().map(Self::Id).map_err(|_| InvalidUserRef)
    }
}

impl fmt::Display for UserRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl Serialize for UserRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id(id) => id.serialize(serializer),
            Self::Number(number) => serializer.serialize_i64(*number),
        }
    }
}

impl<'de> Deserialize<'de> for UserRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reference;

        impl Visitor<'_> for Reference {
            type Value = UserRef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the UUID or the number of an account")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<UserRef, E> {
                i64::try_from(number).map(UserRef::Number).map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<UserRef, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Reference)
    }
}

impl utoipa::PartialSchema for UserRef {
    fn schema() -> RefOr<Schema> {
        let uuid = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        OneOfBuilder::new().item(uuid).item(number).into()
    }
}

impl utoipa::ToSchema for UserRef {}

/// Makes an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// The name used to sign in, 1 to 64 characters.
    pub username: String,
    /// The name shown to others; the username if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A person, who is invited by a link, if it is left out; or a service account, which acts with
    /// tokens only.
    #[serde(default = "person")]
    pub kind: UserKind,
    /// What it may do; `user` if it is left out.
    #[serde(default = "user")]
    pub role: Role,
    /// The number of its tenant; one's own if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<i64>,
    /// For how many hours the invitation works, 1 to 168; 72 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_hours: Option<u16>,
}

const fn person() -> UserKind {
    UserKind::Person
}

const fn user() -> Role {
    Role::User
}

/// Changes an account. What is left out stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// The name shown to others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it may do. Whatever its user could act with before ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether it may act. Whatever its user could act with ends when it may not, and so do its
    /// sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Asks for a link with which a person chooses a password.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePasswordLink {
    /// For how many hours it works, 1 to 168; 72 if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_hours: Option<u16>,
}

/// A link with which a person chooses a password, once. The only time that it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PasswordLink {
    /// Where to open it. Its secret is behind the `#`, which no browser sends.
    pub link: String,
    /// When it stops working.
    pub expires_at: Time,
}

/// An account that was made, or whose link was made anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserWithLink {
    /// Always true.
    pub success: bool,
    /// The account.
    pub user: UserView,
    /// How its person gets in; absent for a service account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<PasswordLink>,
}

/// An account, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    /// The account.
    #[serde(flatten)]
    pub user: UserView,
    /// Until when the link works with which a password can be chosen, or worked; absent if there is
    /// none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_expires_at: Option<Time>,
    /// Whether its person is asked for a code of their authenticator at sign-in.
    pub has_second_factor: bool,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OneUser {
    /// Always true.
    pub success: bool,
    /// The account.
    pub user: AccountView,
}

/// The accounts of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Users {
    /// By number.
    pub users: Vec<AccountView>,
}

/// Makes a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTenant {
    /// What to call it, 1 to 100 characters.
    pub name: String,
}

/// Changes a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTenant {
    /// What to call it, 1 to 100 characters.
    pub name: String,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TenantView {
    /// The small number by which documents and scripts name it.
    pub tenant_id: i64,
    /// Identifier, as accounts carry it.
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// How many accounts it has, of people and for scripts; deleted ones do not count.
    pub users: u64,
    /// How many machines it has.
    pub machines: u64,
    /// When it was made.
    pub created_at: Time,
    /// Whether its people must have a second factor.
    pub second_factor: SecondFactorDemand,
    /// What it allows its sessions.
    #[serde(default)]
    pub limits: SessionLimitsView,
    /// For how many days the transcripts of its sessions are kept on the server; absent where they are
    /// on their machines only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcripts_kept_days: Option<u32>,
    /// That none of its machines takes new work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<FreezeView>,
}

/// Tenants that one may know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tenants {
    /// By number.
    pub tenants: Vec<TenantView>,
}

/// One tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OneTenant {
    /// Always true.
    pub success: bool,
    /// The tenant.
    pub tenant: TenantView,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_by_identifier_or_number() {
        let id = "019d527d-34ed-7272-b336-f67fd49024db";
        assert_eq!(id.parse(), Ok(UserRef::Id(id.parse().unwrap())));
        assert_eq!("7".parse(), Ok(UserRef::Number(7)));
        assert_eq!(serde_json::from_str::<UserRef>("7").unwrap(), UserRef::Number(7));
        assert_eq!(serde_json::from_str::<UserRef>("\"7\"").unwrap(), UserRef::Number(7));
        for text in ["", "-1", "+1", "x", "7 ", "99999999999999999999"] {
            assert_eq!(text.parse::<UserRef>(), Err(InvalidUserRef), "{text}");
        }
        for json in ["-1", "1.5", "null", "true", "[1]"] {
            assert!(serde_json::from_str::<UserRef>(json).is_err(), "{json}");
        }
    }
}
