//! One task for each terminal: a program on a pseudo-terminal, and its screen. The program and the
//! pseudo-terminal belong to a holder, which outlives the daemon.
//!
//! - `start`: what runs in it
//! - `pause`: standing still, and going on
//! - `typing`: keystrokes on their way to the program
//! - `output`: output on its way to the server

mod output;
mod pause;
mod start;
mod typing;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use holder::{Event, Held, Reading, Standing};
use journal::Change;
use model::SessionId;
use model::command::CommandState;
use model::session::SessionState;
use processes::Grace;
use terminal::outflow::Pace;
use terminal::{Exit, Size, Terminal};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use wire::call::Answer;
use wire::command::Order;

use crate::context::Context;
use crate::ordered::Ordered;
use crate::reports::{self, Refused};
use crate::spec::Spec;
use crate::streams::StreamKey;
use crate::supervisor::{self, Supervisor};
use crate::worktrees::ending;

use output::Stream;
use typing::Typed;

pub(crate) use start::start;

/// Rows above the screen that are sent with it, at the most.
pub(crate) const HISTORY_ROWS: usize = 200;

/// What a screen weighs with them, at the most; one that is heavier by itself comes without any. So
/// whoever comes back sees it at once, over a slow network, too.
pub(crate) const SCREEN_BYTES: usize = 9_500;

/// How much output is drawn at once while nothing else is to be done.
const DRAW_BYTES: u64 = 64 * 1024;

/// How gently a terminal is ended when the daemon stops.
const STOP: Grace = Grace { polite: Duration::from_millis(1_200), hard: Duration::from_secs(2) };

/// How long a holder may take beyond the grace of its program.
const HOLDER_ENDS_WITHIN: Duration = Duration::from_secs(3);

/// What a terminal is told.
pub(crate) enum TerminalOrder {
    /// Carry this out.
    Command(Box<Ordered>),
    /// Send output from this offset on, as far as the credit goes.
    Open { key: StreamKey, from: u64, credit: u64 },
    /// So many bytes may be sent in all.
    Credit { key: StreamKey, credit: u64 },
    /// Send no more.
    Close { key: StreamKey },
    /// Keystrokes, and the link on which they came.
    Input { epoch: u64, lease: u64, seq: u64, data: Bytes },
    /// The window has this size.
    Resize { lease: u64, size: Size },
    /// From now on only input with this lease counts.
    Lease { lease: u64, answer: oneshot::Sender<Answer> },
    /// The screen as it is.
    Screen { answer: oneshot::Sender<Answer> },
}

/// A terminal whose program runs.
pub(crate) struct Running {
    context: Arc<Context>,
    /// Cancelled when the machine's owner ends everything.
    halting: CancellationToken,
    session: SessionId,
    spec: Spec,
    held: Held,
    terminal: Terminal,
    typed: Typed,
    /// Whether there may be output that is not on the screen yet.
    undrawn: bool,
    /// Where the output goes. The server opens one stream of a terminal; a later one replaces it.
    stream: Option<Stream>,
    /// Orders that are carried out when nothing runs. Bounded by the orders that a terminal may have.
    pausing: VecDeque<Ordered>,
    /// Orders that are carried out when the session has ended.
    at_the_end: Vec<Ordered>,
    stopping: Option<String>,
}

/// Something that the terminal waited for.
enum Turn {
    Ordered(TerminalOrder),
    Held(Event),
    Drawn,
    Sent,
    Stopping,
    Halted,
    Time,
}

/// How a terminal has come to its end.
enum Over {
    /// With a reason for people.
    Ended(String),
    /// It goes on, with another daemon.
    Left,
}

impl Running {
    /// `halting` was there before it was looked whether the terminal may begin.
    fn new(
        context: &Arc<Context>,
        halting: CancellationToken,
        session: SessionId,
        spec: Spec,
        (held, standing): (Held, Standing),
    ) -> Self {
        Self {
            context: context.clone(),
            halting,
            session,
            spec,
            held,
            terminal: standing.terminal,
            typed: Typed::under(standing.lease),
            undrawn: false,
            stream: None,
            pausing: VecDeque::new(),
            at_the_end: Vec::new(),
            stopping: None,
        }
    }

    /// A terminal that has outlived an earlier life of the daemon.
    pub(crate) fn taken_over(
        context: &Arc<Context>,
        session: SessionId,
        spec: Spec,
        (mut held, standing): (Held, Standing),
    ) -> Self {
        let halting = context.admission.halting();
        // That life had no time to do what it had said (`pause`), or to say what it had done. What is
        // to end does not get to run again.
        if standing.is_paused && !spec.paused && !halting.is_cancelled() {
            held.resume();
        }
        tracing::info!(session.id = %session, process = held.process(), "a terminal goes on");
        Self::new(context, halting, session, spec, (held, standing))
    }

    pub(crate) fn session(&self) -> SessionId {
        self.session
    }

    /// Goes on until the program has ended, the session is stopped, or the daemon stops.
    pub(crate) async fn run(
        mut self,
        supervisor: &Supervisor,
        mut orders: mpsc::Receiver<TerminalOrder>,
    ) {
        let over = loop {
            self.stage_output();
            let over = match self.wait(&mut orders).await {
                Turn::Ordered(order) => {
                    self.take_order(order).await;
                    None
                }
                Turn::Held(event) => self.take_event(event).await,
                Turn::Drawn | Turn::Sent | Turn::Time => None,
                Turn::Stopping => Some(self.stop_with_the_daemon().await),
                Turn::Halted => {
                    self.end_program(Grace::NONE).await;
                    Some(Over::Ended(self.context.admission.why_all_ends()))
                }
            };
            if let Some(over) = over {
                break over;
            }
            if let Some(reason) = self.stopping.take() {
                self.end_program(Grace::default()).await;
                break Over::Ended(reason);
            }
        };
        match over {
            Over::Ended(detail) => self.end(supervisor, orders, &detail).await,
            // What it was told and has not done is in the journal, for the next daemon.
            Over::Left => {}
        }
    }

    /// Waits for the next thing to happen. Whoever types waits for it, so that goes first.
    async fn wait(&mut self, orders: &mut mpsc::Receiver<TerminalOrder>) -> Turn {
        let (reading, until) = self.pace();
        let context = self.context.clone();
        let time = async {
            match until {
                Some(duration) => tokio::time::sleep(duration).await,
                None => std::future::pending().await,
            }
        };
        let Self { held, terminal, stream, undrawn, halting, .. } = self;
        tokio::select! {
            biased;
            () = context.stopping.cancelled() => Turn::Stopping,
            () = halting.cancelled() => Turn::Halted,
            Some(order) = orders.recv() => Turn::Ordered(order),
            () = output::send_staged(stream, &context) => Turn::Sent,
            event = held.next(reading) => Turn::Held(event),
            () = tokio::task::yield_now(), if *undrawn => {
                *undrawn = terminal.draw(DRAW_BYTES) > 0;
                Turn::Drawn
            }
            () = time => Turn::Time,
        }
    }

    async fn take_event(&mut self, event: Event) -> Option<Over> {
        match event {
            Event::Output(bytes) => {
                self.terminal.append(&bytes);
                self.undrawn = true;
            }
            Event::Acknowledged(keyboard) => {
                self.typed.acknowledge(keyboard, self.session, &self.context).await;
            }
            Event::Granted(granted) => self.typed.granted(granted),
            Event::Paused(paused) => self.paused(paused).await,
            Event::Exited(exit) => return Some(Over::Ended(how_it_ended(exit))),
            Event::Displaced => {
                tracing::error!("another daemon has taken the terminal over");
                return Some(Over::Left);
            }
            Event::Lost => {
                // What runs in it has lost its terminal, and does not have to have noticed.
                self.context.holders.end(self.session, Grace::default()).await;
                return Some(Over::Ended("the process that held it was killed".to_owned()));
            }
        }
        None
    }

    async fn stop_with_the_daemon(&mut self) -> Over {
        if !self.context.ends_terminals.load(Ordering::Relaxed) {
            return Over::Left;
        }
        self.end_program(STOP).await;
        Over::Ended("the machine's daemon was stopped".to_owned())
    }

    /// Whether output is read: not while the server takes it slower than it comes.
    fn pace(&self) -> (Reading, Option<Duration>) {
        let now = self.context.clock.tick();
        match self.stream.as_ref().map(|stream| stream.pace(now, self.terminal.ring())) {
            None | Some(Pace::Go) => (Reading::On, None),
            Some(Pace::HoldUntil(at)) => (Reading::Held, Some(at.since(now))),
        }
    }

    fn stage_output(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.stage(self.context.clock.tick(), &mut self.terminal);
        }
    }

    async fn take_order(&mut self, order: TerminalOrder) {
        let now = self.context.clock.tick();
        match order {
            TerminalOrder::Command(ordered) => self.take_command(*ordered).await,
            TerminalOrder::Open { key, from, credit } => {
                self.stream = Some(Stream::new(key, now, from, credit));
            }
            TerminalOrder::Credit { key, credit } => {
                if let Some(stream) = self.stream.as_mut().filter(|stream| stream.key == key) {
                    stream.grant(now, credit);
                }
            }
            TerminalOrder::Close { key } => {
                self.stream = self.stream.take().filter(|stream| stream.key != key);
            }
            TerminalOrder::Input { epoch, lease, seq, data } => {
                self.typed.take(&mut self.held, epoch, lease, seq, data);
            }
            TerminalOrder::Resize { lease, size } => self.resize(lease, size),
            TerminalOrder::Lease { lease, answer } => {
                self.typed.ask(&mut self.held, lease, answer);
            }
            TerminalOrder::Screen { answer } => {
                let screen = output::screen(&mut self.terminal);
                let _ = answer.send(Answer::Screen(screen));
            }
        }
    }

    async fn take_command(&mut self, ordered: Ordered) {
        match &ordered.order {
            Some(Order::StopSession(stop)) => {
                self.stopping = Some(stop.reason.clone());
                self.at_the_end.push(ordered);
            }
            Some(Order::ForgetSession(_)) => {
                self.stopping = Some("it was deleted".to_owned());
                self.at_the_end.push(ordered);
            }
            Some(Order::PauseSession(_)) => self.pause(ordered).await,
            Some(Order::ResumeSession(_)) => self.resume(&ordered).await,
            _ => refuse(&self.context, &ordered, "a terminal takes no such order").await,
        }
    }

    fn resize(&mut self, lease: u64, size: Size) {
        if !self.typed.is_in_force(lease) {
            return;
        }
        self.terminal.resize(size);
        if !self.held.resize(size) {
            tracing::warn!("the program cannot be told the size of its window");
        }
    }

    /// Ends the program and everything it has started, by force where its holder does not.
    async fn end_program(&mut self, grace: Grace) {
        let Self { held, terminal, .. } = self;
        held.end(grace);
        let ended = async {
            loop {
                match held.next(Reading::On).await {
                    Event::Output(bytes) => drop(terminal.append(&bytes)),
                    Event::Exited(_) => break true,
                    Event::Lost | Event::Displaced => break false,
                    Event::Acknowledged(_) | Event::Granted(_) | Event::Paused(_) => {}
                }
            }
        };
        let within = grace.polite + grace.hard + HOLDER_ENDS_WITHIN;
        if tokio::time::timeout(within, ended).await != Ok(true) {
            self.context.holders.kill(self.session).await;
        }
    }

    /// The session has ended: the server gets the rest of its output, and how it ended.
    async fn end(
        mut self,
        supervisor: &Supervisor,
        mut orders: mpsc::Receiver<TerminalOrder>,
        detail: &str,
    ) {
        let context = self.context.clone();
        let ended = reports::session_changed(self.session, SessionState::Stopped, detail);
        let changes = vec![context.report(ended), Change::RemoveSession(self.session)];
        // What cannot be written is in the log, and is told by the next daemon.
        if context.commit(changes).await.is_ok() {
            self.held.forget(HOLDER_ENDS_WITHIN).await;
        }
        self.send_the_rest(&mut orders, detail).await;
        self.linger(&mut orders, detail).await;
        supervisor.leave(self.session);
        orders.close();
        while let Some(order) = orders.recv().await {
            if let TerminalOrder::Command(ordered) = order {
                self.at_the_end.push(*ordered);
            }
        }
        crate::chats::remove_state(&context, self.session).await;
        ending::over(&context, self.session).await;
        for ordered in std::mem::take(&mut self.at_the_end) {
            match ordered.order {
                Some(Order::ForgetSession(_)) => supervisor::forget(&context, &ordered).await,
                Some(Order::StopSession(_)) => supervisor::done(&context, &ordered).await,
                _ => refuse(&context, &ordered, "the session has ended").await,
            }
        }
    }
}

async fn refuse(context: &Context, ordered: &Ordered, message: &str) {
    let refused = Refused::new("session_ended", message);
    reports::refuse(context, ordered.id, &refused).await;
}

fn how_it_ended(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit status {code}"),
        Exit::Signal(signal) => format!("signal {signal}"),
        Exit::Unseen => "it ended, and nobody saw how".to_owned(),
    }
}

/// That an order was carried out, and the end of it in the journal.
fn done(context: &Context, ordered: &Ordered) -> [Change; 2] {
    reports::finished(context, ordered.id, CommandState::Done, None)
}
