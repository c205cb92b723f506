//! The tokens in use.
//!
//! A token that has proved itself is kept for as long as calls are made with it, and read again
//! every second. When it is found dead, everything that is under way with it ends: nothing else
//! must remember to ask (S83).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::HashMap;
use futures_util::StreamExt;
use futures_util::stream;
use model::{Clock, ProxyTokenId, Tick};
use store::proxy_tokens::ProxyToken;
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use vault::token::Proxy;
use vault::{Token, TokenDigest};

/// How often the tokens in use are read again.
const EVERY: Duration = Duration::from_secs(1);

/// For how long what was read is believed when a new call comes.
const FRESH: Duration = Duration::from_secs(2);

/// How often one that has expired is read again while a call waits for it.
const RENEWED_EVERY: Duration = Duration::from_millis(500);

/// How many are read at a time; the database has as many readers.
const READS: usize = 4;

/// A token in use.
pub(crate) struct LiveToken {
    /// Cancelled when the token is dead, or the gateway closes.
    pub(crate) ended: CancellationToken,
    standing: Mutex<Arc<Standing>>,
}

/// What a token is bound to, as it was read last.
pub(crate) struct Standing {
    pub(crate) token: ProxyToken,
    /// The session's model, which may have been changed since the token was made.
    pub(crate) session_model: Option<String>,
    read_at: Tick,
}

impl Standing {
    /// The models that the session may use, where it is bound to some: the one that it was started
    /// with, and the one that it was changed to.
    pub(crate) fn models(&self) -> Option<impl Iterator<Item = &str>> {
        let bound = self.token.model.as_deref()?;
        let other = self.session_model.as_deref().filter(|model| *model != bound);
        Some(std::iter::once(bound).chain(other))
    }
}

/// What the database says of a token.
enum Found {
    Unknown,
    /// Its session is over, or it was revoked.
    Ended(ProxyToken),
    /// It was not renewed in time, and its session goes on.
    Expired(ProxyToken),
    Good(Standing),
}

/// Why a token is of no use.
#[derive(Debug)]
pub(crate) enum NotGood {
    /// It is none of ours.
    Unknown,
    /// It was good once.
    Ended(Box<ProxyToken>),
    /// Nobody can say at the moment.
    Unreadable,
}

/// All tokens in use.
pub(crate) struct Tokens {
    store: Store,
    clock: Arc<dyn Clock>,
    /// How long a call waits for a token that has expired to be renewed.
    renewed_within: Duration,
    closing: CancellationToken,
    live: Mutex<HashMap<ProxyTokenId, Arc<LiveToken>>>,
}

impl LiveToken {
    /// What it is bound to.
    pub(crate) fn standing(&self) -> Arc<Standing> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Standing>> {
        // A pointer is replaced under the lock, nothing else.
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tokens {
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        renewed_within: Duration,
        closing: CancellationToken,
    ) -> Self {
        Self { store, clock, renewed_within, closing, live: Mutex::default() }
    }

    /// Finds a token that is good. While the answer is held, the token is watched.
    ///
    /// One that has only expired, in a session that goes on, is about to be renewed: its machine was
    /// asleep or cut off, and is back. The call waits a little for that, so that no agent takes a
    /// moment's lateness for the end of its session.
    pub(crate) async fn find(&self, token: &Token<Proxy>) -> Result<Arc<LiveToken>, NotGood> {
        if let Some(live) = self.known(token.id()) {
            let standing = live.standing();
            check(token, &standing.token)?;
            if !self.is_over(&standing.token) {
                return Ok(live);
            }
        }
        let until = self.clock.tick() + self.renewed_within;
        loop {
            let found = self.read(token.id()).await.map_err(|error| {
                tracing::error!(%error, "a proxy token could not be looked up");
                NotGood::Unreadable
            })?;
            match found {
                Found::Unknown => return Err(NotGood::Unknown),
                Found::Good(standing) => {
                    check(token, &standing.token)?;
                    return Ok(self.keep(standing));
                }
                Found::Ended(row) => {
                    check(token, &row)?;
                    return Err(NotGood::Ended(Box::new(row)));
                }
                Found::Expired(row) => {
                    check(token, &row)?;
                    if self.clock.tick() >= until || self.closing.is_cancelled() {
                        return Err(NotGood::Ended(Box::new(row)));
                    }
                }
            }
            tokio::time::sleep(RENEWED_EVERY).await;
        }
    }

    /// Reads the tokens in use again and again.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            stream::iter(self.in_use()).for_each_concurrent(READS, |id| self.read_again(id)).await;
        }
    }

    /// What was read a moment ago.
    fn known(&self, id: ProxyTokenId) -> Option<Arc<LiveToken>> {
        let live = self.lock().get(&id)?.clone();
        let fresh = self.clock.tick().since(live.standing().read_at) <= FRESH;
        (fresh && !live.ended.is_cancelled()).then_some(live)
    }

    fn keep(&self, standing: Standing) -> Arc<LiveToken> {
        let standing = Arc::new(standing);
        let mut live = self.lock();
        let kept = live.entry(standing.token.id).or_insert_with(|| {
            let ended = self.closing.child_token();
            Arc::new(LiveToken { ended, standing: Mutex::new(standing.clone()) })
        });
        *kept.lock() = standing;
        kept.clone()
    }

    /// Forgets the tokens that nobody uses, and lists the others.
    fn in_use(&self) -> Vec<ProxyTokenId> {
        let mut live = self.lock();
        let now = self.clock.tick();
        // Nobody can take one while the lock is held, so one reference is ours and the last.
        live.retain(|_, token| {
            Arc::strong_count(token) > 1 || now.since(token.standing().read_at) <= FRESH
        });
        let in_use = live.iter().filter(|(_, token)| Arc::strong_count(token) > 1);
        in_use.map(|(id, _)| *id).collect()
    }

    async fn read_again(&self, id: ProxyTokenId) {
        match self.read(id).await {
            Ok(Found::Good(standing)) => drop(self.keep(standing)),
            Ok(Found::Ended(_) | Found::Expired(_) | Found::Unknown) => {
                if let Some(live) = self.lock().remove(&id) {
                    live.ended.cancel();
                }
            }
            // Nothing says that the token is dead; new calls find out for themselves.
            Err(error) => tracing::warn!(%error, "a proxy token in use could not be read again"),
        }
    }

    /// A token is good while its session goes on. Nothing is cached here.
    async fn read(&self, id: ProxyTokenId) -> Result<Found, StoreError> {
        let read_at = self.clock.tick();
        let Some(token) = self.store.proxy_token(id).await? else { return Ok(Found::Unknown) };
        let session = self.store.session(token.session).await?;
        let going_on = session.filter(|session| !session.state.is_final());
        let Some(session) = going_on else { return Ok(Found::Ended(token)) };
        if token.revoked_at.is_some() {
            return Ok(Found::Ended(token));
        }
        if self.is_over(&token) {
            return Ok(Found::Expired(token));
        }
        Ok(Found::Good(Standing { token, session_model: session.model, read_at }))
    }

    fn is_over(&self, token: &ProxyToken) -> bool {
        token.revoked_at.is_some() || token.expires_at <= self.clock.now()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProxyTokenId, Arc<LiveToken>>> {
        // Entries are whole before they are put in.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the secret is the right one, in constant time.
fn check(token: &Token<Proxy>, row: &ProxyToken) -> Result<(), NotGood> {
    if TokenDigest::from_bytes(row.secret_hash).matches(token) {
        Ok(())
    } else {
        Err(NotGood::Unknown)
    }
}
