//! A notice that is due: told, or tried again, or not told at all because there is nothing to tell
//! any more.

use std::time::Duration;

use model::notification::{
    Channel, ChannelAttempt, ChannelKind, ChannelState, Notice, NoticeState,
};
use model::{Actor, Timestamp};
use outbound::Connector;
use store::audit::NewAuditRecord;
use store::{StoreError, Tx};

use super::changing::{facts, object};
use super::matter::Matter;
use super::posting::{Message, attempt};
use crate::webhooks::schedule;
use crate::webhooks::sending::{Came, Outcome};
use crate::{ControlPlane, Error};

/// After how many notices in a row that were given up a channel is put off.
const PUT_OFF_AFTER: u32 = 3;

/// Sends a notice that is due. What is sent when this is dropped will be sent again.
pub(crate) async fn send(
    plane: &ControlPlane,
    connector: &Connector,
    notice: Notice,
) -> Result<(), Error> {
    let Some((notice, channel)) = begin(plane, notice).await? else { return Ok(()) };
    let Some(matter) = Matter::of(plane, &channel, &notice).await? else {
        return Ok(close(plane, notice).await?);
    };
    let message = Message { id: notice.id, at: notice.created_at, matter };
    let (outcome, at, took) = attempt(plane, connector, &channel, &message).await?;
    write(plane, &channel, notice, at, took, outcome).await
}

/// Ends the gathering, so that what happens from now on is told apart; nothing where the notice is
/// over or its channel not used.
async fn begin(plane: &ControlPlane, due: Notice) -> Result<Option<(Notice, Channel)>, StoreError> {
    let now = plane.now();
    plane
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let notice = tx.notice(due.id).await?;
                let Some(mut notice) = notice.filter(|notice| !notice.state.is_final()) else {
                    return Ok(None);
                };
                let Some(channel) = tx.channel(notice.channel).await? else { return Ok(None) };
                if channel.state != ChannelState::On {
                    over(tx, notice).await?;
                    return Ok(None);
                }
                if notice.state == NoticeState::Gathering {
                    (notice.state, notice.gathered_until) = (NoticeState::Pending, Some(now));
                    tx.notice_put(&notice).await?;
                }
                Ok(Some((notice, channel)))
            })
        })
        .await
}

async fn close(plane: &ControlPlane, notice: Notice) -> Result<(), StoreError> {
    let writing = plane.store.write(move |tx| Box::pin(async move { over(tx, notice).await }));
    writing.await
}

async fn over(tx: &mut Tx, mut notice: Notice) -> Result<(), StoreError> {
    (notice.state, notice.next_at) = (NoticeState::Moot, None);
    tx.notice_put(&notice).await
}

/// The line for the log where a browser does not exist any more, or has taken back that it may be told:
/// then its channel is removed, because only the browser itself can make it work again.
pub(super) fn channel_gone(
    plane: &ControlPlane,
    channel: &Channel,
    outcome: &Outcome,
) -> Option<NewAuditRecord> {
    let is_gone = channel.kind == ChannelKind::Browser && outcome.came == Came::Refused;
    let (actor, what) = (&Actor::System, "notification_channel.delete");
    is_gone.then(|| {
        plane.audit_about(actor, channel.tenant, what, object(channel.id), &facts(channel))
    })
}

async fn write(
    plane: &ControlPlane,
    channel: &Channel,
    mut notice: Notice,
    at: Timestamp,
    took: Duration,
    outcome: Outcome,
) -> Result<(), Error> {
    let now = plane.now();
    notice.tries += 1;
    let pause = match outcome.came {
        Came::NotYet(asked) => {
            schedule::pause_after(&schedule::NOTICE, notice.tries, asked, &**plane.rng())
        }
        _ => None,
    };
    let next = match (&outcome.came, pause) {
        (Came::Delivered, _) => NoticeState::Delivered,
        (_, Some(_)) => NoticeState::Pending,
        (_, None) => NoticeState::Failed,
    };
    notice.state = notice.state.become_state(next).map_err(Error::internal)?;
    notice.next_at = pause.map(|pause| now + pause);
    let gone = channel_gone(plane, channel, &outcome);
    let attempt = ChannelAttempt {
        number: 0,
        event: Some(notice.event),
        at,
        took,
        status: outcome.status,
        error: outcome.error.clone(),
    };
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // It may have been deleted meanwhile, and everything of it.
                let Some(channel) = tx.channel(notice.channel).await? else { return Ok(()) };
                if let Some(record) = gone {
                    return Ok(remove(tx, &channel, record).await?);
                }
                tx.channel_attempt_insert(channel.id, &attempt).await?;
                tx.notice_put(&notice).await?;
                if let Some(channel) = after(channel, &notice, &outcome) {
                    tx.channel_put(&channel).await?;
                    if channel.state != ChannelState::On {
                        tx.notices_close(channel.id).await?;
                    }
                }
                Ok(())
            })
        })
        .await
}

/// Removes a channel, with everything that waits for it.
pub(super) async fn remove(
    tx: &mut Tx,
    channel: &Channel,
    record: NewAuditRecord,
) -> Result<(), StoreError> {
    tx.channel_delete(channel.id, channel.user).await?;
    tx.audit_append(record).await.map(drop)
}

/// What an attempt changes of its channel, if anything.
fn after(mut channel: Channel, notice: &Notice, outcome: &Outcome) -> Option<Channel> {
    match notice.state {
        NoticeState::Delivered if channel.given_up > 0 => channel.given_up = 0,
        NoticeState::Failed => {
            channel.given_up = channel.given_up.saturating_add(1);
            let for_good = matches!(outcome.came, Came::Refused | Came::Hopeless);
            if channel.state == ChannelState::On && (for_good || channel.given_up >= PUT_OFF_AFTER)
            {
                channel.state = ChannelState::PutOff;
                channel.put_off_because.clone_from(&outcome.error);
            }
        }
        _ => return None,
    }
    Some(channel)
}
