//! What a holder keeps: the program, its terminal, and who may type.

use std::collections::VecDeque;
use std::pin::Pin;

use bytes::Bytes;
use processes::{Grace, Marker, Paused, SpawnError};
use pty::Pty;
use terminal::input_gate::{Acknowledgement, Refused};
use terminal::{Exit, InputGate, Memory, Size, Terminal};

use crate::protocol::Start;
use crate::redaction::Redactor;

/// A terminal with its program.
pub(crate) struct Kept {
    pty: Pty,
    terminal: Terminal,
    redactor: Redactor,
    gate: InputGate,
    /// Where each piece of input ends that the program has not taken yet, with its lease and
    /// position. Bounded by what may wait for the program.
    waiting: VecDeque<(u64, u64, u64)>,
    /// The processes that stand still, while the session is paused.
    standing: Option<Paused>,
    /// Ends everything that the program has started.
    ending: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    exit: Option<Exit>,
}

/// Something that has happened in the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    /// There is more output.
    Output,
    /// Input is in the program's hands.
    Taken(Option<Acknowledgement>),
    /// The program has ended, or what it has left behind.
    Ended,
}

impl Kept {
    /// Starts the program.
    pub(crate) fn start(start: &Start) -> Result<Self, SpawnError> {
        let window = window(start.size);
        let pty = pty::spawn(&start.program, &Marker::new(&start.marker), window)?;
        Ok(Self {
            pty,
            terminal: Terminal::new(start.size, Memory::default()),
            redactor: Redactor::of(&start.program.environment),
            gate: InputGate::default(),
            waiting: VecDeque::new(),
            standing: None,
            ending: None,
            exit: None,
        })
    }

    pub(crate) fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    /// The screen, with all rows above it that are kept.
    pub(crate) fn screen(&mut self) -> Bytes {
        self.terminal.snapshot(Memory::default().history_rows).data
    }

    pub(crate) fn keyboard(&self) -> Acknowledgement {
        self.gate.acknowledgement()
    }

    pub(crate) fn leader(&self) -> u32 {
        self.pty.tree().leader()
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.standing.is_some()
    }

    /// How the program ended, once nothing of it is left.
    pub(crate) fn exit(&self) -> Option<Exit> {
        self.exit.filter(|_| self.ending.is_none())
    }

    /// Waits for what happens next; for ever once nothing of the program is left. Nothing is lost
    /// if the wait is given up.
    pub(crate) async fn next(&mut self, reading: pty::Reading) -> Happened {
        let Self { pty, terminal, redactor, ending, exit, .. } = self;
        let ended = async {
            match ending {
                Some(ending) => ending.await,
                None => std::future::pending().await,
            }
        };
        let seen = tokio::select! {
            biased;
            () = ended => {
                self.ending = None;
                return Happened::Ended;
            }
            event = pty.next(reading), if exit.is_none() => match event {
                pty::Event::Output(bytes) => {
                    terminal.append(&redactor.pass(bytes));
                    return Happened::Output;
                }
                pty::Event::Written(bytes) => return Happened::Taken(self.taken(bytes)),
                pty::Event::Exited(exit) => exit,
            },
        };
        self.exit = Some(told(seen));
        // It may have left others behind.
        self.end_tree(Grace::default());
        Happened::Ended
    }

    /// Lets a piece of input in, if it is the next one of who holds the keyboard (S107). Answers
    /// what to say of a piece that came before: whoever sends it again has not heard of it.
    pub(crate) fn type_in(&mut self, lease: u64, seq: u64, data: Bytes) -> Option<Acknowledgement> {
        let admission = match self.gate.check(lease, seq) {
            Ok(admission) => admission,
            Err(Refused::Duplicate(_)) => return Some(self.gate.acknowledgement()),
            Err(_) => return None,
        };
        // What finds no room is not acknowledged, and comes again.
        if let Ok(end) = self.pty.push(data) {
            admission.accept();
            self.waiting.push_back((end, lease, seq));
        }
        None
    }

    /// Gives the keyboard to a lease: answers how far its input has come, or which lease is in
    /// force instead.
    pub(crate) fn grant(&mut self, lease: u64) -> Result<u64, u64> {
        self.gate.grant(lease).map_err(|_| self.gate.acknowledgement().lease)
    }

    /// What no holder does.
    pub(crate) fn forget_what_was_typed(&mut self) {
        self.gate = InputGate::default();
    }

    pub(crate) fn resize(&mut self, size: Size) {
        self.terminal.resize(size);
        // A program that cannot be told keeps the size that it knows.
        let _ = self.pty.resize(window(size));
    }

    /// Lets nothing run; answers which processes could not be stopped.
    pub(crate) async fn pause(&mut self) -> Result<(), Vec<u32>> {
        if self.standing.is_none() && self.exit.is_none() && self.ending.is_none() {
            self.standing = Some(self.pty.tree().pause().await.map_err(|why| why.left)?);
        }
        Ok(())
    }

    /// Lets it go on.
    pub(crate) fn resume(&mut self) {
        if let Some(standing) = self.standing.take() {
            standing.resume();
        }
    }

    /// Begins to end the program with everything it has started.
    pub(crate) fn end(&mut self, grace: Grace) {
        if self.exit.is_none() {
            self.end_tree(grace);
        }
    }

    /// One who ends it already is not hurried, and one who comes late has nothing to do.
    fn end_tree(&mut self, grace: Grace) {
        if self.ending.is_none() {
            let (grace, tree) = (self.grace(grace), self.pty.tree().clone());
            self.ending = Some(Box::pin(async move { tree.end(grace).await }));
        }
    }

    /// What stands still does not get to run again: it is killed where it stands.
    fn grace(&mut self, wanted: Grace) -> Grace {
        if self.standing.take().is_some() { Grace::NONE } else { wanted }
    }

    fn taken(&mut self, written_bytes: u64) -> Option<Acknowledgement> {
        let mut last = None;
        while let Some((end, lease, seq)) = self.waiting.front().copied()
            && end <= written_bytes
        {
            self.waiting.pop_front();
            last = self.gate.written(lease, seq).or(last);
        }
        last
    }
}

fn window(size: Size) -> pty::Size {
    pty::Size { columns: size.columns(), rows: size.rows() }
}

fn told(exit: pty::Exit) -> Exit {
    match exit {
        pty::Exit::Code(code) => Exit::Code(code),
        pty::Exit::Signal(signal) => Exit::Signal(signal),
        pty::Exit::Unseen => Exit::Unseen,
    }
}
