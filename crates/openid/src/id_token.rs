//! Who a provider says somebody is, checked (OpenID Connect Core 1.0 §3.1.3.7, S16): the signature over
//! the content by a key of the provider, the issuer, the audience, the time, and that it answers the
//! question that was asked.

use std::collections::HashMap;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Header, Validation};
use model::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::{OpenIdError, Settings};

/// How much clocks may differ.
const LEEWAY_S: i64 = 60;

/// What somebody is said to be.
pub(crate) type Claims = HashMap<String, Value>;

#[derive(Deserialize)]
struct Checked {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    azp: Option<String>,
    #[serde(flatten)]
    rest: Claims,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// The head of a token, which says what it is signed with. An algorithm that signs nothing is none.
pub(crate) fn head(token: &str) -> Result<Header, OpenIdError> {
    jsonwebtoken::decode_header(token).map_err(|_| refused("its head cannot be read"))
}

/// Checks a token that `key` should have signed; answers the subject and what else is said.
pub(crate) fn check(
    settings: &Settings,
    token: &str,
    key: &Jwk,
    header: &Header,
    nonce: &str,
    now: Timestamp,
) -> Result<(String, Claims), OpenIdError> {
    let key = DecodingKey::from_jwk(key).map_err(|_| refused("its key cannot be used"))?;
    let mut validation = Validation::new(header.alg);
    // The time is passed in, and so is judged below; the rest is below beside it.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Checked>(token, &key, &validation)
        .map_err(|error| refused(format!("signature or content are wrong ({error})")))?;
    let claims = decoded.claims;
    if claims.iss != settings.issuer {
        return Err(refused("another issuer has made it"));
    }
    let audience = claims.aud.all();
    if !audience.contains(&settings.client_id) {
        return Err(refused("it was made for somebody else"));
    }
    let is_ours = claims.azp.as_ref().map_or(audience.len() == 1, |azp| *azp == settings.client_id);
    if !is_ours {
        return Err(refused("it was made for several, and not given to us"));
    }
    let now_s = now.as_millis() / 1000;
    if claims.exp <= now_s - LEEWAY_S {
        return Err(refused("it is too old"));
    }
    if claims.iat > now_s + LEEWAY_S || claims.nbf.is_some_and(|nbf| nbf > now_s + LEEWAY_S) {
        return Err(refused("it is from the future; the clocks differ"));
    }
    let given = claims.nonce.unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(refused("it answers another sign-in"));
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(refused("it names nobody"));
    }
    Ok((claims.sub, claims.rest))
}

fn refused(problem: impl Into<String>) -> OpenIdError {
    OpenIdError::Token(problem.into())
}
