//! Notifications: telling people elsewhere what waits for them.

use std::time::Duration;

use crate::{
    ChannelId, InvalidTransition, LoginId, MachineId, NoticeId, SessionId, TenantId, Timestamp,
    UserId, words,
};

/// Channels that one person may have, beside browsers.
pub const MAX_CHANNELS: usize = 5;

/// Browsers in which one person may be told.
pub const MAX_BROWSERS: usize = 10;

words! {
    /// What a channel can tell of.
    pub enum NoticeEvent as "event" {
        /// An agent waits for an answer of the channel's owner.
        Question = "question",
        /// A quota stops a session, until somebody grants more.
        Budget = "budget",
        /// A turn of the channel's owner has ended.
        TurnEnded = "turn_ended",
        /// A session of the channel's owner has failed.
        SessionFailed = "session_failed",
        /// Nothing was heard of a machine for a while; told to administrators.
        MachineOffline = "machine_offline",
    }
}

words! {
    /// Who understands what a channel sends.
    pub enum ChannelKind as "channel kind" {
        /// An incoming webhook of Slack, or of whoever takes the same.
        Slack = "slack",
        /// A custom bot of Feishu or Lark.
        Feishu = "feishu",
        /// A custom robot of DingTalk.
        Dingtalk = "dingtalk",
        /// Anybody: JSON, signed with the owner's webhook secret.
        Generic = "generic",
        /// A browser of the owner's, by its maker's push service, which cannot read what it passes on.
        Browser = "browser",
    }
}

words! {
    /// Whether a channel is used.
    pub enum ChannelState as "channel state" {
        /// It is.
        On = "on",
        /// Its owner has switched it off.
        Off = "off",
        /// The server has, because the receiver does not take what it is sent.
        PutOff = "put_off",
    }
}

words! {
    /// The language of what is told.
    pub enum NoticeLanguage as "language" {
        /// English.
        En = "en",
        /// Chinese, simplified.
        Zh = "zh",
    }
}

words! {
    /// Where a notice stands.
    pub enum NoticeState as "notice state" {
        /// More of the same may be added to it.
        Gathering = "gathering",
        /// It is being sent, or will be sent again.
        Pending = "pending",
        /// The receiver has said that it has it.
        Delivered = "delivered",
        /// It was tried as often as it is, and never taken.
        Failed = "failed",
        /// There was nothing to tell any more.
        Moot = "moot",
    }
}

impl NoticeState {
    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Moot)
    }

    /// Moves forward; what is over stays so.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        if !self.is_final() && next != Self::Gathering {
            return Ok(next);
        }
        Err(InvalidTransition { what: "notice", from: self.as_str(), to: next.as_str() })
    }
}

/// Where a person is told of what waits for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Identifier.
    pub id: ChannelId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Who is told.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// Who understands what it sends.
    pub kind: ChannelKind,
    /// The host of its address, all of it that is shown.
    pub host: String,
    /// Host and port of the receiver. What one person has for one receiver waits in one lane.
    pub destination: String,
    /// The sealed address, with what signs.
    pub sealed: Vec<u8>,
    /// What it tells of: sorted, none twice.
    pub events: Vec<NoticeEvent>,
    /// How long a turn has to have taken for its end to be told.
    pub shortest_turn: Duration,
    /// In which language.
    pub language: NoticeLanguage,
    /// The address under which its owner reaches the console.
    pub console: String,
    /// Whether it is used.
    pub state: ChannelState,
    /// Why the server has put it off, for people; only while it is [`ChannelState::PutOff`].
    pub put_off_because: Option<String>,
    /// How many notices in a row were given up.
    pub given_up: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner has last asked for a test.
    pub tested_at: Option<Timestamp>,
    /// Which browser it is, where it is one.
    pub browser: Option<Browser>,
}

/// A browser that is told. It ends with the login in which it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Browser {
    /// As whom its console is signed in.
    pub login: LoginId,
    /// SHA-256 of its address: one browser tells one person, whoever was signed in before.
    pub address_hash: [u8; 32],
}

/// What one channel is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Identifier: the same however often it is sent.
    pub id: NoticeId,
    /// The channel.
    pub channel: ChannelId,
    /// Whose channel.
    pub owner: UserId,
    /// Host and port of the receiver.
    pub destination: String,
    /// Of what kind.
    pub event: NoticeEvent,
    /// On which machine.
    pub machine: MachineId,
    /// In which session, if it is about one.
    pub session: Option<SessionId>,
    /// How often it has happened.
    pub count: u64,
    /// Where it stands.
    pub state: NoticeState,
    /// How often it was tried.
    pub tries: u32,
    /// When the first of what it tells has happened.
    pub created_at: Timestamp,
    /// Until when more was added to it, once that is over.
    pub gathered_until: Option<Timestamp>,
    /// When it is tried next, while it is not over.
    pub next_at: Option<Timestamp>,
}

/// One try to tell a channel something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAttempt {
    /// Which one of this channel, from 1.
    pub number: u32,
    /// What was told; `None` for a test.
    pub event: Option<NoticeEvent>,
    /// When it was begun.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// Why it was no delivery, for people.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::NoticeState;

    #[test]
    fn what_is_over_stays_so_and_nothing_gathers_again() {
        for from in NoticeState::ALL {
            for to in NoticeState::ALL {
                let expected = !from.is_final() && *to != NoticeState::Gathering;
                assert_eq!(from.become_state(*to).is_ok(), expected, "{from} to {to}");
            }
        }
    }
}
