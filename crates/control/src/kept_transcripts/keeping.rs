//! How transcripts come from machines to be kept: page by page, behind what is here already. A machine
//! that is offline is asked when it is back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::machine::MachineStatus;
use model::session::Session;
use model::{MachineId, SessionId};
use prost::Message;
use store::kept_transcripts::KeptPart;
use vault::{RowIdentity, TranscriptKey};
use wire::call::{Answer, Question, ReadUpdates, Updates};
use wire::stream::Record;

use super::reading::key_of;
use crate::{ControlPlane, Error, machines};

/// How often it is looked for what is missing.
pub const EVERY: Duration = Duration::from_secs(10);

/// What a machine tells late may have been said before the session was last heard of as active.
const SLACK: Duration = Duration::from_mins(1);

/// Machines that are asked at once.
const MACHINES: usize = 8;

/// Sessions of a machine that are looked at in one round.
const SESSIONS: u32 = 50;

/// Pages of a session that are kept in one round, so that one does not hold up the others.
const PAGES: usize = 16;

/// The most of a session that is kept, sealed, in bytes. What is beyond is with the machine only.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// How long a machine may take to answer with a page.
const READ_WITHIN: Duration = Duration::from_secs(15);

/// How much is asked for at once, in bytes.
const PAGE_BYTES: u32 = 256 * 1024;

/// Keeps what there is to keep, and clears away what was deleted, for as long as it is polled.
pub async fn keep(plane: Arc<ControlPlane>) {
    loop {
        if let Err(error) = super::clear(&plane).await {
            tracing::warn!(%error, "deleted transcripts could not be cleared away; it is tried again");
        }
        if let Err(error) = keep_what_is_missing(&plane).await {
            tracing::warn!(%error, "transcripts could not be kept; it is tried again");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// One round: some machines at once, so that one that is slow does not hold up the others.
pub async fn keep_what_is_missing(plane: &ControlPlane) -> Result<(), Error> {
    let machines = plane.store.transcript_keeping_machines().await?.into_iter();
    let online =
        machines.filter(|id| machines::machine_status(plane, *id).0 != MachineStatus::Offline);
    let each = stream::iter(online).map(|machine| keep_of_machine(plane, machine));
    each.buffer_unordered(MACHINES).try_collect().await
}

async fn keep_of_machine(plane: &ControlPlane, machine: MachineId) -> Result<(), Error> {
    let due = plane.store.kept_transcripts_due(machine, plane.now(), SLACK, SESSIONS).await?;
    for session in due {
        if let Err(error) = keep_session(plane, &session).await {
            tracing::debug!(session.id = %session.id, %error, "a transcript is kept later");
            // Where the machine is gone, or has no time, none of it is to be had now. What is wrong
            // with one session holds up no other.
            if matches!(error.code, "machine_offline" | "machine_busy" | "machine_slow") {
                return Ok(());
            }
        }
    }
    Ok(())
}

async fn keep_session(plane: &ControlPlane, session: &Session) -> Result<(), Error> {
    let looked_at = plane.now();
    let kept = match plane.store.kept_transcript(session.id).await? {
        Some(kept) => kept,
        None => match begin(plane, session).await? {
            Some(kept) => kept,
            // It was deleted meanwhile.
            None => return Ok(()),
        },
    };
    let key = key_of(plane, &kept)?;
    let (mut last, mut bytes) = (kept.last, kept.bytes);
    for _ in 0..PAGES {
        let page = page_after(plane, session, last).await?;
        let Some(end) = page.records.last().map(|record| record.seq) else {
            return looked(plane, session.id, looked_at, false).await;
        };
        if !is_in_order(last, &page.records) {
            return Err(relay::CallFailure::Unexpected.into());
        }
        let sealed = key.seal(&**plane.rng(), session.id, end, &page.encode_to_vec());
        bytes += sealed.len() as u64;
        if bytes > MOST_BYTES {
            return looked(plane, session.id, looked_at, true).await;
        }
        let (id, after, part) = (session.id, last, KeptPart { last: end, sealed });
        let is_added = plane.store.write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(tx.kept_transcript_add(id, after, &part).await?) })
        });
        if !is_added.await? {
            return Ok(());
        }
        last = end;
        if last >= page.last {
            return looked(plane, session.id, looked_at, false).await;
        }
    }
    // It goes on with the next round.
    Ok(())
}

async fn begin(
    plane: &ControlPlane,
    session: &Session,
) -> Result<Option<model::kept_transcript::KeptTranscript>, Error> {
    let sealed = {
        let ring =
            plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
        let row = RowIdentity::Transcript { tenant: session.tenant, session: session.id };
        let key = TranscriptKey::generate(&**plane.rng());
        ring.seal(&**plane.rng(), &row, &key.to_text()).map_err(Error::internal)?
    };
    let (id, tenant) = (session.id, session.tenant);
    let begun = plane.store.write::<_, Error, _>(move |tx| {
        Box::pin(async move { Ok(tx.kept_transcript_begin(id, tenant, &sealed).await?) })
    });
    begun.await?;
    Ok(plane.store.kept_transcript(session.id).await?)
}

async fn page_after(plane: &ControlPlane, session: &Session, after: u64) -> Result<Updates, Error> {
    let question = Question::ReadUpdates(ReadUpdates {
        session_id: Bytes::copy_from_slice(session.id.as_bytes()),
        after,
        max_bytes: PAGE_BYTES,
    });
    match plane.relay.call(session.machine, question, READ_WITHIN).await {
        Ok(Answer::Updates(updates)) => Ok(updates),
        Ok(_) => Err(relay::CallFailure::Unexpected.into()),
        // It has said nothing that was written down.
        Err(relay::CallFailure::Refused(refused)) if refused.code == "unknown_session" => {
            Ok(Updates::default())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Whether a page goes on behind a record. A machine is not believed that it does.
fn is_in_order(mut after: u64, records: &[Record]) -> bool {
    records.iter().all(|record| std::mem::replace(&mut after, record.seq) < record.seq)
        && i64::try_from(after).is_ok()
}

async fn looked(
    plane: &ControlPlane,
    id: SessionId,
    at: model::Timestamp,
    is_full: bool,
) -> Result<(), Error> {
    let noted = plane.store.write::<_, Error, _>(move |tx| {
        Box::pin(async move { Ok(tx.kept_transcript_looked(id, at, is_full).await?) })
    });
    noted.await
}
