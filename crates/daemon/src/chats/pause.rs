//! A chat of which nothing runs: its processes stand still, its own time does, and what arrives
//! for it waits.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use conversation::Fact;
use journal::Change;
use model::command::CommandState;
use model::session::SessionState;
use model::{Clock, CommandId, Tick, Timestamp};

use super::Chat;
use super::agent::Standing;
use super::keep::How;
use crate::ordered::Ordered;
use crate::reports::{self, Refused};

/// Orders that may wait for a chat to go on. The server sends none to a chat that it knows to be
/// paused; these were on their way.
const MAX_HELD: usize = 256;

/// The time of a chat, which stands still while the chat does, so that no deadline passes.
pub(super) struct OwnTime {
    clock: Arc<dyn Clock>,
    stood: Mutex<Stood>,
}

#[derive(Clone, Copy, Default)]
struct Stood {
    /// For how long in all, but for this time.
    before: Duration,
    since: Option<Tick>,
}

impl OwnTime {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, stood: Mutex::default() }
    }

    pub(super) fn stand_still(&self) {
        let now = self.clock.tick();
        self.change(|stood| {
            stood.since.get_or_insert(now);
        });
    }

    fn go_on(&self) {
        let now = self.clock.tick();
        self.change(|stood| {
            stood.before += stood.since.take().map_or(Duration::ZERO, |since| now.since(since));
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut Stood) -> T) -> T {
        change(&mut self.stood.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clock for OwnTime {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn tick(&self) -> Tick {
        let stood = self.change(|stood| *stood);
        let now = stood.since.unwrap_or_else(|| self.clock.tick());
        Tick::default() + now.since(Tick::default() + stood.before)
    }
}

impl Chat {
    /// Lets nothing run. It may be done twice, so it is never begun: after a crash it is done again.
    pub(super) async fn pause(&mut self, command: CommandId) {
        if self.standing.is_none() {
            match self.agent.stand_still().await {
                Ok(standing) => self.standing = Some(standing),
                Err(why) => {
                    let why = processes::NotPaused { left: why }.to_string();
                    let refused = Refused::new("not_paused", why);
                    return reports::refuse(&self.context, command, &refused).await;
                }
            }
            self.time.stand_still();
        }
        self.keep_and_finish(command);
    }

    /// Lets it go on from where it stands.
    pub(super) async fn resume(&mut self, command: CommandId) {
        let standing = self.standing.take();
        self.keep_and_finish(command);
        // What it does from now on is done by a chat that is known to go on.
        self.keep(How::AsItComes).await;
        self.time.go_on();
        match standing {
            None | Some(Standing::Nothing) => {}
            Some(Standing::Unlaunched) => self.launch(),
            Some(Standing::Tree) => self.agent.go_on(),
        }
    }

    /// An order for a chat that stands still waits until it goes on.
    pub(super) async fn hold(&mut self, ordered: Ordered) {
        if self.held.len() < MAX_HELD {
            return self.held.push_back(ordered);
        }
        let refused =
            Refused::new("busy", "the session is paused, and too many orders wait for it");
        reports::refuse(&self.context, ordered.id, &refused).await;
    }

    /// What stood still does not get to run again: it is killed where it stands.
    pub(super) fn kill_what_stands(&mut self) {
        if self.standing.take().is_some() {
            self.agent.kill();
            self.time.go_on();
        }
    }

    /// What the server is told of the chat: that it stands still, for as long as it does.
    pub(super) fn as_it_stands(&self, fact: Fact) -> Fact {
        match fact {
            Fact::Session { state, detail, title }
                if self.standing.is_some() && !state.is_final() =>
            {
                Fact::Session { state: SessionState::Paused, detail, title }
            }
            fact => fact,
        }
    }

    /// Notes whether it stands still, for whoever comes after a restart and for the server.
    fn keep_and_finish(&mut self, command: CommandId) {
        let state = self.chat.state().session_state();
        self.note(Fact::Session { state, detail: String::new(), title: String::new() });
        self.spec.paused = self.standing.is_some();
        let put = Change::PutSession { session: self.session, spec: self.spec.to_bytes() };
        let done = reports::finished(&self.context, command, CommandState::Done, None);
        self.keeping.change(std::iter::once(put).chain(done));
    }
}

#[cfg(test)]
mod tests {
    use model::time::ManualClock;

    use super::*;

    #[test]
    fn the_time_of_a_chat_stands_still_with_it() {
        let clock = Arc::new(ManualClock::default());
        let time = OwnTime::new(clock.clone());
        let seconds = |time: &OwnTime| time.tick().as_millis() / 1_000;
        clock.advance(Duration::from_secs(10));
        assert_eq!(seconds(&time), 10);
        for round in 1..=2 {
            time.stand_still();
            clock.advance(Duration::from_hours(1));
            time.stand_still();
            assert_eq!(seconds(&time), 10 * round);
            time.go_on();
            time.go_on();
            clock.advance(Duration::from_secs(10));
            assert_eq!(seconds(&time), 10 * round + 10);
        }
        assert_eq!(time.now(), clock.now(), "records say what time it is");
    }
}
