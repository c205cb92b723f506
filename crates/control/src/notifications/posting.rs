//! One attempt: open the address, sign, post, and judge the answer.

use std::time::Duration;

use bytes::Bytes;
use model::notification::{Channel, ChannelKind};
use model::{NoticeId, Timestamp};
use outbound::{Answered, Connector};
use serde::Deserialize;

use super::matter::Matter;
use super::shapes::Signing;
use super::{sealing, shapes};
use crate::webhooks::secrets;
use crate::webhooks::sending::{Came, Outcome, WITHIN, judge};
use crate::{ControlPlane, Error};

/// How much is read of an answer that says in its body what it means.
const MOST_BYTES: usize = 16 * 1024;

/// What is told once.
pub(super) struct Message {
    /// Identifier: the same however often it is sent.
    pub(super) id: NoticeId,
    /// When the first of what it tells has happened.
    pub(super) at: Timestamp,
    /// What has happened.
    pub(super) matter: Matter,
}

/// Posts a message; answers what came of it, when it was begun and how long it took.
pub(super) async fn attempt(
    plane: &ControlPlane,
    connector: &Connector,
    channel: &Channel,
    message: &Message,
) -> Result<(Outcome, Timestamp, Duration), Error> {
    let (at, begun) = (plane.now(), plane.clock().tick());
    let address = match sealing::open(plane, channel) {
        Ok(address) => address,
        Err(error) => {
            tracing::error!(channel.id = %channel.id, %error, "cannot open a channel's address");
            let outcome = Outcome::unanswered(Came::Hopeless, "its address cannot be opened");
            return Ok((outcome, at, Duration::ZERO));
        }
    };
    let secrets = match channel.kind {
        ChannelKind::Generic => secrets::signing(plane, channel.user).await?,
        _ => Vec::new(),
    };
    if channel.kind == ChannelKind::Generic && secrets.is_empty() {
        let outcome = Outcome::unanswered(Came::Hopeless, "there is no secret to sign it with");
        return Ok((outcome, at, Duration::ZERO));
    }
    let signing = Signing { secrets: &secrets, key: &plane.push_key, rng: &**plane.rng() };
    let post = shapes::post(channel, &address, message, at, &signing)?;
    let outcome = match code_field(channel.kind) {
        None => judged(judge(outbound::post(connector, post, WITHIN).await)),
        Some(read) => match outbound::post_and_read(connector, post, WITHIN, MOST_BYTES).await {
            Ok((answered, body)) => judged_by_code(answered, body.as_ref(), read),
            Err(error) => judge(Err(error)),
        },
    };
    tracing::debug!(channel.id = %channel.id, status = outcome.status, "a channel was told");
    Ok((outcome, at, plane.clock().tick().since(begun)))
}

/// What an answer means where its status says it.
fn judged(outcome: Outcome) -> Outcome {
    let gone = |status| {
        let error =
            format!("the receiver answered {status}: it does not know this address any more");
        Outcome { came: Came::Refused, status: Some(status), error: Some(error) }
    };
    match outcome.status {
        Some(status @ (404 | 410)) => gone(status),
        _ => outcome,
    }
}

/// Feishu and DingTalk answer 200 to everything, and say in the body what they mean.
fn judged_by_code(
    answered: Answered,
    body: Option<&Bytes>,
    read: fn(&Codes) -> Option<i64>,
) -> Outcome {
    let outcome = judged(judge(Ok(answered)));
    if outcome.came != Came::Delivered {
        return outcome;
    }
    let codes = body.and_then(|body| serde_json::from_slice::<Codes>(body).ok());
    let status = answered.status.as_u16();
    let error = match codes.as_ref().and_then(read) {
        Some(0) => return outcome,
        Some(code) => format!("the receiver answered {status} with the code {code}"),
        None => format!("the receiver answered {status} without a code"),
    };
    Outcome { came: Came::NotYet(None), status: outcome.status, error: Some(error) }
}

/// What of an answer is read: numbers, and nothing that somebody could have written.
#[derive(Debug, Deserialize)]
struct Codes {
    code: Option<i64>,
    #[serde(rename = "StatusCode")]
    status_code: Option<i64>,
    errcode: Option<i64>,
}

fn code_field(kind: ChannelKind) -> Option<fn(&Codes) -> Option<i64>> {
    match kind {
        ChannelKind::Slack | ChannelKind::Generic | ChannelKind::Browser => None,
        ChannelKind::Feishu => Some(|codes| codes.code.or(codes.status_code)),
        ChannelKind::Dingtalk => Some(|codes| codes.errcode),
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn came(kind: ChannelKind, status: u16, body: Option<&str>) -> Outcome {
        let status = StatusCode::from_u16(status).unwrap();
        let answered = Answered { status, retry_after: None };
        let body = body.map(|body| Bytes::copy_from_slice(body.as_bytes()));
        judged_by_code(answered, body.as_ref(), code_field(kind).unwrap())
    }

    #[test]
    fn a_code_in_the_body_says_what_is_meant() {
        use ChannelKind::{Dingtalk, Feishu};
        let good = [
            (Feishu, r#"{"code":0,"msg":"success","data":{}}"#),
            (Feishu, r#"{"StatusCode":0,"StatusMessage":"success"}"#),
            (Dingtalk, r#"{"errcode":0,"errmsg":"ok"}"#),
        ];
        for (kind, body) in good {
            assert_eq!(came(kind, 200, Some(body)).came, Came::Delivered, "{body}");
        }
        let bad = [
            (Feishu, Some(r#"{"code":19021,"msg":"<script>"}"#), "with the code 19021"),
            (Dingtalk, Some(r#"{"errcode":310000,"errmsg":"sign not match"}"#), "the code 310000"),
            (Dingtalk, Some(r#"{"code":0}"#), "without a code"),
            (Feishu, Some("ok"), "without a code"),
            (Feishu, None, "without a code"),
        ];
        for (kind, body, says) in bad {
            let outcome = came(kind, 200, body);
            assert_eq!(outcome.came, Came::NotYet(None), "{body:?}");
            let error = outcome.error.unwrap();
            assert!(error.contains(says) && !error.contains("script"), "{error}");
        }
    }

    #[test]
    fn an_address_that_is_gone_is_left_alone() {
        for status in [404, 410] {
            let outcome = came(ChannelKind::Feishu, status, None);
            assert_eq!((outcome.came, outcome.status), (Came::Refused, Some(status)));
        }
        assert_eq!(came(ChannelKind::Feishu, 500, None).came, Came::NotYet(None));
    }
}
