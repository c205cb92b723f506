//! The registry of identifiers. Each is a UUID version 7 (RFC 9562 §5.7): ordered by creation
//! time, random enough not to be guessed, but never the only protection of what it names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Rng, Timestamp};

/// The text given for an identifier is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} must be a valid UUID string", snake_case(what))]
pub struct InvalidId {
    /// Which identifier was expected, for example `MachineId`.
    pub what: &'static str,
}

/// The name of a type as the name of the field that holds it.
fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new identifier from the time and randomness of the caller.
            pub fn new(now: Timestamp, rng: &dyn Rng) -> Self {
                Self(uuid_v7(now, rng))
            }

            /// Wraps an identifier read from storage or from the wire.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The plain UUID, for storage.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }

            /// The sixteen bytes, for the wire.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads the sixteen bytes of the wire form.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, InvalidId> {
                Uuid::from_slice(bytes).map(Self).map_err(|_| InvalidId { what: stringify!($name) })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { what: stringify!($name) })
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                uuid_schema()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}
    )+};
}

ids! {
    /// An organisation: the wall between its users, machines and keys.
    TenantId;
    /// A person or a service account.
    UserId;
    /// A browser's signed-in state.
    LoginId;
    /// A user's lasting, scoped, expiring token.
    ApiTokenId;
    /// Who an account is at a provider of sign-ins.
    IdentityId;
    /// A key with which somebody proves at sign-in that their authenticator is there.
    PasskeyId;
    /// The one-time secret that signs a browser in: at set-up, or from the server's own terminal.
    SignInId;
    /// The single-use right to open one WebSocket.
    TicketId;
    /// The one-time act that makes a machine.
    EnrolmentId;
    /// An enrolled computer.
    MachineId;
    /// One unit of interactive work in a workspace.
    SessionId;
    /// One prompt and all that follows until the stop reason.
    TurnId;
    /// An order from the server to a machine.
    CommandId;
    /// Unattended work: one prompt, queued, with a result.
    JobId;
    /// What signs the webhooks of a person's jobs.
    WebhookSecretId;
    /// One end of a job that is told to somebody's server.
    WebhookDeliveryId;
    /// Where a person is told of what waits for them.
    ChannelId;
    /// What one channel is to be told.
    NoticeId;
    /// An agent's question to a person.
    PermissionRequestId;
    /// A rule that answers tool calls of a kind without asking.
    PolicyRuleId;
    /// A sealed secret of an LLM provider.
    ProviderKeyId;
    /// The short-lived token an agent uses at the LLM gateway.
    ProxyTokenId;
    /// The tokens and cost of one LLM call attempt.
    UsageRecordId;
    /// What a tenant says that a model costs.
    PriceId;
    /// How much may be used.
    QuotaId;
    /// What was granted above a quota.
    QuotaRaiseId;
    /// A session's call for more.
    BudgetRequestId;
    /// One line of the audit log.
    AuditRecordId;
    /// One open view of a session: a browser tab, a CLI attach.
    ViewerId;
}

fn uuid_v7(now: Timestamp, rng: &dyn Rng) -> Uuid {
    let mut random = [0_u8; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(feature = "schema")]
fn uuid_schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::CountingRng;

    #[test]
    fn ids_made_later_sort_later() {
        let rng = CountingRng::default();
        let earlier = SessionId::new(Timestamp::from_millis(1_000), &rng);
        let later = SessionId::new(Timestamp::from_millis(2_000), &rng);
        assert!(earlier < later);
        assert_eq!(earlier.as_uuid().get_version_num(), 7);
    }

    #[test]
    fn text_and_bytes_lead_back_to_the_same_id() {
        let id = MachineId::new(Timestamp::from_millis(1_000), &CountingRng::default());
        assert_eq!(id.to_string().parse::<MachineId>(), Ok(id));
        assert_eq!(MachineId::from_slice(id.as_bytes()), Ok(id));
    }

    #[test]
    fn what_is_not_a_uuid_is_named_in_the_error() {
        let error = "build-01".parse::<MachineId>().unwrap_err();
        assert_eq!(error.to_string(), "machine_id must be a valid UUID string");
    }
}
