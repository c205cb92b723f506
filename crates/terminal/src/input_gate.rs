//! Keystrokes as the machine lets them in: in order, each once, only from who holds the keyboard.

/// Checks typed input on its way to the program.
///
/// Every piece of input carries the lease it was typed under and its position in that lease's
/// input, from 1. A resend after a cut therefore never types twice, and what was typed by somebody
/// who has lost the keyboard meanwhile goes nowhere (S107).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputGate {
    lease: u64,
    /// Last position let in under the lease.
    accepted: u64,
    /// Last position that is in the program's hands. Never above `accepted`.
    written: u64,
}

/// Input that must not reach the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Somebody else holds the keyboard by now.
    #[error("the lease {given} has ended, the keyboard is held under {current}")]
    Stale {
        /// The lease of the input.
        given: u64,
        /// The lease in force.
        current: u64,
    },
    /// It has been let in before.
    #[error("input {0} was typed already")]
    Duplicate(u64),
    /// Input before it is missing.
    #[error("input {expected} is missing before {given}")]
    Hole {
        /// The position that should have come.
        expected: u64,
        /// The position that came.
        given: u64,
    },
}

/// How far input has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The lease in force.
    pub lease: u64,
    /// Position of the last input that is in the program's hands.
    pub seq: u64,
}

/// Input that may pass, if the program's terminal has room for it.
#[derive(Debug)]
#[must_use = "input counts as typed only when it is accepted"]
pub struct Admission<'a> {
    gate: &'a mut InputGate,
    seq: u64,
}

impl InputGate {
    /// From now on only input of this lease counts. Answers the position up to which it is in the
    /// program's hands: not 0 only where the lease was in force already.
    pub fn grant(&mut self, lease: u64) -> Result<u64, Refused> {
        self.raise(lease)?;
        Ok(self.written)
    }

    /// Looks at a piece of input. A higher lease than the one in force is in force from then on.
    pub fn check(&mut self, lease: u64, seq: u64) -> Result<Admission<'_>, Refused> {
        self.raise(lease)?;
        let expected = self.accepted + 1;
        if seq < expected {
            return Err(Refused::Duplicate(seq));
        }
        if seq > expected {
            return Err(Refused::Hole { expected, given: seq });
        }
        Ok(Admission { gate: self, seq })
    }

    /// Whether a lease may still change anything, as the size of the terminal.
    pub fn is_in_force(&self, lease: u64) -> bool {
        lease >= self.lease
    }

    /// Notes that input was handed to the program, and answers what to acknowledge; `None` if it
    /// came under a lease that has ended.
    pub fn written(&mut self, lease: u64, seq: u64) -> Option<Acknowledgement> {
        if lease != self.lease {
            return None;
        }
        self.written = self.written.max(seq.min(self.accepted));
        Some(self.acknowledgement())
    }

    /// What to acknowledge.
    pub fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement { lease: self.lease, seq: self.written }
    }

    fn raise(&mut self, lease: u64) -> Result<(), Refused> {
        if lease < self.lease && !cfg!(feature = "mutant-any-lease") {
            return Err(Refused::Stale { given: lease, current: self.lease });
        }
        if lease > self.lease {
            *self = Self { lease, accepted: 0, written: 0 };
        }
        Ok(())
    }
}

impl Admission<'_> {
    /// Counts the input as typed. Without this it may be sent again.
    pub fn accept(self) {
        self.gate.accepted = self.seq;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(gate: &mut InputGate, lease: u64, seq: u64) -> Result<(), Refused> {
        gate.check(lease, seq).map(Admission::accept)
    }

    #[test]
    fn a_resend_types_nothing_twice_and_a_hole_is_refused() {
        let mut gate = InputGate::default();
        assert_eq!(gate.grant(3), Ok(0));
        assert_eq!(feed(&mut gate, 3, 1), Ok(()));
        assert_eq!(feed(&mut gate, 3, 1), Err(Refused::Duplicate(1)));
        assert_eq!(feed(&mut gate, 3, 3), Err(Refused::Hole { expected: 2, given: 3 }));
        assert_eq!(feed(&mut gate, 3, 2), Ok(()));
        assert_eq!(feed(&mut gate, 3, 0), Err(Refused::Duplicate(0)));
    }

    /// S107: input of a lease that has ended is dropped on the machine too. The feature
    /// `mutant-any-lease` turns this red.
    #[test]
    fn a_lower_lease_types_nothing() {
        let mut gate = InputGate::default();
        assert_eq!(feed(&mut gate, 4, 1), Ok(()));
        assert_eq!(gate.grant(5), Ok(0));
        assert_eq!(feed(&mut gate, 4, 2), Err(Refused::Stale { given: 4, current: 5 }));
        assert_eq!(gate.grant(4), Err(Refused::Stale { given: 4, current: 5 }));
        assert!(!gate.is_in_force(4) && gate.is_in_force(5));
        assert_eq!(feed(&mut gate, 5, 1), Ok(()));
    }

    #[test]
    fn only_what_was_written_is_acknowledged() {
        let mut gate = InputGate::default();
        for seq in 1..=3 {
            assert_eq!(feed(&mut gate, 1, seq), Ok(()));
        }
        assert_eq!(gate.acknowledgement(), Acknowledgement { lease: 1, seq: 0 });
        assert_eq!(gate.written(1, 2), Some(Acknowledgement { lease: 1, seq: 2 }));
        assert_eq!(gate.written(1, 9), Some(Acknowledgement { lease: 1, seq: 3 }));
        assert_eq!(gate.grant(1), Ok(3), "the same lease after a cut");
        assert_eq!(gate.grant(2), Ok(0));
        assert_eq!(gate.written(1, 3), None);
    }

    #[test]
    fn input_that_found_no_room_may_come_again() {
        let mut gate = InputGate::default();
        drop(gate.check(1, 1).unwrap());
        assert_eq!(feed(&mut gate, 1, 1), Ok(()));
    }
}
