//! What an agent is told, on its way.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;
use tokio::time::Sleep;

/// How many messages may wait for an agent before it counts as one that does not read.
const WAITING: usize = 64;

/// How long it may leave unread what it is told, then.
const READ_WITHIN: Duration = Duration::from_secs(30);

/// The way to an agent.
pub(super) struct Telling {
    input: Option<ChildStdin>,
    /// Lines, and the ends of lines.
    pieces: VecDeque<Bytes>,
    /// Runs while too much waits.
    overdue: Option<Pin<Box<Sleep>>>,
    /// Whether the input is to be closed when all is told.
    is_closing: bool,
}

/// What has come of it.
pub(super) enum Told {
    /// So many bytes are on their way, or it reads nothing any more.
    Some(io::Result<usize>),
    /// It does not read.
    Overdue,
}

impl Telling {
    pub(super) fn new(input: ChildStdin) -> Self {
        Self { input: Some(input), pieces: VecDeque::new(), overdue: None, is_closing: false }
    }

    /// Tells it these lines, behind what waits.
    pub(super) fn say(&mut self, lines: Vec<Bytes>) {
        for line in lines {
            self.pieces.extend([line, Bytes::from_static(b"\n")]);
        }
        if self.is_too_much() && self.overdue.is_none() {
            self.overdue = Some(Box::pin(tokio::time::sleep(READ_WITHIN)));
        }
    }

    /// Closes the input when all is told.
    pub(super) fn close_when_told(&mut self) {
        self.is_closing = true;
        self.close_if_told();
    }

    /// Closes the input.
    pub(super) fn close(&mut self) {
        self.input = None;
        self.overdue = None;
    }

    /// Waits until something comes of it. Nothing is lost if the wait is given up.
    pub(super) async fn next(&mut self) -> Told {
        let Self { input, pieces, overdue, .. } = self;
        let telling = async {
            match (input, pieces.front()) {
                (Some(input), Some(piece)) => input.write(piece).await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            told = telling => Told::Some(told),
            () = over(overdue.as_mut()) => Told::Overdue,
        }
    }

    /// Takes note of what was told.
    pub(super) fn told(&mut self, told: &io::Result<usize>) {
        let Ok(written) = told else {
            // An agent that reads nothing any more is ending; that is seen by itself.
            self.pieces.clear();
            return self.close();
        };
        if let Some(piece) = self.pieces.front_mut() {
            piece.advance(*written);
            if piece.is_empty() {
                self.pieces.pop_front();
            }
        }
        if !self.is_too_much() {
            self.overdue = None;
        }
        self.close_if_told();
    }

    fn is_too_much(&self) -> bool {
        self.pieces.len() > 2 * WAITING
    }

    fn close_if_told(&mut self) {
        if self.is_closing && self.pieces.is_empty() {
            self.input = None;
        }
    }
}

/// Waits until a time is over; for ever without one.
pub(super) async fn over(until: Option<&mut Pin<Box<Sleep>>>) {
    match until {
        Some(until) => until.await,
        None => std::future::pending().await,
    }
}
