//! In which form each kind of receiver understands what is told.
//!
//! | kind | body | signed |
//! |---|---|---|
//! | `slack` | `{"text": …}` | not at all: the address is the secret |
//! | `feishu` | `{"msg_type": "text", "content": {"text": …}}` | by `timestamp` and `sign` in the body |
//! | `dingtalk` | `{"msgtype": "text", "text": {"content": …}}` | by `timestamp` and `sign` in the address |
//! | `generic` | [`NoticeTold`] | as webhooks of jobs |
//! | `browser` | encrypted, as `push` does it | by the server's own key |

use contract::Time;
use contract::notifications::{NoticeTold, ToldMatter};
use http::Uri;
use model::notification::{Channel, ChannelKind};
use model::{Rng, Timestamp};
use outbound::Post;
use serde::Serialize;
use vault::{PushKey, SigningSecret, dingtalk_signature, feishu_signature};

use super::matter::Matter;
use super::posting::Message;
use super::sealing::Address;
use super::{push, wording};
use crate::Error;
use crate::webhooks::sending::{plain_post, signed_post};

/// With what it is made sure who tells something.
pub(super) struct Signing<'a> {
    /// The secrets of the channel's owner.
    pub(super) secrets: &'a [SigningSecret],
    /// The server's own key.
    pub(super) key: &'a PushKey,
    /// Where keys for one message come from.
    pub(super) rng: &'a dyn Rng,
}

/// What is posted at a time.
pub(super) fn post(
    channel: &Channel,
    address: &Address,
    message: &Message,
    at: Timestamp,
    signing: &Signing<'_>,
) -> Result<Post, Error> {
    let text = wording::text(&message.matter, channel.language);
    match channel.kind {
        ChannelKind::Slack => {
            let body = json(&Slack { text: for_slack(&text) })?;
            Ok(plain_post(uri(&address.url)?, body))
        }
        ChannelKind::Feishu => {
            let body = json(&feishu(&text, address.secret.as_deref(), at))?;
            Ok(plain_post(uri(&address.url)?, body))
        }
        ChannelKind::Dingtalk => {
            let body = Dingtalk { msgtype: "text", text: Content { content: without_tags(&text) } };
            let url = dingtalk_url(address, at);
            Ok(plain_post(uri(&url)?, json(&body)?))
        }
        ChannelKind::Generic => {
            let body = json(&told(message))?;
            Ok(signed_post(uri(&address.url)?, message.id.to_string(), body, at, signing.secrets))
        }
        ChannelKind::Browser => {
            push::post(signing.key, signing.rng, channel, address, &message.matter, at)
        }
    }
}

#[derive(Serialize)]
struct Slack {
    text: String,
}

#[derive(Serialize)]
struct Feishu {
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign: Option<String>,
    msg_type: &'static str,
    content: Slack,
}

#[derive(Serialize)]
struct Dingtalk {
    msgtype: &'static str,
    text: Content,
}

#[derive(Serialize)]
struct Content {
    content: String,
}

fn feishu(text: &str, secret: Option<&str>, at: Timestamp) -> Feishu {
    let at_s = at.as_millis().div_euclid(1_000);
    Feishu {
        timestamp: secret.map(|_| at_s.to_string()),
        sign: secret.map(|secret| feishu_signature(secret, at_s)),
        msg_type: "text",
        content: Slack { text: without_tags(text) },
    }
}

fn dingtalk_url(address: &Address, at: Timestamp) -> String {
    let Some(secret) = &address.secret else { return address.url.clone() };
    let at_ms = at.as_millis();
    let sign = dingtalk_signature(secret, at_ms);
    let sign = sign.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let joint = if address.url.contains('?') { '&' } else { '?' };
    format!("{}{joint}timestamp={at_ms}&sign={sign}", address.url)
}

fn told(message: &Message) -> NoticeTold {
    let Matter { event, count, url, machine, session, agent, owner } = message.matter.clone();
    NoticeTold {
        event: format!("notice.{}", event.map_or("test", |event| event.as_str())),
        timestamp: Time(message.at),
        data: ToldMatter {
            count,
            url,
            machine_id: machine.as_ref().map(|(id, _)| *id),
            machine_name: machine.map(|(_, name)| name),
            session_id: session,
            agent_name: agent,
            owner_name: owner,
        },
    }
}

/// The three characters by which Slack knows what is not text, such as `<!channel>`.
fn for_slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Feishu and DingTalk have no way to write what begins `<at …>` or `@all` as text.
fn without_tags(text: &str) -> String {
    text.replace('<', "‹").replace('>', "›").replace('@', "＠")
}

fn json(body: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(body).map_err(Error::internal)
}

fn uri(url: &str) -> Result<Uri, Error> {
    url.parse().map_err(Error::internal)
}

#[cfg(test)]
mod tests;
