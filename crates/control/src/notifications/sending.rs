//! A notice that is due: told, or tried again, or not told at all because there is nothing to tell
//! any more.

use std::time::Duration;

use model::Timestamp;
use model::notification::{Channel, ChannelAttempt, ChannelState, Notice, NoticeState};
use outbound::Connector;
use store::{StoreError, Tx};

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
    write(plane, notice, at, took, outcome).await
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

async fn write(
    plane: &ControlPlane,
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
