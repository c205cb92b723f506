//! What a provider says of itself (OpenID Connect Discovery 1.0).

use http::Uri;
use outbound::Connector;
use serde::Deserialize;

use crate::{OpenIdError, reading};

/// Where things are at a provider.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: Uri,
    pub(crate) userinfo_endpoint: Option<Uri>,
    pub(crate) jwks_uri: Uri,
    /// Whether the secret may go in a header; else it goes into the form.
    pub(crate) takes_basic: bool,
    /// Whether it says who it is when it sends somebody back (RFC 9207).
    pub(crate) names_itself: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Asks a provider for it. A document that is another issuer's is refused (§4.3).
pub(crate) async fn read(connector: &Connector, issuer: &str) -> Result<Metadata, OpenIdError> {
    let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let uri = uri(&place, &place)?;
    let document: Document = reading::get(connector, &uri, None).await?;
    if document.issuer != issuer {
        let problem = format!("for the issuer {:?}, not {issuer:?}", document.issuer);
        return Err(OpenIdError::Answer { place, problem });
    }
    let methods = document.token_endpoint_auth_methods_supported;
    let authorization = self::uri(&place, &document.authorization_endpoint)?;
    Ok(Metadata {
        authorization_endpoint: authorization.to_string(),
        token_endpoint: self::uri(&place, &document.token_endpoint)?,
        userinfo_endpoint: document
            .userinfo_endpoint
            .map(|text| self::uri(&place, &text))
            .transpose()?,
        jwks_uri: self::uri(&place, &document.jwks_uri)?,
        // What is not said means the header (§3).
        takes_basic: methods
            .is_none_or(|methods| methods.iter().any(|it| it == "client_secret_basic")),
        names_itself: document.authorization_response_iss_parameter_supported,
    })
}

/// An address with a host, of a scheme that leads to a page: a browser is sent to one of them.
fn uri(place: &str, text: &str) -> Result<Uri, OpenIdError> {
    let parsed = text.parse::<Uri>().ok();
    let is_web =
        |uri: &Uri| matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some();
    parsed.filter(is_web).ok_or_else(|| OpenIdError::Answer {
        place: place.to_owned(),
        problem: format!("with an address that is none: {text:?}"),
    })
}
