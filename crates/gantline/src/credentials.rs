//! Where tokens are kept between two commands: in the keychain of the system, or else in `cli.toml`
//! in the user's data directory, readable by nobody else, which says in either case where they are.
//! Each token belongs to one server and is never shown to another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context;
use client::ServerUrl;
use model::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::keychain::{Keychain, SystemKeychain};

/// The file's name.
const FILE: &str = "cli.toml";

/// What is kept.
pub(crate) struct Credentials {
    path: PathBuf,
    contents: Contents,
    keychain: Box<dyn Keychain>,
}

/// Where to keep a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Store {
    /// In the keychain where there is one, else in the file.
    #[default]
    Auto,
    /// In the keychain, or nowhere.
    Keychain,
    /// In `cli.toml`, readable by its owner only.
    File,
}

/// Where a token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    InKeychain,
    InFile {
        path: PathBuf,
        /// Why not in the keychain, where that was tried.
        because: Option<String>,
    },
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
    /// Servers whose tokens are in the keychain.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    keychain: BTreeSet<String>,
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
        Self::read_from(&host::directories::data_directory()?, Box::new(SystemKeychain))
    }

    fn read_from(directory: &Path, keychain: Box<dyn Keychain>) -> anyhow::Result<Self> {
        let path = directory.join(FILE);
        let Some(bytes) = host::private::read(&path)? else {
            return Ok(Self { path, contents: Contents::default(), keychain });
        };
        let text = String::from_utf8(bytes).context("read cli.toml")?;
        // What toml says of a mistake quotes the line, and the line may hold a token.
        let contents = toml::from_str(&text).map_err(|_| {
            let path = path.display();
            anyhow::anyhow!(
                "{path} is not what `gantline login` writes; remove it and sign in anew"
            )
        })?;
        Ok(Self { path, contents, keychain })
    }

    /// The server that was signed in to last.
    pub(crate) fn server(&self) -> Option<ServerUrl> {
        self.contents.server.as_ref()?.parse().ok()
    }

    /// The token for a server.
    pub(crate) fn token(&self, server: &ServerUrl) -> anyhow::Result<Option<SecretString>> {
        let address = server.to_string();
        if let Some(token) = self.contents.tokens.get(&address) {
            return Ok(Some(SecretString::from(token.clone())));
        }
        if !self.contents.keychain.contains(&address) {
            return Ok(None);
        }
        self.keychain.secret(&address).context("read the token of `gantline login`")
    }

    /// Keeps a token; its server is the one that is meant from now on.
    pub(crate) fn keep(
        &mut self,
        server: &ServerUrl,
        token: &SecretString,
        store: Store,
    ) -> anyhow::Result<Kept> {
        let address = server.to_string();
        let tried = match store {
            Store::Auto => Some(self.keychain.keep(&address, token)),
            Store::Keychain => Some(Ok(self.keychain.keep(&address, token)?)),
            Store::File => None,
        };
        let kept = match tried {
            Some(Ok(())) => {
                self.contents.tokens.remove(&address);
                self.contents.keychain.insert(address.clone());
                Kept::InKeychain
            }
            other => {
                self.contents.keychain.remove(&address);
                self.contents.tokens.insert(address.clone(), token.expose_secret().to_owned());
                let because = other.and_then(Result::err).map(|error| error.to_string());
                Kept::InFile { path: self.path.clone(), because }
            }
        };
        self.contents.server = Some(address);
        self.write()?;
        Ok(kept)
    }

    /// Forgets the token for a server. Answers whether there was one.
    pub(crate) fn forget(&mut self, server: &ServerUrl) -> anyhow::Result<bool> {
        let address = server.to_string();
        let was_in_file = self.contents.tokens.remove(&address).is_some();
        let was_in_keychain = self.contents.keychain.contains(&address);
        if was_in_keychain {
            self.keychain.forget(&address).context("forget the token in the keychain")?;
            self.contents.keychain.remove(&address);
        }
        if !was_in_file && !was_in_keychain {
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

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("path", &self.path)
            .field("contents", &self.contents)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;
