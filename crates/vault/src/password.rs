//! What people sign in with.
//!
//! Passwords are hashed with argon2id at 19 MiB, two passes, one lane (OWASP Password Storage
//! Cheat Sheet; about 10 ms). A hashing runs on a blocking thread, two at a time, so that a flood
//! of sign-ins costs neither the memory nor the time of everybody else.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use model::{ExposeSecret, Rng, SecretString};
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// Above this a stored hash is not one of ours: checking it would cost a server its memory.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;

const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 256;

/// How many hashings run at a time.
const AT_A_TIME: usize = 2;

/// How many more may wait; at 10 ms each the last waits about two seconds.
const WAITING: usize = 400;

/// A text cannot be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a password must have {MIN_CHARACTERS} to {MAX_CHARACTERS} characters, not {characters}")]
pub struct InvalidPassword {
    /// How many it has.
    pub characters: usize,
}

/// A hashing did not take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign-ins wait already.
    #[error("too many sign-ins at once; try again in a few seconds")]
    Busy,
    /// The stored hash is not an argon2id hash of ours.
    #[error("the stored password hash is unreadable")]
    Unreadable,
    /// The process ends.
    #[error("the server is stopping")]
    Stopping,
}

impl PasswordError {
    /// Whether the same request may succeed a little later.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Busy)
    }
}

/// A password as somebody typed it.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// A password that somebody wants to have from now on.
    pub fn choose(text: SecretString) -> Result<Self, InvalidPassword> {
        match text.expose_secret().chars().count() {
            MIN_CHARACTERS..=MAX_CHARACTERS => Ok(Self(text)),
            characters => Err(InvalidPassword { characters }),
        }
    }

    /// A password that somebody claims to have. Short ones are let through to be found wrong.
    pub fn attempt(text: SecretString) -> Result<Self, InvalidPassword> {
        match text.expose_secret().chars().count() {
            0..=MAX_CHARACTERS => Ok(Self(text)),
            characters => Err(InvalidPassword { characters }),
        }
    }
}

/// What the database keeps of a password: an argon2id hash in PHC string format.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredPassword(String);

impl StoredPassword {
    /// From the database.
    pub const fn from_phc(text: String) -> Self {
        Self(text)
    }

    /// For the database.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredPassword([redacted])")
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is another password, or there is no such user.
    Wrong,
    /// It is the password.
    Right,
    /// It is the password, but its hash was made with weaker settings: hash it again now.
    RightButOutdated,
}

/// Hashes and compares passwords, a bounded number at a time.
pub struct Passwords {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    /// Compared against where there is no such user, so that this takes as long.
    nobody: StoredPassword,
}

impl Passwords {
    /// Nothing is hashed yet.
    pub fn new(rng: &dyn Rng) -> Self {
        Self {
            running: Arc::new(Semaphore::new(AT_A_TIME)),
            admitted: Arc::new(Semaphore::new(AT_A_TIME + WAITING)),
            nobody: unmatchable(rng),
        }
    }

    /// Hashes a password for the database.
    pub async fn hash(
        &self,
        rng: &dyn Rng,
        password: Password,
    ) -> Result<StoredPassword, PasswordError> {
        let mut salt = [0_u8; SALT_BYTES];
        rng.fill(&mut salt);
        self.run(move || hash(&password, &salt)).await
    }

    /// Compares a password with what the database keeps; `None` stands for an unknown user and
    /// takes as long as a wrong password.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<&StoredPassword>,
    ) -> Result<Verdict, PasswordError> {
        let stored = stored.unwrap_or(&self.nobody).clone();
        self.run(move || verify(&password, &stored)).await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let admitted =
            self.admitted.clone().try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        // The semaphore is never closed.
        let running =
            self.running.clone().acquire_owned().await.map_err(|_| PasswordError::Stopping)?;
        // The permits travel with the work: who asked may be gone before it ends, its memory not.
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((running, admitted));
            result
        });
        match task.await {
            Ok(result) => Ok(result),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(PasswordError::Stopping),
        }
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").finish_non_exhaustive()
    }
}

fn hash(password: &Password, salt: &[u8; SALT_BYTES]) -> StoredPassword {
    // Fails only for lengths that `Password` and the fixed salt cannot have.
    let hash: PasswordHash = argon2()
        .hash_password_with_salt(password.0.expose_secret().as_bytes(), salt)
        .expect("a password of allowed length can be hashed");
    StoredPassword(hash.to_string())
}

fn verify(password: &Password, stored: &StoredPassword) -> Result<Verdict, PasswordError> {
    let hash = PasswordHash::new(&stored.0).map_err(|_| PasswordError::Unreadable)?;
    let params = affordable(&hash).ok_or(PasswordError::Unreadable)?;
    let bytes = password.0.expose_secret().as_bytes();
    match argon2().verify_password(bytes, &hash) {
        Ok(()) if is_current(&params) => Ok(Verdict::Right),
        Ok(()) => Ok(Verdict::RightButOutdated),
        Err(_) => Ok(Verdict::Wrong),
    }
}

fn affordable(hash: &PasswordHash) -> Option<Params> {
    let params = Params::try_from(hash).ok()?;
    let fits = hash.algorithm == argon2::ARGON2ID_IDENT
        && hash.salt.is_some()
        && hash.hash.is_some()
        && params.m_cost() <= MAX_MEMORY_KIB
        && params.t_cost() <= MAX_PASSES
        && params.p_cost() <= MAX_PASSES;
    fits.then_some(params)
}

fn is_current(params: &Params) -> bool {
    params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES && params.p_cost() == LANES
}

fn argon2() -> Argon2<'static> {
    // These are within the limits of RFC 9106 §3.1.
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).expect("fixed parameters");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A hash that looks like every other and that no password has: its digest is random.
fn unmatchable(rng: &dyn Rng) -> StoredPassword {
    let (mut salt, mut hash) = ([0_u8; SALT_BYTES], [0_u8; HASH_BYTES]);
    rng.fill(&mut salt);
    rng.fill(&mut hash);
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    StoredPassword(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"))
}

#[cfg(test)]
mod tests;
