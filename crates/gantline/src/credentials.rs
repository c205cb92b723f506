//! Where tokens are kept between two commands: `cli.toml` in the user's data directory, readable
//! by nobody else. Each token belongs to one server and is never shown to another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use client::ServerUrl;
use model::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// The file's name.
const FILE: &str = "cli.toml";

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    path: PathBuf,
    contents: Contents,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    /// The server that is meant if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    /// Tokens, by the address of their server.
    #[serde(default)]
    tokens: BTreeMap<String, String>,
}

impl std::fmt::Debug for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let servers: Vec<_> = self.tokens.keys().collect();
        f.debug_struct("Contents").field("servers", &servers).finish_non_exhaustive()
    }
}

impl Credentials {
    /// Reads what is kept for this user.
    pub(crate) fn read() -> anyhow::Result<Self> {
        Self::read_from(&host::directories::data_directory()?)
    }

    fn read_from(directory: &Path) -> anyhow::Result<Self> {
        let path = directory.join(FILE);
        let Some(bytes) = host::private::read(&path)? else {
            return Ok(Self { path, contents: Contents::default() });
        };
        let text = String::from_utf8(bytes).context("read cli.toml")?;
        // What toml says of a mistake quotes the line, and the line may hold a token.
        let contents = toml::from_str(&text).map_err(|_| {
            let path = path.display();
            anyhow::anyhow!(
                "{path} is not what `gantline login` writes; remove it and sign in anew"
            )
        })?;
        Ok(Self { path, contents })
    }

    /// The server that was signed in to last.
    pub(crate) fn server(&self) -> Option<ServerUrl> {
        self.contents.server.as_ref()?.parse().ok()
    }

    /// The token for a server.
    pub(crate) fn token(&self, server: &ServerUrl) -> Option<SecretString> {
        self.contents.tokens.get(&server.to_string()).cloned().map(SecretString::from)
    }

    /// Keeps a token; its server is the one that is meant from now on.
    pub(crate) fn keep(&mut self, server: &ServerUrl, token: &SecretString) -> anyhow::Result<()> {
        let address = server.to_string();
        self.contents.tokens.insert(address.clone(), token.expose_secret().to_owned());
        self.contents.server = Some(address);
        self.write()
    }

    /// Forgets the token for a server. Answers whether there was one.
    pub(crate) fn forget(&mut self, server: &ServerUrl) -> anyhow::Result<bool> {
        let address = server.to_string();
        if self.contents.tokens.remove(&address).is_none() {
            return Ok(false);
        }
        if self.contents.server.as_ref() == Some(&address) {
            self.contents.server = None;
        }
        self.write()?;
        Ok(true)
    }

    fn write(&self) -> anyhow::Result<()> {
        if let Some(directory) = self.path.parent() {
            host::private::directory(directory)?;
        }
        let text = toml::to_string(&self.contents).context("write cli.toml")?;
        Ok(host::private::write(&self.path, text.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> ServerUrl {
        text.parse().unwrap()
    }

    #[test]
    fn a_token_is_kept_for_its_server_alone() {
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().join("gantline");
        let (ours, other) = (server("http://127.0.0.1:1"), server("https://example.com"));
        let mut credentials = Credentials::read_from(&home).unwrap();
        assert!(credentials.server().is_none());
        credentials.keep(&ours, &SecretString::from("s3cret".to_owned())).unwrap();
        let mut again = Credentials::read_from(&home).unwrap();
        assert_eq!(again.server(), Some(ours.clone()));
        assert_eq!(again.token(&ours).unwrap().expose_secret(), "s3cret");
        assert!(again.token(&other).is_none());
        assert!(again.forget(&ours).unwrap() && !again.forget(&ours).unwrap());
        let empty = Credentials::read_from(&home).unwrap();
        assert!(empty.token(&ours).is_none() && empty.server().is_none());
    }

    /// S80: nobody else can read the tokens, and a file that others could read is refused.
    #[cfg(unix)]
    #[test]
    fn tokens_are_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let home = directory.path().join("gantline");
        let mut credentials = Credentials::read_from(&home).unwrap();
        let token = SecretString::from("s3cret".to_owned());
        credentials.keep(&server("http://127.0.0.1:1"), &token).unwrap();
        let path = home.join(FILE);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = Credentials::read_from(&home).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }

    /// S15: neither a dump nor a complaint shows a token.
    #[test]
    fn a_token_is_in_no_text() {
        let directory = tempfile::tempdir().unwrap();
        host::private::write(&directory.path().join(FILE), b"tokens = { \"http://h\" = s3cret }")
            .unwrap();
        let error = format!("{:?}", Credentials::read_from(directory.path()).unwrap_err());
        assert!(!error.contains("s3cret"), "{error}");
        let mut credentials = Credentials::read_from(&directory.path().join("new")).unwrap();
        let token = SecretString::from("s3cret".to_owned());
        credentials.keep(&server("http://h"), &token).unwrap();
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }
}
