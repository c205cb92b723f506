//! Records of chats that were held elsewhere, kept to be read.

use bytes::Bytes;
use journal::{JournalError, NewRecord, Room};
use model::{SessionId, Timestamp};
use wire::call::{Answer, KeepRecords, RecordsKept};
use wire::stream::Record;

use crate::context::blocking;
use crate::reports::Refused;
use crate::supervisor::Supervisor;

/// Keeps a part of a transcript, behind what is there of it. A session that runs here writes its
/// own, and nobody else does.
pub(crate) async fn keep(
    supervisor: &Supervisor,
    question: KeepRecords,
) -> Result<Answer, Refused> {
    let session = SessionId::from_slice(&question.session_id)
        .map_err(|_| malformed("the session's identifier is malformed"))?;
    if supervisor.knows(session) {
        return Err(Refused::new("session_exists", "this session runs on the machine"));
    }
    let last = last(supervisor, session).await?;
    let records = behind(last, question.records)?;
    let expected = last + records.len() as u64;
    let journal = &supervisor.context.journal;
    let kept = journal.append(session, records, Room::Ordinary).await.map_err(unwritable)?;
    // Somebody else was faster, or the session was forgotten meanwhile.
    if kept != expected {
        return Err(malformed("the transcript was changed meanwhile"));
    }
    journal.flush(session).await.map_err(unwritable)?;
    Ok(Answer::RecordsKept(RecordsKept { last: kept }))
}

async fn last(supervisor: &Supervisor, session: SessionId) -> Result<u64, Refused> {
    let journal = supervisor.context.journal.clone();
    let page = blocking(move || journal.read(session, u64::MAX, 1)).await;
    page.map(|page| page.last).map_err(unwritable)
}

/// Records that follow a number without holes.
fn behind(last: u64, records: Vec<Record>) -> Result<Vec<NewRecord>, Refused> {
    if records.is_empty() {
        return Err(malformed("there is no record"));
    }
    let numbered = (last + 1..).zip(records);
    numbered
        .map(|(seq, record)| match record {
            Record { seq: found, .. } if found != seq => {
                Err(malformed(&format!("record {found} stands where {seq} is expected")))
            }
            Record { at_ms, update_json, .. } if is_object(&update_json) => {
                Ok(NewRecord { at: Timestamp::from_millis(at_ms), update_json, raw: None })
            }
            _ => Err(malformed(&format!("record {seq} is no JSON object"))),
        })
        .collect()
}

fn is_object(json: &Bytes) -> bool {
    json.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(json).is_ok()
}

fn malformed(what: &str) -> Refused {
    Refused::new("bad_request", what)
}

#[expect(clippy::needless_pass_by_value, reason = "made for `map_err`")]
fn unwritable(error: JournalError) -> Refused {
    Refused::new("unwritable", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(seq: u64, json: &'static str) -> Record {
        Record { seq, at_ms: 7, update_json: Bytes::from_static(json.as_bytes()) }
    }

    #[test]
    fn only_what_follows_what_is_there_is_kept() {
        let records = vec![record(3, "{\"a\":1}"), record(4, "{}")];
        assert_eq!(behind(2, records.clone()).map(|kept| kept.len()).ok(), Some(2));
        for wrong in [
            (0, records.clone()),
            (3, records),
            (2, Vec::new()),
            (2, vec![record(3, "{}"), record(5, "{}")]),
            (2, vec![record(3, "{")]),
            (2, vec![record(3, "[]")]),
            (2, vec![record(3, "")]),
        ] {
            assert_eq!(behind(wrong.0, wrong.1).err().map(|why| why.code), Some("bad_request"));
        }
    }
}
