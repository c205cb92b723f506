//! The kinds of token, as types.

use model::{ApiTokenId, EnrolmentId, LoginId, ProxyTokenId, SignInId, TicketId};

/// A kind of token.
pub trait Kind: sealed::Sealed {
    /// What names a token of this kind.
    type Id: Copy + std::fmt::Debug + sealed::Bytes;

    /// How the text of a token of this kind begins.
    const PREFIX: &'static str;

    /// The kind for people, with its article.
    const NAME: &'static str;
}

/// A kind whose text is nothing but the token.
pub trait Standalone: Kind {}

/// The prefix and name of every kind, to tell somebody what they have in their hands.
pub(super) const ALL: &[(&str, &str)] = &[
    (Api::PREFIX, Api::NAME),
    (Enrolment::PREFIX, Enrolment::NAME),
    (Login::PREFIX, Login::NAME),
    (Proxy::PREFIX, Proxy::NAME),
    (SignIn::PREFIX, SignIn::NAME),
    (Ticket::PREFIX, Ticket::NAME),
];

pub(super) fn id_bytes<K: Kind>(id: K::Id) -> [u8; 16] {
    sealed::Bytes::to_bytes(id)
}

pub(super) fn id_from<K: Kind>(bytes: [u8; 16]) -> K::Id {
    sealed::Bytes::from_bytes(bytes)
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident($id:ident) = $prefix:literal, $name:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy)]
        pub enum $kind {}

        impl Kind for $kind {
            type Id = $id;
            const PREFIX: &'static str = $prefix;
            const NAME: &'static str = $name;
        }

        impl sealed::Sealed for $kind {}

        impl sealed::Bytes for $id {
            fn to_bytes(self) -> [u8; 16] {
                *self.as_bytes()
            }

            fn from_bytes(bytes: [u8; 16]) -> Self {
                // Every 16 bytes are a UUID.
                Self::from_slice(&bytes).expect("16 bytes are an id")
            }
        }
    )+};
}

kinds! {
    /// A user's lasting, scoped, expiring token.
    Api(ApiTokenId) = "gla_", "an API token";
    /// The one-time token that makes a machine.
    Enrolment(EnrolmentId) = "gle_", "an enrolment token";
    /// The secret in a browser's cookie.
    Login(LoginId) = "gll_", "a login";
    /// The short-lived token an agent uses at the LLM gateway.
    Proxy(ProxyTokenId) = "glp_", "a proxy token";
    /// The one-time secret that signs a browser in: at set-up, or from the server's terminal.
    SignIn(SignInId) = "gls_", "a sign-in secret";
    /// The single-use right to open one WebSocket.
    Ticket(TicketId) = "glt_", "a WebSocket ticket";
}

impl Standalone for Api {}
impl Standalone for Login {}
impl Standalone for Proxy {}
impl Standalone for SignIn {}
impl Standalone for Ticket {}

mod sealed {
    /// Keeps the list of kinds in this file.
    pub trait Sealed {}

    /// An id as the sixteen bytes of its UUID.
    pub trait Bytes {
        fn to_bytes(self) -> [u8; 16];
        fn from_bytes(bytes: [u8; 16]) -> Self;
    }
}
