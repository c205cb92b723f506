//! Kept transcripts, opened and read.

use model::SessionId;
use model::kept_transcript::KeptTranscript;
use prost::Message;
use vault::{RowIdentity, TranscriptKey};
use wire::call::Updates;
use wire::stream::Record;

use crate::{ControlPlane, Error};

/// Parts that are read from the database at once: about 2 MiB.
const PARTS: u32 = 8;

/// What opens the parts of a transcript.
pub(super) fn key_of(plane: &ControlPlane, kept: &KeptTranscript) -> Result<TranscriptKey, Error> {
    let ring = plane.key_ring.read().map_err(|_| Error::internal("the key ring is poisoned"))?;
    let text = ring.open(&RowIdentity::from(kept), &kept.sealed).map_err(Error::internal)?;
    TranscriptKey::from_text(&text)
        .ok_or_else(|| Error::internal("the key of a transcript is none"))
}

/// A page of what is kept of a session behind a record; `None` if nothing is kept of it.
pub(crate) async fn updates(
    plane: &ControlPlane,
    id: SessionId,
    after: u64,
    max_bytes: usize,
) -> Result<Option<Updates>, Error> {
    let Some(kept) = plane.store.kept_transcript(id).await? else { return Ok(None) };
    let mut page = Updates { records: Vec::new(), last: kept.last };
    let mut bytes = 0;
    visit(plane, &kept, after, |record| {
        bytes += record.update_json.len();
        let fits = bytes <= max_bytes || page.records.is_empty();
        if fits {
            page.records.push(record);
        }
        fits
    })
    .await?;
    Ok(Some(page))
}

/// Shows the kept records of a session behind a number, in order, until the visitor has enough.
pub(crate) async fn visit(
    plane: &ControlPlane,
    kept: &KeptTranscript,
    mut after: u64,
    mut visit: impl FnMut(Record) -> bool,
) -> Result<(), Error> {
    let key = key_of(plane, kept)?;
    loop {
        let parts = plane.store.kept_parts(kept.session, after, PARTS).await?;
        if parts.is_empty() {
            return Ok(());
        }
        for part in parts {
            let opened = key.open(kept.session, part.last, part.sealed).map_err(Error::internal)?;
            let page = Updates::decode(&*opened).map_err(Error::internal)?;
            for record in page.records {
                if record.seq > after && !visit(record) {
                    return Ok(());
                }
            }
            after = part.last;
        }
    }
}
