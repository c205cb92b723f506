//! The cookies (S24): of a login, and of a sign-in that is under way.

use axum::http::header::{COOKIE, HOST};
use axum::http::{HeaderMap, HeaderValue};
use control::credentials::LOGIN_LASTS;
use control::second_step::STEP_LASTS;
use control::single_sign_on::AWAY_LASTS;
use model::{ExposeSecret, SecretString};

use crate::ApiConfig;
use crate::guard::host;

/// Name over connections that browsers take for secure. The prefix makes them refuse it from
/// anywhere else (RFC 6265bis §4.1.3.2).
const SECURE_NAME: &str = "__Host-gantline";

/// Name over plain connections, which exist only where the server was told to allow them.
const PLAIN_NAME: &str = "gantline";

/// The same for the browser that has made the first of two steps.
const STEP_SECURE_NAME: &str = "__Host-gantline-step";

/// And over plain connections.
const STEP_PLAIN_NAME: &str = "gantline-step";

/// The login cookie of a request, whichever name it has.
pub fn login(headers: &HeaderMap) -> Option<String> {
    find(headers, SECURE_NAME, PLAIN_NAME)
}

/// The cookie of a sign-in that is under way. It is no login.
pub fn step(headers: &HeaderMap) -> Option<String> {
    find(headers, STEP_SECURE_NAME, STEP_PLAIN_NAME)
}

/// The cookie of a browser that was sent to a provider. It is no login.
pub fn away(headers: &HeaderMap) -> Option<String> {
    find(headers, AWAY.secure, AWAY.plain)
}

fn find(headers: &HeaderMap, secure: &str, plain: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    cookies
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == secure || *name == plain)
        .map(|(_, value)| value.to_owned())
}

/// The header that sets the cookie.
pub fn set(config: &ApiConfig, headers: &HeaderMap, cookie: &SecretString) -> Option<HeaderValue> {
    header(config, headers, &LOGIN, cookie.expose_secret(), LOGIN_LASTS.as_secs())
}

/// The header that removes the cookie.
pub fn clear(config: &ApiConfig, headers: &HeaderMap) -> Option<HeaderValue> {
    header(config, headers, &LOGIN, "", 0)
}

/// The header that sets the cookie of a sign-in that is under way.
pub fn set_step(
    config: &ApiConfig,
    headers: &HeaderMap,
    cookie: &SecretString,
) -> Option<HeaderValue> {
    header(config, headers, &STEP, cookie.expose_secret(), STEP_LASTS.as_secs())
}

/// The header that removes it.
pub fn clear_step(config: &ApiConfig, headers: &HeaderMap) -> Option<HeaderValue> {
    header(config, headers, &STEP, "", 0)
}

/// The header that sets the cookie of a browser that is sent to a provider.
pub fn set_away(
    config: &ApiConfig,
    headers: &HeaderMap,
    cookie: &SecretString,
) -> Option<HeaderValue> {
    header(config, headers, &AWAY, cookie.expose_secret(), AWAY_LASTS.as_secs())
}

/// The header that removes it.
pub fn clear_away(config: &ApiConfig, headers: &HeaderMap) -> Option<HeaderValue> {
    header(config, headers, &AWAY, "", 0)
}

/// The two names of a cookie, and which requests from elsewhere carry it.
struct Kind {
    secure: &'static str,
    plain: &'static str,
    same_site: &'static str,
}

/// Links from elsewhere lead to pages that one sees.
const LOGIN: Kind = Kind { secure: SECURE_NAME, plain: PLAIN_NAME, same_site: "Lax" };

/// The page to which a provider sends back is ours, and asks for itself.
const AWAY: Kind =
    Kind { secure: "__Host-gantline-away", plain: "gantline-away", same_site: "Strict" };

const STEP: Kind = Kind { secure: STEP_SECURE_NAME, plain: STEP_PLAIN_NAME, same_site: "Strict" };

fn header(
    config: &ApiConfig,
    headers: &HeaderMap,
    kind: &Kind,
    value: &str,
    max_age_s: u64,
) -> Option<HeaderValue> {
    let (name, secure) =
        if is_secure(config, headers) { (kind.secure, "; Secure") } else { (kind.plain, "") };
    let same_site = kind.same_site;
    let text = format!(
        "{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite={same_site}{secure}"
    );
    let mut header = HeaderValue::from_str(&text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Whether the browser takes the connection for secure: it is encrypted, here or in front of us,
/// or it does not leave the computer.
fn is_secure(config: &ApiConfig, headers: &HeaderMap) -> bool {
    let encrypted_in_front =
        config.public_url.as_ref().is_some_and(|url| url.scheme_str() == Some("https"));
    let on_this_computer =
        headers.get(HOST).and_then(|host| host.to_str().ok()).is_some_and(host::is_loopback);
    config.tls || encrypted_in_front || on_this_computer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))])
    }

    #[track_caller]
    fn check(config: &ApiConfig, host: &'static str, secure: bool) {
        let header = set(config, &headers(host), &SecretString::from("x")).unwrap();
        let text = header.to_str().unwrap();
        assert_eq!(text.starts_with("__Host-gantline=x; Path=/"), secure, "{text}");
        assert_eq!(text.ends_with("HttpOnly; SameSite=Lax; Secure"), secure, "{text}");
        assert!(text.contains("HttpOnly; SameSite=Lax"), "{text}");
    }

    /// S24: the prefix and all attributes wherever browsers honour them.
    #[test]
    fn cookies_are_bound_to_the_host_wherever_browsers_can() {
        check(&ApiConfig::default(), "127.0.0.1:8080", true);
        check(&ApiConfig::default(), "localhost:8080", true);
        check(&ApiConfig::default(), "192.168.1.5:8080", false);
        check(&ApiConfig { tls: true, ..ApiConfig::default() }, "build.example.com", true);
        let public_url = Some("https://gantline.example.com".parse().unwrap());
        check(&ApiConfig { public_url, ..ApiConfig::default() }, "10.0.0.1:8080", true);
    }

    #[test]
    fn the_login_is_found_among_other_cookies() {
        let text = "theme=dark; __Host-gantline=abc; other=1";
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(text))]);
        assert_eq!(login(&headers).as_deref(), Some("abc"));
        assert_eq!(login(&HeaderMap::new()), None);
        assert_eq!(step(&headers), None);
    }
}
