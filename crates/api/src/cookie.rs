//! The login cookie (S24).

use axum::http::header::{COOKIE, HOST};
use axum::http::{HeaderMap, HeaderValue};
use control::credentials::LOGIN_LASTS;
use model::{ExposeSecret, SecretString};

use crate::ApiConfig;
use crate::guard::host;

/// Name over connections that browsers take for secure. The prefix makes them refuse it from
/// anywhere else (RFC 6265bis §4.1.3.2).
const SECURE_NAME: &str = "__Host-gantline";

/// Name over plain connections, which exist only where the server was told to allow them.
const PLAIN_NAME: &str = "gantline";

/// The login cookie of a request, whichever name it has.
pub fn login(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    cookies
        .flat_map(|header| header.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == SECURE_NAME || *name == PLAIN_NAME)
        .map(|(_, value)| value.to_owned())
}

/// The header that sets the cookie.
pub fn set(config: &ApiConfig, headers: &HeaderMap, cookie: &SecretString) -> Option<HeaderValue> {
    header(config, headers, cookie.expose_secret(), LOGIN_LASTS.as_secs())
}

/// The header that removes the cookie.
pub fn clear(config: &ApiConfig, headers: &HeaderMap) -> Option<HeaderValue> {
    header(config, headers, "", 0)
}

fn header(
    config: &ApiConfig,
    headers: &HeaderMap,
    value: &str,
    max_age_s: u64,
) -> Option<HeaderValue> {
    let (name, secure) =
        if is_secure(config, headers) { (SECURE_NAME, "; Secure") } else { (PLAIN_NAME, "") };
    let text =
        format!("{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{secure}");
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
    }
}
