//! A running program and its terminal.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use processes::Grace;
use tokio::time::Sleep;

use crate::burst::{Burst, Filled};
use crate::input::InputQueue;
use crate::system::{self, HELD_BACK_BYTES, QUIET, Terminal, Tree};
use crate::{Exit, InputError, Size};

/// A running program and its terminal, owned by one task.
///
/// Dropping it kills the program, but only [`Tree::end`] is sure to end everything that it has
/// started.
#[derive(Debug)]
pub struct Pty {
    terminal: Terminal,
    burst: Burst,
    /// Whether the burst holds output that nobody has got yet.
    has_burst: bool,
    input: InputQueue,
    output: Output,
    exit: Option<Exit>,
}

/// Something that has happened on a terminal.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The program has written this.
    Output(&'a [u8]),
    /// The program's terminal has taken this many bytes of input since it began.
    Written(u64),
    /// The program has ended, and all of its output has been given. Comes again when asked again.
    Exited(Exit),
}

/// Whether output is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Read what there is.
    On,
    /// Leave it with the system; the program waits once about 64 KiB are left there. Its end is not
    /// told either.
    Held,
}

#[derive(Debug)]
enum Output {
    Open,
    /// The program has ended; what it has written is still coming.
    Draining {
        left_bytes: usize,
        quiet: Pin<Box<Sleep>>,
    },
    Ended,
}

impl Pty {
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            burst: Burst::default(),
            has_burst: false,
            input: InputQueue::default(),
            output: Output::Open,
            exit: None,
        }
    }

    /// Waits for what happens next. Nothing is lost if the wait is given up.
    ///
    /// Input is only written while somebody waits here.
    pub async fn next(&mut self, reading: Reading) -> Event<'_> {
        match poll_fn(|context| self.poll_happened(context, reading)).await {
            Happened::Output => Event::Output(self.burst.bytes()),
            Happened::Written(bytes) => Event::Written(bytes),
            Happened::Exited(exit) => Event::Exited(exit),
        }
    }

    /// Takes on input for the program and answers the position after it, which
    /// [`Event::Written`] reaches when all of it is in the program's hands.
    ///
    /// At most [`crate::input::WAITING_BYTES`] wait for a program that does not read.
    pub fn push(&mut self, input: Bytes) -> Result<u64, InputError> {
        self.input.push(input)
    }

    /// Tells the program how large its window is; if that has changed, it hears of it
    /// (SIGWINCH; on Windows a record among its input).
    pub fn resize(&self, size: Size) -> io::Result<()> {
        self.terminal.resize(size)
    }

    /// The program and everything it has started.
    pub fn tree(&self) -> &Tree {
        self.terminal.tree()
    }

    /// Ends the program and everything it has started, gives the output that comes meanwhile to
    /// `take`, and answers how the program ended.
    pub async fn end(&mut self, grace: Grace, mut take: impl FnMut(&[u8])) -> Exit {
        let tree = self.tree().clone();
        let mut ending = pin!(tree.end(grace));
        let mut is_ended = false;
        loop {
            tokio::select! {
                () = &mut ending, if !is_ended => is_ended = true,
                event = self.next(Reading::On) => match event {
                    Event::Output(bytes) => take(bytes),
                    Event::Written(_) => {}
                    Event::Exited(exit) if is_ended => return exit,
                    Event::Exited(_) => {
                        ending.as_mut().await;
                        is_ended = true;
                    }
                },
            }
        }
    }

    /// The end and the output are looked at before input is written: a terminal that has hung up
    /// looks writable for ever and takes nothing.
    fn poll_happened(&mut self, context: &mut Context<'_>, reading: Reading) -> Poll<Happened> {
        self.poll_exit(context);
        if reading == Reading::On {
            self.poll_output(context);
        }
        self.poll_input(context);
        if let Some(written) = self.input.take_news() {
            return Poll::Ready(Happened::Written(written));
        }
        if reading == Reading::Held {
            return Poll::Pending;
        }
        if std::mem::take(&mut self.has_burst) {
            return Poll::Ready(Happened::Output);
        }
        match (&self.output, self.exit) {
            (Output::Ended, Some(exit)) => Poll::Ready(Happened::Exited(exit)),
            _ => Poll::Pending,
        }
    }

    fn poll_input(&mut self, context: &mut Context<'_>) {
        if let Err(error) = self.input.poll_write(Pin::new(&mut self.terminal.writer), context) {
            if !system::is_hang_up(&error) {
                tracing::warn!(%error, "a terminal takes no input any more");
            }
            self.input.close();
        }
    }

    /// Looks whether the program has ended; if so, its output is drained.
    fn poll_exit(&mut self, context: &mut Context<'_>) {
        if self.exit.is_some() {
            return;
        }
        let Poll::Ready(exit) = self.terminal.poll_exit(context) else { return };
        self.exit = Some(exit);
        self.input.close();
        if matches!(self.output, Output::Open) {
            let quiet = Box::pin(tokio::time::sleep(QUIET));
            self.output = Output::Draining { left_bytes: HELD_BACK_BYTES, quiet };
        }
    }

    /// Reads what there is; ends the output when there is none and will be none.
    fn poll_output(&mut self, context: &mut Context<'_>) {
        if self.has_burst || matches!(self.output, Output::Ended) {
            return;
        }
        match self.burst.poll_fill(&mut self.terminal.reader, context) {
            Poll::Ready(Ok(Filled::Some)) => {
                self.has_burst = true;
                self.count_drained();
            }
            Poll::Ready(Ok(Filled::End)) => self.end_output(),
            Poll::Ready(Err(error)) => {
                tracing::warn!(%error, "a terminal gives no output any more");
                self.end_output();
            }
            Poll::Pending => self.poll_quiet(context),
        }
    }

    /// A terminal that gives nothing any more has nobody at its other end.
    fn end_output(&mut self) {
        self.output = Output::Ended;
        self.input.close();
    }

    fn count_drained(&mut self) {
        let Output::Draining { left_bytes, .. } = &mut self.output else { return };
        let left_bytes = left_bytes.saturating_sub(self.burst.bytes().len());
        self.output = if left_bytes == 0 {
            Output::Ended
        } else {
            Output::Draining { left_bytes, quiet: Box::pin(tokio::time::sleep(QUIET)) }
        };
    }

    fn poll_quiet(&mut self, context: &mut Context<'_>) {
        if let Output::Draining { quiet, .. } = &mut self.output
            && quiet.as_mut().poll(context).is_ready()
        {
            self.output = Output::Ended;
        }
    }
}

enum Happened {
    Output,
    Written(u64),
    Exited(Exit),
}
