//! What is fit to be stored of a key.

use std::collections::BTreeMap;

use model::provider::{Dialect, KeyUse, ProviderName};
use model::{ExposeSecret, SecretString};
use outbound::Guard;
use providers::{BaseUrl, InvalidBaseUrl};

use crate::Error;

const MAX_MODELS: usize = 200;
const MAX_ALIASES: usize = 100;
const MAX_MODEL_BYTES: usize = 200;

/// A secret travels in a header, so it must be one line of printable ASCII.
pub(super) fn secret(secret: &SecretString) -> Result<SecretString, Error> {
    let text = secret.expose_secret().trim();
    if text.is_empty() || !text.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
        let message = "the key must be one word of printable ASCII characters";
        return Err(Error::invalid("invalid_secret", message));
    }
    Ok(SecretString::from(text))
}

/// Checks where calls would go, with the eyes of whoever makes them later: nowhere that is not
/// public and encrypted, unless the server's own configuration trusts the host (S87).
pub(super) async fn base_url(
    guard: &Guard,
    provider: &ProviderName,
    given: Option<&str>,
) -> Result<String, Error> {
    let refused = |message: String| Error::invalid("invalid_base_url", message);
    let given = given.map(str::trim).filter(|url| !url.is_empty());
    let Some(text) = given.or_else(|| provider.default_base_url()) else {
        return Err(refused(format!("{provider} has no address of its own; give base_url")));
    };
    let url = BaseUrl::parse(text).map_err(|error| refused(error.to_string()))?;
    let uri: Result<http::Uri, _> = url.to_string().parse();
    let uri = uri.map_err(|_| refused(InvalidBaseUrl::NotAUrl.to_string()))?;
    guard.check(&uri).await.map_err(|forbidden| {
        refused(format!(
            "base_url is refused: {forbidden}; a model server in your own network must be listed \
             in the server's configuration (--trusted-upstream {})",
            url.authority()
        ))
    })?;
    Ok(url.to_string())
}

/// Each model once, in the order given. A list that is there names one at least: none is not all.
pub(super) fn models(
    provider: &ProviderName,
    given: Option<&[String]>,
) -> Result<Option<Vec<String>>, Error> {
    let Some(given) = given else { return Ok(None) };
    if given.is_empty() || given.len() > MAX_MODELS {
        let message = format!(
            "models must name 1 to {MAX_MODELS} models, not {}; leave it out for all",
            given.len()
        );
        return Err(Error::invalid("invalid_models", message));
    }
    let mut models: Vec<String> = Vec::with_capacity(given.len());
    for name in given {
        let name = model(provider, name)?;
        if !models.contains(&name) {
            models.push(name);
        }
    }
    Ok(Some(models))
}

pub(super) fn aliases(
    provider: &ProviderName,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Error> {
    if given.len() > MAX_ALIASES {
        let message = format!("there may be at most {MAX_ALIASES} aliases, not {}", given.len());
        return Err(Error::invalid("invalid_aliases", message));
    }
    let pair = |(name, to): (&String, &String)| Ok((model(provider, name)?, model(provider, to)?));
    given.iter().map(pair).collect()
}

pub(super) fn priority(given: i64) -> Result<i64, Error> {
    let highest = KeyUse::MAX_PRIORITY;
    if (-highest..=highest).contains(&given) {
        return Ok(given);
    }
    let message = format!("priority must be between -{highest} and {highest}, not {given}");
    Err(Error::invalid("invalid_priority", message))
}

pub(super) fn weight(given: u32) -> Result<u32, Error> {
    let highest = KeyUse::MAX_WEIGHT;
    if (1..=highest).contains(&given) {
        return Ok(given);
    }
    let message = format!("weight must be between 1 and {highest}, not {given}");
    Err(Error::invalid("invalid_weight", message))
}

/// The name of a model. Gemini's stand in paths, where only plain characters may stand.
fn model(provider: &ProviderName, given: &str) -> Result<String, Error> {
    let name = given.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~@".contains(c);
    let fits = |c: char| match provider.dialect() {
        Dialect::Gemini => plain(c),
        Dialect::OpenAi | Dialect::Anthropic => !c.is_whitespace() && !c.is_control(),
    };
    let sized = (1..=MAX_MODEL_BYTES).contains(&name.len()) && !name.starts_with('.');
    if sized && name.chars().all(fits) {
        return Ok(name.to_owned());
    }
    let shown: String = name.chars().take(60).collect();
    let message = format!(
        "{shown:?} cannot be the name of a model of {provider}: 1 to {MAX_MODEL_BYTES} bytes, one \
         word"
    );
    Err(Error::invalid("invalid_model", message))
}

#[cfg(test)]
mod tests;
