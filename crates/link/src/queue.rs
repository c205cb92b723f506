//! What waits to be sent: urgent classes first, each with a bound.

use std::collections::VecDeque;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use wire::frame::Frame;
use wire::limits::{MAX_PIECE_BYTES, SEAL_BYTES};

use crate::error::{LinkError, SendError};
use crate::piece;

/// How urgent a frame is. The order is the order of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Keystrokes, signs of life, and what steers streams.
    Control = 0,
    /// Acknowledgements.
    Ack = 1,
    /// Calls and replies.
    Call = 2,
    /// Commands and reports.
    Reliable = 3,
    /// Output of terminals and chats.
    Bulk = 4,
}

impl Class {
    /// Every class, the most urgent first.
    pub const ALL: [Self; 5] = [Self::Control, Self::Ack, Self::Call, Self::Reliable, Self::Bulk];

    /// How many bytes may wait before more are turned away. One frame may go past it, so that
    /// any frame can be sent when nothing waits.
    const fn limit_bytes(self) -> usize {
        match self {
            Self::Control | Self::Ack | Self::Bulk => 1024 * 1024,
            Self::Call | Self::Reliable => 8 * 1024 * 1024,
        }
    }
}

/// What a frame costs in memory beside its encoded bytes, about.
const FRAME_COST_BYTES: usize = 256;

/// Frames that wait, by class.
#[derive(Default)]
pub(crate) struct SendQueue {
    classes: [ClassQueue; Class::ALL.len()],
}

#[derive(Default)]
struct ClassQueue {
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    /// The rest of a frame of which pieces have been sent.
    rest: Bytes,
}

struct Waiting {
    frame: Frame,
    size: usize,
}

impl SendQueue {
    /// Whether a frame of this class may be pushed.
    pub(crate) fn is_writable(&self, class: Class) -> bool {
        let queue = &self.classes[class as usize];
        queue.waiting_bytes + queue.rest.len() < class.limit_bytes()
    }

    /// Adds a frame behind the others of its class.
    pub(crate) fn push(&mut self, class: Class, frame: Frame) -> Result<(), SendError> {
        let too_large = |error| match error {
            wire::WireError::TooLarge { size } => SendError::TooLarge { size },
            wire::WireError::Malformed(_) => SendError::Rule { rule: "a frame can be encoded" },
        };
        let size = wire::frame_bytes(&frame).map_err(too_large)?;
        if !self.is_writable(class) {
            return Err(SendError::Congested);
        }
        self.push_own(class, frame, size);
        Ok(())
    }

    /// Adds a frame of the link's own, of which there are never more than a few.
    pub(crate) fn push_own(&mut self, class: Class, frame: Frame, size: usize) {
        let queue = &mut self.classes[class as usize];
        queue.waiting_bytes += size + FRAME_COST_BYTES;
        queue.waiting.push_back(Waiting { frame, size });
    }

    /// Forgets the frames of a class that have not begun to be sent.
    pub(crate) fn forget_waiting(&mut self, class: Class) {
        let queue = &mut self.classes[class as usize];
        queue.waiting.clear();
        queue.waiting_bytes = 0;
    }

    /// The next message, ready to be sealed, from the classes up to `least`.
    pub(crate) fn next_up_to(&mut self, least: Class) -> Result<Option<BytesMut>, LinkError> {
        let ready = Class::ALL.into_iter().take_while(|class| *class <= least);
        for class in ready {
            let queue = &mut self.classes[class as usize];
            if !queue.rest.is_empty() {
                return Ok(Some(queue.next_piece(class)));
            }
            if let Some(waiting) = queue.waiting.pop_front() {
                queue.waiting_bytes -= waiting.size + FRAME_COST_BYTES;
                return queue.begin(class, &waiting).map(Some);
            }
        }
        Ok(None)
    }
}

impl ClassQueue {
    fn begin(&mut self, class: Class, waiting: &Waiting) -> Result<BytesMut, LinkError> {
        if waiting.size <= MAX_PIECE_BYTES {
            let mut message = message(class, true, waiting.size);
            wire::encode_into(&waiting.frame, &mut message)?;
            return Ok(message);
        }
        self.rest = wire::encode(&waiting.frame)?.freeze();
        Ok(self.next_piece(class))
    }

    fn next_piece(&mut self, class: Class) -> BytesMut {
        let size = self.rest.len().min(MAX_PIECE_BYTES);
        let mut message = message(class, size == self.rest.len(), size);
        message.extend_from_slice(&self.rest[..size]);
        self.rest.advance(size);
        message
    }
}

/// An empty message with its mark, and with room for the piece and the seal.
fn message(class: Class, last: bool, size: usize) -> BytesMut {
    let mut message = BytesMut::with_capacity(size + SEAL_BYTES);
    message.put_u8(piece::mark(class, last));
    message
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use wire::Body;
    use wire::stream::{TerminalInput, TerminalOutput};

    use super::*;
    use crate::piece::Assembler;

    fn output(size: usize) -> Frame {
        let data = Bytes::from(vec![b'x'; size]);
        Body::TerminalOutput(TerminalOutput { stream_id: 1, offset: 0, data }).into()
    }

    fn key() -> Frame {
        let data = Bytes::from_static(b"k");
        Body::TerminalInput(TerminalInput { data, ..TerminalInput::default() }).into()
    }

    fn drain(queue: &mut SendQueue) -> Vec<Frame> {
        let mut assembler = Assembler::default();
        let mut frames = Vec::new();
        while let Some(message) = queue.next_up_to(Class::Bulk).unwrap() {
            if let Some(frame) = assembler.take(message.freeze()).unwrap() {
                frames.push(wire::decode(frame).unwrap());
            }
        }
        frames
    }

    #[test]
    fn a_keystroke_goes_ahead_of_output_that_waits() {
        let mut queue = SendQueue::default();
        queue.push(Class::Bulk, output(10)).unwrap();
        queue.push(Class::Bulk, output(20)).unwrap();
        queue.push(Class::Control, key()).unwrap();
        assert_eq!(drain(&mut queue), [key(), output(10), output(20)]);
    }

    #[test]
    fn a_keystroke_goes_between_the_pieces_of_a_long_frame() {
        let mut queue = SendQueue::default();
        queue.push(Class::Reliable, output(1_000_000)).unwrap();
        let first = queue.next_up_to(Class::Bulk).unwrap().unwrap();
        assert!(first.len() <= MAX_PIECE_BYTES + 1);
        queue.push(Class::Control, key()).unwrap();
        let second = queue.next_up_to(Class::Bulk).unwrap().unwrap();
        assert_eq!(second[0], piece::mark(Class::Control, true));

        let mut assembler = Assembler::default();
        assert_eq!(assembler.take(first.freeze()), Ok(None));
        let mut last = None;
        while let Some(message) = queue.next_up_to(Class::Bulk).unwrap() {
            last = assembler.take(message.freeze()).unwrap();
        }
        assert_eq!(wire::decode(last.unwrap()), Ok(output(1_000_000)));
    }

    /// The seal is appended in place: a message that is sealed is never moved in memory.
    #[test]
    fn a_message_has_room_for_its_seal() {
        let mut queue = SendQueue::default();
        queue.push(Class::Bulk, output(wire::limits::MAX_OUTPUT_BYTES)).unwrap();
        let message = queue.next_up_to(Class::Bulk).unwrap().unwrap();
        assert!(message.capacity() - message.len() >= SEAL_BYTES - 1);
        assert!(queue.next_up_to(Class::Bulk).unwrap().is_none(), "in one piece");
    }

    #[test]
    fn a_class_that_is_full_turns_away_and_leaves_the_others_alone() {
        let mut queue = SendQueue::default();
        let mut pushed = 0;
        while queue.push(Class::Bulk, output(64 * 1024)).is_ok() {
            pushed += 1;
        }
        assert!((8..=17).contains(&pushed), "{pushed} frames of 64 KiB");
        assert!(!queue.is_writable(Class::Bulk));
        assert!(queue.is_writable(Class::Control));
        queue.next_up_to(Class::Bulk).unwrap();
        assert!(queue.is_writable(Class::Bulk));
    }

    #[test]
    fn a_frame_that_may_not_travel_is_turned_away() {
        let mut queue = SendQueue::default();
        let pushed = queue.push(Class::Bulk, output(wire::limits::MAX_FRAME_BYTES));
        assert!(matches!(pushed, Err(SendError::TooLarge { .. })));
    }
}
