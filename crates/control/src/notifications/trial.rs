//! A test of a channel: sent at once, and answered with what the receiver has said.

use std::time::Duration;

use model::notification::ChannelAttempt;
use model::{Actor, ChannelId, NoticeId};
use outbound::Connector;
use serde_json::json;

use super::changing::{object, own};
use super::matter::Matter;
use super::posting::{Message, attempt};
use super::sending::{channel_gone, remove};
use crate::webhooks::address::guard;
use crate::webhooks::deliverer::CONNECT_WITHIN;
use crate::{ControlPlane, Error};

/// How long to wait between two tests of one channel.
const BETWEEN_TESTS: Duration = Duration::from_secs(5);

/// Sends a test now. Whatever comes of it is remembered as an attempt, and changes nothing else, but that a
/// browser that is gone is removed.
pub async fn channel_test(
    plane: &ControlPlane,
    actor: &Actor,
    id: ChannelId,
) -> Result<ChannelAttempt, Error> {
    let channel = own(plane, actor, id).await?;
    let now = plane.now();
    let record = plane.audit(actor, "notification_channel.test", object(id), &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut channel = tx.channel(id).await?.ok_or(Error::not_found("channel"))?;
                if let Some(before) = channel.tested_at
                    && now.since(before) < BETWEEN_TESTS
                {
                    let seconds = BETWEEN_TESTS.as_secs();
                    let message = "this channel was tested a moment ago";
                    return Err(Error::throttled(message, seconds));
                }
                channel.tested_at = Some(now);
                tx.channel_put(&channel).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    let connector = Connector::new(guard(plane), CONNECT_WITHIN);
    let message =
        Message { id: NoticeId::new(now, &**plane.rng()), at: now, matter: Matter::test(&channel) };
    let (outcome, at, took) = attempt(plane, &connector, &channel, &message).await?;
    let gone = channel_gone(plane, &channel, &outcome);
    let attempt = ChannelAttempt {
        number: 0,
        event: None,
        at,
        took,
        status: outcome.status,
        error: outcome.error,
    };
    let written = attempt.clone();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let Some(channel) = tx.channel(id).await? else { return Ok(()) };
                match gone {
                    Some(record) => remove(tx, &channel, record).await?,
                    None => tx.channel_attempt_insert(id, &written).await?,
                }
                Ok(())
            })
        })
        .await?;
    Ok(attempt)
}
