//! Who is asking, and from where.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use control::{Error, credentials, tickets};
use model::Actor;

use crate::problem::Problem;
use crate::refusals::Asking;
use crate::{App, cookie};

/// Where a proxy in front of us says a request came from.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whoever asks, checked. An endpoint that does not take one is open to everybody.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub Actor);

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let actor = match token(&parts.headers)? {
            Some(token) => credentials::authenticate_bearer(&app.plane, &token).await?,
            None => {
                let cookie = cookie::LOGIN.of(&parts.headers).unwrap_or_default();
                credentials::authenticate_login(&app.plane, &cookie).await?
            }
        };
        say_who_asks(parts, actor);
        Ok(Self(actor))
    }
}

/// Whoever opens the live WebSocket: as everywhere, or with a ticket, which is taken in.
#[derive(Debug, Clone, Copy)]
pub struct Viewer(pub Actor);

impl FromRequestParts<App> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        #[derive(serde::Deserialize)]
        struct Given {
            ticket: Option<String>,
        }
        let query = axum::extract::Query::<Given>::try_from_uri(&parts.uri).ok();
        match query.and_then(|given| given.0.ticket) {
            Some(ticket) => {
                let actor = tickets::ticket_redeem(&app.plane, &ticket).await?;
                say_who_asks(parts, actor);
                Ok(Self(actor))
            }
            None => Ok(Self(Caller::from_request_parts(parts, app).await?.0)),
        }
    }
}

/// Whoever is signed in in the browser that asks, where that is not needed.
pub async fn signed_in(app: &App, headers: &HeaderMap) -> Option<Actor> {
    let cookie = cookie::LOGIN.of(headers)?;
    credentials::authenticate_login(&app.plane, &cookie).await.ok()
}

fn say_who_asks(parts: &Parts, actor: Actor) {
    if let Some(asking) = parts.extensions.get::<Asking>() {
        asking.is(actor);
    }
}

/// The token of a request: as a bearer token (RFC 6750 §2.1), or in the place of the password
/// (RFC 7617 §2), where programs put what they find in a `.netrc`. A password is never one.
fn token(headers: &HeaderMap) -> Result<Option<Cow<'_, str>>, Error> {
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let malformed = || {
        let message = "the Authorization header must be `Bearer <token>`, or `Basic` with the \
                       token as the password";
        Error::unauthenticated("malformed_authorization", message)
    };
    let text = header.to_str().map_err(|_| malformed())?;
    let (scheme, credentials) = text.split_once(' ').ok_or_else(malformed)?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Some(credentials.into()));
    }
    if scheme.eq_ignore_ascii_case("basic") {
        return Ok(Some(basic_password(credentials).ok_or_else(malformed)?.into()));
    }
    Err(malformed())
}

fn basic_password(credentials: &str) -> Option<String> {
    let pair = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

/// Where a request came from: the connection's other end, or what a proxy that we trust says.
#[derive(Debug, Clone, Copy)]
pub struct Source(pub IpAddr);

impl FromRequestParts<App> for Source {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let peer = parts.extensions.get::<SocketAddr>().map(SocketAddr::ip);
        let peer = peer.ok_or_else(|| Error::internal("a connection without an address"))?;
        if !app.config.trusted_proxies.contains(&peer) {
            return Ok(Self(peer));
        }
        Ok(Self(forwarded_for(&parts.headers, &app.config.trusted_proxies).unwrap_or(peer)))
    }
}

/// The last address in the list that is not one of our own proxies: everything before it may have
/// been invented by whoever sent the request (S07).
fn forwarded_for(headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let lists = headers.get_all(FORWARDED_FOR).iter().filter_map(|header| header.to_str().ok());
    let addresses: Vec<IpAddr> = lists
        .flat_map(|list| list.split(','))
        .map_while(|address| address.trim().parse().ok())
        .collect();
    addresses.into_iter().rev().find(|address| !proxies.contains(address))
}

/// How the browser or program names itself.
#[derive(Debug, Clone)]
pub struct UserAgent(pub String);

impl FromRequestParts<App> for UserAgent {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &App,
    ) -> Result<Self, std::convert::Infallible> {
        let header = parts.headers.get(USER_AGENT).and_then(|header| header.to_str().ok());
        Ok(Self(header.unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S07, S47: what a client claims about itself is not believed, what our proxy adds is.
    #[test]
    fn only_what_our_own_proxy_adds_is_believed() {
        let header = "1.2.3.4, 5.6.7.8, 10.0.0.1".parse().unwrap();
        let headers = HeaderMap::from_iter([(FORWARDED_FOR, header)]);
        let proxies = ["10.0.0.1".parse().unwrap()];
        assert_eq!(forwarded_for(&headers, &proxies), Some("5.6.7.8".parse().unwrap()));
    }

    fn headers(authorization: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, authorization.parse().unwrap())])
    }

    #[test]
    fn an_authorization_without_a_token_is_an_error_not_a_stranger() {
        for text in
            ["Digest a=b", "Bearer", "token", "Basic", "Basic !", "Basic YQ==", "Basic /w=="]
        {
            assert!(token(&headers(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_comes_as_a_bearer_or_in_the_place_of_a_password() {
        let basic = format!("basic {}", BASE64_STANDARD.encode("anybody:abc:d"));
        for (text, expected) in [("bearer  abc ", "abc"), (&basic, "abc:d")] {
            assert_eq!(token(&headers(text)).unwrap().as_deref(), Some(expected), "{text}");
        }
    }
}
