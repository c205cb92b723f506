//! Connects to the server, and connects again, for ever (R09).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use link::event::{Refused, Word};
use link::{Backoff, Down, LinkError, MachineLink, MachineSettings, ServerPins};
use model::{Tick, Timestamp};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wire::handshake::RefusalCode;

use super::proving::Proving;
use super::queues::Queues;
use super::serving::{Ended, Serving};
use crate::config::{ConfigError, MachineConfig};
use crate::connector::{Connected, Connector, Way};
use crate::context::Context;
use crate::supervisor::Supervisor;

/// How often the wall clock is compared with the other one: they drift apart while a computer
/// sleeps.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A difference that only sleep, or somebody who sets the clock, explains.
const SLEPT: Duration = Duration::from_secs(15);

/// Where the link stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LinkStatus {
    /// The server was not reached yet.
    #[default]
    Connecting,
    /// The link is up.
    Up {
        /// Since when.
        since: Timestamp,
        /// What carries it.
        way: Way,
    },
    /// There is none at the moment.
    Down {
        /// Why, for people.
        reason: String,
    },
}

/// Keeps the link up.
pub(crate) struct Keeper {
    pub(crate) context: Arc<Context>,
    pub(crate) supervisor: Arc<Supervisor>,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) config: MachineConfig,
    pub(crate) proving: Proving,
    pub(crate) pins: ServerPins,
    pub(crate) queues: Queues,
    pub(crate) received_commands: u64,
    pub(crate) status: watch::Sender<LinkStatus>,
    /// Cancelled when the link is to end for good; what is reported by then is still sent.
    pub(crate) closing: CancellationToken,
    pub(crate) backoff: Backoff,
}

impl Keeper {
    /// Keeps the link up until it is to end for good.
    pub(crate) async fn keep(mut self) {
        let closing = self.closing.clone();
        while !closing.is_cancelled() {
            let down = match self.connect().await {
                Some(Ok(connected)) => self.serve(connected).await,
                Some(Err(reason)) => {
                    self.show_down(reason);
                    Down::Lost
                }
                None => return,
            };
            if self.proving.is_to_come_with_the_other(&down) {
                continue;
            }
            let (now, rng) = (self.context.clock.tick(), self.context.rng.clone());
            self.backoff.down(now, &down, &*rng);
            tokio::select! {
                () = closing.cancelled() => return,
                () = self.wait_for_next_attempt() => {}
            }
        }
    }

    /// A connection, or why there is none; `None` when there is to be none any more.
    async fn connect(&mut self) -> Option<Result<Connected, String>> {
        let connector = self.connector.clone();
        tokio::select! {
            () = self.closing.cancelled() => None,
            connected = connector.connect() => Some(connected.map_err(|error| error.message)),
            () = self.queues.turn_away() => None,
        }
    }

    async fn serve(&mut self, connected: Connected) -> Down {
        let down = match self.link() {
            Ok(link) => {
                let mut ended = Serving::new(self, link, connected).run().await;
                loop {
                    match ended {
                        Ended::Down(down) => break down,
                        Ended::Moved(moved) => ended = Serving::after(self, *moved).run().await,
                    }
                }
            }
            Err(error) => Down::Broken(error),
        };
        self.queues.up.send_replace(false);
        self.show_down(describe(&down));
        down
    }

    /// A link that has said nothing yet.
    pub(super) fn link(&mut self) -> Result<MachineLink, LinkError> {
        let settings = MachineSettings {
            machine_id: self.config.machine_id,
            identity: self.proving.choose(),
            server_pins: self.pins.clone(),
            daemon_version: self.context.version.clone(),
            heartbeat: self.config.heartbeat_interval_ms.map(|ms| Duration::from_millis(ms.into())),
            received_commands: self.received_commands,
            first_report: self.context.journal.first_report(),
        };
        MachineLink::new(self.context.clock.tick(), settings, &*self.context.rng)
    }

    fn show_down(&self, reason: String) {
        let status = LinkStatus::Down { reason };
        let changed = self.status.send_if_modified(|shown| {
            let changed = *shown != status;
            shown.clone_from(&status);
            changed
        });
        let is_wanted = !self.closing.is_cancelled();
        if changed
            && is_wanted
            && let LinkStatus::Down { reason } = &status
        {
            tracing::warn!(reason, "there is no link to the server");
        }
    }

    /// Waits as long as is fair to a server that many want to come back to, and less after sleep.
    async fn wait_for_next_attempt(&mut self) {
        let Self { context, backoff, queues, .. } = self;
        let waiting = async {
            let mut before = (context.clock.now(), context.clock.tick());
            while let Some(at) = backoff.next_attempt() {
                let now = context.clock.tick();
                if at <= now {
                    return;
                }
                tokio::time::sleep(at.since(now).min(LOOK_EVERY)).await;
                let after = (context.clock.now(), context.clock.tick());
                if has_slept(before, after) {
                    backoff.wake(after.1, &*context.rng);
                }
                before = after;
            }
        };
        tokio::select! {
            () = waiting => {}
            () = queues.turn_away() => {}
        }
    }

    /// Takes on the keys that the server will show from now on.
    pub(super) fn take_pins(&mut self, pins: ServerPins) {
        if pins == self.pins {
            return;
        }
        self.config.server_keys =
            pins.keys().iter().map(|key| hex::encode(key.as_bytes())).collect();
        self.pins = pins;
        // They come again with the next link, so that a failure only has to be seen.
        if let Err(error) = keep_keys(&self.context.directory, &self.config.server_keys) {
            tracing::error!(%error, "cannot keep the server's new keys");
        }
    }
}

/// Changes the keys alone: what was said for this life of the daemon only is not written down.
fn keep_keys(directory: &Path, server_keys: &[String]) -> Result<(), ConfigError> {
    let known = MachineConfig::read(directory)?;
    MachineConfig { server_keys: server_keys.to_vec(), ..known }.write(directory)
}

fn has_slept(before: (Timestamp, Tick), after: (Timestamp, Tick)) -> bool {
    after.0.since(before.0) > after.1.since(before.1) + SLEPT
}

fn describe(down: &Down) -> String {
    match down {
        Down::Closed => "it was closed here".to_owned(),
        Down::Goodbye { reason } => format!("the server said goodbye: {reason}"),
        Down::Refused(refused) => describe_refusal(refused),
        Down::Silent => "the server was silent for too long".to_owned(),
        Down::Lost => "the connection was lost".to_owned(),
        Down::Broken(error) => error.to_string(),
    }
}

fn describe_refusal(refused: &Refused) -> String {
    let hint = match (refused.code, refused.word) {
        (RefusalCode::Identity | RefusalCode::Deregistered, Word::Sealed) => {
            "; enrol this computer again with: gantline machine enroll"
        }
        _ => "",
    };
    format!("the server refuses this machine: {}{hint}", refused.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall_s: i64, tick_s: u64) -> (Timestamp, Tick) {
        (Timestamp::from_millis(wall_s * 1_000), Tick::from_millis(tick_s * 1_000))
    }

    /// R33: the clock on the wall runs on while the computer sleeps, the other one does not.
    #[test]
    fn sleep_is_seen_by_the_clocks() {
        assert!(has_slept(at(100, 10), at(3_700, 15)));
        assert!(!has_slept(at(100, 10), at(105, 15)));
        assert!(!has_slept(at(100, 10), at(90, 15)), "a clock that was set back is no sleep");
    }

    #[test]
    fn a_machine_that_is_not_known_any_more_is_told_what_to_do() {
        let refused = |code, word| Refused {
            code,
            message: "unknown".to_owned(),
            retry_after: Duration::ZERO,
            word,
        };
        let sealed = describe_refusal(&refused(RefusalCode::Deregistered, Word::Sealed));
        assert!(sealed.contains("gantline machine enroll"), "{sealed}");
        let anybodys = describe_refusal(&refused(RefusalCode::Identity, Word::Anybodys));
        assert!(!anybodys.contains("enroll"), "{anybodys}");
    }
}
