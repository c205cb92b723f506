//! The processes that hold this machine's terminals and agents, and outlive the daemon (R05).

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::join_all;
use holder::{
    AgentStanding, AttachError, Held, HeldAgent, Place, Standing, end_holder, kill_holder,
};
use host::private::{self, PrivateError};
use model::SessionId;
use processes::Grace;

/// How long a holder waits for a daemon before it ends its terminal: an update, a mistake in it and
/// the night before somebody looks.
pub(crate) const ALONE_FOR: Duration = Duration::from_hours(24);

/// How long a holder may take to hand over what it has kept. It hands over what it has in memory;
/// this is for a busy computer.
const HANDS_OVER_WITHIN: Duration = Duration::from_secs(20);

/// Terminals that go on, each with what its holder has kept of it.
pub(crate) type Terminals = HashMap<SessionId, (Held, Standing)>;

/// Agents that go on, each as it was handed on.
pub(crate) type Agents = HashMap<SessionId, (HeldAgent, AgentStanding)>;

/// The holders of one machine.
pub(crate) struct Holders {
    place: Place,
    directory: PathBuf,
    /// Our own program.
    pub(crate) program: PathBuf,
}

impl Holders {
    pub(crate) fn new(directory: &Path, program: PathBuf) -> Self {
        let directory = directory_in(directory);
        Self { place: Place::new(directory.clone()), directory, program }
    }

    /// Where their sockets are. The directory is there, and its owner's alone.
    pub(crate) fn place(&self) -> Result<&Place, PrivateError> {
        private::directory(&self.directory)?;
        Ok(&self.place)
    }

    /// Takes over the terminals and the agents of these sessions that go on, and ends all others.
    pub(crate) async fn find(
        &self,
        terminals: &HashSet<SessionId>,
        chats: &HashSet<SessionId>,
    ) -> (Terminals, Agents) {
        let sessions = sessions_in(&self.place);
        let (held, others): (Vec<_>, Vec<_>) =
            sessions.into_iter().partition(|session| terminals.contains(session));
        let (agents, unknown): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|session| chats.contains(session));
        let ended = unknown.iter().map(|session| {
            tracing::warn!(session.id = %session, "ending what nobody knows");
            self.end(*session, Grace::NONE)
        });
        let (terminals, agents, _) = tokio::join!(
            join_all(held.into_iter().map(|session| async move {
                let name = session.to_string();
                let found = Held::attach(&self.place, &name, HANDS_OVER_WITHIN).await;
                self.taken_over(session, found).await
            })),
            join_all(agents.into_iter().map(|session| async move {
                let name = session.to_string();
                let found = HeldAgent::attach(&self.place, &name, HANDS_OVER_WITHIN).await;
                self.taken_over(session, found).await
            })),
            join_all(ended)
        );
        (terminals.into_iter().flatten().collect(), agents.into_iter().flatten().collect())
    }

    /// Ends a terminal and its holder, whatever state they are in.
    pub(crate) async fn end(&self, session: SessionId, grace: Grace) {
        end_holder(&self.place, &session.to_string(), grace).await;
    }

    /// Ends a terminal whose holder does not answer.
    pub(crate) async fn kill(&self, session: SessionId) {
        kill_holder(&self.place, &session.to_string(), Grace::NONE).await;
    }

    async fn taken_over<T>(
        &self,
        session: SessionId,
        found: Result<T, AttachError>,
    ) -> Option<(SessionId, T)> {
        match found {
            Ok(held) => Some((session, held)),
            Err(error) => {
                if !matches!(error, AttachError::Nobody) {
                    tracing::warn!(session.id = %session, %error, "it cannot be taken over");
                }
                self.kill(session).await;
                None
            }
        }
    }
}

/// Ends every terminal of a machine on which no daemon runs: the machine is to be one no longer, or its
/// owner has halted it.
pub async fn end_terminals(directory: &Path, grace: Grace) {
    let place = Place::new(directory_in(directory));
    let ended = sessions_in(&place).into_iter().map(|session| {
        let place = &place;
        async move { end_holder(place, &session.to_string(), grace).await }
    });
    join_all(ended).await;
}

fn directory_in(directory: &Path) -> PathBuf {
    directory.join("holders")
}

fn sessions_in(place: &Place) -> Vec<SessionId> {
    match place.sessions() {
        Ok(names) => names.iter().filter_map(|name| name.parse().ok()).collect(),
        Err(error) => {
            tracing::error!(%error, "cannot look for terminals that go on");
            Vec::new()
        }
    }
}
