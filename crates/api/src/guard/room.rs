//! How much memory the bodies of requests may take, all together (R36). Who comes while there is no
//! room is asked to come back, instead of bringing the server down for everybody.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For all bodies of people and programs that are known: two dozen of the largest prompts. Files,
/// imports and model calls have bounds of their own.
const KNOWN_BYTES: usize = 128 * 1024 * 1024;

/// For all bodies of those who are not known yet. Who signs in needs none of it, so strangers can take
/// it from strangers only.
const STRANGERS_BYTES: usize = 16 * 1024 * 1024;

/// For what machines bring with their polls, which says who they are only when it is read.
const POLLS_BYTES: usize = 64 * 1024 * 1024;

/// A body of this size takes no more than its connection does, and those are counted.
const SMALL_BYTES: u64 = 4 * 1024;

/// In so many bytes room is measured.
const KIB: usize = 1024;

/// Whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Somebody's who was let in.
    Known,
    /// Somebody's of whom nothing is known.
    Stranger,
    /// A machine's, or who says so.
    Poll,
}

/// The room for bodies. Shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct BodyRoom {
    known: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    polls: Arc<Semaphore>,
}

/// There is no room for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRoom;

/// A body with the room that it takes.
struct Roomed {
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Roomed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl BodyRoom {
    /// Nobody is inside.
    pub(crate) fn new() -> Self {
        let room = |bytes: usize| Arc::new(Semaphore::new(bytes / KIB));
        Self {
            known: room(KNOWN_BYTES),
            strangers: room(STRANGERS_BYTES),
            polls: room(POLLS_BYTES),
        }
    }

    /// Takes the room for a body of at most so many bytes; `None` for one that needs none.
    pub(crate) fn take(
        &self,
        whose: Whose,
        most_bytes: u64,
    ) -> Result<Option<OwnedSemaphorePermit>, NoRoom> {
        if most_bytes <= SMALL_BYTES {
            return Ok(None);
        }
        let room = match whose {
            Whose::Known => &self.known,
            Whose::Stranger => &self.strangers,
            Whose::Poll => &self.polls,
        };
        let kibibytes = u32::try_from(most_bytes.div_ceil(KIB as u64)).unwrap_or(u32::MAX);
        room.clone().try_acquire_many_owned(kibibytes).map(Some).map_err(|_| NoRoom)
    }
}

/// The body, which gives its room back when nobody has it any more.
pub(crate) fn with_room(bytes: Bytes, room: Option<OwnedSemaphorePermit>) -> Bytes {
    match room {
        Some(room) => Bytes::from_owner(Roomed { bytes, _room: room }),
        None => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::PROMPT_LIMIT_BYTES;

    const LARGEST: u64 = PROMPT_LIMIT_BYTES as u64;

    /// R36: the bodies of all requests share one room; small ones need none, and what was taken comes
    /// back with the last of what was read.
    #[test]
    fn bodies_share_one_room() {
        let room = BodyRoom::new();
        let mut inside = Vec::new();
        while let Ok(place) = room.take(Whose::Known, LARGEST) {
            assert!(place.is_some(), "a large body takes room");
            inside.push(with_room(Bytes::from_static(b"read"), place));
        }
        assert_eq!(inside.len(), KNOWN_BYTES / PROMPT_LIMIT_BYTES);
        assert!(room.take(Whose::Known, SMALL_BYTES).is_ok_and(|place| place.is_none()));
        let part = inside.pop().map(|body| body.slice(1..));
        assert_eq!(room.take(Whose::Known, LARGEST).err(), Some(NoRoom));
        drop(part);
        assert!(room.take(Whose::Known, LARGEST).is_ok());
    }

    /// R36, S118: whoever fills the room of strangers keeps nobody out who is known, and no machine.
    #[test]
    fn strangers_take_room_from_strangers_only() {
        let room = BodyRoom::new();
        let mut inside = Vec::new();
        while let Ok(place) = room.take(Whose::Stranger, LARGEST) {
            inside.push(place);
        }
        assert!(room.take(Whose::Known, LARGEST).is_ok_and(|place| place.is_some()));
        assert!(room.take(Whose::Poll, LARGEST).is_ok_and(|place| place.is_some()));
    }
}
