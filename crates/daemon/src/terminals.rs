//! One task for each terminal: a program on a pseudo-terminal, its screen, and who may type.
//!
//! - `start`: what runs in it
//! - `pause`: standing still, and going on
//! - `typing`: keystrokes on their way to the program
//! - `output`: output on its way to the server

mod output;
mod pause;
mod start;
mod typing;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use journal::Change;
use model::SessionId;
use model::command::CommandState;
use model::session::SessionState;
use processes::{Grace, Paused};
use pty::{Event, Pty, Reading};
use terminal::outflow::Pace;
use terminal::{InputGate, Size, Terminal};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use wire::call::{Answer, LeaseGranted};
use wire::command::Order;

use crate::context::Context;
use crate::ordered::Ordered;
use crate::reports::{self, Refused};
use crate::spec::Spec;
use crate::streams::StreamKey;
use crate::supervisor::{self, Supervisor};

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

/// What a terminal is told.
pub(crate) enum TerminalOrder {
    /// Carry this out.
    Command(Ordered),
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
    pty: Pty,
    terminal: Terminal,
    gate: InputGate,
    typed: Typed,
    /// Whether there may be output that is not on the screen yet.
    undrawn: bool,
    /// Where the output goes. The server opens one stream of a terminal; a later one replaces it.
    stream: Option<Stream>,
    /// The processes that stand still, while the session is paused.
    standing: Option<Paused>,
    /// Orders that are carried out when the session has ended.
    at_the_end: Vec<Ordered>,
    stopping: Option<String>,
}

/// Something that the terminal waited for.
enum Turn {
    Ordered(TerminalOrder),
    Happened,
    Exited(pty::Exit),
    Sent,
    Stopping,
    Halted,
    Time,
}

impl Running {
    /// Goes on until the program has ended, the session is stopped, or the daemon stops.
    pub(crate) async fn run(
        mut self,
        supervisor: &Supervisor,
        mut orders: mpsc::Receiver<TerminalOrder>,
    ) {
        let detail = loop {
            self.stage_output();
            match self.wait(&mut orders).await {
                Turn::Ordered(order) => self.take_order(order).await,
                Turn::Happened | Turn::Sent | Turn::Time => {}
                Turn::Exited(exit) => {
                    // The program may have left others behind.
                    let grace = self.grace(Grace::default());
                    self.pty.tree().end(grace).await;
                    break how_it_ended(exit);
                }
                Turn::Stopping => {
                    self.end_program(STOP).await;
                    break "the machine's daemon was stopped".to_owned();
                }
                Turn::Halted => {
                    self.end_program(Grace::NONE).await;
                    break self.context.admission.why_all_ends();
                }
            }
            if let Some(reason) = self.stopping.take() {
                self.end_program(Grace::default()).await;
                break reason;
            }
        };
        self.end(supervisor, orders, &detail).await;
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
        let Self { pty, terminal, gate, typed, stream, session, undrawn, halting, .. } = self;
        tokio::select! {
            biased;
            () = context.stopping.cancelled() => Turn::Stopping,
            () = halting.cancelled() => Turn::Halted,
            Some(order) = orders.recv() => Turn::Ordered(order),
            () = output::send_staged(stream, &context) => Turn::Sent,
            event = pty.next(reading) => match event {
                Event::Output(bytes) => {
                    terminal.append(bytes);
                    *undrawn = true;
                    Turn::Happened
                }
                Event::Written(bytes) => {
                    typed.acknowledge(bytes, gate, *session, &context).await;
                    Turn::Happened
                }
                Event::Exited(exit) => Turn::Exited(exit),
            },
            () = tokio::task::yield_now(), if *undrawn => {
                *undrawn = terminal.draw(DRAW_BYTES) > 0;
                Turn::Happened
            }
            () = time => Turn::Time,
        }
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
            TerminalOrder::Command(ordered) => self.take_command(ordered).await,
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
                self.typed.take(&mut self.gate, &mut self.pty, epoch, lease, seq, data);
            }
            TerminalOrder::Resize { lease, size } => self.resize(lease, size),
            TerminalOrder::Lease { lease, answer } => {
                // Who asked may be gone.
                let _ = answer.send(match self.gate.grant(lease) {
                    Ok(input_seq) => Answer::LeaseGranted(LeaseGranted { input_seq }),
                    Err(ended) => Refused::new("lease_ended", ended.to_string()).into(),
                });
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
            Some(Order::PauseSession(_)) => self.pause(&ordered).await,
            Some(Order::ResumeSession(_)) => self.resume(&ordered).await,
            _ => refuse(&self.context, &ordered, "a terminal takes no such order").await,
        }
    }

    fn resize(&mut self, lease: u64, size: Size) {
        if !self.gate.is_in_force(lease) {
            return;
        }
        self.terminal.resize(size);
        let window = pty::Size { columns: size.columns(), rows: size.rows() };
        if let Err(error) = self.pty.resize(window) {
            tracing::warn!(%error, "the program cannot be told the size of its window");
        }
    }

    async fn end_program(&mut self, grace: Grace) {
        let grace = self.grace(grace);
        let Self { pty, terminal, .. } = self;
        pty.end(grace, |bytes| {
            terminal.append(bytes);
        })
        .await;
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
        // What cannot be written is in the log.
        let _ = context.commit(changes).await;
        self.send_the_rest(&mut orders, detail).await;
        self.linger(&mut orders, detail).await;
        supervisor.leave(self.session);
        orders.close();
        while let Some(order) = orders.recv().await {
            if let TerminalOrder::Command(ordered) = order {
                self.at_the_end.push(ordered);
            }
        }
        crate::chats::remove_state(&context, self.session).await;
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

fn how_it_ended(exit: pty::Exit) -> String {
    match exit {
        pty::Exit::Code(code) => format!("exit status {code}"),
        pty::Exit::Signal(signal) => format!("signal {signal}"),
        pty::Exit::Unseen => "it ended, and nobody saw how".to_owned(),
    }
}

/// That an order was carried out, and the end of it in the journal.
fn done(context: &Context, ordered: &Ordered) -> [Change; 2] {
    reports::finished(context, ordered.id, CommandState::Done, None)
}
