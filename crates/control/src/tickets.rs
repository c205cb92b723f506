//! Tickets: what lets a page that has a token, and no login, open one WebSocket. A browser cannot
//! send a header with it, and a token has no business in an address, where logs and histories keep
//! it. A ticket works once and for half a minute; whoever finds one later finds nothing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use model::{Actor, SecretString, Tick};

use crate::authorise::acting_user;
use crate::credentials::reauthenticate;
use crate::{ControlPlane, Error};

/// How long a ticket works.
pub const TICKET_LASTS: Duration = Duration::from_secs(30);

/// Tickets of one user that may be open; the oldest gives way.
const MAX_PER_USER: usize = 16;

/// Tickets that may be open in all; the oldest gives way.
const MAX_OPEN: usize = 4_096;

/// Open tickets, by the digest of their secret. They are not kept over a restart.
#[derive(Debug, Default)]
pub(crate) struct Tickets {
    open: Mutex<HashMap<[u8; 32], Ticket>>,
}

#[derive(Debug, Clone, Copy)]
struct Ticket {
    actor: Actor,
    issued_at: Tick,
}

/// Gives the actor a ticket, once and in the clear.
pub fn ticket_issue(plane: &ControlPlane, actor: &Actor) -> Result<SecretString, Error> {
    acting_user(actor)?;
    let mut secret = [0; 32];
    plane.rng().fill(&mut secret);
    let text = hex::encode(secret);
    plane.tickets.add(digest(&text), Ticket { actor: *actor, issued_at: plane.clock().tick() });
    Ok(SecretString::from(text))
}

/// Takes a ticket in; answers who it was given to, as they are now.
pub async fn ticket_redeem(plane: &ControlPlane, text: &str) -> Result<Actor, Error> {
    let ticket = plane.tickets.take(&digest(text));
    let now = plane.clock().tick();
    let ticket = ticket.filter(|ticket| now.since(ticket.issued_at) < TICKET_LASTS);
    let Some(ticket) = ticket else {
        let message = "this ticket is unknown, was used, or is too old";
        return Err(Error::unauthenticated("ticket_refused", message)
            .with_hint("ask for another one with POST /api/auth/ticket"));
    };
    reauthenticate(plane, &ticket.actor).await
}

impl Tickets {
    fn add(&self, digest: [u8; 32], ticket: Ticket) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, known| ticket.issued_at.since(known.issued_at) < TICKET_LASTS);
        let own = ticket.actor.user();
        make_room(&mut open, MAX_PER_USER, |known| known.actor.user() == own);
        make_room(&mut open, MAX_OPEN, |_| true);
        open.insert(digest, ticket);
    }

    fn take(&self, digest: &[u8; 32]) -> Option<Ticket> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(digest)
    }
}

/// Drops the oldest of those that count until there is room for one more.
fn make_room(open: &mut HashMap<[u8; 32], Ticket>, limit: usize, counts: impl Fn(&Ticket) -> bool) {
    while open.values().filter(|known| counts(known)).count() >= limit {
        let counted = open.iter().filter(|(_, known)| counts(known));
        let oldest = counted.min_by_key(|(_, known)| known.issued_at).map(|(digest, _)| *digest);
        let Some(oldest) = oldest else { return };
        open.remove(&oldest);
    }
}

fn digest(text: &str) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use model::actor::Credential;
    use model::rng::CountingRng;
    use model::{Role, TenantId, Timestamp, UserId};

    use super::*;

    fn ticket(rng: &CountingRng, at: Duration) -> Ticket {
        let now = Timestamp::from_millis(1);
        let actor = Actor::User {
            user: UserId::new(now, rng),
            tenant: TenantId::new(now, rng),
            role: Role::User,
            credential: Credential::SharedToken,
        };
        Ticket { actor, issued_at: Tick::from_millis(0) + at }
    }

    #[test]
    fn a_ticket_works_once() {
        let (tickets, rng) = (Tickets::default(), CountingRng::default());
        tickets.add([1; 32], ticket(&rng, Duration::ZERO));
        assert!(tickets.take(&[1; 32]).is_some());
        assert!(tickets.take(&[1; 32]).is_none());
    }

    #[test]
    fn the_oldest_of_too_many_gives_way() {
        let (tickets, rng) = (Tickets::default(), CountingRng::default());
        let one = ticket(&rng, Duration::ZERO);
        for number in 0..=MAX_PER_USER {
            let at = Duration::from_millis(number as u64);
            let mut digest = [0; 32];
            digest[0] = u8::try_from(number).unwrap();
            tickets.add(digest, Ticket { issued_at: Tick::from_millis(0) + at, ..one });
        }
        assert!(tickets.take(&[0; 32]).is_none(), "the first is gone");
        let mut last = [0; 32];
        last[0] = u8::try_from(MAX_PER_USER).unwrap();
        assert!(tickets.take(&last).is_some());
    }
}
