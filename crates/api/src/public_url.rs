//! Under which address this server is reached, for what is given to people.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use contract::users::PasswordLink;
use control::passkeys::{Elsewhere, RelyingParty, relying_party};
use control::password_links::Usable;
use model::ExposeSecret;

use crate::App;

/// The address: the configured one, else the one of this request, which the guard has checked to
/// be ours.
pub fn server(app: &App, headers: &HeaderMap) -> String {
    if let Some(url) = &app.config.public_url {
        return url.to_string().trim_end_matches('/').to_owned();
    }
    let scheme = if app.config.tls { "https" } else { "http" };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// Whose passkeys are made and used by the page that asks.
pub fn passkeys(app: &App, headers: &HeaderMap) -> Result<RelyingParty, Elsewhere> {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    relying_party(&server(app, headers), origin)
}

/// A link with which somebody chooses a password. The secret is in the fragment, which browsers
/// never send, so that it is in no log.
pub fn password_link(app: &App, headers: &HeaderMap, link: &Usable) -> PasswordLink {
    let secret = link.secret.expose_secret();
    PasswordLink {
        link: format!("{}/#/welcome/{secret}", server(app, headers)),
        expires_at: link.expires_at.into(),
    }
}
