//! A server, a machine and a transport between them, under a random schedule: messages wait, are
//! changed on the way, vanish; connections are cut anywhere or go silent; either side is killed
//! and comes back with nothing but its durable storage. Whatever happens, the promises hold at
//! every moment, and when the faults end everything arrives (I2, I3, I6).

mod machine;
mod pipe;
mod server;

use std::collections::BTreeMap;
use std::time::Duration;

use model::Tick;
use model::rng::CountingRng;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::pair::NOW;
use machine::Machine;
use pipe::{Damage, Pipe, Towards, damage, towards};
use server::Server;

/// Names one transport connection; a later one is higher.
pub(crate) type ConnectionId = u64;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Happening {
    /// Somebody orders something; it is stored on the server.
    Order,
    /// The machine has something to report; it is in its journal.
    Fact,
    /// The next messages of one direction arrive.
    Arrive { connection: usize, towards: Towards, count: usize },
    /// The server's database answers: who is that machine, and what is its epoch now.
    ServerDecides,
    /// Some of what the server has received becomes durable.
    ServerPersists { count: usize },
    /// Some of what the machine has received becomes durable.
    MachinePersists { count: usize },
    /// The machine goes a step further with the oldest command: begun, done, reported.
    Work,
    /// The machine opens a new connection and forgets the old one; the handshake is over before
    /// anything else happens, or has yet to happen.
    Connect { at_once: bool },
    /// The connection breaks; some of what was on its way still arrives.
    Cut { connection: usize, arriving: usize },
    /// Nothing arrives any more, and nobody is told.
    Stall { connection: usize },
    /// Somebody changes what is on its way.
    Meddle { connection: usize, towards: Towards, damage: Damage },
    /// Time passes.
    Pass { seconds: u64 },
    /// `kill -9` of the server.
    ServerDies,
    /// `kill -9` of the daemon.
    MachineDies,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec(happening(), 20..600)
}

fn happening() -> impl Strategy<Value = Happening> {
    let connection = prop_oneof![5 => Just(0_usize), 1 => 1_usize..3];
    prop_oneof![
        8 => Just(Happening::Order),
        8 => Just(Happening::Fact),
        60 => (connection.clone(), towards(), 1_usize..6).prop_map(
            |(connection, towards, count)| Happening::Arrive { connection, towards, count }
        ),
        10 => Just(Happening::ServerDecides),
        10 => (1_usize..5).prop_map(|count| Happening::ServerPersists { count }),
        10 => (1_usize..5).prop_map(|count| Happening::MachinePersists { count }),
        12 => Just(Happening::Work),
        3 => prop::bool::weighted(0.8).prop_map(|at_once| Happening::Connect { at_once }),
        1 => (connection.clone(), 0_usize..4).prop_map(
            |(connection, arriving)| Happening::Cut { connection, arriving }
        ),
        1 => connection.clone().prop_map(|connection| Happening::Stall { connection }),
        3 => (connection, towards(), damage()).prop_map(
            |(connection, towards, damage)| Happening::Meddle { connection, towards, damage }
        ),
        3 => (1_u64..25).prop_map(|seconds| Happening::Pass { seconds }),
        1 => Just(Happening::ServerDies),
        1 => Just(Happening::MachineDies),
    ]
}

/// Everything there is.
struct World {
    now: Tick,
    rng: CountingRng,
    server: Server,
    machine: Machine,
    pipes: BTreeMap<ConnectionId, Pipe>,
    last_connection: ConnectionId,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            now: NOW,
            rng: CountingRng::new(seed),
            server: Server::default(),
            machine: Machine::default(),
            pipes: BTreeMap::new(),
            last_connection: 0,
        }
    }

    fn run(&mut self, happenings: &[Happening]) {
        for happening in happenings {
            self.happen(happening);
        }
    }

    fn happen(&mut self, happening: &Happening) {
        match happening {
            Happening::Order => self.server.order(),
            Happening::Fact => self.machine.fact(),
            Happening::Arrive { connection, towards, count } => {
                self.arrive(*connection, *towards, *count);
            }
            Happening::ServerDecides => self.server.decide(self.now),
            Happening::ServerPersists { count } => self.server.persist(*count),
            Happening::MachinePersists { count } => self.machine.persist(*count),
            Happening::Work => self.machine.work(),
            Happening::Connect { at_once } => {
                self.connect();
                if *at_once {
                    self.shake_hands();
                }
            }
            Happening::Cut { connection, arriving } => {
                self.with_pipe(*connection, |pipe| pipe.cut(*arriving));
            }
            Happening::Stall { connection } => self.with_pipe(*connection, Pipe::stall),
            Happening::Meddle { connection, towards, damage } => {
                self.with_pipe(*connection, |pipe| pipe.damage(*towards, damage));
            }
            Happening::Pass { seconds } => self.pass(Duration::from_secs(*seconds)),
            Happening::ServerDies => self.server.die(&mut self.pipes),
            Happening::MachineDies => self.machine.die(&mut self.pipes),
        }
        self.server.turn(&mut self.pipes);
        self.machine.turn(&mut self.pipes);
        self.check();
    }

    /// What holds at every moment.
    fn check(&self) {
        let (server, machine) = (&self.server.store, &self.machine.store);
        let accepted = machine.accepted.len() as u64;
        assert!(server.acknowledged_commands <= accepted, "acknowledged before it was durable");
        let received = server.reports.len() as u64;
        assert!(machine.acknowledged_reports <= received, "acknowledged before it was durable");
        assert!(machine.reports.starts_with(&server.reports), "a report was changed or invented");
        let same = |(accepted, ordered)| accepted == ordered;
        let ordered = server.commands.iter().map(|command| command.seq);
        let accepted = machine.accepted.iter().copied();
        assert!(accepted.zip(ordered).all(same), "a command was changed or invented");
    }

    fn connect(&mut self) {
        self.last_connection += 1;
        self.pipes.insert(self.last_connection, Pipe::default());
        self.server.accept(self.last_connection, self.now, &self.rng);
        self.machine.connect(self.last_connection, self.now, &self.rng);
    }

    fn shake_hands(&mut self) {
        for _ in 0..2 {
            self.server.turn(&mut self.pipes);
            self.machine.turn(&mut self.pipes);
            self.arrive(0, Towards::Server, 1);
            self.server.turn(&mut self.pipes);
            self.server.decide(self.now);
            self.server.turn(&mut self.pipes);
            self.arrive(0, Towards::Machine, 1);
        }
    }

    fn arrive(&mut self, connection: usize, towards: Towards, count: usize) {
        let Some(id) = self.nth_connection(connection) else { return };
        for _ in 0..count {
            let packet = self.pipes.get_mut(&id).and_then(|pipe| pipe.next(towards));
            let Some(packet) = packet else { return };
            match towards {
                Towards::Server => self.server.handle(id, self.now, packet),
                Towards::Machine => self.machine.handle(id, self.now, packet),
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
        self.server.handle_timeout(self.now);
        self.machine.handle_timeout(self.now);
    }

    fn with_pipe(&mut self, connection: usize, change: impl FnOnce(&mut Pipe)) {
        let id = self.nth_connection(connection);
        if let Some(pipe) = id.and_then(|id| self.pipes.get_mut(&id)) {
            change(pipe);
        }
    }

    /// Zero is the newest connection, one the one before.
    fn nth_connection(&self, newest: usize) -> Option<ConnectionId> {
        self.pipes.keys().rev().nth(newest).copied()
    }

    /// The faults end. Everything that was promised must come true.
    fn settle(&mut self) {
        self.happen(&Happening::Connect { at_once: true });
        for _ in 0..2_000 {
            for towards in [Towards::Server, Towards::Machine] {
                self.happen(&Happening::Arrive { connection: 0, towards, count: 10 });
            }
            self.happen(&Happening::ServerDecides);
            self.happen(&Happening::ServerPersists { count: 10 });
            self.happen(&Happening::MachinePersists { count: 10 });
            self.happen(&Happening::Work);
            if self.is_settled() {
                return;
            }
        }
        panic!("did not settle: {:?} {:?}", self.server.store, self.machine.store);
    }

    fn is_settled(&self) -> bool {
        let (server, machine) = (&self.server.store, &self.machine.store);
        machine.is_idle()
            && machine.accepted.len() == server.commands.len()
            && server.acknowledged_commands == server.commands.len() as u64
            && server.reports.len() == machine.reports.len()
            && machine.acknowledged_reports == machine.reports.len() as u64
    }

    /// R06: each command was executed once, or is reported as unknown; unknown ones are no more
    /// than the machine's deaths.
    fn check_end(&self) {
        let (executed, unknown) = (&self.machine.executed, self.server.reported_unknown());
        for command in &self.server.store.commands {
            let times = executed.iter().filter(|seq| **seq == command.seq).count();
            let is_unknown = unknown.contains(&command.seq);
            assert!(
                times == 1 || (times == 0 && is_unknown),
                "command {} ran {times}×",
                command.seq
            );
        }
        assert!(unknown.len() <= self.machine.deaths, "more unknown than deaths");
        assert!(executed.is_sorted(), "commands ran out of order: {executed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::with_cases(150) })]

    /// R06, I2, I3, I6.
    #[test]
    fn the_promises_hold_whatever_happens(
        seed in any::<u64>(),
        happenings in happenings(),
    ) {
        let mut world = World::new(seed);
        world.happen(&Happening::Connect { at_once: true });
        world.run(&happenings);
        world.settle();
        world.check_end();
    }
}

/// The random schedules get to where faults can hurt: links up, commands and reports on their way
/// and through, meddling found out.
#[test]
fn the_schedules_are_worth_their_time() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut epochs, mut accepted, mut reported, mut broken, mut late) = (0, 0, 0, 0, 0);
    for seed in 0..40 {
        let happenings = happenings().new_tree(&mut runner).unwrap().current();
        let mut world = World::new(seed);
        world.run(&happenings);
        epochs += world.server.store.epoch;
        accepted += world.machine.store.accepted.len();
        reported += world.server.store.reports.len();
        broken += world.machine.broken + world.server.broken;
        late += world.server.fenced;
    }
    assert!(epochs > 100 && accepted > 300 && reported > 300, "{epochs} {accepted} {reported}");
    assert!(broken > 20, "{broken} links broken by meddling");
    assert!(late > 10, "{late} reports over a link that is not the newest");
}

/// The schedule without any fault.
#[test]
fn without_faults_everything_is_executed_and_reported() {
    let mut world = World::new(1);
    for _ in 0..100 {
        world.happen(&Happening::Order);
        world.happen(&Happening::Fact);
    }
    world.settle();
    world.check_end();
    assert_eq!(world.machine.executed.len(), 100);
    assert_eq!(world.server.store.reports.len(), 200);
    assert!(world.server.reported_unknown().is_empty());
}
