//! The address of a server, as people write it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};

/// Where the WebSocket is; documents print the whole address with it.
const LIVE_PATH: &str = "/ws";

/// The address of a server: scheme, host and port, nothing else.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ServerUrl {
    scheme: Scheme,
    authority: Authority,
}

/// A text is not the address of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidServerUrl {
    /// It has no meaning at all.
    #[error("{0:?} is not an address such as http://127.0.0.1:8080")]
    Malformed(String),
    /// Another scheme.
    #[error("the address must begin with http://, https://, ws:// or wss://, not {0}://")]
    Scheme(String),
    /// A path, or something after a question mark.
    #[error("the address must end after host and port; {0:?} does not belong there")]
    Path(String),
    /// A name or a password before the host.
    #[error("the address must hold no name or password; sign in with a token instead")]
    Credentials,
}

impl ServerUrl {
    /// Whether what is sent there is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether it is this computer.
    pub fn is_loopback(&self) -> bool {
        let host = self.authority.host();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        host.eq_ignore_ascii_case("localhost")
            || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// The address of something on the server. `path` begins with `/` and is encoded already.
    pub(crate) fn at(&self, path: &str) -> Result<Uri, http::Error> {
        let builder = Uri::builder().scheme(self.scheme.clone());
        builder.authority(self.authority.clone()).path_and_query(path).build()
    }
}

impl FromStr for ServerUrl {
    type Err = InvalidServerUrl;

    fn from_str(text: &str) -> Result<Self, InvalidServerUrl> {
        let text = text.trim();
        let malformed = || InvalidServerUrl::Malformed(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        let scheme = match uri.scheme_str() {
            Some("http" | "ws") => Scheme::HTTP,
            Some("https" | "wss") => Scheme::HTTPS,
            Some(other) => return Err(InvalidServerUrl::Scheme(other.to_owned())),
            None => return Err(malformed()),
        };
        let authority = uri.authority().ok_or_else(malformed)?;
        if authority.as_str().contains('@') {
            return Err(InvalidServerUrl::Credentials);
        }
        let rest = uri.path_and_query().map_or("", |rest| rest.as_str());
        if !matches!(rest, "" | "/" | LIVE_PATH) {
            return Err(InvalidServerUrl::Path(rest.to_owned()));
        }
        if authority.host().is_empty() {
            return Err(malformed());
        }
        Ok(Self { scheme, authority: authority.clone() })
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(text.parse::<ServerUrl>().unwrap().to_string(), expect, "{text}");
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        check("http://127.0.0.1:8080", "http://127.0.0.1:8080");
        check("https://gantline.example.com/", "https://gantline.example.com");
        check("ws://localhost:8080/ws", "http://localhost:8080");
        check("wss://gantline.example.com/ws", "https://gantline.example.com");
        check(" http://[::1]:8080 ", "http://[::1]:8080");
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_the_reason() {
        for (text, says) in [
            ("", "is not an address"),
            ("127.0.0.1:8080", "is not an address"),
            ("http:///ws", "is not an address"),
            ("ftp://host", "not ftp://"),
            ("http://host/console", "/console"),
            ("http://host/?token=x", "?token=x"),
        ] {
            let error = text.parse::<ServerUrl>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    /// S15: a password in an address would end up in histories and logs.
    #[test]
    fn an_address_holds_no_secret() {
        let error = "http://ana:secret@host".parse::<ServerUrl>().unwrap_err();
        assert_eq!(error, InvalidServerUrl::Credentials);
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn this_computer_has_several_names() {
        let is_loopback = |text: &str| text.parse::<ServerUrl>().unwrap().is_loopback();
        for text in ["http://127.0.0.1", "http://127.0.0.9:1", "http://[::1]:1", "http://LocalHost"]
        {
            assert!(is_loopback(text), "{text}");
        }
        for text in ["http://10.0.0.1", "http://localhost.example.com", "http://[fe80::1]"] {
            assert!(!is_loopback(text), "{text}");
        }
    }

    #[test]
    fn places_on_the_server_keep_its_address() {
        let server: ServerUrl = "wss://gantline.example.com/ws".parse().unwrap();
        let uri = server.at("/api/sessions?limit=2").unwrap();
        assert_eq!(uri.to_string(), "https://gantline.example.com/api/sessions?limit=2");
    }
}
