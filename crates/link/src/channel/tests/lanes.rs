//! The lanes alone, without a seal: frames are dropped, repeated and reordered between an outbox
//! and an inbox, and whenever nothing moves any more a new link starts from durable storage.

use std::collections::VecDeque;

use proptest::prelude::*;

use crate::inbox::{Ack, Arrival, Inbox};
use crate::outbox::{Outbox, WINDOW};

/// What becomes of the next frame of a direction.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Arrives,
    IsLost,
    IsRepeated,
    IsOvertaken,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Arrives),
        1 => Just(Fate::IsLost),
        1 => Just(Fate::IsRepeated),
        1 => Just(Fate::IsOvertaken),
    ]
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Everything that is wanted is sent.
    Send,
    Message(Fate),
    Ack(Fate),
    /// What was received becomes durable.
    Persist,
    NewLink,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Send),
        8 => fate().prop_map(Step::Message),
        6 => fate().prop_map(Step::Ack),
        4 => Just(Step::Persist),
        1 => Just(Step::NewLink),
    ]
}

struct Lane {
    outbox: Outbox,
    inbox: Inbox,
    messages: VecDeque<u64>,
    acks: VecDeque<Ack>,
    /// Received, not yet durable.
    received: u64,
    durable: u64,
    /// How many messages there are to send.
    stored: u64,
}

impl Lane {
    fn new(stored: u64) -> Self {
        Self {
            outbox: Outbox::after(0),
            inbox: Inbox::after(0),
            messages: VecDeque::new(),
            acks: VecDeque::new(),
            received: 0,
            durable: 0,
            stored,
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Send => self.send(),
            Step::Message(fate) => {
                for seq in arriving(&mut self.messages, fate) {
                    self.arrive(seq);
                }
            }
            Step::Ack(fate) => {
                self.acks.extend(self.inbox.take_ack());
                for ack in arriving(&mut self.acks, fate) {
                    assert!(ack.up_to <= self.durable, "acknowledged before it was durable");
                    self.outbox.acknowledge(ack.up_to, ack.hole).unwrap();
                }
            }
            Step::Persist => {
                self.durable = self.received;
                self.inbox.persisted(self.durable);
            }
            Step::NewLink => *self = self.relinked(),
        }
    }

    fn send(&mut self) {
        while let Some(wanted) = self.outbox.wanted().filter(|w| w.from <= self.stored) {
            assert!(wanted.max_messages as u64 <= WINDOW);
            self.outbox.check(wanted.from).unwrap();
            self.outbox.sent();
            self.messages.push_back(wanted.from);
        }
    }

    /// I3: strictly increasing, no hole.
    fn arrive(&mut self, seq: u64) {
        if self.inbox.arrive(seq).unwrap() == Arrival::Next {
            assert_eq!(seq, self.received + 1);
            self.received = seq;
        }
    }

    fn relinked(&self) -> Self {
        let (durable, stored) = (self.durable, self.stored);
        let (outbox, inbox) = (Outbox::after(durable), Inbox::after(durable));
        Self { outbox, inbox, received: durable, durable, ..Self::new(stored) }
    }

    fn settle(&mut self) {
        for _ in 0..1_000 {
            let before = self.durable;
            for step in [Step::Send, Step::Persist] {
                self.step(step);
            }
            while !self.messages.is_empty() {
                self.step(Step::Message(Fate::Arrives));
            }
            self.step(Step::Persist);
            self.step(Step::Ack(Fate::Arrives));
            if self.durable == self.stored
                && self.outbox.wanted().is_some_and(|w| w.from > self.stored)
            {
                return;
            }
            if self.durable == before {
                // The only word of a hole was lost; a real link has died of that long before.
                self.step(Step::NewLink);
            }
        }
        panic!("did not settle");
    }
}

fn arriving<T: Copy>(queue: &mut VecDeque<T>, fate: Fate) -> Vec<T> {
    let Some(next) = queue.pop_front() else { return Vec::new() };
    match fate {
        Fate::Arrives => vec![next],
        Fate::IsLost => vec![],
        Fate::IsRepeated => vec![next, next],
        Fate::IsOvertaken => {
            queue.insert(queue.len().min(2), next);
            vec![]
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_message_arrives_once_and_in_order(
        stored in 1_u64..200,
        steps in prop::collection::vec(step(), 0..300),
    ) {
        let mut lane = Lane::new(stored);
        for step in steps {
            lane.step(step);
        }
        lane.settle();
        prop_assert_eq!(lane.durable, stored);
    }

    /// Without a new link: going back to a hole is enough, as long as what is sent again arrives.
    #[test]
    fn a_hole_mends_itself(
        stored in 1_u64..200,
        fates in prop::collection::vec(fate(), 0..300),
    ) {
        let mut lane = Lane::new(stored);
        let mut highest = 0;
        let fates = fates.into_iter().chain(std::iter::repeat_n(Fate::Arrives, 1_000));
        for fate in fates {
            lane.step(Step::Send);
            let next = lane.messages.front().copied().unwrap_or(highest);
            let fate = if next > highest { fate } else { Fate::Arrives };
            highest = highest.max(next);
            lane.step(Step::Message(fate));
            lane.step(Step::Persist);
            lane.step(Step::Ack(Fate::Arrives));
        }
        // What was lost at the very end leaves no hole that anybody could see.
        let unseen = lane.outbox.wanted().map_or(u64::MAX, |wanted| wanted.from) - 1 - lane.durable;
        prop_assert!(lane.messages.is_empty());
        prop_assert_eq!(lane.durable + unseen, stored);
        prop_assert!(unseen <= 3, "{} unseen", unseen);
    }
}
