//! A transport connection: ordered messages each way, until somebody interferes.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

/// A direction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Towards {
    Server,
    Machine,
}

pub(crate) fn towards() -> impl Strategy<Value = Towards> {
    prop_oneof![Just(Towards::Server), Just(Towards::Machine)]
}

/// What comes out of a pipe.
#[derive(Debug, Clone)]
pub(crate) enum Packet {
    Message(Bytes),
    Closed,
}

/// What somebody on the way does to the messages in flight.
#[derive(Debug, Clone)]
pub(crate) enum Damage {
    Drop(usize),
    Repeat(usize),
    Swap(usize),
    Cut(usize, prop::sample::Index),
    Flip(usize, prop::sample::Index),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let at = 0_usize..4;
    prop_oneof![
        at.clone().prop_map(Damage::Drop),
        at.clone().prop_map(Damage::Repeat),
        at.clone().prop_map(Damage::Swap),
        (at.clone(), any::<prop::sample::Index>()).prop_map(|(at, to)| Damage::Cut(at, to)),
        (at, any::<prop::sample::Index>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
    ]
}

/// One connection.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    to_server: VecDeque<Packet>,
    to_machine: VecDeque<Packet>,
    state: State,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Stalled,
    Cut,
}

impl Pipe {
    pub(crate) fn push(&mut self, towards: Towards, packet: Packet) {
        if self.state == State::Open {
            self.queue(towards).push_back(packet);
        }
    }

    pub(crate) fn next(&mut self, towards: Towards) -> Option<Packet> {
        self.queue(towards).pop_front()
    }

    /// Breaks the connection: each side gets so many messages more, and hears of the end.
    pub(crate) fn cut(&mut self, arriving: usize) {
        if self.state == State::Open {
            self.state = State::Cut;
            for queue in [&mut self.to_server, &mut self.to_machine] {
                queue.truncate(arriving);
                queue.push_back(Packet::Closed);
            }
        }
    }

    /// Nothing moves any more.
    pub(crate) fn stall(&mut self) {
        self.state = State::Stalled;
        self.to_server.clear();
        self.to_machine.clear();
    }

    /// One end is gone; the other hears of it when it has read everything.
    pub(crate) fn hang_up(&mut self, towards: Towards) {
        self.push(towards, Packet::Closed);
        if self.state == State::Open {
            self.state = State::Cut;
        }
    }

    pub(crate) fn damage(&mut self, towards: Towards, damage: &Damage) {
        let queue = self.queue(towards);
        match damage {
            Damage::Drop(at) => drop(queue.remove(*at)),
            Damage::Repeat(at) => {
                if let Some(packet) = queue.get(*at).cloned() {
                    queue.insert(*at, packet);
                }
            }
            Damage::Swap(at) => {
                if at + 1 < queue.len() {
                    queue.swap(*at, at + 1);
                }
            }
            Damage::Cut(at, to) => {
                // What was cut to nothing before has no place at which it could be cut again.
                if let Some(Packet::Message(message)) = queue.get_mut(*at)
                    && !message.is_empty()
                {
                    message.truncate(to.index(message.len()));
                }
            }
            Damage::Flip(at, byte) => {
                if let Some(Packet::Message(message)) = queue.get_mut(*at) {
                    let mut changed = BytesMut::from(&message[..]);
                    if !changed.is_empty() {
                        let byte = byte.index(changed.len());
                        changed[byte] ^= 0x20;
                    }
                    *message = changed.freeze();
                }
            }
        }
    }

    fn queue(&mut self, towards: Towards) -> &mut VecDeque<Packet> {
        match towards {
            Towards::Server => &mut self.to_server,
            Towards::Machine => &mut self.to_machine,
        }
    }
}
