//! Asking a provider for JSON.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, Method, StatusCode, Uri};
use outbound::Connector;
use outbound::fetch::{self, Fetch};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::OpenIdError;

/// How long one question may take.
const WITHIN: Duration = Duration::from_secs(10);

/// The longest answer that is read.
const MOST_BYTES: usize = 512 * 1024;

/// The longest text of a provider that is passed on.
const MOST_WORDS: usize = 200;

/// Reads a JSON document.
pub(crate) async fn get<T: DeserializeOwned>(
    connector: &Connector,
    place: &Uri,
    bearer: Option<&str>,
) -> Result<T, OpenIdError> {
    let bearer = bearer.map(|token| (AUTHORIZATION, format!("Bearer {token}")));
    ask(connector, Method::GET, place, bearer, Bytes::new()).await
}

/// Sends a form and reads a JSON document.
pub(crate) async fn post_form<T: DeserializeOwned>(
    connector: &Connector,
    place: &Uri,
    authorization: Option<String>,
    form: String,
) -> Result<T, OpenIdError> {
    let kind = (CONTENT_TYPE, "application/x-www-form-urlencoded".to_owned());
    let headers = authorization.map(|value| (AUTHORIZATION, value)).into_iter().chain([kind]);
    ask(connector, Method::POST, place, headers, form.into()).await
}

async fn ask<T: DeserializeOwned>(
    connector: &Connector,
    method: Method,
    place: &Uri,
    headers: impl IntoIterator<Item = (HeaderName, String)>,
    body: Bytes,
) -> Result<T, OpenIdError> {
    let accept = (ACCEPT, "application/json".to_owned());
    let headers = headers.into_iter().chain([accept]).collect();
    let asked = Fetch { method, uri: place.clone(), headers, body };
    let answer = fetch::fetch(connector, asked, WITHIN, MOST_BYTES).await.map_err(|source| {
        OpenIdError::Unreachable { place: place.to_string(), source: Box::new(source) }
    })?;
    if answer.status != StatusCode::OK {
        return Err(refusal(place, answer.status, &answer.body));
    }
    serde_json::from_slice(&answer.body).map_err(|error| OpenIdError::Answer {
        place: place.to_string(),
        problem: format!("what is not expected there: {error}"),
    })
}

/// What OAuth 2.0 (RFC 6749 §5.2) says of an error, or only that it is one.
fn refusal(place: &Uri, status: StatusCode, body: &[u8]) -> OpenIdError {
    #[derive(Deserialize)]
    struct Problem {
        error: String,
        error_description: Option<String>,
    }
    match serde_json::from_slice::<Problem>(body) {
        Ok(Problem { error, error_description }) => {
            OpenIdError::Refused(words(&error, error_description.as_deref()))
        }
        Err(_) => OpenIdError::Answer {
            place: place.to_string(),
            problem: format!("with the status {status}"),
        },
    }
}

/// What a provider says of an error, made fit to be shown: one line, and not too long.
pub(crate) fn words(error: &str, description: Option<&str>) -> String {
    let text = match description {
        Some(description) => format!("{error}: {description}"),
        None => error.to_owned(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_WORDS).collect()
}
