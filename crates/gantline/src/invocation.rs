//! What holds for a whole call of the program, whichever command it is.

use client::Client;

use crate::connection::{Connection, ConnectionOptions, Environment};
use crate::credentials::Credentials;
use crate::words::Words;

/// What holds for a whole call of the program.
pub(crate) struct Invocation {
    /// How to speak with the user.
    pub words: &'static dyn Words,
    /// The connection, as far as it was given before the command.
    pub before: ConnectionOptions,
}

impl Invocation {
    /// The server that is meant, and a token for it.
    pub(crate) fn connection(&self, options: ConnectionOptions) -> anyhow::Result<Connection> {
        let credentials = Credentials::read()?;
        options.or(&self.before).resolve(&Environment::read(), &credentials)
    }

    /// A client of the server that is meant.
    pub(crate) fn client(&self, options: ConnectionOptions) -> anyhow::Result<Client> {
        self.connection(options)?.client(self.words)
    }
}
