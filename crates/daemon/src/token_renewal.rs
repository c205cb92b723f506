//! Keeps the proxy tokens of the sessions alive, for as long as the sessions are.
//!
//! An agent is given its token once, when it starts. The token is short-lived, so that one which got
//! away is soon worth nothing, and stays the same, so that no agent need be told of another: the
//! machine says again and again which sessions go on. It does so at once when the link comes up, be
//! it after sleep, after a restart of the server, or after one of its own.

use std::time::Duration;

use bytes::Bytes;
use wire::call::{Answer, Question, RenewProxyTokens};
use wire::limits::MAX_RENEWED_SESSIONS;

use crate::supervisor::Supervisor;
use crate::uplink::AskFailure;

/// How long the server may take to answer.
const WITHIN: Duration = Duration::from_secs(15);

/// When to ask again where the server gave no answer of use.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// When to ask again where there is nothing to renew: sessions begin with a fresh token.
const NOTHING_TO_RENEW: Duration = Duration::from_mins(5);

/// The longest and the shortest time between two renewals, whatever the server says.
const LONGEST: Duration = Duration::from_hours(1);
const SHORTEST: Duration = Duration::from_secs(5);

/// Renews the tokens until the daemon stops.
pub(crate) async fn keep_renewed(supervisor: &Supervisor) {
    let context = &supervisor.context;
    let renewing = async {
        loop {
            context.uplink.up().await;
            let next = renew(supervisor).await;
            tokio::select! {
                () = tokio::time::sleep(next) => {}
                // It is asked again as soon as it is back.
                () = context.uplink.down() => {}
            }
        }
    };
    tokio::select! {
        () = context.stopping.cancelled() => {}
        () = renewing => {}
    }
}

/// Renews all tokens once; answers when it is time to do it again.
async fn renew(supervisor: &Supervisor) -> Duration {
    let sessions: Vec<Bytes> = supervisor
        .session_ids()
        .into_iter()
        .map(|session| Bytes::copy_from_slice(session.as_bytes()))
        .collect();
    let mut next = if sessions.is_empty() { NOTHING_TO_RENEW } else { LONGEST };
    for part in sessions.chunks(MAX_RENEWED_SESSIONS) {
        let question = Question::RenewProxyTokens(RenewProxyTokens { session_ids: part.to_vec() });
        match supervisor.context.uplink.ask(question, WITHIN).await {
            Ok(Answer::ProxyTokensRenewed(renewed)) => {
                next = next.min(half_of(Duration::from_millis(renewed.lasts_ms)));
            }
            Err(AskFailure::Offline) => return AGAIN_AFTER,
            // A server of before knows no renewal, and its tokens last for a day.
            Ok(_) | Err(_) => next = next.min(AGAIN_AFTER),
        }
    }
    next
}

fn half_of(lasts: Duration) -> Duration {
    (lasts / 2).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_renewed_when_half_of_their_time_is_over() {
        assert_eq!(half_of(Duration::from_hours(1)), Duration::from_mins(30));
        assert_eq!(half_of(Duration::ZERO), SHORTEST);
        assert_eq!(half_of(Duration::from_hours(48)), LONGEST);
    }
}
