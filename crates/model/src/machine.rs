//! Enrolled computers.

use serde::{Deserialize, Serialize};

use crate::agent::InstalledAgent;
use crate::freeze::Freezes;
use crate::{MachineId, TenantId, Tick, Timestamp, words};
use std::time::Duration;

/// How long after the last sign of life a machine counts as offline.
pub const STALE_AFTER: Duration = Duration::from_secs(90);

/// How often a machine gives a sign of life.
pub const HEARTBEAT_EVERY: Duration = Duration::from_secs(30);

words! {
    /// Whether a machine can be worked on.
    pub enum MachineStatus as "machine status" {
        /// Its link is up, or was less than [`STALE_AFTER`] ago.
        Online = "online",
        /// It has said goodbye, or nothing was heard of it for [`STALE_AFTER`].
        Offline = "offline",
    }
}

words! {
    /// What keeps a machine from all work, on the machine itself. No server can lift it.
    pub enum ClosedBy as "reason for which a machine is closed" {
        /// Its owner has halted it: nothing runs there, and nothing begins.
        Halt = "halt",
        /// What its owner allows cannot be read, so that nothing is allowed.
        Policy = "policy",
        /// It was started only to be seen: it says what it is and how it fares.
        NoTunnel = "no_tunnel",
    }
}

words! {
    /// What carries a link.
    pub enum Carrier as "carrier of a link" {
        /// A WebSocket.
        WebSocket = "websocket",
        /// Requests and answers, where the network lets no WebSocket through.
        LongPoll = "long_poll",
        /// The memory of the process that server and machine share.
        InProcess = "in_process",
    }
}

/// That a machine takes no work, by what was said on the machine itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// What keeps it from work.
    pub by: ClosedBy,
    /// Why, for people; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Since when, by the machine's clock, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// What the server knows of a machine's link, enough to say honestly whether it is online.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Liveness {
    /// When anything was last heard.
    pub last_contact: Option<Tick>,
    /// Whether a link is open right now.
    pub connected: bool,
    /// Whether the last link was closed by a goodbye rather than lost.
    pub said_goodbye: bool,
}

impl Liveness {
    /// The status at `now`, given after how long silence counts as absence.
    pub fn status(&self, now: Tick, stale_after: Duration) -> MachineStatus {
        let heard_lately = self.last_contact.is_some_and(|tick| now.since(tick) < stale_after);
        if heard_lately && (self.connected || !self.said_goodbye) {
            MachineStatus::Online
        } else {
            MachineStatus::Offline
        }
    }
}

/// How a machine fares, as it said with its last sign of life. None of it is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MachineHealth {
    /// When it was heard.
    pub at: Timestamp,
    /// Load average over one minute.
    pub load_average: f32,
    /// Free space where the daemon's directory lies, in bytes; `None` where it does not say.
    pub free_disk_bytes: Option<u64>,
    /// Memory that programs can still get, in bytes; `None` where it does not say.
    pub free_memory_bytes: Option<u64>,
    /// Sessions that go on there.
    pub running_sessions: u32,
    /// How long the way over the link and back took when it was measured last.
    pub round_trip: Option<Duration>,
    /// What carries its link.
    pub carrier: Carrier,
}

/// An enrolled computer, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Identifier, given by the server; what the machine calls itself is only a label.
    pub id: MachineId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Display name.
    pub name: String,
    /// What people have said about it: sorted, none twice, at most
    /// [`MAX_TAGS`](crate::label::MAX_TAGS).
    pub labels: Vec<String>,
    /// Ed25519 public key (RFC 8032), 32 bytes.
    pub public_key: [u8; 32],
    /// How long it has that.
    pub key_age: KeyAge,
    /// Raised by one with each authenticated link; a lower one has no effect any more.
    pub epoch: u64,
    /// What the machine said of itself.
    pub facts: MachineFacts,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was last heard of, to within a minute.
    pub last_seen_at: Option<Timestamp>,
    /// What keeps it from new work.
    pub freezes: Freezes,
}

/// How long a machine has the key with which it proves who it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyAge {
    /// When it was last replaced; `None` for the one with which the machine was enrolled.
    pub replaced_at: Option<Timestamp>,
    /// When the next one was proposed, while the machine has not come with it.
    pub next_since: Option<Timestamp>,
}

/// For how long a machine may come with its old key when it has proposed another one. It comes with the new
/// one within seconds; whoever comes with the old one calls that off, and after this time is refused.
pub const KEY_OVERLAP: Duration = Duration::from_mins(10);

/// The public keys with which a machine proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineKeys {
    /// The one that it has.
    pub current: [u8; 32],
    /// The one that it has proposed, and when. With the first link that is proven with it, it takes the
    /// place of the other.
    pub next: Option<([u8; 32], Timestamp)>,
}

impl MachineKeys {
    /// Those that count now: both for [`KEY_OVERLAP`], and then the next one only.
    pub fn valid(&self, now: Timestamp) -> Vec<[u8; 32]> {
        match self.next {
            None => vec![self.current],
            Some((next, since)) if now.since(since) < KEY_OVERLAP => vec![next, self.current],
            Some((next, _)) => vec![next],
        }
    }
}

/// What a machine says of itself. All of it is hostile text until shown as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MachineFacts {
    /// Host name.
    pub hostname: String,
    /// `linux`, `macos` or `windows`.
    pub os: String,
    /// For example `Debian GNU/Linux 12`.
    pub os_version: String,
    /// For example `x86_64`.
    pub arch: String,
    /// Version of the daemon.
    pub version: String,
    /// Logical processors.
    pub cpu_cores: u32,
    /// Installed memory in MiB.
    pub memory_mib: u64,
    /// Directories in which sessions may run, absolute.
    pub workspaces: Vec<String>,
    /// Whether a plain shell may be started.
    pub shell_allowed: bool,
    /// Agents that were found, and those that are known but missing.
    pub agents: Vec<InstalledAgent>,
    /// That it takes no work at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closure>,
}

impl MachineFacts {
    /// Which program it needs, such as `linux-x86_64`.
    pub fn target(&self) -> String {
        format!("{}-{}", self.os, self.arch)
    }

    /// Whether the machine's daemon has described it, which it does soon after its first link. An
    /// enrolment tells less.
    pub const fn is_described(&self) -> bool {
        self.cpu_cores > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn liveness(last_contact_s: u64, connected: bool, said_goodbye: bool) -> Liveness {
        let last_contact = Some(Tick::from_millis(last_contact_s * 1_000));
        Liveness { last_contact, connected, said_goodbye }
    }

    #[track_caller]
    fn check(liveness: Liveness, now_s: u64, expect: MachineStatus) {
        let now = Tick::from_millis(now_s * 1_000);
        assert_eq!(liveness.status(now, STALE_AFTER), expect);
    }

    #[test]
    fn a_lost_link_keeps_its_status_until_it_is_stale() {
        check(liveness(100, false, false), 189, MachineStatus::Online);
        check(liveness(100, false, false), 190, MachineStatus::Offline);
    }

    #[test]
    fn a_goodbye_shows_at_once() {
        check(liveness(100, false, true), 100, MachineStatus::Offline);
    }

    #[test]
    fn an_open_link_without_a_sign_of_life_is_not_called_online() {
        check(liveness(100, true, false), 191, MachineStatus::Offline);
    }

    #[test]
    fn a_machine_never_heard_of_is_offline() {
        assert_eq!(
            Liveness::default().status(Tick::default(), STALE_AFTER),
            MachineStatus::Offline
        );
    }
}
