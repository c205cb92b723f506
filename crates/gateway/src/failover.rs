//! Phases 5 and 6, once for each key that is tried: as long as nothing has gone to the client, a call
//! that one key cannot pay for goes on with the next.
//!
//! Only what surely used nothing is tried again: the provider refused the key, limits it, failed
//! before it began to answer, or was not reached. What broke off or took too long may have been
//! done and paid for, and is not done twice.

use std::pin::pin;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use model::Tick;
use model::provider::ProviderKey;
use providers::call::Metering;
use providers::{Refusal, headers};

use crate::authenticate::Caller;
use crate::choose_key::{Key, open};
use crate::classify::Asked;
use crate::forward::{Answered, Failure, forward};
use crate::gateway::Inner;
use crate::key_health::Setback;
use crate::prepare::{UsageChunk, prepare};
use crate::request_body::RequestBody;
use crate::settle::Attempt;
use crate::stopwatch::Stopwatch;
use crate::telemetry::Told;

/// An answer, and with which key and request it was got.
pub(crate) struct Forwarded {
    pub(crate) answered: Answered,
    pub(crate) key: Key,
    pub(crate) usage_chunk: UsageChunk,
}

/// Tries the keys in their order. What the client gets is what the last of them answered.
pub(crate) async fn forward_with_any(
    gateway: &Inner,
    parts: &Parts,
    caller: &Caller,
    asked: &Asked,
    keys: Vec<Arc<ProviderKey>>,
    body: &RequestBody,
    stopwatch: &mut Stopwatch<'_>,
) -> Result<Forwarded, Refusal> {
    let mut last: Result<Forwarded, _> = Err(Failure::Nothing(Refusal::Unavailable));
    for sealed in keys {
        let began = gateway.clock.tick();
        let Some(key) = opened(gateway, &sealed, asked) else { continue };
        // What the key before has heard is settled before the next one is tried.
        if let Ok(earlier) = std::mem::replace(&mut last, Err(Failure::Nothing(gateway.ended()))) {
            earlier.answered.give_up();
        }
        if caller.live.ended.is_cancelled() {
            break;
        }
        last = attempt(gateway, parts, caller, asked, key, body, stopwatch).await;
        match setback(&last) {
            Some(setback) => rest(gateway, &sealed, setback, gateway.clock.tick()),
            None => {
                if last.is_ok() {
                    gateway.keys.health().worked(&sealed, began);
                }
                break;
            }
        }
    }
    last.map_err(Failure::into_refusal)
}

/// One attempt with one key, with a record of its own.
async fn attempt(
    gateway: &Inner,
    parts: &Parts,
    caller: &Caller,
    asked: &Asked,
    key: Key,
    body: &RequestBody,
    stopwatch: &mut Stopwatch<'_>,
) -> Result<Forwarded, Failure> {
    let prepared = prepare(parts, asked, &key, body).map_err(Failure::Nothing)?;
    let mut attempt = match asked.call.endpoint.metering() {
        Metering::Metered => {
            let told = Told::of(gateway.telemetry.as_ref(), parts, asked.call.endpoint);
            let begun = Attempt::begin(gateway, caller, asked, &key, told, stopwatch).await;
            Some(begun.map_err(Failure::Nothing)?)
        }
        Metering::Free | Metering::Local => None,
    };
    if let Some(attempt) = &mut attempt {
        attempt.sent(stopwatch.elapsed_us());
    }
    let answered = {
        let forwarding = pin!(forward(gateway, caller, &key, prepared.request, attempt));
        stopwatch.without(forwarding).await?
    };
    Ok(Forwarded { answered, key, usage_chunk: prepared.usage_chunk })
}

/// One that does not open is an operator's problem, and the others are tried.
fn opened(gateway: &Inner, sealed: &ProviderKey, asked: &Asked) -> Option<Key> {
    let opened = open(gateway, sealed, asked.model.as_deref());
    opened
        .inspect_err(|problem| {
            tracing::error!(provider_key.id = %sealed.id, problem, "a provider key cannot be used");
        })
        .ok()
}

/// Whether an outcome speaks against the key, so that another may do better.
fn setback(outcome: &Result<Forwarded, Failure>) -> Option<Setback> {
    let response = match outcome {
        Ok(forwarded) => &forwarded.answered.response,
        Err(Failure::Unreached(_)) => return Some(Setback::Unreachable),
        Err(Failure::Nothing(_) | Failure::Unknown(_)) => return None,
    };
    setback_of(response.status(), response.headers())
}

fn setback_of(status: StatusCode, answered: &HeaderMap) -> Option<Setback> {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(Setback::Rejected),
        StatusCode::TOO_MANY_REQUESTS => Some(Setback::Limited(headers::retry_after(answered))),
        // An overloaded provider may say when to come back as well.
        _ if status.is_server_error() && answered.contains_key(header::RETRY_AFTER) => {
            Some(Setback::Limited(headers::retry_after(answered)))
        }
        _ if status.is_server_error() => Some(Setback::Failing),
        _ => None,
    }
}

fn rest(gateway: &Inner, key: &ProviderKey, setback: Setback, now: Tick) {
    gateway.keys.health().set_back(key, setback, now);
    tracing::warn!(
        provider = %key.provider,
        provider_key.id = %key.id,
        ?setback,
        "a provider key rests"
    );
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn answers_that_speak_against_a_key() {
        let limited = |seconds| Some(Setback::Limited(Some(Duration::from_secs(seconds))));
        for (status, retry_after, expect) in [
            (200, None, None),
            (400, None, None),
            (402, None, None),
            (404, None, None),
            (408, None, None),
            (413, None, None),
            (422, None, None),
            (401, None, Some(Setback::Rejected)),
            (403, None, Some(Setback::Rejected)),
            (429, None, Some(Setback::Limited(None))),
            (429, Some("7"), limited(7)),
            (429, Some("soon"), Some(Setback::Limited(None))),
            (500, None, Some(Setback::Failing)),
            (502, None, Some(Setback::Failing)),
            (503, None, Some(Setback::Failing)),
            (503, Some("9"), limited(9)),
            (529, None, Some(Setback::Failing)),
        ] {
            let mut answered = HeaderMap::new();
            if let Some(value) = retry_after {
                answered.insert(header::RETRY_AFTER, value.parse().unwrap());
            }
            let setback = setback_of(StatusCode::from_u16(status).unwrap(), &answered);
            assert_eq!(setback, expect, "{status} {retry_after:?}");
        }
    }
}
