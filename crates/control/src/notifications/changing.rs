//! Making, changing and deleting one's channels.

use std::time::Duration;

use http::Uri;
use model::notification::{
    Channel, ChannelAttempt, ChannelKind, ChannelState, MAX_CHANNELS, NoticeEvent, NoticeLanguage,
};
use model::{Actor, ChannelId, Role, UserId};
use policy::Action;
use serde_json::{Value, json};
use vault::RowIdentity;

use super::sealing::{Address, open, seal};
use crate::authorise::{acting_tenant, authorise_in};
use crate::webhooks::address::{self, destination};
use crate::{ControlPlane, Error, text};

/// How long a turn has to have taken for its end to be told if nothing else is said.
pub const DEFAULT_SHORTEST_TURN: Duration = Duration::from_mins(1);

/// The most that can be asked for.
pub const LONGEST_SHORTEST_TURN: Duration = Duration::from_hours(24);

/// The longest secret that signs, in bytes.
const MAX_SECRET_BYTES: usize = 256;

/// A channel that is asked for.
pub struct ChannelRequest {
    /// What to call it.
    pub name: String,
    /// Who understands what it sends.
    pub kind: ChannelKind,
    /// Where to post to.
    pub url: String,
    /// What signs.
    pub secret: Option<String>,
    /// What it tells of.
    pub events: Vec<NoticeEvent>,
    /// How long a turn has to have taken for its end to be told.
    pub shortest_turn: Option<Duration>,
    /// In which language.
    pub language: Option<NoticeLanguage>,
}

/// What is to be changed of a channel. What is left out stays as it is.
#[derive(Default)]
pub struct ChannelChange {
    /// What to call it.
    pub name: Option<String>,
    /// Where to post to.
    pub url: Option<String>,
    /// What signs; an empty text for nothing.
    pub secret: Option<String>,
    /// What it tells of.
    pub events: Option<Vec<NoticeEvent>>,
    /// How long a turn has to have taken for its end to be told.
    pub shortest_turn: Option<Duration>,
    /// In which language.
    pub language: Option<NoticeLanguage>,
    /// Whether it is used.
    pub enabled: Option<bool>,
}

/// Makes a channel for the acting user. `console` is the address under which they reach this server,
/// for the links in what is told.
pub async fn channel_create(
    plane: &ControlPlane,
    actor: &Actor,
    request: ChannelRequest,
    console: String,
) -> Result<Channel, Error> {
    let tenant = acting_tenant(actor)?;
    let user = authorise_in(actor, Action::CredentialManageOwn, tenant)?;
    let name = channel_name(&request.name)?;
    let events = checked_events(actor, request.events)?;
    let shortest_turn = checked_turn(request.shortest_turn.unwrap_or(DEFAULT_SHORTEST_TURN))?;
    let address = checked_address(plane, request.kind, &request.url, request.secret).await?;
    refuse_unsigned(plane, user, request.kind).await?;
    let now = plane.now();
    let id = ChannelId::new(now, &**plane.rng());
    let (host, destination) = leads_to(&address.url)?;
    let channel = Channel {
        id,
        tenant,
        user,
        name,
        kind: request.kind,
        host,
        destination,
        sealed: seal(plane, &RowIdentity::Channel { tenant, user, channel: id }, &address)?,
        events,
        shortest_turn,
        language: request.language.unwrap_or(NoticeLanguage::En),
        console,
        state: ChannelState::On,
        put_off_because: None,
        given_up: 0,
        created_at: now,
        tested_at: None,
        browser: None,
    };
    let record = plane.audit(actor, "notification_channel.create", object(id), &facts(&channel));
    let stored = channel.clone();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if tx.channels_count(user).await? >= MAX_CHANNELS as u64 {
                    let message = format!("you have {MAX_CHANNELS} channels already, the most");
                    let error = Error::conflict("too_many_channels", message);
                    return Err(error.with_hint("change one, or delete it first"));
                }
                tx.channel_put(&stored).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    Ok(channel)
}

/// Changes a channel of the acting user; answers it with what was tried last.
pub async fn channel_change(
    plane: &ControlPlane,
    actor: &Actor,
    id: ChannelId,
    change: ChannelChange,
    console: String,
) -> Result<(Channel, Vec<ChannelAttempt>), Error> {
    let mut channel = own(plane, actor, id).await?;
    if let Some(name) = &change.name {
        channel.name = channel_name(name)?;
    }
    if let Some(events) = change.events {
        channel.events = checked_events(actor, events)?;
    }
    if let Some(shortest_turn) = change.shortest_turn {
        channel.shortest_turn = checked_turn(shortest_turn)?;
    }
    channel.language = change.language.unwrap_or(channel.language);
    let leads_elsewhere = change.url.is_some();
    if leads_elsewhere || change.secret.is_some() {
        let url = match change.url {
            Some(url) => url,
            None => open(plane, &channel)?.url,
        };
        let address = checked_address(plane, channel.kind, &url, change.secret).await?;
        (channel.host, channel.destination) = leads_to(&address.url)?;
        channel.sealed = seal(plane, &RowIdentity::from(&channel), &address)?;
    }
    if let Some(enabled) = change.enabled {
        channel.state = if enabled { ChannelState::On } else { ChannelState::Off };
        (channel.put_off_because, channel.given_up) = (None, 0);
    }
    channel.console = console;
    let mut facts = facts(&channel);
    facts["address_changed"] = json!(leads_elsewhere);
    let record = plane.audit(actor, "notification_channel.change", object(id), &facts);
    let channel = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // It may have been deleted meanwhile; it is not made again.
                let stored = tx.channel(id).await?.ok_or_else(hidden)?;
                // Nor is taken back what has happened to it meanwhile.
                if channel.kind == ChannelKind::Browser {
                    (channel.host, channel.destination) = (stored.host, stored.destination);
                    (channel.sealed, channel.browser) = (stored.sealed, stored.browser);
                }
                channel.tested_at = stored.tested_at;
                if change.enabled.is_none() {
                    channel.state = stored.state;
                    channel.put_off_because = stored.put_off_because;
                    channel.given_up = stored.given_up;
                }
                tx.channel_put(&channel).await?;
                if channel.state != ChannelState::On {
                    tx.notices_close(id).await?;
                }
                tx.audit_append(record).await?;
                Ok(channel)
            })
        })
        .await?;
    let attempts = plane.store.channel_attempts(id).await?;
    Ok((channel, attempts))
}

/// Deletes a channel of the acting user, with everything that waits for it.
pub async fn channel_delete(
    plane: &ControlPlane,
    actor: &Actor,
    id: ChannelId,
) -> Result<(), Error> {
    let channel = own(plane, actor, id).await?;
    let record = plane.audit(actor, "notification_channel.delete", object(id), &facts(&channel));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.channel_delete(id, channel.user).await? {
                    return Err(hidden());
                }
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await
}

/// A channel of the acting user; that of anybody else does not exist.
pub(super) async fn own(
    plane: &ControlPlane,
    actor: &Actor,
    id: ChannelId,
) -> Result<Channel, Error> {
    let user = authorise_in(actor, Action::CredentialManageOwn, acting_tenant(actor)?)?;
    let channel = plane.store.channel(id).await?;
    channel.filter(|channel| channel.user == user).ok_or_else(hidden)
}

/// What the audit log calls a channel.
pub(super) fn object(id: ChannelId) -> String {
    format!("notification_channel:{id}")
}

/// What is written down of a channel: nothing of its address but the host.
pub(super) fn facts(channel: &Channel) -> Value {
    json!({
        "kind": channel.kind, "host": channel.host, "events": channel.events,
        "state": channel.state,
    })
}

pub(super) fn hidden() -> Error {
    Error::not_found("channel")
}

pub(super) fn channel_name(name: &str) -> Result<String, Error> {
    text::name("the channel's name", name, 60)
}

fn checked_events(actor: &Actor, mut events: Vec<NoticeEvent>) -> Result<Vec<NoticeEvent>, Error> {
    events.sort_unstable();
    events.dedup();
    if events.is_empty() {
        return Err(Error::invalid("no_events", "say what the channel is to tell of"));
    }
    if events.contains(&NoticeEvent::MachineOffline) && !administers(actor) {
        let message = "only administrators are told of machines that go offline";
        return Err(Error::denied("permission_denied", message));
    }
    Ok(events)
}

fn administers(actor: &Actor) -> bool {
    matches!(actor, Actor::User { role, .. } if Role::administers_tenant(*role))
}

fn checked_turn(shortest: Duration) -> Result<Duration, Error> {
    if shortest > LONGEST_SHORTEST_TURN {
        let most = LONGEST_SHORTEST_TURN.as_secs();
        return Err(Error::invalid("invalid_time", format!("at most {most} seconds")));
    }
    Ok(shortest)
}

/// An address with the eyes of whoever posts to it later, as for webhooks (S87).
async fn checked_address(
    plane: &ControlPlane,
    kind: ChannelKind,
    url: &str,
    secret: Option<String>,
) -> Result<Address, Error> {
    if kind == ChannelKind::Browser {
        let message = "a browser gives its address itself, and has no secret";
        let hint = "sign in with it and switch notifications on in the settings";
        return Err(Error::invalid("invalid_kind", message).with_hint(hint));
    }
    let url = address::checked(plane, url).await?;
    let secret = secret.map(|secret| secret.trim().to_owned()).filter(|text| !text.is_empty());
    let Some(text) = &secret else {
        return Ok(Address { url, secret, push: None });
    };
    if !matches!(kind, ChannelKind::Feishu | ChannelKind::Dingtalk) {
        let message =
            format!("a channel of the kind {kind} is not signed with a secret of its own");
        return Err(Error::invalid("invalid_secret", message));
    }
    if text.len() > MAX_SECRET_BYTES || text.chars().any(char::is_control) {
        let message = format!("a secret has at most {MAX_SECRET_BYTES} bytes, on one line");
        return Err(Error::invalid("invalid_secret", message));
    }
    Ok(Address { url, secret, push: None })
}

async fn refuse_unsigned(
    plane: &ControlPlane,
    user: UserId,
    kind: ChannelKind,
) -> Result<(), Error> {
    let signs = kind == ChannelKind::Generic;
    if signs && plane.store.webhook_secrets(user, plane.now()).await?.is_empty() {
        return Err(crate::webhooks::secret_missing());
    }
    Ok(())
}

pub(super) fn leads_to(url: &str) -> Result<(String, String), Error> {
    let uri: Uri = url.parse().map_err(Error::internal)?;
    Ok((address::host_of(url), destination(&uri)))
}
