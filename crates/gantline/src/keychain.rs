//! The keychain of the system, where there is one: Keychain Services, the Credential Manager, or a
//! Secret Service such as those of desktops.

use std::sync::mpsc;
use std::time::Duration;

use model::{ExposeSecret, SecretString};

/// Under which name entries are kept; the server's address tells them apart.
const SERVICE: &str = "gantline";

/// How long a keychain may take. It may ask its user to unlock it.
const WITHIN: Duration = Duration::from_mins(1);

/// Keeps secrets, each under the address of a server.
pub(crate) trait Keychain {
    /// Keeps a secret; the one before is replaced.
    fn keep(&self, server: &str, secret: &SecretString) -> Result<(), KeychainError>;
    /// The secret, if there is one.
    fn secret(&self, server: &str) -> Result<Option<SecretString>, KeychainError>;
    /// Forgets the secret, if there is one.
    fn forget(&self, server: &str) -> Result<(), KeychainError>;
}

/// Why a keychain does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeychainError {
    /// There is none, or it is locked.
    #[error("the keychain cannot be used: {0}")]
    Unusable(String),
    /// It asked its user for something, or was asked nothing at all.
    #[error("the keychain did not answer within a minute")]
    Silent,
}

/// The keychain of the system.
pub(crate) struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn keep(&self, server: &str, secret: &SecretString) -> Result<(), KeychainError> {
        let secret = secret.clone();
        with_entry(server, move |entry| entry.set_password(secret.expose_secret()))
    }

    fn secret(&self, server: &str) -> Result<Option<SecretString>, KeychainError> {
        with_entry(server, |entry| match entry.get_password() {
            Ok(secret) => Ok(Some(SecretString::from(secret))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn forget(&self, server: &str) -> Result<(), KeychainError> {
        with_entry(server, |entry| match entry.delete_credential() {
            Err(keyring::Error::NoEntry) => Ok(()),
            other => other,
        })
    }
}

/// Does something with an entry, on a thread of its own: a keychain waits for its user, and talks
/// with the system in a way that must not run inside our runtime. One that never answers ends with
/// the program.
fn with_entry<T: Send + 'static>(
    server: &str,
    act: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send + 'static,
) -> Result<T, KeychainError> {
    let (sender, answer) = mpsc::sync_channel(1);
    let server = server.to_owned();
    let work = move || {
        let done = keyring::Entry::new(SERVICE, &server).and_then(|entry| act(&entry));
        // Whoever asked may have lost patience.
        let _ = sender.send(done.map_err(|error| KeychainError::Unusable(error.to_string())));
    };
    let thread = std::thread::Builder::new().name("keychain".to_owned()).spawn(work);
    let thread = thread.map_err(|error| KeychainError::Unusable(error.to_string()))?;
    let done = answer.recv_timeout(WITHIN).map_err(|_| KeychainError::Silent)?;
    // It has said its last word.
    let _ = thread.join();
    done
}
