//! Who are you, and which version do we speak. The steps are explained in `link::handshake`.

use bytes::Bytes;

/// The versions of this protocol that this build speaks, oldest and newest.
pub const VERSIONS: (u32, u32) = (1, 1);

/// First of all, from the machine.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Hello {
    /// Oldest version the machine speaks.
    #[prost(uint32, tag = "1")]
    pub version_min: u32,
    /// Newest version the machine speaks.
    #[prost(uint32, tag = "2")]
    pub version_max: u32,
    /// Which machine it claims to be, 16 bytes.
    #[prost(bytes = "bytes", tag = "3")]
    pub machine_id: Bytes,
    /// X25519 public key (RFC 7748) made for this link, 32 bytes.
    #[prost(bytes = "bytes", tag = "4")]
    pub ephemeral_key: Bytes,
    /// Release of the daemon, such as `0.1.0`.
    #[prost(string, tag = "5")]
    pub daemon_version: String,
    /// The highest command sequence number that is in the journal.
    #[prost(uint64, tag = "6")]
    pub received_commands: u64,
    /// The number of the first report that it can still send: the server had all before it in its
    /// database. 0 from a machine that does not say.
    #[prost(uint64, tag = "7")]
    pub first_report: u64,
}

/// The server's half of the key agreement, signed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Challenge {
    /// The version both will speak.
    #[prost(uint32, tag = "1")]
    pub version: u32,
    /// X25519 public key made for this link, 32 bytes.
    #[prost(bytes = "bytes", tag = "2")]
    pub ephemeral_key: Bytes,
    /// The server's Ed25519 identity key (RFC 8032), 32 bytes; the machine compares it with its pin.
    #[prost(bytes = "bytes", tag = "3")]
    pub server_key: Bytes,
    /// The server's signature over the transcript so far, 64 bytes.
    #[prost(bytes = "bytes", tag = "4")]
    pub signature: Bytes,
}

/// The machine's signature.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Proof {
    /// The machine's signature over the transcript, 64 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub signature: Bytes,
}

/// The link is up.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Welcome {
    /// The number of this link; commands and effects of a lower one are void.
    #[prost(uint64, tag = "1")]
    pub epoch: u64,
    /// The highest report sequence number that is in the database.
    #[prost(uint64, tag = "2")]
    pub received_reports: u64,
    /// How often the machine should give a sign of life, in milliseconds.
    #[prost(uint32, tag = "3")]
    pub heartbeat_ms: u32,
    /// Wall time on the server, milliseconds since the Unix epoch.
    #[prost(int64, tag = "4")]
    pub server_time_ms: i64,
    /// Over how long the machine spreads its first attempt after this link is lost, in
    /// milliseconds: more machines need more, so that they do not all come back in one second.
    #[prost(uint32, tag = "5")]
    pub reconnect_spread_ms: u32,
    /// Every identity key the server may show from now on, 32 bytes each: the machine's pins
    /// become these. None means that they stay as they are.
    #[prost(bytes = "bytes", repeated, tag = "6")]
    pub server_keys: Vec<Bytes>,
}

/// The link will not come up.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Refusal {
    /// Why, as a [`RefusalCode`].
    #[prost(enumeration = "RefusalCode", tag = "1")]
    pub code: i32,
    /// The same for people.
    #[prost(string, tag = "2")]
    pub message: String,
    /// Earliest time for another attempt, in milliseconds from now; 0 leaves it to the machine.
    #[prost(uint64, tag = "3")]
    pub retry_after_ms: u64,
}

/// Why a link was refused. Only a sealed refusal is the server's own word; one that came before
/// the keys were agreed may be anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Enumeration)]
#[repr(i32)]
pub enum RefusalCode {
    /// Not said.
    Unspecified = 0,
    /// No version that both speak.
    Version = 1,
    /// Unknown machine, wrong key or wrong signature; the answer does not say which.
    Identity = 2,
    /// The machine was deregistered.
    Deregistered = 3,
    /// The server is stopping or full.
    Busy = 4,
}

/// The sender is about to close, on purpose.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Goodbye {
    /// Why, for people and logs.
    #[prost(string, tag = "1")]
    pub reason: String,
}
