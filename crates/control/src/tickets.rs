//! Tickets: what lets a page that has a token, and no login, open one WebSocket. A browser cannot
//! send a header with it, and a token has no business in an address, where logs and histories keep
//! it. A ticket works once and for half a minute; whoever finds one later finds nothing.

use std::time::Duration;

use model::{Actor, SecretString};

use crate::authorise::acting_user;
use crate::brief::{self, Brief, Digest};
use crate::credentials::reauthenticate;
use crate::{ControlPlane, Error};

/// How long a ticket works.
pub const TICKET_LASTS: Duration = Duration::from_secs(30);

/// Tickets of one user that may be open; the oldest gives way.
const MAX_PER_USER: usize = 16;

/// Tickets that may be open in all; the oldest gives way.
const MAX_OPEN: usize = 4_096;

/// Open tickets: who each was given to, by the digest of its secret.
#[derive(Debug)]
pub(crate) struct Tickets(Brief<Digest, Actor>);

impl Default for Tickets {
    fn default() -> Self {
        Self(Brief::new(TICKET_LASTS, MAX_OPEN))
    }
}

/// Gives the actor a ticket, once and in the clear.
pub fn ticket_issue(plane: &ControlPlane, actor: &Actor) -> Result<SecretString, Error> {
    let user = acting_user(actor)?;
    let (text, digest) = brief::secret(&**plane.rng());
    let is_own = |known: &Actor| known.user() == Some(user);
    plane.tickets.0.put(plane.clock().tick(), digest, *actor, MAX_PER_USER, is_own);
    Ok(text)
}

/// Takes a ticket in; answers who it was given to, as they are now.
pub async fn ticket_redeem(plane: &ControlPlane, text: &str) -> Result<Actor, Error> {
    let actor = plane.tickets.0.take(plane.clock().tick(), &brief::digest(text));
    let Some(actor) = actor else {
        let message = "this ticket is unknown, was used, or is too old";
        return Err(Error::unauthenticated("ticket_refused", message)
            .with_hint("ask for another one with POST /api/auth/ticket"));
    };
    reauthenticate(plane, &actor).await
}
