//! How long a stream may live: as long as the server, the credential it was opened with, and
//! somebody on the other side (S10, R10).

use std::time::Duration;

use axum::extract::ws::WebSocket;
use bus::{Event, Heard, Listener};
use control::credentials::{credential_expiry, is_revoked, reauthenticate};
use control::{ControlPlane, Error};
use model::{Actor, Tick, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::sockets::{self, COMING_BACK, GONE_AFTER, Gone, PING_EVERY, POLICY};

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
    heard_at: Tick,
}

impl StreamLife {
    /// Begins, with a credential that has just been checked.
    pub async fn begin(app: &App, actor: Actor) -> Result<Self, Error> {
        // Listening begins before the last look, so that nothing falls between them.
        let listener = app.plane.bus.listen();
        let actor = reauthenticate(&app.plane, &actor).await?;
        let expires_at = credential_expiry(&app.plane, &actor).await?;
        let heard_at = app.plane.clock().tick();
        let stopping = app.stopping.clone();
        Ok(Self { app: app.clone(), actor, listener, stopping, expires_at, heard_at })
    }

    /// Something came from the other side.
    pub fn heard(&mut self) {
        self.heard_at = self.app.plane.clock().tick();
    }

    /// Waits until it is time to ask for a sign of life, or the stream must end. Safe to drop and
    /// call again.
    pub async fn next(&mut self) -> Result<(), End> {
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return Err(End::Stopping),
                heard = self.listener.next() => self.take(heard).await?,
                () = tokio::time::sleep(PING_EVERY) => return self.look(),
            }
        }
    }

    async fn take(&mut self, heard: Heard) -> Result<(), End> {
        match heard {
            Heard::Event(Event::Revoked(revocation)) if is_revoked(&self.actor, &revocation) => {
                Err(End::Revoked)
            }
            Heard::Event(Event::Stopping) | Heard::End => Err(End::Stopping),
            Heard::Event(_) => Ok(()),
            Heard::Missed => still_valid(&self.app.plane, &self.actor).await,
        }
    }

    fn look(&self) -> Result<(), End> {
        if self.expires_at.is_some_and(|at| at < self.app.plane.clock().now()) {
            return Err(End::Revoked);
        }
        let silent: Duration = self.app.plane.clock().tick().since(self.heard_at);
        if silent >= GONE_AFTER { Err(End::Gone) } else { Ok(()) }
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
