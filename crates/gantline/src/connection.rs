//! Which server is meant, and with which right.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use client::{Client, ClientConfig, ServerUrl};
use daemon::MachineConfig;
use host::SystemRng;
use model::{ExposeSecret, SecretString};

use crate::credentials::Credentials;
use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// The server, where none was named.
const SERVER_VARIABLE: &str = "GANTLINE_SERVER";

/// The token, where none was given.
const TOKEN_VARIABLE: &str = "GANTLINE_TOKEN";

/// Certificates to trust, where none were given.
const CA_BUNDLE_VARIABLE: &str = "GANTLINE_CA_BUNDLE";

/// A server on this computer, started without options.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// Which server is meant, and with which right.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionOptions {
    /// Address of the server, such as `https://gantline.example.com`
    /// [env: `GANTLINE_SERVER`; default: where `gantline login` was used last, else
    /// `http://127.0.0.1:8080`].
    #[arg(long, short, value_name = "URL")]
    pub server: Option<ServerUrl>,

    /// API token. Other users of this computer may see it here; better use `gantline login` or
    /// the environment [env: `GANTLINE_TOKEN`].
    #[arg(long, short, value_name = "TOKEN", value_parser = secret)]
    pub token: Option<SecretString>,

    /// Certificates, PEM, that are trusted beside those of the system [env: `GANTLINE_CA_BUNDLE`].
    #[arg(long, value_name = "FILE")]
    pub ca_bundle: Option<PathBuf>,

    /// Send the token to another computer without encryption, where it can be read on the way.
    #[arg(long)]
    pub insecure_http: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "clap's value parsers may fail")]
fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text.to_owned()))
}

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    server: Option<String>,
    token: Option<SecretString>,
    ca_bundle: Option<PathBuf>,
}

impl Environment {
    /// Looks at the environment of this process. Empty variables count as absent.
    pub(crate) fn read() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            server: variable(SERVER_VARIABLE),
            token: variable(TOKEN_VARIABLE).map(SecretString::from),
            ca_bundle: variable(CA_BUNDLE_VARIABLE).map(PathBuf::from),
        }
    }
}

/// A server with a token for it, if there is one.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub server: ServerUrl,
    pub token: Option<SecretString>,
    pub ca_bundle: Option<PathBuf>,
    /// Whether the token may be sent without encryption.
    insecure_http: bool,
}

impl ConnectionOptions {
    /// Takes what was given before the command where nothing was given after it.
    pub(crate) fn or(self, before: &Self) -> Self {
        let before = before.clone();
        Self {
            server: self.server.or(before.server),
            token: self.token.or(before.token),
            ca_bundle: self.ca_bundle.or(before.ca_bundle),
            insecure_http: self.insecure_http || before.insecure_http,
        }
    }

    /// Whether anything was given.
    pub(crate) fn is_given(&self) -> bool {
        self.server.is_some()
            || self.token.is_some()
            || self.ca_bundle.is_some()
            || self.insecure_http
    }

    /// Finds out which server is meant and which token is for it.
    pub(crate) fn resolve(
        &self,
        environment: &Environment,
        credentials: &Credentials,
    ) -> anyhow::Result<Connection> {
        let named = match (&self.server, &environment.server) {
            (Some(server), _) => Some(server.clone()),
            (None, Some(text)) => {
                let server = text.parse().map_err(|error| {
                    Refusal::new(Meaning::Usage, format!("{SERVER_VARIABLE}: {error}"))
                })?;
                Some(server)
            }
            (None, None) => credentials.server(),
        };
        let server = match named {
            Some(server) => server,
            None => DEFAULT_SERVER.parse().context("read the default address")?,
        };
        let given = self.token.clone().or_else(|| environment.token.clone());
        let token = match given {
            Some(token) => Some(token),
            None => credentials.token(&server)?,
        };
        // Documents write an empty token where there is none.
        let token = token.filter(|token| !token.expose_secret().is_empty());
        let ca_bundle = self.ca_bundle.clone().or_else(|| environment.ca_bundle.clone());
        Ok(Connection { server, token, ca_bundle, insecure_http: self.insecure_http })
    }
}

impl Connection {
    /// The server of a machine. It is asked without a token.
    pub(crate) fn of_machine(config: &MachineConfig) -> anyhow::Result<Self> {
        let server = config.server_url.parse().context("read the machine's configuration")?;
        let ca_bundle = config.ca_bundle.clone();
        Ok(Self { server, token: None, ca_bundle, insecure_http: false })
    }

    /// Makes a client that shows the token; refuses to show it where others could read it.
    pub(crate) fn client(&self, words: &dyn Words) -> anyhow::Result<Client> {
        if self.token.is_some() {
            self.check_is_unreadable(words)?;
        }
        self.make(self.token.clone())
    }

    /// Makes a client that shows no token, for what is open to everybody.
    pub(crate) fn anonymous_client(&self) -> anyhow::Result<Client> {
        self.make(None)
    }

    /// Refuses a server to which a secret would travel so that others could read it, unless told.
    pub(crate) fn check_is_unreadable(&self, words: &dyn Words) -> Result<(), Refusal> {
        if self.server.is_encrypted() || self.server.is_loopback() || self.insecure_http {
            return Ok(());
        }
        let message = words.token_readable(&self.server.to_string());
        Err(Refusal::new(Meaning::Usage, message).with_hint(words.hint_token_readable()))
    }

    fn make(&self, token: Option<SecretString>) -> anyhow::Result<Client> {
        let ca_bundle = match &self.ca_bundle {
            Some(path) => Some(std::fs::read(path).map_err(|error| {
                Refusal::new(Meaning::Usage, format!("read {}: {error}", path.display()))
            })?),
            None => None,
        };
        let config = ClientConfig::new(self.server.clone(), Arc::new(SystemRng::default()));
        Ok(Client::new(ClientConfig { token, ca_bundle, ..config })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::tests::none as no_credentials;
    use crate::words;

    fn options(server: Option<&str>, token: Option<&str>) -> ConnectionOptions {
        ConnectionOptions {
            server: server.map(|server| server.parse().unwrap()),
            token: token.map(|token| SecretString::from(token.to_owned())),
            ..ConnectionOptions::default()
        }
    }

    #[test]
    fn an_empty_token_is_none() {
        assert_eq!(resolve(&options(None, Some("")), &Environment::default()).1, None);
    }

    fn resolve(options: &ConnectionOptions, environment: &Environment) -> (String, Option<String>) {
        let resolved = options.resolve(environment, &no_credentials()).unwrap();
        let token = resolved.token.map(|token| token.expose_secret().to_owned());
        (resolved.server.to_string(), token)
    }

    #[test]
    fn what_is_said_last_and_nearest_counts() {
        let environment = Environment {
            server: Some("ws://env:1/ws".to_owned()),
            token: Some(SecretString::from("env".to_owned())),
            ca_bundle: None,
        };
        let nothing = options(None, None);
        let own = |server: &str| (server.to_owned(), None);
        assert_eq!(resolve(&nothing, &Environment::default()), own("http://127.0.0.1:8080"));
        let (server, token) = resolve(&nothing, &environment);
        assert_eq!((server.as_str(), token.as_deref()), ("http://env:1", Some("env")));
        let after = options(Some("http://after:2"), None);
        let both = after.or(&options(Some("http://before:3"), Some("before")));
        let (server, token) = resolve(&both, &environment);
        assert_eq!((server.as_str(), token.as_deref()), ("http://after:2", Some("before")));
    }

    #[test]
    fn a_bad_address_in_the_environment_names_its_variable() {
        let environment = Environment { server: Some("nonsense".to_owned()), ..Default::default() };
        let error = options(None, None).resolve(&environment, &no_credentials());
        let error = error.unwrap_err();
        assert!(error.to_string().starts_with("GANTLINE_SERVER: "), "{error}");
        assert_eq!(crate::exit::meaning(&error), Meaning::Usage);
    }

    /// A token leaves this computer only encrypted, unless told.
    #[test]
    fn a_token_is_not_sent_where_it_can_be_read() {
        let words = words::of(words::Language::English);
        let connection = |server: &str, insecure_http| {
            let options = ConnectionOptions { insecure_http, ..options(Some(server), Some("t")) };
            options.resolve(&Environment::default(), &no_credentials()).unwrap()
        };
        let error = connection("http://10.0.0.1", false).client(words).unwrap_err();
        assert_eq!(crate::exit::meaning(&error), Meaning::Usage);
        assert!(connection("http://10.0.0.1", false).anonymous_client().is_ok());
        assert!(connection("http://10.0.0.1", true).client(words).is_ok());
        assert!(connection("http://127.0.0.1:8080", false).client(words).is_ok());
        assert!(!format!("{:?}", options(None, Some("s3cret"))).contains("s3cret"));
    }
}
