//! Trying a key out: its provider is asked for the list of models, through the same guarded way as
//! every call, and the answer is read as if it came from an enemy.

use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use model::ExposeSecret;
use model::provider::{Dialect, KeyTrial, ProviderKey, TriedKey};
use outbound::ConnectError;
use providers::{Call, headers, model_list};

use crate::choose_key::{Key, open};
use crate::forward::{self, is_encoded};
use crate::gateway::Inner;
use crate::request_body::Outgoing;
use crate::upstreams::{Answer, SendError};

/// How long the whole trial may take.
const WITHIN: Duration = Duration::from_secs(20);

/// The longest list that is read.
const MAX_LIST_BYTES: usize = 4 * 1024 * 1024;

/// Tries a key out, whatever its state. One that works rests no longer.
pub(crate) async fn try_key(gateway: &Inner, sealed: &ProviderKey) -> TriedKey {
    let began = gateway.clock.tick();
    let tried = match open(gateway, sealed, None) {
        Ok(key) => ask(gateway, &key).await,
        Err(problem) => {
            tracing::error!(provider_key.id = %sealed.id, problem, "a provider key cannot be used");
            Tried::new(KeyTrial::Unclear, "the server cannot open this key; store it again")
        }
    };
    if tried.result == KeyTrial::Works {
        gateway.keys.health().worked(sealed, gateway.clock.tick() + Duration::from_millis(1));
    }
    tried.after(gateway.clock.tick().since(began))
}

/// What came of it, until it is known how long it took.
struct Tried {
    result: KeyTrial,
    message: String,
    status: Option<StatusCode>,
    models: Vec<String>,
}

impl Tried {
    fn new(result: KeyTrial, message: impl Into<String>) -> Self {
        Self { result, message: message.into(), status: None, models: Vec::new() }
    }

    fn after(self, duration: Duration) -> TriedKey {
        let Self { result, message, status, models } = self;
        let http_status = status.map(|status| status.as_u16());
        TriedKey { result, message, http_status, duration, models }
    }
}

async fn ask(gateway: &Inner, key: &Key) -> Tried {
    let request = match request(key) {
        Ok(request) => request,
        Err(problem) => return Tried::new(KeyTrial::Unclear, problem),
    };
    let asking = async {
        match gateway.upstreams.send(request).await {
            Ok(response) => judge(key, response).await,
            Err(error) => unanswered(&error),
        }
    };
    let tried = tokio::time::timeout(WITHIN, asking).await;
    tried.unwrap_or_else(|_| {
        Tried::new(KeyTrial::Unreachable, "the provider did not answer in time")
    })
}

fn request(key: &Key) -> Result<Request<Outgoing>, String> {
    let dialect = key.provider.dialect();
    let mut request = Request::new(Outgoing::empty());
    *request.uri_mut() = key.base_url.uri(&Call::models(dialect));
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static("gantline"));
    if dialect == Dialect::Anthropic {
        headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
    }
    headers::set_key(dialect, headers, key.secret.expose_secret())
        .map_err(|_| "the key has characters that no header may have".to_owned())?;
    Ok(request)
}

/// Nothing that the provider wrote is shown but names of models: a hostile one would write the key.
async fn judge(key: &Key, response: Response<Answer>) -> Tried {
    let status = response.status();
    let tried = if status.is_success() { listed(key, response).await } else { refused(status) };
    Tried { status: Some(status), ..tried }
}

fn refused(status: StatusCode) -> Tried {
    let (result, message) = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            (KeyTrial::Rejected, "the provider refuses this key")
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::PAYMENT_REQUIRED => {
            (KeyTrial::Limited, "the provider knows this key and allows no call at the moment")
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => (
            KeyTrial::Unclear,
            "the provider has no list of models at this address; check the base URL, or try a call",
        ),
        _ if status.is_redirection() => {
            (KeyTrial::Unclear, "the provider sends calls on to another address, where no key goes")
        }
        _ => (KeyTrial::Unclear, "the provider answers with an error"),
    };
    Tried::new(result, format!("{message} ({status})"))
}

async fn listed(key: &Key, response: Response<Answer>) -> Tried {
    let unclear = "the provider answers, but not with a list of models; check the base URL";
    if is_encoded(response.headers()) {
        return Tried::new(KeyTrial::Unclear, unclear);
    }
    let body = Limited::new(response.into_body(), MAX_LIST_BYTES).collect().await;
    let Ok(body) = body else { return Tried::new(KeyTrial::Unclear, unclear) };
    let Some(models) = model_list::read(key.provider.dialect(), &body.to_bytes()) else {
        return Tried::new(KeyTrial::Unclear, unclear);
    };
    let secret = key.secret.expose_secret();
    let models: Vec<_> = models.into_iter().filter(|name| !name.contains(secret)).collect();
    let message = format!("the provider accepts this key and lists {} models", models.len());
    Tried { models, ..Tried::new(KeyTrial::Works, message) }
}

fn unanswered(error: &SendError) -> Tried {
    tracing::info!(error = forward::chain(error), "a provider key was tried in vain");
    match error {
        SendError::Connect(ConnectError::Forbidden(forbidden)) => Tried::new(
            KeyTrial::Forbidden,
            format!(
                "the server may not connect there: {forbidden}; a model server in your own \
                 network must be listed in the server's configuration"
            ),
        ),
        SendError::Connect(ConnectError::LookUp(_)) => {
            Tried::new(KeyTrial::Unreachable, "nobody knows the host's name")
        }
        SendError::Connect(ConnectError::Encrypt(_)) => Tried::new(
            KeyTrial::Unreachable,
            "no encrypted connection: the certificate is not valid for this host, or it speaks no \
             TLS",
        ),
        SendError::Connect(ConnectError::TimedOut) => {
            Tried::new(KeyTrial::Unreachable, "no connection in time")
        }
        SendError::Connect(ConnectError::Connect(_) | ConnectError::Trust(_)) => {
            Tried::new(KeyTrial::Unreachable, "no connection: nobody answers at that address")
        }
        SendError::Exchange(_) => {
            Tried::new(KeyTrial::Unclear, "what answers there is not proper HTTP, or broke off")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_status_says_about_a_key() {
        for (status, result) in [
            (401, KeyTrial::Rejected),
            (403, KeyTrial::Rejected),
            (402, KeyTrial::Limited),
            (429, KeyTrial::Limited),
            (404, KeyTrial::Unclear),
            (405, KeyTrial::Unclear),
            (301, KeyTrial::Unclear),
            (307, KeyTrial::Unclear),
            (500, KeyTrial::Unclear),
            (503, KeyTrial::Unclear),
        ] {
            let tried = refused(StatusCode::from_u16(status).unwrap());
            assert_eq!(tried.result, result, "{status}");
            assert!(tried.message.contains(&status.to_string()), "{}", tried.message);
        }
    }
}
