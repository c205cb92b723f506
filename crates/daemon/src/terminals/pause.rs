//! A terminal of which nothing runs. Its screen can be seen, and what is typed waits.

use journal::Change;
use model::session::SessionState;
use processes::Grace;

use super::{Running, done};
use crate::ordered::Ordered;
use crate::reports::{self, Refused};

impl Running {
    /// Lets nothing run.
    pub(super) async fn pause(&mut self, ordered: &Ordered) {
        if self.standing.is_none() {
            match self.pty.tree().pause().await {
                Ok(standing) => self.standing = Some(standing),
                Err(why) => {
                    let refused = Refused::new("not_paused", why.to_string());
                    return reports::refuse(&self.context, ordered.id, &refused).await;
                }
            }
        }
        self.note(ordered, SessionState::Paused).await;
    }

    /// Lets it go on from where it stands.
    pub(super) async fn resume(&mut self, ordered: &Ordered) {
        self.note(ordered, SessionState::Running).await;
        if let Some(standing) = self.standing.take() {
            standing.resume();
        }
    }

    /// How gently it is ended. What stands still does not get to run again: it is killed where it
    /// stands.
    pub(super) fn grace(&mut self, wanted: Grace) -> Grace {
        if self.standing.take().is_some() { Grace::NONE } else { wanted }
    }

    async fn note(&mut self, ordered: &Ordered, state: SessionState) {
        self.spec.paused = state == SessionState::Paused;
        let put = Change::PutSession { session: self.session, spec: self.spec.to_bytes() };
        let fact = reports::session_changed(self.session, state, "");
        let mut changes = vec![put, self.context.report(fact)];
        changes.extend(done(&self.context, ordered));
        // What cannot be written is in the log.
        let _ = self.context.commit(changes).await;
    }
}
