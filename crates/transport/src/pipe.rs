//! A connection inside one process.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream};
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

use crate::ConnectionError;

/// Messages that may be on their way; the link keeps the rest back, as with any slow connection.
const QUEUE: usize = 32;

/// One end of a connection inside one process.
#[derive(Debug)]
pub struct Pipe {
    outgoing: PollSender<Bytes>,
    incoming: mpsc::Receiver<Bytes>,
}

/// Makes both ends. When one is dropped, the other one ends.
pub fn pipe() -> (Pipe, Pipe) {
    let (to_right, from_left) = mpsc::channel(QUEUE);
    let (to_left, from_right) = mpsc::channel(QUEUE);
    let left = Pipe { outgoing: PollSender::new(to_right), incoming: from_right };
    let right = Pipe { outgoing: PollSender::new(to_left), incoming: from_left };
    (left, right)
}

impl Stream for Pipe {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(context).map(|message| message.map(Ok))
    }
}

impl Sink<Bytes> for Pipe {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.outgoing.poll_ready_unpin(context).map_err(|_| other_end_gone())
    }

    fn start_send(mut self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
        self.outgoing.start_send_unpin(message).map_err(|_| other_end_gone())
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.outgoing.poll_flush_unpin(context).map_err(|_| other_end_gone())
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.outgoing.poll_close_unpin(context).map_err(|_| other_end_gone())
    }
}

fn other_end_gone() -> ConnectionError {
    ConnectionError("the other end is gone".to_owned())
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[tokio::test]
    async fn messages_arrive_whole_and_in_order_and_the_end_is_seen() {
        let (mut left, mut right) = pipe();
        for n in 0..3_u8 {
            left.send(Bytes::from(vec![n])).await.unwrap();
        }
        drop(left);
        let arrived: Vec<_> = right.by_ref().map(Result::unwrap).collect().await;
        assert_eq!(arrived, [vec![0], vec![1], vec![2]]);
        assert!(right.send(Bytes::new()).await.is_err());
    }

    #[tokio::test]
    async fn a_slow_reader_holds_the_writer_back() {
        let (mut left, mut right) = pipe();
        for _ in 0..QUEUE {
            left.feed(Bytes::new()).await.unwrap();
        }
        let mut blocked = Box::pin(left.feed(Bytes::new()));
        assert!(futures_util::poll!(&mut blocked).is_pending());
        right.next().await.unwrap().unwrap();
        blocked.await.unwrap();
    }
}
