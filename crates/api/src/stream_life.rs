//! How long a stream may live: as long as the server, the credential it was opened with, and
//! somebody on the other side (S10, R10).

use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::WebSocket;
use bus::{Event, Heard, Listener};
use control::credentials::{acting_token, credential_expiry, is_revoked, reauthenticate};
use control::{ControlPlane, Error};
use model::{Actor, Timestamp};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::sockets::{self, COMING_BACK, GONE_AFTER, Gone, PING_AFTER, POLICY};

/// How often it is looked whether the credential has ended by itself, and whether anybody is there.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Looks in a row at which nothing was heard, until a silent viewer is asked.
const ASKED_AFTER_LOOKS: u64 = PING_AFTER.as_secs() / LOOK_EVERY.as_secs();

/// Looks in a row at which nothing was heard, until the viewer counts as gone.
const GONE_AFTER_LOOKS: u64 = GONE_AFTER.as_secs() / LOOK_EVERY.as_secs();

/// Why a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The viewer is gone without a word.
    Gone,
    /// The viewer closed it.
    Goodbye,
    /// There is nothing more to tell.
    Over,
    /// The viewer said something that has no meaning.
    Malformed,
    /// The server stops; the viewer should come back.
    Stopping,
    /// The credential it was opened with has stopped working.
    Revoked,
    /// Whoever opened it may do less than then; what they still may, they may open anew.
    Narrowed,
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl End {
    /// Closes the connection with the right word.
    pub async fn close(self, socket: WebSocket) {
        let (code, reason) = match self {
            Self::Gone | Self::Goodbye => return,
            Self::Over => (1000, "over"),
            Self::Malformed => (1007, "a message that has no meaning here"),
            Self::Stopping => (COMING_BACK, "the server is restarting"),
            Self::Revoked => (POLICY, "signed out"),
            Self::Narrowed => (COMING_BACK, "your rights have changed"),
        };
        sockets::close(socket, code, reason).await;
    }
}

/// Watches over one stream.
pub struct StreamLife {
    app: App,
    actor: Actor,
    listener: Listener,
    stopping: CancellationToken,
    expires_at: Option<Timestamp>,
    looks: Interval,
    /// Looks in a row at which nothing was heard. Not counted in time: between any two of them the
    /// viewer was listened to, which is not so while it is written to or the computer sleeps.
    silent_looks: u64,
    /// Events were missed, of which one may have been about this credential, or one was: it is to
    /// be looked at afresh.
    is_doubtful: bool,
}

impl StreamLife {
    /// Begins, with a credential that has just been checked.
    pub async fn begin(app: &App, actor: Actor) -> Result<Self, Error> {
        // Listening begins before the last look, so that nothing falls between them.
        let listener = app.plane.bus.listen();
        let actor = reauthenticate(&app.plane, &actor).await?;
        let expires_at = credential_expiry(&app.plane, &actor).await?;
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first one would be at once.
        looks.reset();
        Ok(Self {
            app: app.clone(),
            actor,
            listener,
            stopping: app.stopping.clone(),
            expires_at,
            looks,
            silent_looks: 0,
            is_doubtful: false,
        })
    }

    /// Something came from the other side.
    pub fn heard(&mut self) {
        self.silent_looks = 0;
    }

    /// Waits until it is time to ask for a sign of life, or the stream must end. Safe to drop and
    /// call again: how busy the stream is changes neither.
    pub async fn next(&mut self) -> Result<(), End> {
        loop {
            self.look().await?;
            self.silent_looks += 1;
            if self.silent_looks >= GONE_AFTER_LOOKS {
                return Err(End::Gone);
            }
            if self.silent_looks == ASKED_AFTER_LOOKS {
                return Ok(());
            }
        }
    }

    /// Does something that may have to wait for the viewer, for as long as the stream may live.
    ///
    /// Meanwhile nobody listens to the viewer, so its silence says nothing. One that takes nothing
    /// in is given up by the connection itself.
    pub async fn during<T>(
        &mut self,
        work: impl Future<Output = Result<T, End>>,
    ) -> Result<T, End> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                // The server stops, or the credential ended.
                looked = self.look() => looked?,
            }
        }
    }

    /// Waits for the time to look, unless the server stops or the credential ends before.
    async fn look(&mut self) -> Result<(), End> {
        loop {
            if self.is_doubtful {
                still_valid(&self.app.plane, &self.actor).await?;
                if let Ok(expires_at) = credential_expiry(&self.app.plane, &self.actor).await {
                    self.expires_at = expires_at;
                    self.is_doubtful = false;
                }
            }
            tokio::select! {
                biased;
                () = self.stopping.cancelled() => return Err(End::Stopping),
                heard = self.listener.next() => self.take(&heard)?,
                _ = self.looks.tick() => return self.not_expired(),
            }
        }
    }

    fn take(&mut self, heard: &Heard) -> Result<(), End> {
        match heard {
            Heard::Event(Event::Revoked(revocation)) if is_revoked(&self.actor, revocation) => {
                Err(End::Revoked)
            }
            Heard::Event(Event::RightsEnded(user)) if self.actor.user() == Some(*user) => {
                Err(End::Narrowed)
            }
            Heard::Event(Event::Stopping) | Heard::End => Err(End::Stopping),
            Heard::Event(Event::Shortened(token)) if acting_token(&self.actor) == Some(*token) => {
                self.is_doubtful = true;
                Ok(())
            }
            Heard::Event(_) => Ok(()),
            Heard::Missed => {
                self.is_doubtful = true;
                Ok(())
            }
        }
    }

    fn not_expired(&self) -> Result<(), End> {
        let now = self.app.plane.clock().now();
        if self.expires_at.is_some_and(|at| at <= now) { Err(End::Revoked) } else { Ok(()) }
    }
}

/// Whether an actor may still act, after events were missed.
pub async fn still_valid(plane: &ControlPlane, actor: &Actor) -> Result<(), End> {
    match reauthenticate(plane, actor).await {
        Err(error) if error.meaning == control::Meaning::Unauthenticated => Err(End::Revoked),
        // Where the database does not answer, nothing says that the credential has stopped
        // working.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
