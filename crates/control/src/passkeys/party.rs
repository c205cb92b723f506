//! For which domain passkeys are made and used. Browsers keep them for names, over connections that
//! nobody listens in on; `localhost` is one.

use std::net::IpAddr;

use http::Uri;
use vault::passkey::RelyingParty;

use crate::Error;

/// Why there are no passkeys at an address, and where there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// `passkeys_need_a_name`, `passkeys_need_https` or `passkeys_elsewhere`.
    pub code: &'static str,
    /// Where they are, if anywhere.
    pub instead: Option<String>,
}

/// Whose passkeys those of a server are that is reached under `address`, for a page of `origin`; a
/// client that is no browser names none.
pub fn relying_party(address: &str, origin: Option<&str>) -> Result<RelyingParty, Elsewhere> {
    let nowhere = Elsewhere { code: "passkeys_need_a_name", instead: None };
    let address: Uri = address.parse().map_err(|_| nowhere.clone())?;
    let host = address.host().ok_or_else(|| nowhere.clone())?.to_ascii_lowercase();
    let port = address.port_u16();
    if let Some(ip) = ip_of(&host) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let is_here = ip.is_loopback() && address.scheme_str() == Some("http");
        return Err(Elsewhere {
            instead: is_here.then(|| format!("http://localhost{port}")),
            ..nowhere
        });
    }
    let is_local = host == "localhost" || host.ends_with(".localhost");
    let usual = match address.scheme_str() {
        Some("https") => 443,
        Some("http") if is_local => 80,
        _ => return Err(Elsewhere { code: "passkeys_need_https", instead: None }),
    };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}"));
    let scheme = address.scheme_str().unwrap_or_default();
    let ours = format!("{scheme}://{host}{}", port.unwrap_or_default());
    if origin.is_some_and(|origin| origin != ours) {
        return Err(Elsewhere { code: "passkeys_elsewhere", instead: Some(ours) });
    }
    Ok(RelyingParty { id: host, origin: ours })
}

fn ip_of(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

impl From<Elsewhere> for Error {
    fn from(elsewhere: Elsewhere) -> Self {
        let Elsewhere { code, instead } = elsewhere;
        let message = match code {
            "passkeys_need_https" => "browsers keep passkeys only for addresses with https",
            "passkeys_elsewhere" => "passkeys of this server are for another address of it",
            _ => "browsers keep passkeys for names, not for addresses made of numbers",
        };
        let hint = instead.map_or_else(
            || "give the server a name with https, and start it with --public-url".to_owned(),
            |instead| format!("open {instead} and sign in there"),
        );
        Self::conflict(code, message).with_hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        address: &str,
        origin: Option<&str>,
        expect: Result<(&str, &str), (&str, Option<&str>)>,
    ) {
        let found = relying_party(address, origin);
        let expect = match expect {
            Ok((id, origin)) => Ok(RelyingParty { id: id.to_owned(), origin: origin.to_owned() }),
            Err((code, instead)) => Err((code.to_owned(), instead.map(str::to_owned))),
        };
        assert_eq!(found.map_err(|it| (it.code.to_owned(), it.instead)), expect, "{address}");
    }

    #[test]
    fn passkeys_are_for_names_that_browsers_trust() {
        let named = "https://gantline.example.com";
        check(named, None, Ok(("gantline.example.com", named)));
        check("https://Gantline.Example.com:443", Some(named), Ok(("gantline.example.com", named)));
        let port = "https://gantline.example.com:8443";
        check(port, Some(port), Ok(("gantline.example.com", port)));
        check("http://localhost:8080", None, Ok(("localhost", "http://localhost:8080")));
    }

    #[test]
    fn where_there_are_none_it_is_said_why() {
        let here = Some("http://localhost:8080");
        check("http://127.0.0.1:8080", None, Err(("passkeys_need_a_name", here)));
        check("http://[::1]:8080", None, Err(("passkeys_need_a_name", here)));
        check("https://192.168.1.7", None, Err(("passkeys_need_a_name", None)));
        check("http://gantline.lan", None, Err(("passkeys_need_https", None)));
        check("http://localhost.example.com", None, Err(("passkeys_need_https", None)));
        let ours = "https://gantline.example.com";
        for other in ["https://build-01", "http://gantline.example.com", "null"] {
            check(ours, Some(other), Err(("passkeys_elsewhere", Some(ours))));
        }
    }
}
