//! What was found in transcripts, from outside.

use contract::searches::{FoundInSession, FoundPlace, NotSearched};
use control::searches::{self, FoundIn};
use control::{ControlPlane, Error};
use model::session::Session;

/// The sessions in which something was found, with the places.
pub async fn found(
    plane: &ControlPlane,
    found: Vec<FoundIn>,
) -> Result<Vec<FoundInSession>, Error> {
    let sessions: Vec<Session> = found.iter().map(|found| found.session.clone()).collect();
    let sessions = super::sessions(plane, &sessions).await?;
    let results = sessions.into_iter().zip(found).map(|(session, found)| FoundInSession {
        session,
        places: found.places.into_iter().map(place).collect(),
        count: found.count,
    });
    Ok(results.collect())
}

fn place(place: searches::FoundPlace) -> FoundPlace {
    let searches::FoundPlace { seq, at, said, snippet } = place;
    FoundPlace {
        seq,
        created_at: at.into(),
        said,
        before: snippet.before,
        matched: snippet.matched,
        after: snippet.after,
    }
}

/// Transcripts that were not looked through.
pub fn not_searched(not: searches::NotSearched) -> NotSearched {
    NotSearched {
        machine_id: not.machine,
        machine_name: not.machine_name,
        reason: not.why,
        sessions: not.sessions,
    }
}
