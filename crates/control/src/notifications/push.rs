//! What a browser is told, in the form in which push services pass it on (RFC 8030): encrypted for that
//! browser alone, and signed by this server.
//!
//! A push service sees the browser, when it is told, how urgent that is, and who tells it.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use contract::notifications::PushedNotice;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, Uri};
use model::notification::{Channel, NoticeEvent};
use model::{Rng, Timestamp};
use outbound::Post;
use vault::{BrowserKeys, PushKey};

use super::matter::Matter;
use super::sealing::Address;
use super::wording;
use crate::Error;

const TTL: HeaderName = HeaderName::from_static("ttl");
const URGENCY: HeaderName = HeaderName::from_static("urgency");
const TOPIC: HeaderName = HeaderName::from_static("topic");

/// For how long a signature holds: RFC 8292 allows a day, and clocks differ.
const SIGNED_FOR: Duration = Duration::from_hours(12);

/// As long as every message is at least, so that its length tells nobody whose machine it is about.
const PADDED_TO: usize = 1_024;

/// Of a digest, what fits into a topic: 32 characters.
const TOPIC_BYTES: usize = 24;

/// What is posted to the push service of a browser.
pub(super) fn post(
    key: &PushKey,
    rng: &dyn Rng,
    channel: &Channel,
    address: &Address,
    matter: &Matter,
    at: Timestamp,
) -> Result<Post, Error> {
    let keys = address.push.as_ref().ok_or(Error::internal("a browser without keys"))?;
    let keys = BrowserKeys::parse(&keys.p256dh, &keys.auth).map_err(Error::internal)?;
    let told = serde_json::to_vec(&told(channel, matter)).map_err(Error::internal)?;
    let body = keys.encrypt(rng, &told, PADDED_TO).map_err(Error::internal)?;
    let uri: Uri = address.url.parse().map_err(Error::internal)?;
    let until_s = (at + SIGNED_FOR).as_millis().div_euclid(1_000);
    // Whoever runs a push service must not learn an address that is nobody else's business.
    let contact = Some(channel.console.as_str()).filter(|it| it.starts_with("https://"));
    let headers = vec![
        (AUTHORIZATION, key.authorization(&origin(&uri), until_s, contact)),
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_ENCODING, "aes128gcm".to_owned()),
        (TTL, lasts(matter.event).as_secs().to_string()),
        (URGENCY, urgency(matter.event).to_owned()),
        (TOPIC, topic(channel, matter)),
        (USER_AGENT, format!("gantline/{}", contract::VERSION)),
    ];
    Ok(Post { uri, headers, body: Bytes::from(body) })
}

fn told(channel: &Channel, matter: &Matter) -> PushedNotice {
    let path = matter.url.strip_prefix(&channel.console).unwrap_or("/");
    PushedNotice {
        body: wording::sentence(matter, channel.language),
        path: path.to_owned(),
        tag: tag(matter),
        language: channel.language,
    }
}

/// What is shown once at a time: kind and place.
fn tag(matter: &Matter) -> String {
    let event = matter.event.map_or("test", |event| event.as_str());
    match (&matter.session, &matter.machine) {
        (Some(session), _) => format!("{event}:{session}"),
        (None, Some((machine, _))) => format!("{event}:{machine}"),
        (None, None) => event.to_owned(),
    }
}

/// For how long a push service keeps what it cannot pass on: who hears of a question a day later looks
/// into the inbox anyway.
const fn lasts(event: Option<NoticeEvent>) -> Duration {
    match event {
        None => Duration::from_mins(1),
        Some(NoticeEvent::Question | NoticeEvent::Budget) => Duration::from_hours(4),
        Some(_) => Duration::from_hours(1),
    }
}

/// What waits for a person may wake a telephone up; what is only good to know may not.
const fn urgency(event: Option<NoticeEvent>) -> &'static str {
    match event {
        None | Some(NoticeEvent::Question | NoticeEvent::Budget) => "high",
        Some(_) => "normal",
    }
}

/// By what a newer message replaces an older one that was not passed on yet. It says nothing of the
/// session to whoever does not know both.
fn topic(channel: &Channel, matter: &Matter) -> String {
    let mut context = Context::new(&SHA256);
    context.update(channel.id.as_bytes());
    context.update(tag(matter).as_bytes());
    URL_SAFE_NO_PAD.encode(&context.finish().as_ref()[..TOPIC_BYTES])
}

fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    format!("{scheme}://{}", uri.authority().map_or("", |authority| authority.as_str()))
}
