//! The keys with which a provider signs.

use http::Uri;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, Header};
use outbound::Connector;
use serde::Deserialize;
use serde_json::Value;

use crate::{OpenIdError, reading};

/// The most keys of a provider that are kept.
const MOST_KEYS: usize = 64;

/// Asks a provider for them. One of a kind that is not known here is no reason to refuse the others.
pub(crate) async fn read(connector: &Connector, place: &Uri) -> Result<JwkSet, OpenIdError> {
    #[derive(Deserialize)]
    struct Document {
        keys: Vec<Value>,
    }
    let document: Document = reading::get(connector, place, None).await?;
    let keys = document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    Ok(JwkSet { keys: keys.take(MOST_KEYS).collect() })
}

/// The key that a token says it is signed with. Where it says nothing, the only one that fits.
pub(crate) fn meant<'a>(keys: &'a JwkSet, header: &Header) -> Option<&'a Jwk> {
    let mut fitting = keys.keys.iter().filter(|key| fits(key, header.alg));
    match &header.kid {
        Some(kid) => fitting.find(|key| key.common.key_id.as_ref() == Some(kid)),
        None => {
            let only = fitting.next()?;
            fitting.next().is_none().then_some(only)
        }
    }
}

/// Whether a key is of the kind that an algorithm needs, and for signatures. A secret that two share
/// is never one: who can check it could make it.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let is_for_signatures =
        key.common.public_key_use.as_ref().is_none_or(|it| *it == PublicKeyUse::Signature);
    let is_of_kind = match algorithm {
        Algorithm::RS256
        | Algorithm::RS384
        | Algorithm::RS512
        | Algorithm::PS256
        | Algorithm::PS384
        | Algorithm::PS512 => matches!(key.algorithm, AlgorithmParameters::RSA(_)),
        Algorithm::ES256 | Algorithm::ES384 => {
            matches!(key.algorithm, AlgorithmParameters::EllipticCurve(_))
        }
        Algorithm::EdDSA => matches!(key.algorithm, AlgorithmParameters::OctetKeyPair(_)),
        _ => false,
    };
    is_for_signatures && is_of_kind
}
