//! What the agent said: read from the machine's journal when the turn is over, because the server
//! keeps no transcripts.

use std::time::Duration;

use bytes::Bytes;
use conversation::{LastWords, Update};
use model::job::Job;
use store::jobs::JobResult;
use wire::call::{Answer, Question, ReadUpdates, Updates};

use crate::{ControlPlane, Error};

/// The largest result that is kept.
const MAX_RESULT_BYTES: usize = 1024 * 1024;

/// How long a machine may take to answer with a page.
const READ_WITHIN: Duration = Duration::from_secs(15);

/// The largest page, in bytes.
const PAGE: u32 = 512 * 1024;

/// What the agent said last in the session of a job.
pub(super) async fn read(plane: &ControlPlane, job: &Job) -> Result<Option<JobResult>, Error> {
    let Some(session) = job.session else { return Ok(None) };
    let mut words = LastWords::new(MAX_RESULT_BYTES);
    let mut after = 0;
    loop {
        let question = Question::ReadUpdates(ReadUpdates {
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            after,
            max_bytes: PAGE,
        });
        let answer = plane.relay.call(job.machine, question, READ_WITHIN).await?;
        let Answer::Updates(page) = answer else {
            return Err(relay::CallFailure::Unexpected.into());
        };
        let Some(reached) = take(&mut words, &page).filter(|reached| *reached > after) else {
            break;
        };
        after = reached;
        if after >= page.last {
            break;
        }
    }
    let result = words.into_words();
    Ok(result.map(|words| JobResult { text: shown(&words.text), is_longer: words.is_longer }))
}

/// Takes a page; answers the last position in it. What cannot be read says nothing.
fn take(words: &mut LastWords, page: &Updates) -> Option<u64> {
    for record in &page.records {
        if let Ok(update) = Update::from_json(&record.update_json) {
            words.take(&update);
        }
    }
    page.records.last().map(|record| record.seq)
}

/// A result is printed by scripts and written into terminals: what would steer one, or turn the
/// direction of its text, is left out (S102).
fn shown(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !steers(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    /// S102: what an agent says does not reach a terminal through the result of its job.
    #[test]
    fn a_result_steers_no_terminal() {
        assert_eq!(shown("a\u{1b}[31mb\r\nc\td\u{9b}2J\u{202e}e\u{2066}"), "a[31mb\nc\td2Je");
        assert_eq!(shown("项目 👩‍💻"), "项目 👩‍💻");
    }
}
