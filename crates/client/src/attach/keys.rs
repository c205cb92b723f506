//! What was typed and is not in the program's hands yet.
//!
//! Input has numbers, from 1 under each lease of the keyboard. It is kept until the server has it,
//! so that it can be sent again on a new connection under the same lease, where the server knows
//! the numbers it has. Under another lease nobody knows what became of what was sent: then it is
//! given up and said so, because a command that is typed twice is worse than one that is not typed.

use std::collections::VecDeque;

use bytes::Bytes;
use contract::attach::Holder;
use model::UserId;

/// How much may be typed ahead.
pub const TYPED_AHEAD_BYTES: usize = 256 * 1024;

/// The largest piece of input in one message.
const PIECE_BYTES: usize = 16 * 1024;

/// What became of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// It is kept and on its way.
    Taken,
    /// There is no room for it; try again when there is.
    TooFarAhead,
    /// This view may only watch.
    MayNotType,
    /// Somebody else types. [`Attachment::take_keyboard`](super::Attachment::take_keyboard) takes
    /// the keyboard from them.
    HeldBy {
        /// Their name.
        display_name: String,
    },
}

/// Who types, as far as this view has been told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Keyboard {
    /// Nothing was said on this connection yet.
    Unknown,
    /// This view, under this lease.
    Ours(u64),
    /// Nobody, or another view of the same person: typing takes it.
    Free,
    /// Another person.
    Theirs(String),
}

/// What was typed and is not in the program's hands yet.
#[derive(Debug)]
pub(super) struct Keys {
    person: UserId,
    may_write: bool,
    keyboard: Keyboard,
    /// The lease that the numbers belong to; without one, to the next that this view gets.
    lease: Option<u64>,
    /// The number of the first piece that is kept.
    first: u64,
    pieces: VecDeque<Bytes>,
    bytes: usize,
    /// How many of the pieces were sent on this connection or the one before.
    sent: usize,
}

impl Keys {
    pub(super) fn new(person: UserId) -> Self {
        Self {
            person,
            may_write: true,
            keyboard: Keyboard::Unknown,
            lease: None,
            first: 1,
            pieces: VecDeque::new(),
            bytes: 0,
            sent: 0,
        }
    }

    /// The server has said whether this view may ever type.
    pub(super) fn may_write(&mut self, may_write: bool) {
        self.may_write = may_write;
    }

    /// Keeps input to be sent.
    pub(super) fn push(&mut self, mut data: Bytes) -> Typed {
        if !self.may_write {
            return Typed::MayNotType;
        }
        if let Keyboard::Theirs(name) = &self.keyboard {
            return Typed::HeldBy { display_name: name.clone() };
        }
        if self.bytes + data.len() > TYPED_AHEAD_BYTES {
            return Typed::TooFarAhead;
        }
        self.bytes += data.len();
        while !data.is_empty() {
            let piece = data.split_to(data.len().min(PIECE_BYTES));
            self.pieces.push_back(piece);
        }
        Typed::Taken
    }

    /// How much more may be typed.
    pub(super) fn room_bytes(&self) -> usize {
        TYPED_AHEAD_BYTES - self.bytes
    }

    /// How much is not in the server's hands.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.bytes
    }

    /// The next piece to send, with its number.
    pub(super) fn next(&mut self) -> Option<(u64, Bytes)> {
        if matches!(self.keyboard, Keyboard::Unknown | Keyboard::Theirs(_)) {
            return None;
        }
        let piece = self.pieces.get(self.sent)?.clone();
        let number = self.first + self.sent as u64;
        self.sent += 1;
        Some((number, piece))
    }

    /// The connection is lost. What is kept waits until the server says how far it came.
    pub(super) fn disconnected(&mut self) {
        self.keyboard = Keyboard::Unknown;
    }

    /// Input up to here is in the program's hands.
    pub(super) fn acknowledged(&mut self, lease: u64, number: u64) {
        if self.lease == Some(lease) {
            self.forget_up_to(number);
        }
    }

    /// The keyboard is ours. Input up to `number` was taken under this lease. Answers how much of
    /// what was typed is given up.
    pub(super) fn ours(&mut self, lease: u64, number: u64) -> usize {
        self.keyboard = Keyboard::Ours(lease);
        if self.lease.is_none_or(|known| known == lease) {
            self.lease = Some(lease);
            self.forget_up_to(number);
            // Sent again; what the server has by now it recognises by its number.
            self.sent = 0;
            self.first = self.first.max(number + 1);
            return 0;
        }
        let lost = if self.sent > 0 { self.give_up() } else { 0 };
        self.lease = Some(lease);
        self.first = number + 1;
        lost
    }

    /// The keyboard is not ours. Answers how much of what was typed is given up.
    pub(super) fn not_ours(&mut self, holder: Option<&Holder>) -> usize {
        let is_other = |holder: &&Holder| holder.user_id != self.person;
        let theirs = holder.filter(is_other).map(|holder| holder.display_name.clone());
        let was_ours = self.lease.take().is_some();
        if self.keyboard == Keyboard::Unknown && !was_ours {
            // Had anything arrived on the connection before, the keyboard would be ours.
            self.sent = 0;
        }
        let lost = match (&theirs, was_ours) {
            // Whoever has it now must not find our keys in theirs.
            (Some(_), _) => self.give_up(),
            // It went to another view of ours, or was given up for want of a connection.
            (None, true) if self.sent > 0 => self.give_up(),
            (None, _) => 0,
        };
        if was_ours {
            self.first = 1;
        }
        self.keyboard = theirs.map_or(Keyboard::Free, Keyboard::Theirs);
        lost
    }

    fn forget_up_to(&mut self, number: u64) {
        while self.first <= number {
            let Some(piece) = self.pieces.pop_front() else { return };
            self.bytes -= piece.len();
            self.first += 1;
            self.sent = self.sent.saturating_sub(1);
        }
    }

    fn give_up(&mut self) -> usize {
        self.pieces.clear();
        self.sent = 0;
        std::mem::take(&mut self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::rng::CountingRng;

    use super::*;

    fn person(seed: u64) -> UserId {
        UserId::new(Timestamp::from_millis(1), &CountingRng::new(seed))
    }

    fn keys() -> Keys {
        Keys::new(person(1))
    }

    fn other() -> Holder {
        Holder { user_id: person(2), display_name: "Ben".to_owned() }
    }

    fn sent(keys: &mut Keys) -> Vec<(u64, String)> {
        std::iter::from_fn(|| keys.next())
            .map(|(number, data)| (number, String::from_utf8(data.to_vec()).unwrap()))
            .collect()
    }

    fn numbered(pieces: &[(u64, &str)]) -> Vec<(u64, String)> {
        pieces.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
    }

    #[test]
    fn nothing_is_sent_before_the_server_has_said_who_types() {
        let mut keys = keys();
        assert_eq!(keys.push("ls".into()), Typed::Taken);
        assert_eq!(sent(&mut keys), []);
        assert_eq!(keys.ours(5, 0), 0);
        assert_eq!(sent(&mut keys), numbered(&[(1, "ls")]));
        keys.acknowledged(5, 1);
        assert_eq!(keys.waiting_bytes(), 0);
    }

    #[test]
    fn after_a_cut_what_the_server_has_not_is_sent_again() {
        let mut keys = keys();
        keys.ours(5, 0);
        for text in ["a", "b", "c"] {
            keys.push(text.into());
        }
        sent(&mut keys);
        keys.disconnected();
        keys.push("d".into());
        assert_eq!(sent(&mut keys), []);
        assert_eq!(keys.ours(5, 1), 0);
        assert_eq!(sent(&mut keys), numbered(&[(2, "b"), (3, "c"), (4, "d")]));
    }

    #[test]
    fn under_another_lease_what_was_sent_is_given_up_and_what_was_not_is_sent() {
        let mut keys = keys();
        keys.ours(5, 0);
        keys.push("rm -r ".into());
        sent(&mut keys);
        keys.disconnected();
        keys.push("build".into());
        // What follows a lost beginning means something else without it.
        assert_eq!(keys.ours(9, 0), 11);
        assert_eq!(sent(&mut keys), []);
        keys.disconnected();
        keys.push("ls".into());
        assert_eq!(keys.ours(12, 3), 0);
        assert_eq!(sent(&mut keys), numbered(&[(4, "ls")]));
    }

    #[test]
    fn typing_takes_a_free_keyboard_and_is_not_doubled_by_the_news_of_it() {
        let mut keys = keys();
        keys.not_ours(None);
        keys.push("a".into());
        keys.push("b".into());
        assert_eq!(sent(&mut keys), numbered(&[(1, "a"), (2, "b")]));
        assert_eq!(keys.ours(7, 1), 0);
        assert_eq!(sent(&mut keys), numbered(&[(2, "b")]));
        keys.push("c".into());
        assert_eq!(sent(&mut keys), numbered(&[(3, "c")]));
    }

    #[test]
    fn what_was_to_take_the_keyboard_and_did_not_arrive_is_sent_again() {
        let mut keys = keys();
        keys.not_ours(None);
        keys.push("a".into());
        sent(&mut keys);
        keys.disconnected();
        keys.not_ours(None);
        assert_eq!(sent(&mut keys), numbered(&[(1, "a")]));
    }

    #[test]
    fn another_person_at_the_keyboard_is_named_and_never_typed_over() {
        let mut keys = keys();
        keys.ours(7, 0);
        keys.push("secret".into());
        sent(&mut keys);
        assert_eq!(keys.not_ours(Some(&other())), 6);
        let held = Typed::HeldBy { display_name: "Ben".to_owned() };
        assert_eq!(keys.push("x".into()), held);
        keys.ours(8, 0);
        assert_eq!(keys.push("x".into()), Typed::Taken);
        assert_eq!(sent(&mut keys), numbered(&[(1, "x")]));
    }

    #[test]
    fn a_watcher_types_nothing_and_nobody_types_without_end() {
        let mut keys = keys();
        keys.may_write(false);
        assert_eq!(keys.push("x".into()), Typed::MayNotType);
        keys.may_write(true);
        assert_eq!(keys.push(Bytes::from(vec![b'x'; TYPED_AHEAD_BYTES])), Typed::Taken);
        assert_eq!(keys.room_bytes(), 0);
        assert_eq!(keys.push("x".into()), Typed::TooFarAhead);
    }

    #[test]
    fn a_large_paste_travels_in_pieces() {
        let mut keys = keys();
        keys.ours(1, 0);
        keys.push(Bytes::from(vec![b'x'; 2 * PIECE_BYTES + 1]));
        let sizes: Vec<usize> = sent(&mut keys).iter().map(|(_, text)| text.len()).collect();
        assert_eq!(sizes, [PIECE_BYTES, PIECE_BYTES, 1]);
    }
}
