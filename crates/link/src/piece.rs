//! Long frames travel in pieces, so that an urgent frame never waits behind more than one of them,
//! and so that a slow line is not taken for a dead one while a long frame is on its way.
//!
//! The first byte of an opened message says to which class of frames its piece belongs, and
//! whether it is the last of its frame. Frames of one class follow each other; pieces of different
//! classes may alternate.

use bytes::{Buf, Bytes, BytesMut};
use wire::limits::MAX_FRAME_BYTES;

use crate::error::LinkError;
use crate::queue::Class;

const LAST: u8 = 1;

/// The first byte of a message.
pub(crate) fn mark(class: Class, last: bool) -> u8 {
    (class as u8) << 1 | u8::from(last)
}

/// Puts the pieces of frames together again.
#[derive(Default)]
pub(crate) struct Assembler {
    /// What has come of a frame, for each class.
    begun: [BytesMut; Class::ALL.len()],
}

impl Assembler {
    /// Takes an opened message; gives a whole frame's bytes if this was its last piece. A frame
    /// that came in one piece is not copied.
    pub(crate) fn take(&mut self, mut message: Bytes) -> Result<Option<Bytes>, LinkError> {
        if message.is_empty() {
            return Err(LinkError::Rule { rule: "a message is never empty" });
        }
        let mark = message.get_u8();
        let begun = self
            .begun
            .get_mut(usize::from(mark >> 1))
            .ok_or(LinkError::Rule { rule: "a message belongs to a known class" })?;
        let size = begun.len() + message.len();
        if size > MAX_FRAME_BYTES {
            return Err(LinkError::TooLarge { size, limit: MAX_FRAME_BYTES });
        }
        let last = mark & LAST != 0;
        if last && begun.is_empty() {
            return Ok(Some(message));
        }
        if !last && message.is_empty() {
            return Err(LinkError::Rule { rule: "only the last piece of a frame may be empty" });
        }
        begun.extend_from_slice(&message);
        Ok(last.then(|| std::mem::take(begun).freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(class: Class, last: bool, content: &[u8]) -> Bytes {
        Bytes::from([&[mark(class, last)], content].concat())
    }

    #[test]
    fn pieces_of_different_classes_may_alternate() {
        let mut assembler = Assembler::default();
        let mut take = |class, last, content: &[u8]| {
            assembler.take(piece(class, last, content)).unwrap().map(|frame| frame.to_vec())
        };
        assert_eq!(take(Class::Reliable, false, b"pro"), None);
        assert_eq!(take(Class::Control, true, b"key"), Some(b"key".to_vec()));
        assert_eq!(take(Class::Bulk, false, b"out"), None);
        assert_eq!(take(Class::Reliable, true, b"mpt"), Some(b"prompt".to_vec()));
        assert_eq!(take(Class::Bulk, true, b"put"), Some(b"output".to_vec()));
    }

    /// S120: the pieces of one frame cannot grow past the limit of a frame.
    #[test]
    fn a_frame_that_grows_too_large_is_refused() {
        let mut assembler = Assembler::default();
        let content = vec![0; MAX_FRAME_BYTES];
        assert_eq!(assembler.take(piece(Class::Bulk, false, &content)), Ok(None));
        let grown = assembler.take(piece(Class::Bulk, true, b"x"));
        assert!(matches!(grown, Err(LinkError::TooLarge { .. })));
    }

    #[test]
    fn an_unknown_class_and_an_empty_message_are_refused() {
        let first_unknown = mark(Class::Bulk, true) + 2;
        for message in [vec![], vec![0xff], vec![first_unknown], vec![0]] {
            let taken = Assembler::default().take(Bytes::from(message.clone()));
            assert!(matches!(taken, Err(LinkError::Rule { .. })), "{message:?}");
        }
    }
}
