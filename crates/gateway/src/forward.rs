//! Phase 6: to the upstream and back, as far as the head of the answer.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::pin::pin;

use http::{HeaderMap, Request, Response, header};
use providers::Refusal;
use tokio::time::error::Elapsed;

use crate::authenticate::Caller;
use crate::choose_key::Key;
use crate::gateway::Inner;
use crate::request_body::Outgoing;
use crate::settle::Attempt;
use crate::upstreams::{Answer, SendError};

/// The head of an answer, its body, and the attempt, unless the call is free.
pub(crate) struct Answered {
    pub(crate) response: Response<Answer>,
    pub(crate) attempt: Option<Attempt>,
}

/// What went wrong, and whether the upstream may have done the work all the same.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There was no connection, and so nothing was used.
    Unreached(Refusal),
    /// Nothing was used.
    Nothing(Refusal),
    /// That is not known.
    Unknown(Refusal),
}

impl Failure {
    /// What the client hears of it.
    pub(crate) fn into_refusal(self) -> Refusal {
        match self {
            Self::Unreached(refusal) | Self::Nothing(refusal) | Self::Unknown(refusal) => refusal,
        }
    }
}

impl Answered {
    /// Takes a refusal of the upstream for what it is: nothing was used, and nobody reads on.
    pub(crate) fn give_up(self) {
        if let Some(attempt) = self.attempt {
            attempt.refused();
        }
    }
}

/// Sends a request and waits for the head of its answer, for as long as the limits allow and the
/// token lives.
pub(crate) async fn forward(
    gateway: &Inner,
    caller: &Caller,
    key: &Key,
    request: Request<Outgoing>,
    mut attempt: Option<Attempt>,
) -> Result<Answered, Failure> {
    // Waited for where it is: it is large, and every other way moves it.
    let sent = pin!(gateway.upstreams.send(request));
    let response = tokio::select! {
        biased;
        // Dropping what was sent ends the call upstream.
        () = caller.live.ended.cancelled() => return Err(Failure::Unknown(gateway.ended())),
        response = tokio::time::timeout(gateway.limits.answer_begins_within, sent) => {
            judge(response, key, attempt.as_mut())
        }
    };
    match response {
        Ok(response) => Ok(Answered { response, attempt }),
        Err(failure) => {
            match (attempt, &failure) {
                (Some(attempt), Failure::Unknown(_)) => attempt.failed(),
                (Some(attempt), Failure::Unreached(_) | Failure::Nothing(_)) => attempt.refused(),
                (None, _) => {}
            }
            Err(failure)
        }
    }
}

fn judge(
    response: Result<Result<Response<Answer>, SendError>, Elapsed>,
    key: &Key,
    attempt: Option<&mut Attempt>,
) -> Result<Response<Answer>, Failure> {
    let provider = || key.provider.clone();
    let Ok(response) = response else {
        return Err(Failure::Unknown(Refusal::UpstreamTimeout { provider: provider() }));
    };
    let response = response.map_err(|error| failure(&error, key))?;
    let status = response.status();
    if let Some(attempt) = attempt {
        attempt.answered(status);
    }
    let unusable = |problem| Refusal::UpstreamUnusable { provider: provider(), problem };
    // Where a redirect leads was not chosen by the administrator (S88).
    if status.is_redirection() {
        return Err(Failure::Nothing(unusable("it redirects to another address")));
    }
    if status.is_informational() {
        return Err(Failure::Unknown(unusable("it changes the protocol")));
    }
    // What is compressed can be neither read for usage nor searched for the key.
    if is_encoded(response.headers()) {
        return Err(Failure::Unknown(unusable("it is compressed although nobody asked for that")));
    }
    Ok(response)
}

fn failure(error: &SendError, key: &Key) -> Failure {
    let provider = key.provider.clone();
    tracing::warn!(
        %provider,
        provider_key.id = %key.id,
        error = chain(error),
        "a model call failed upstream"
    );
    let problem = match error {
        SendError::Connect(_) => {
            return Failure::Unreached(Refusal::UpstreamUnreachable { provider });
        }
        SendError::Exchange(error) if error.is_parse() => "it is not proper HTTP",
        SendError::Exchange(_) => "it broke off",
    };
    Failure::Unknown(Refusal::UpstreamUnusable { provider, problem })
}

/// Whether a body is in a form that was not asked for.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let encodings = headers.get_all(header::CONTENT_ENCODING);
    encodings.iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// An error with its causes. They name addresses and what went wrong there, no content.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string does not fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}
