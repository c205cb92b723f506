//! The cookies (S24): of a login, and of a sign-in that is under way.

use std::time::Duration;

use axum::http::header::{COOKIE, HOST};
use axum::http::{HeaderMap, HeaderValue};
use control::credentials::LOGIN_LASTS;
use control::second_step::STEP_LASTS;
use control::single_sign_on::AWAY_LASTS;
use model::{ExposeSecret, SecretString};

use crate::ApiConfig;
use crate::guard::host;

/// One of the cookies.
pub struct Cookie {
    /// Name over connections that browsers take for secure. The prefix makes them refuse it from
    /// anywhere else (RFC 6265bis §4.1.3.2).
    secure: &'static str,
    /// Name over plain connections, which exist only where the server was told to allow them.
    plain: &'static str,
    /// Which requests from elsewhere carry it.
    same_site: &'static str,
    lasts: Duration,
}

/// That of a login. Links from elsewhere lead to pages that one sees.
pub const LOGIN: Cookie =
    Cookie { secure: "__Host-gantline", plain: "gantline", same_site: "Lax", lasts: LOGIN_LASTS };

/// That of the browser that has made the first of two steps. It is no login.
pub const STEP: Cookie = Cookie {
    secure: "__Host-gantline-step",
    plain: "gantline-step",
    same_site: "Strict",
    lasts: STEP_LASTS,
};

/// That of a browser that was sent to a provider. It is no login. The page to which a provider sends
/// back is ours, and asks for itself.
pub const AWAY: Cookie = Cookie {
    secure: "__Host-gantline-away",
    plain: "gantline-away",
    same_site: "Strict",
    lasts: AWAY_LASTS,
};

impl Cookie {
    /// What a request has of it, under whichever name.
    pub fn of(&self, headers: &HeaderMap) -> Option<String> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        cookies
            .flat_map(|header| header.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(name, _)| *name == self.secure || *name == self.plain)
            .map(|(_, value)| value.to_owned())
    }

    /// The header that sets it.
    pub fn set(
        &self,
        config: &ApiConfig,
        headers: &HeaderMap,
        value: &SecretString,
    ) -> Option<HeaderValue> {
        self.header(config, headers, value.expose_secret(), self.lasts)
    }

    /// The header that removes it.
    pub fn clear(&self, config: &ApiConfig, headers: &HeaderMap) -> Option<HeaderValue> {
        self.header(config, headers, "", Duration::ZERO)
    }

    fn header(
        &self,
        config: &ApiConfig,
        headers: &HeaderMap,
        value: &str,
        lasts: Duration,
    ) -> Option<HeaderValue> {
        let (name, secure) =
            if is_secure(config, headers) { (self.secure, "; Secure") } else { (self.plain, "") };
        let (same_site, max_age_s) = (self.same_site, lasts.as_secs());
        let text = format!(
            "{name}={value}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite={same_site}{secure}"
        );
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
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
        let header = LOGIN.set(config, &headers(host), &SecretString::from("x")).unwrap();
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
        assert_eq!(LOGIN.of(&headers).as_deref(), Some("abc"));
        assert_eq!(LOGIN.of(&HeaderMap::new()), None);
        assert_eq!(STEP.of(&headers), None);
    }
}
