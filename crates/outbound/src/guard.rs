//! Where the server may connect to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;

use crate::address::is_public;
use crate::connector::ConnectError;
use crate::host::{self, Host};

/// How long looking a name up may take when an address is saved.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(5);

/// Why the server does not connect to a URI. The text fits "the address is refused: …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// It would not be encrypted.
    #[error("it must begin with https://")]
    Scheme,
    /// Its host could be read in two ways.
    #[error("{0:?} is neither the name of a host nor an address in its usual form")]
    Host(String),
    /// Its host is in somebody's own network.
    #[error("{0} is not on the public internet")]
    NotPublic(String),
}

/// Decides to which hosts connections may be made. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    trusted: Arc<[String]>,
    names: Names,
}

/// Who says where a name leads.
#[derive(Debug, Clone, Default)]
enum Names {
    /// The operating system.
    #[default]
    System,
    /// A test: the answers in the order in which they are given.
    #[cfg(test)]
    Told(Arc<std::sync::Mutex<Vec<Vec<SocketAddr>>>>),
}

impl Guard {
    /// `trusted` are the hosts that the operator lists in the server's own configuration: reached
    /// wherever they are, and without encryption if the URI says so. Each is `host:port`; without
    /// a port it is the one of the scheme.
    pub fn new<T: AsRef<str>>(trusted: impl IntoIterator<Item = T>) -> Self {
        let trusted = trusted.into_iter().map(|host| host.as_ref().trim().to_ascii_lowercase());
        Self { trusted: trusted.collect(), names: Names::System }
    }

    /// The same with these answers to the next questions where a name leads.
    #[cfg(test)]
    pub(crate) fn with_answers(
        self,
        answers: impl IntoIterator<Item = Vec<SocketAddr>, IntoIter: DoubleEndedIterator>,
    ) -> Self {
        let answers = answers.into_iter().rev().collect();
        Self { names: Names::Told(Arc::new(std::sync::Mutex::new(answers))), ..self }
    }

    /// Whether a connection to `uri` would be allowed, asked when somebody saves it. A name that
    /// nobody knows at the moment passes: it is judged again at every connection.
    pub async fn check(&self, uri: &Uri) -> Result<(), Forbidden> {
        let looked_up = tokio::time::timeout(LOOK_UP_WITHIN, self.addresses(uri)).await;
        match looked_up {
            Ok(Err(ConnectError::Forbidden(forbidden))) => Err(forbidden),
            _ => Ok(()),
        }
    }

    /// The addresses to which a connection for `uri` may be made; never none.
    pub(crate) async fn addresses(&self, uri: &Uri) -> Result<Vec<SocketAddr>, ConnectError> {
        let name = uri.host().unwrap_or_default();
        let host = host::read(name).ok_or_else(|| Forbidden::Host(name.to_owned()))?;
        let trusted = self.trusts(uri, name);
        if uri.scheme() != Some(&Scheme::HTTPS) && !trusted {
            return Err(Forbidden::Scheme.into());
        }
        let found = self.names.look_up(host, port(uri)).await.map_err(ConnectError::LookUp)?;
        if found.is_empty() {
            return Err(ConnectError::LookUp(io::ErrorKind::NotFound.into()));
        }
        let allowed: Vec<_> =
            found.into_iter().filter(|address| trusted || is_public(address.ip())).collect();
        if allowed.is_empty() {
            return Err(Forbidden::NotPublic(name.to_owned()).into());
        }
        Ok(allowed)
    }

    fn trusts(&self, uri: &Uri, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let with_port = format!("{host}:{}", port(uri));
        let listed = |wanted: &str| self.trusted.iter().any(|trusted| trusted == wanted);
        listed(&with_port) || (port(uri) == default_port(uri) && listed(&host))
    }
}

impl Names {
    async fn look_up(&self, host: Host<'_>, port: u16) -> io::Result<Vec<SocketAddr>> {
        match (self, host) {
            (_, Host::Address(address)) => Ok(vec![SocketAddr::new(address, port)]),
            (Self::System, Host::Name(name)) => {
                Ok(tokio::net::lookup_host((name, port)).await?.collect())
            }
            #[cfg(test)]
            (Self::Told(answers), Host::Name(_)) => {
                let next = answers.lock().ok().and_then(|mut answers| answers.pop());
                Ok(next.unwrap_or_default())
            }
        }
    }
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or_else(|| default_port(uri))
}

fn default_port(uri: &Uri) -> u16 {
    if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(guard: &Guard, uri: &str) -> Result<(), Forbidden> {
        guard.check(&uri.parse().unwrap()).await
    }

    /// S87: neither literally nor by name.
    #[tokio::test]
    async fn what_is_not_public_is_forbidden() {
        let guard = Guard::default();
        for uri in [
            "https://127.0.0.1/v1",
            "https://10.0.0.7:8443/v1",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/v1",
            "https://[::ffff:127.0.0.1]/v1",
            "https://[fd00::1]/v1",
            "https://0.0.0.0/v1",
            "https://localhost/v1",
        ] {
            let refused = check(&guard, uri).await;
            assert!(matches!(refused, Err(Forbidden::NotPublic(_))), "{uri}: {refused:?}");
        }
        for uri in ["https://2130706433/v1", "https://0x7f.1/v1", "https://localhost./v1"] {
            let refused = check(&guard, uri).await;
            assert!(matches!(refused, Err(Forbidden::Host(_))), "{uri}: {refused:?}");
        }
        assert_eq!(check(&guard, "http://8.8.8.8/v1").await, Err(Forbidden::Scheme));
        assert_eq!(check(&guard, "https://8.8.8.8/v1").await, Ok(()));
    }

    #[tokio::test]
    async fn the_operator_may_trust_a_host_and_port() {
        let guard = Guard::new(["LOCALHOST:8000", "10.0.0.7", "[::1]:9000"]);
        for uri in [
            "http://localhost:8000/v1",
            "https://Localhost:8000/v1",
            "http://10.0.0.7/v1",
            "https://10.0.0.7/v1",
            "http://[::1]:9000/v1",
        ] {
            assert_eq!(check(&guard, uri).await, Ok(()), "{uri}");
        }
        for uri in ["http://localhost:8001/v1", "http://10.0.0.7:81/v1", "https://[::1]/v1"] {
            assert!(check(&guard, uri).await.is_err(), "{uri}");
        }
    }

    /// A server without a network can still be set up.
    #[tokio::test]
    async fn a_name_that_nobody_knows_passes_until_it_is_used() {
        let guard = Guard::default();
        let uri = "https://nobody.invalid/v1";
        assert_eq!(check(&guard, uri).await, Ok(()));
        let used = guard.addresses(&uri.parse().unwrap()).await;
        assert!(matches!(used, Err(ConnectError::LookUp(_))));
    }
}
