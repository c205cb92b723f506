//! With which key the machine proves who it is: the one that it has, or the next one, where it has made one
//! (S62).
//!
//! A machine that has a next key comes with that first. Where the server does not know it, the machine comes
//! with the one that it has, and forgets the next one; a server that sees it do so forgets it, too.

use std::path::PathBuf;

use link::event::{Refused, Word};
use link::{Down, IdentityKey};
use wire::handshake::RefusalCode;

use crate::identity::MachineIdentity;

/// The keys of the machine.
pub(crate) struct Proving {
    directory: PathBuf,
    current: IdentityKey,
    /// The next one, while a link is to come up with it.
    trying: Option<IdentityKey>,
    /// Whether the server did not know the next one.
    is_next_refused: bool,
}

impl Proving {
    /// Begins with the key that the machine has.
    pub(crate) const fn new(directory: PathBuf, current: IdentityKey) -> Self {
        Self { directory, current, trying: None, is_next_refused: false }
    }

    /// The key for a new link.
    pub(super) fn choose(&mut self) -> IdentityKey {
        self.trying = None;
        if !self.is_next_refused {
            match MachineIdentity::read_next(&self.directory) {
                Ok(next) => self.trying = next.map(|next| next.key()),
                Err(error) => tracing::error!(%error, "cannot read the machine's next key"),
            }
        }
        self.trying.clone().unwrap_or_else(|| self.current.clone())
    }

    /// A link with the key that was chosen last is up.
    pub(super) fn came_up(&mut self) {
        // Whatever fails here is made up for: the next start comes with the next key first, again.
        let settled = match self.trying.take() {
            Some(next) => {
                tracing::info!("the machine's key was replaced");
                self.current = next;
                MachineIdentity::promote(&self.directory)
            }
            None if self.is_next_refused => MachineIdentity::drop_next(&self.directory),
            None => Ok(()),
        };
        self.is_next_refused = false;
        if let Err(error) = settled {
            tracing::error!(%error, "cannot put the machine's key in its place");
        }
    }

    /// Whether a link ended in a way that calls for coming at once with the other key.
    pub(super) fn is_to_come_with_the_other(&mut self, down: &Down) -> bool {
        let is_unknown = matches!(
            down,
            Down::Refused(Refused { code: RefusalCode::Identity, word: Word::Sealed, .. })
        );
        // Where the server knows neither, both are tried again.
        self.is_next_refused = is_unknown && self.trying.take().is_some();
        self.is_next_refused
    }
}
