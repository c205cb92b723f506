//! Why somebody is not signed in.

use outbound::fetch::FetchError;

/// Why somebody is not signed in with a provider.
#[derive(Debug, thiserror::Error)]
pub enum OpenIdError {
    /// The provider cannot be reached.
    #[error("reach {place}")]
    Unreachable {
        /// What was asked.
        place: String,
        /// Why.
        source: Box<FetchError>,
    },
    /// The provider answered something that is not what the standard says.
    #[error("{place} answered {problem}")]
    Answer {
        /// What was asked.
        place: String,
        /// What was wrong with the answer.
        problem: String,
    },
    /// The provider refused, in its own words.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// What came back does not belong to the sign-in that was begun.
    #[error("the answer does not belong to this sign-in: {0}")]
    Foreign(&'static str),
    /// The ID token is not one that counts.
    #[error("the ID token does not count: {0}")]
    Token(String),
}

impl OpenIdError {
    /// Whether it may work a little later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}
