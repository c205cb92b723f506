//! A terminal of which nothing runs. Its screen can be seen, and what is typed waits.

use journal::Change;
use model::session::SessionState;
use processes::NotPaused;

use super::{Running, done};
use crate::ordered::Ordered;
use crate::reports::{self, Refused};

impl Running {
    /// Lets nothing run.
    pub(super) async fn pause(&mut self, ordered: Ordered) {
        if self.held.pause() {
            self.pausing.push_back(ordered);
            return;
        }
        let refused = Refused::new("busy", "the terminal is busy");
        reports::refuse(&self.context, ordered.id, &refused).await;
    }

    /// Nothing runs, or something could not be stopped.
    pub(super) async fn paused(&mut self, paused: Result<(), Vec<u32>>) {
        let Some(ordered) = self.pausing.pop_front() else { return };
        match paused {
            Ok(()) => self.note(&ordered, SessionState::Paused).await,
            Err(left) => {
                let refused = Refused::new("not_paused", NotPaused { left }.to_string());
                reports::refuse(&self.context, ordered.id, &refused).await;
            }
        }
    }

    /// Lets it go on from where it stands. That is known before it does: a daemon that finds it
    /// standing still although it is to go on lets it go on.
    pub(super) async fn resume(&mut self, ordered: &Ordered) {
        self.note(ordered, SessionState::Running).await;
        self.held.resume();
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
