//! Is it us who are addressed? A name that is not ours in the `Host` header means that somebody
//! has pointed their name at our address, so that their page may talk to us (DNS rebinding, S22).

use std::net::IpAddr;

use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::{ApiConfig, problem};

/// Refuses requests to somebody else.
pub fn refusal(config: &ApiConfig, headers: &HeaderMap) -> Option<Response> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let is_ours = host.is_some_and(|host| is_ours(config, host));
    if is_ours && hosts.next().is_none() {
        return None;
    }
    let detail = "this server is not addressed by that name; \
        list it with --allowed-host if it is yours";
    Some(problem::plain(StatusCode::MISDIRECTED_REQUEST, "unknown_host", detail))
}

/// An address cannot be rebound; a name must be one of ours.
fn is_ours(config: &ApiConfig, host: &str) -> bool {
    let name = without_port(host);
    let public = config.public_url.as_ref().and_then(http::Uri::authority);
    address(name).is_some()
        || name.eq_ignore_ascii_case("localhost")
        || public.is_some_and(|public| public.as_str().eq_ignore_ascii_case(host))
        || config.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
}

/// Whether a host names this computer itself.
pub fn is_loopback(host: &str) -> bool {
    let name = without_port(host);
    name.eq_ignore_ascii_case("localhost")
        || address(name).is_some_and(|address| address.is_loopback())
}

fn without_port(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    }
}

fn address(name: &str) -> Option<IpAddr> {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ApiConfig {
        ApiConfig {
            public_url: Some("https://gantline.example.com:8443".parse().unwrap()),
            allowed_hosts: vec!["build-01".to_owned()],
            ..ApiConfig::default()
        }
    }

    #[test]
    fn addresses_and_our_own_names_are_ours() {
        for host in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "[::1]",
            "192.168.1.7",
            "localhost",
            "LOCALHOST:8080",
            "gantline.example.com:8443",
            "build-01:9000",
        ] {
            assert!(is_ours(&config(), host), "{host}");
        }
    }

    /// S22, S47: a name that is not ours, however close it looks.
    #[test]
    fn other_names_are_not_ours() {
        for host in [
            "evil.example",
            "gantline.example.com",
            "gantline.example.com:8443.evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "build-01.evil.example",
            "",
            ":8080",
        ] {
            assert!(!is_ours(&config(), host), "{host}");
        }
    }

    #[test]
    fn this_computer_has_several_names() {
        assert!(is_loopback("127.0.0.2:1") && is_loopback("[::1]:1") && is_loopback("localhost"));
        assert!(!is_loopback("10.0.0.1") && !is_loopback("localhost.evil.example"));
    }
}
