//! How a client reaches its server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use model::{Rng, SecretString};

use crate::ServerUrl;

/// How a client reaches its server.
#[derive(Clone)]
pub struct ClientConfig {
    /// Where the server is.
    pub server: ServerUrl,
    /// The API token, or the server's shared token; without one only what is open to everybody can
    /// be asked.
    pub token: Option<SecretString>,
    /// Certificates, PEM, that are trusted beside those of the system.
    pub ca_bundle: Option<Vec<u8>>,
    /// How the client names itself, such as `gantline/0.1.0`.
    pub user_agent: String,
    /// Randomness for waits and keys.
    pub rng: Arc<dyn Rng>,
    /// How patient it is.
    pub patience: Patience,
}

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection is there, with its encryption.
    pub connect: Duration,
    /// Until a request is answered, whole.
    pub answer: Duration,
    /// Until silence on an open stream is asked about; the answer may take as long again.
    pub silence: Duration,
    /// The first window in which a lost stream is tried again; it doubles from there.
    pub first_retry: Duration,
    /// The widest window.
    pub widest_retry: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            // The server gives a machine 10 s to say whether a session could be started.
            answer: Duration::from_secs(30),
            silence: Duration::from_secs(15),
            first_retry: Duration::from_millis(250),
            widest_retry: Duration::from_secs(15),
        }
    }
}

impl ClientConfig {
    /// A client without a token, trusting what the system trusts.
    pub fn new(server: ServerUrl, rng: Arc<dyn Rng>) -> Self {
        Self {
            server,
            token: None,
            ca_bundle: None,
            user_agent: format!("gantline/{}", contract::VERSION),
            rng,
            patience: Patience::default(),
        }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("server", &self.server)
            .field("token", &self.token)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
