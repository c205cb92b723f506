//! One provider, and the two halves of a sign-in with it: sending a browser there, and making sense of
//! what it brings back.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use model::{ExposeSecret, Rng, SecretString, Tick, Timestamp};
use outbound::Connector;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::discovery::{self, Metadata};
use crate::id_token::{self, Claims};
use crate::{OpenIdError, Settings, keys, reading};

/// For how long is believed what a provider has said of itself.
const KNOWN_FOR: Duration = Duration::from_hours(1);

/// How soon keys are asked for again because a token names one that is not among them: anybody can
/// make such a token.
const KEYS_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// What RFC 3986 §2.3 leaves alone.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One provider.
#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    connector: Connector,
    /// Held while the provider is asked, so that many who come at once ask once.
    known: Mutex<Option<Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    metadata: Arc<Metadata>,
    keys: Arc<JwkSet>,
    since: Tick,
    keys_since: Tick,
}

/// A sign-in that was begun: what has to be known when the browser comes back.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where the browser is sent.
    pub url: String,
    /// What it brings back.
    pub state: SecretString,
    nonce: SecretString,
    verifier: SecretString,
    redirect_uri: String,
}

/// What a browser brings back.
#[derive(Debug)]
pub struct Returned {
    /// What the provider gave it for us.
    pub code: SecretString,
    /// Who the provider says it is, if it does (RFC 9207).
    pub issuer: Option<String>,
}

/// Who somebody is, as their provider says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who, for good; the only thing that names them.
    pub subject: String,
    /// What they like to be called.
    pub username: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their address, if the provider has verified it.
    pub email: Option<String>,
    /// The groups they are in.
    pub groups: Vec<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl Provider {
    /// A provider that is asked over a connector.
    pub fn new(settings: Settings, connector: Connector) -> Self {
        Self { settings, connector, known: Mutex::default() }
    }

    /// Who it is.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Begins a sign-in that ends at `redirect_uri`.
    pub async fn begin(
        &self,
        rng: &dyn Rng,
        tick: Tick,
        redirect_uri: String,
    ) -> Result<Begun, OpenIdError> {
        let metadata = self.known(tick).await?.metadata;
        let (state, nonce, verifier) = (random(rng), random(rng), random(rng));
        let challenge = digest::digest(&digest::SHA256, verifier.expose_secret().as_bytes());
        let scope = ["openid", "profile", "email"].into_iter();
        let scope: Vec<_> = scope.chain(self.settings.scopes.iter().map(String::as_str)).collect();
        let query = encoded(&[
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &redirect_uri),
            ("scope", &scope.join(" ")),
            ("state", state.expose_secret()),
            ("nonce", nonce.expose_secret()),
            ("code_challenge", &BASE64_URL_SAFE_NO_PAD.encode(challenge)),
            ("code_challenge_method", "S256"),
        ]);
        let endpoint = &metadata.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        let url = format!("{endpoint}{joint}{query}");
        Ok(Begun { url, state, nonce, verifier, redirect_uri })
    }

    /// Ends a sign-in: takes the code for tokens, and checks who they are about.
    pub async fn finish(
        &self,
        begun: &Begun,
        returned: &Returned,
        now: Timestamp,
        tick: Tick,
    ) -> Result<Identity, OpenIdError> {
        let known = self.known(tick).await?;
        match &returned.issuer {
            Some(issuer) if *issuer != self.settings.issuer => {
                return Err(OpenIdError::Foreign("another provider sent it"));
            }
            None if known.metadata.names_itself => {
                return Err(OpenIdError::Foreign("it does not say which provider sent it"));
            }
            _ => {}
        }
        let tokens = self.tokens(&known.metadata, begun, &returned.code).await?;
        let header = id_token::head(&tokens.id_token)?;
        let keys = self.keys_with(known.clone(), &header, tick).await?;
        let key = keys::meant(&keys, &header)
            .ok_or_else(|| OpenIdError::Token("no key of the provider fits it".to_owned()))?;
        let nonce = begun.nonce.expose_secret();
        let (subject, claims) =
            id_token::check(&self.settings, &tokens.id_token, key, &header, nonce, now)?;
        let more = self.userinfo(&known.metadata, &tokens, &subject).await?;
        Ok(self.identity(subject, claims, more))
    }

    async fn tokens(
        &self,
        metadata: &Metadata,
        begun: &Begun,
        code: &SecretString,
    ) -> Result<Tokens, OpenIdError> {
        let id = &self.settings.client_id;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", &begun.redirect_uri),
            ("code_verifier", begun.verifier.expose_secret()),
        ];
        let secret = self.settings.client_secret.as_ref().map(ExposeSecret::expose_secret);
        let authorization = match secret {
            Some(secret) if metadata.takes_basic => {
                // Both parts are encoded as in a form first (RFC 6749 §2.3.1).
                let (id, secret) = (form_text(id), form_text(secret));
                Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}"))))
            }
            Some(secret) => {
                form.extend([("client_id", id.as_str()), ("client_secret", secret)]);
                None
            }
            None => {
                form.push(("client_id", id));
                None
            }
        };
        let place = &metadata.token_endpoint;
        reading::post_form(&self.connector, place, authorization, encoded(&form)).await
    }

    /// What the provider tells of somebody beside their token. It counts for nobody else (§5.3.2).
    async fn userinfo(
        &self,
        metadata: &Metadata,
        tokens: &Tokens,
        subject: &str,
    ) -> Result<Claims, OpenIdError> {
        let (Some(place), Some(access)) = (&metadata.userinfo_endpoint, &tokens.access_token)
        else {
            return Ok(Claims::new());
        };
        let claims: Claims = reading::get(&self.connector, place, Some(access)).await?;
        if claims.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(OpenIdError::Foreign("what it tells is about somebody else"));
        }
        Ok(claims)
    }

    /// What is said in the token wins over what is told beside it.
    fn identity(&self, subject: String, token: Claims, beside: Claims) -> Identity {
        let mut claims = beside;
        claims.extend(token);
        let text = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let is_verified = claims.get("email_verified").is_some_and(|it| *it == Value::Bool(true));
        Identity {
            subject,
            username: text("preferred_username"),
            name: text("name"),
            email: text("email").filter(|_| is_verified),
            groups: texts(claims.get(&self.settings.groups_claim)),
        }
    }

    /// What the provider has said of itself, asked for again when that is long ago.
    async fn known(&self, tick: Tick) -> Result<Known, OpenIdError> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|known| tick.since(known.since) < KNOWN_FOR) {
            return Ok(known.clone());
        }
        let metadata = discovery::read(&self.connector, &self.settings.issuer).await?;
        let keys = keys::read(&self.connector, &metadata.jwks_uri).await?;
        let fresh = Known {
            metadata: Arc::new(metadata),
            keys: Arc::new(keys),
            since: tick,
            keys_since: tick,
        };
        *known = Some(fresh.clone());
        Ok(fresh)
    }

    /// The provider's keys, asked for again if they do not hold the one that is meant: providers
    /// change their keys.
    async fn keys_with(
        &self,
        known: Known,
        header: &jsonwebtoken::Header,
        tick: Tick,
    ) -> Result<Arc<JwkSet>, OpenIdError> {
        if keys::meant(&known.keys, header).is_some() {
            return Ok(known.keys);
        }
        let mut held = self.known.lock().await;
        let Some(held) = held.as_mut() else { return Ok(known.keys) };
        let is_recent = tick.since(held.keys_since) < KEYS_AGAIN_AFTER;
        if keys::meant(&held.keys, header).is_none() && !is_recent {
            held.keys = Arc::new(keys::read(&self.connector, &held.metadata.jwks_uri).await?);
            held.keys_since = tick;
        }
        Ok(held.keys.clone())
    }
}

/// A list of texts, or a single one.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// 256 random bits as text, which is what PKCE asks of a verifier, too (RFC 7636 §4.1).
fn random(rng: &dyn Rng) -> SecretString {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", form_text(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn form_text(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}
