//! Looks for what was said, in the transcripts that the server names.
//!
//! The journal is read as it is: there is no index that could be wrong. One search runs at a time,
//! for as long as it may and no longer, whatever is looked for.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use conversation::search::{Found, Needle, Search};
use model::{SessionId, Tick};
use tokio::sync::Semaphore;
use wire::call::Answer;
use wire::limits::{MAX_PLACES, MAX_SEARCH_TIME, MAX_SEARCHED_SESSIONS};
use wire::search::{FoundSession, Place, SearchTranscripts, TranscriptsSearched};

use crate::context::{Context, blocking};
use crate::reports::Refused;
use crate::supervisor::Supervisor;

/// Records that are looked at before it is looked whether time is over.
const RECORDS_PER_LOOK: u32 = 64;

/// The one search that runs; others wait for it.
#[derive(Debug)]
pub(crate) struct Searches(Arc<Semaphore>);

impl Default for Searches {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// Searches. Who asks no longer has it end soon all the same.
pub(crate) async fn search(
    supervisor: &Supervisor,
    question: SearchTranscripts,
) -> Result<Answer, Refused> {
    let asked = Asked::read(&question)?;
    let context = supervisor.context.clone();
    let within = Duration::from_millis(question.within_ms.into()).min(MAX_SEARCH_TIME);
    let until = context.clock.tick() + within;
    let turn = tokio::time::timeout(within, supervisor.searches.0.clone().acquire_owned()).await;
    // It is never closed.
    let Ok(Ok(turn)) = turn else {
        let searched = TranscriptsSearched { is_late: true, ..TranscriptsSearched::default() };
        return Ok(Answer::TranscriptsSearched(searched));
    };
    let searched = blocking(move || {
        // Kept until it is over, also where nobody waits for it any more.
        let _turn = turn;
        Ok(asked.look(&context, until))
    });
    let searched = searched.await.map_err(|error| Refused::new("unreadable", error.to_string()))?;
    Ok(Answer::TranscriptsSearched(searched))
}

struct Asked {
    sessions: Vec<SessionId>,
    needle: Needle,
    before: u64,
    places: usize,
    enough: usize,
}

impl Asked {
    fn read(question: &SearchTranscripts) -> Result<Self, Refused> {
        let malformed = |what: &str| Refused::new("bad_request", format!("{what} is malformed"));
        if question.session_ids.len() > MAX_SEARCHED_SESSIONS {
            return Err(malformed("the list of sessions"));
        }
        let sessions = question.session_ids.iter().map(|id| SessionId::from_slice(id));
        let sessions = sessions.collect::<Result<Vec<_>, _>>();
        Ok(Self {
            sessions: sessions.map_err(|_| malformed("a session's identifier"))?,
            needle: Needle::new(&question.words).ok_or_else(|| malformed("what is looked for"))?,
            before: question.before,
            places: question.places.clamp(1, MAX_PLACES) as usize,
            enough: question.sessions.max(1) as usize,
        })
    }

    fn look(&self, context: &Context, until: Tick) -> TranscriptsSearched {
        let mut searched = TranscriptsSearched::default();
        for session in &self.sessions {
            if searched.found.len() >= self.enough {
                break;
            }
            if is_over(context, until) {
                searched.is_late = true;
                break;
            }
            match self.look_in(context, *session, until) {
                Ok((found, is_whole)) => {
                    searched.found.extend(found);
                    if !is_whole {
                        searched.is_late = true;
                        break;
                    }
                }
                Err(error) => {
                    tracing::warn!(session.id = %session, %error, "a transcript cannot be searched");
                    searched.unreadable.push(bytes_of(*session));
                }
            }
            searched.searched += 1;
        }
        searched
    }

    /// What is in one transcript, and whether all of it was looked at.
    fn look_in(
        &self,
        context: &Context,
        session: SessionId,
        until: Tick,
    ) -> Result<(Option<FoundSession>, bool), journal::JournalError> {
        let mut search = Search::new(&self.needle, self.before, self.places);
        let mut records = 0_u32;
        let is_whole = context.journal.visit(session, |record| {
            records = records.wrapping_add(1);
            if records.is_multiple_of(RECORDS_PER_LOOK) && is_over(context, until) {
                return ControlFlow::Break(());
            }
            search.take(record.seq, record.at_ms, &record.update_json);
            ControlFlow::Continue(())
        })?;
        let (places, count) = search.finish();
        let found = (count > 0).then(|| FoundSession {
            session_id: bytes_of(session),
            places: places.into_iter().map(place).collect(),
            count,
        });
        Ok((found, is_whole))
    }
}

fn is_over(context: &Context, until: Tick) -> bool {
    context.clock.tick() >= until || context.stopping.is_cancelled()
}

fn place(found: Found) -> Place {
    Place {
        seq: found.seq,
        at_ms: found.at_ms,
        said: found.said.to_string(),
        before: found.snippet.before,
        matched: found.snippet.matched,
        after: found.snippet.after,
    }
}

fn bytes_of(session: SessionId) -> Bytes {
    Bytes::copy_from_slice(session.as_bytes())
}
