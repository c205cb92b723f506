//! Notifications: where people are told of what waits for them.

use model::notification::{ChannelKind, ChannelState, NoticeEvent, NoticeLanguage};
use model::{ChannelId, MachineId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// One's channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelList {
    /// The oldest first.
    pub channels: Vec<ChannelView>,
    /// How many one may have, beside browsers.
    pub at_most: usize,
    /// What a browser has to know that is to be told itself.
    pub browsers: BrowserFacts,
}

/// What a browser has to know that is to be told itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BrowserFacts {
    /// With what it subscribes at its push service: the server's public key, in base64url.
    pub application_server_key: String,
    /// The channel that is the browser that asks, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub this_one: Option<ChannelId>,
    /// In how many browsers one may be told.
    pub at_most: usize,
}

/// Tells the person who is signed in what waits for them in this browser, or at its new address. What
/// it says is sealed and never shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutBrowser {
    /// The address at the browser's push service: `https`, at most 2048 bytes, on the public internet.
    pub endpoint: String,
    /// The browser's public key, in base64url.
    pub p256dh: String,
    /// What the browser shares with whoever may write to it: 16 bytes, in base64url.
    pub auth: String,
    /// What to call it, 1 to 60 characters. Left out only by a browser that is told already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language of what it tells; English if it was never said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<NoticeLanguage>,
}

/// What a browser is told, encrypted for it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushedNotice {
    /// One sentence.
    pub body: String,
    /// The page of the console on which one can see to it: its path.
    pub path: String,
    /// Kind and place: of what has the same tag only the newest is shown.
    pub tag: String,
    /// The language of the sentence.
    pub language: NoticeLanguage,
}

/// Where a person is told of what waits for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelView {
    /// Identifier.
    pub id: ChannelId,
    /// What its owner calls it.
    pub name: String,
    /// Who understands what it sends.
    pub kind: ChannelKind,
    /// The host of its address. The rest is a secret, and not shown again.
    pub host: String,
    /// What it tells of.
    pub events: Vec<NoticeEvent>,
    /// How many seconds a turn has to have taken for its end to be told.
    pub shortest_turn_s: u64,
    /// The language of what it tells.
    pub language: NoticeLanguage,
    /// Whether it is used.
    pub state: ChannelState,
    /// Why the server has put it off, where it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_off_because: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// What was tried, the newest first; at most the last 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<ChannelAttemptView>,
}

/// One try to tell a channel something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelAttemptView {
    /// What was told; absent for a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<NoticeEvent>,
    /// When it was begun.
    pub at: Time,
    /// How long it took.
    pub took_ms: u64,
    /// The status of the answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it was no delivery; absent where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Makes a channel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateChannel {
    /// What to call it, 1 to 60 characters.
    pub name: String,
    /// Who understands what it sends.
    pub kind: ChannelKind,
    /// Where to post to: `https`, at most 2048 bytes, and on the public internet, unless the server's
    /// configuration trusts the host. It is kept sealed and never shown again.
    pub url: String,
    /// What signs for `feishu` and `dingtalk`, where their robot asks for a signature. `generic` is
    /// signed with one's webhook secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What it tells of; at least one.
    pub events: Vec<NoticeEvent>,
    /// How many seconds a turn has to have taken for its end to be told, at most 86400; 60 if it is
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortest_turn_s: Option<u64>,
    /// The language of what it tells; English if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<NoticeLanguage>,
}

/// Changes a channel. What is left out stays as it is.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeChannel {
    /// What to call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another address. The secret of the one before is not used for it: give it again, if there is
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What signs; an empty text for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// What it tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<NoticeEvent>>,
    /// How many seconds a turn has to have taken for its end to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortest_turn_s: Option<u64>,
    /// The language of what it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<NoticeLanguage>,
    /// Whether it is used. `true` takes back that the server has put it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What a test came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelTested {
    /// Whether the receiver has taken it.
    pub delivered: bool,
    /// How long it took.
    pub took_ms: u64,
    /// The status of the answer, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it was no delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What is posted to a channel of the kind `generic`, signed as webhooks of jobs are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeTold {
    /// `notice.question`, `notice.budget`, `notice.turn_ended`, `notice.session_failed`,
    /// `notice.machine_offline` or `notice.test`.
    #[serde(rename = "type")]
    pub event: String,
    /// When the first of what it tells has happened.
    pub timestamp: Time,
    /// What has happened, and where.
    pub data: ToldMatter,
}

/// What has happened, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToldMatter {
    /// How often.
    pub count: u64,
    /// The page on which one can see to it.
    pub url: String,
    /// The machine; absent in a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<MachineId>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine_name: Option<String>,
    /// The session, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The agent that works in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// Whose session it is, where it is somebody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
}

impl std::fmt::Debug for CreateChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreateChannel")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("url", &"[redacted]")
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PutBrowser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PutBrowser")
            .field("name", &self.name)
            .field("endpoint", &"[redacted]")
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ChangeChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeChannel")
            .field("name", &self.name)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}
