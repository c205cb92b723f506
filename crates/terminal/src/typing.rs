//! Keystrokes on their way to the machine: kept until they are in the program's hands.

use std::collections::VecDeque;

use bytes::Bytes;

/// How much may be typed ahead of the program. A paste that is larger has to be sent as the
/// program takes it.
pub const TYPED_AHEAD_BYTES: usize = 256 * 1024;

/// The input of one lease after another, as the relay sends it.
#[derive(Debug, Clone)]
pub struct Typing {
    lease: u64,
    /// Position of the last input, from 1.
    last: u64,
    /// Positions without holes, up to `last`.
    unacknowledged: VecDeque<Bytes>,
    bytes: usize,
    limit_bytes: usize,
}

/// A piece of input with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keystrokes {
    /// The lease it was typed under.
    pub lease: u64,
    /// Position in the lease's input, from 1.
    pub seq: u64,
    /// The bytes.
    pub data: Bytes,
}

/// The program does not take its input as fast as it is typed; nothing was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{waiting_bytes} bytes of input wait for the program, which does not read them")]
pub struct TypedTooFarAhead {
    /// How much waits.
    pub waiting_bytes: usize,
}

impl Typing {
    /// Makes an empty one for a lease; at most `limit_bytes` wait for the program.
    pub fn new(lease: u64, limit_bytes: usize) -> Self {
        Self { lease, last: 0, unacknowledged: VecDeque::new(), bytes: 0, limit_bytes }
    }

    /// Goes on under a new lease. What waited under the old one is forgotten, as the machine drops
    /// it too; answers how many bytes that were.
    pub fn change_lease(&mut self, lease: u64) -> usize {
        let forgotten = self.bytes;
        *self = Self::new(lease, self.limit_bytes);
        forgotten
    }

    /// Numbers the next input and keeps it.
    pub fn push(&mut self, data: Bytes) -> Result<Keystrokes, TypedTooFarAhead> {
        if self.bytes + data.len() > self.limit_bytes {
            return Err(TypedTooFarAhead { waiting_bytes: self.bytes });
        }
        self.last += 1;
        self.bytes += data.len();
        self.unacknowledged.push_back(data.clone());
        Ok(Keystrokes { lease: self.lease, seq: self.last, data })
    }

    /// Forgets what is in the program's hands: everything of this lease up to `seq`.
    pub fn acknowledge(&mut self, lease: u64, seq: u64) {
        while lease == self.lease && self.first() <= seq {
            let Some(data) = self.unacknowledged.pop_front() else { return };
            self.bytes -= data.len();
        }
    }

    /// Everything to send again after a cut, once the machine has said how far it came.
    pub fn unacknowledged(&self) -> impl Iterator<Item = Keystrokes> {
        (self.first()..).zip(&self.unacknowledged).map(|(seq, data)| Keystrokes {
            lease: self.lease,
            seq,
            data: data.clone(),
        })
    }

    /// How much waits for the program.
    pub fn waiting_bytes(&self) -> usize {
        self.bytes
    }

    fn first(&self) -> u64 {
        self.last + 1 - self.unacknowledged.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::InputGate;
    use crate::input_gate::Admission;

    #[test]
    fn what_waits_is_bounded() {
        let mut typing = Typing::new(1, 10);
        assert!(typing.push(Bytes::from_static(b"123456")).is_ok());
        let refused = typing.push(Bytes::from_static(b"78901"));
        assert_eq!(refused, Err(TypedTooFarAhead { waiting_bytes: 6 }));
        typing.acknowledge(1, 1);
        let next = typing.push(Bytes::from_static(b"78901")).unwrap();
        assert_eq!(next.seq, 2, "a refused input takes no position");
    }

    #[test]
    fn a_new_lease_begins_anew_and_tells_what_is_lost() {
        let mut typing = Typing::new(1, 10);
        typing.push(Bytes::from_static(b"ls")).unwrap();
        assert_eq!(typing.change_lease(2), 2);
        assert_eq!(typing.unacknowledged().count(), 0);
        typing.acknowledge(1, 1);
        assert_eq!(typing.push(Bytes::from_static(b"x")).unwrap().seq, 1);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Type(u8),
        /// The next frame arrives, and finds room or does not.
        Deliver {
            room: bool,
        },
        /// The program takes what was let in; the acknowledgement arrives or is lost.
        Write {
            told: bool,
        },
        /// The link is cut, everything on its way is lost, and it comes back.
        Cut,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => any::<u8>().prop_map(Step::Type),
            4 => prop::bool::weighted(0.8).prop_map(|room| Step::Deliver { room }),
            2 => any::<bool>().prop_map(|told| Step::Write { told }),
            1 => Just(Step::Cut),
        ]
    }

    #[derive(Default)]
    struct Machine {
        gate: InputGate,
        queued: Vec<u8>,
        program: Vec<u8>,
        accepted: u64,
    }

    impl Machine {
        fn deliver(&mut self, keystrokes: &Keystrokes, room: bool) {
            let Ok(admission) = self.gate.check(keystrokes.lease, keystrokes.seq) else { return };
            if room {
                Admission::accept(admission);
                self.queued.extend_from_slice(&keystrokes.data);
                self.accepted = keystrokes.seq;
            }
        }

        fn write(&mut self, typing: &mut Typing, told: bool) {
            self.program.append(&mut self.queued);
            let acknowledgement = self.gate.written(1, self.accepted).unwrap();
            if told {
                typing.acknowledge(acknowledgement.lease, acknowledgement.seq);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// Across cuts, lost acknowledgements and a full terminal, every key reaches the program
        /// once and in order.
        #[test]
        fn every_key_is_typed_once(steps in prop::collection::vec(step(), 0..80)) {
            let mut typing = Typing::new(1, 1 << 20);
            let mut machine = Machine::default();
            machine.gate.grant(1).unwrap();
            let (mut on_the_way, mut typed) = (VecDeque::new(), Vec::new());
            let cut = |typing: &mut Typing, machine: &mut Machine| {
                typing.acknowledge(1, machine.gate.grant(1).unwrap());
                typing.unacknowledged().collect::<VecDeque<_>>()
            };
            for step in steps {
                match step {
                    Step::Type(key) => {
                        typed.push(key);
                        on_the_way.push_back(typing.push(Bytes::from(vec![key])).unwrap());
                    }
                    Step::Deliver { room } => {
                        if let Some(keystrokes) = on_the_way.pop_front() {
                            machine.deliver(&keystrokes, room);
                        }
                    }
                    Step::Write { told } => machine.write(&mut typing, told),
                    Step::Cut => on_the_way = cut(&mut typing, &mut machine),
                }
                prop_assert!(typed.starts_with(&machine.program));
            }
            on_the_way = cut(&mut typing, &mut machine);
            for keystrokes in &on_the_way {
                machine.deliver(keystrokes, true);
            }
            machine.write(&mut typing, true);
            prop_assert_eq!(machine.program, typed);
            prop_assert_eq!(typing.waiting_bytes(), 0);
        }
    }
}
