//! Writes what the link has to say, urgent things first, and reads what comes.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use link::{Link, Side};

use crate::{Connection, ConnectionError};

/// A connection with what is on its way into it.
#[derive(Debug)]
pub struct Pump<C> {
    connection: C,
    /// Polled from the link, not taken by the connection yet. Never more than one, so that what
    /// is urgent and comes later still goes before the rest.
    next: Option<Bytes>,
    /// Whether the connection holds something that is not flushed.
    dirty: bool,
}

impl<C: Connection> Pump<C> {
    /// Nothing has moved yet.
    pub const fn new(connection: C) -> Self {
        Self { connection, next: None, dirty: false }
    }

    /// Writes and flushes what the link has to say, and waits for a message; `None` at the end of
    /// the connection. Safe to drop and call again at any moment, which is to be done after each
    /// change of the link.
    pub async fn turn<S: Side>(
        &mut self,
        link: &mut Link<S>,
    ) -> Result<Option<Bytes>, ConnectionError> {
        poll_fn(|context| {
            if let Poll::Ready(Err(error)) = self.poll_write(link, context) {
                return Poll::Ready(Err(error));
            }
            self.connection.poll_next_unpin(context).map(Option::transpose)
        })
        .await
    }

    /// Writes and flushes everything that the link still has to say: its last words.
    pub async fn finish<S: Side>(&mut self, link: &mut Link<S>) -> Result<(), ConnectionError> {
        poll_fn(|context| self.poll_write(link, context)).await?;
        self.connection.close().await
    }

    /// Ready when everything is written and flushed.
    fn poll_write<S: Side>(
        &mut self,
        link: &mut Link<S>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        loop {
            if self.next.is_none() {
                self.next = link.poll_message();
            }
            if self.next.is_none() {
                break;
            }
            ready!(self.connection.poll_ready_unpin(context))?;
            if let Some(message) = self.next.take() {
                self.connection.start_send_unpin(message)?;
                self.dirty = true;
            }
        }
        if self.dirty {
            ready!(self.connection.poll_flush_unpin(context))?;
            self.dirty = false;
        }
        Poll::Ready(Ok(()))
    }
}
