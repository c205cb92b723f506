//! What is said of newer releases of the machine's program. The server only says that there is one:
//! the machine fetches and verifies it.

/// There is a newer release. Answered once it is known whether it can be believed; it is fetched after
/// that.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OfferUpdate {
    /// Which one, as the server has read it, such as `0.2.0`; for the log.
    #[prost(string, tag = "1")]
    pub version: String,
}

/// It is fetched, and tried.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct UpdateTaken {
    /// Which one, as it was signed.
    #[prost(string, tag = "1")]
    pub version: String,
}

/// What became of a release.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct UpdateEnded {
    /// Which release ran before.
    #[prost(string, tag = "1")]
    pub from: String,
    /// Which one was fetched or tried.
    #[prost(string, tag = "2")]
    pub to: String,
    /// Whether it runs now.
    #[prost(bool, tag = "3")]
    pub is_kept: bool,
    /// Why it does not, for people; empty if it does.
    #[prost(string, tag = "4")]
    pub reason: String,
}
