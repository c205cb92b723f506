//! One direction of one connection: what arrives waits its time and goes on.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use super::schedule::{Fate, Schedule};
use super::{Direction, Faults, Flow, Orders, Rules, Seen};

/// How much may be under way; more is not read before some of it has arrived.
const UNDER_WAY_BYTES: usize = 1024 * 1024;

/// How much is read at once.
const READ_BYTES: usize = 64 * 1024;

/// How a direction, or a connection, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Both sides had no more to say.
    Closed,
    /// Somebody, or the proxy, has reset it.
    Reset,
}

/// What a direction goes by.
pub(super) struct Line {
    pub(super) direction: Direction,
    /// The orders when the connection was accepted.
    pub(super) begun_with: Orders,
    /// Has not seen any orders yet, so that it says at once when there are others.
    pub(super) orders: watch::Receiver<Orders>,
    pub(super) seen: Arc<watch::Sender<Seen>>,
    pub(super) schedule: Schedule,
}

/// Carries a direction to its end.
pub(super) async fn carry(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, line: Line) -> End {
    let mut carrier = Carrier::new(line);
    loop {
        match carrier.step(&mut from, &mut to).await {
            Step::On => {}
            Step::End(end) => return end,
        }
    }
}

enum Step {
    On,
    End(End),
}

/// What is under way in a direction.
struct Carrier {
    line: Line,
    rules: Rules,
    cuts: u64,
    /// Read, and waiting for its time, the first to arrive first.
    under_way: VecDeque<Piece>,
    under_way_bytes: usize,
    /// Whether the sender has no more to say.
    ended: bool,
    /// With a bandwidth: when the next piece may be written.
    pace: Option<Pin<Box<Sleep>>>,
}

struct Piece {
    arrives: Pin<Box<Sleep>>,
    content: Bytes,
}

impl Carrier {
    fn new(line: Line) -> Self {
        Self {
            rules: *line.begun_with.rules(line.direction),
            cuts: line.begun_with.cuts,
            line,
            under_way: VecDeque::new(),
            under_way_bytes: 0,
            ended: false,
            pace: None,
        }
    }

    async fn step(&mut self, from: &mut ReadHalf<'_>, to: &mut WriteHalf<'_>) -> Step {
        if self.has_ended() {
            // An error means that the receiver has gone, which it may.
            let _ = to.shutdown().await;
            return Step::End(End::Closed);
        }
        let reads = !self.ended && self.may_read();
        let writes = self.rules.flow == Flow::Through;
        tokio::select! {
            biased;
            changed = self.line.orders.changed() => match changed {
                Ok(()) => self.obey(),
                // The proxy is gone.
                Err(_) => Step::End(End::Reset),
            },
            written = write_next(&mut self.under_way, &mut self.pace, to), if writes => {
                self.note_written(written)
            }
            read = read_some(from), if reads => self.note_read(read),
        }
    }

    fn may_read(&self) -> bool {
        match self.rules.flow {
            Flow::Through => self.under_way_bytes < UNDER_WAY_BYTES,
            Flow::Held => false,
            Flow::Swallowed => true,
        }
    }

    /// Whether everything has arrived, so that the receiver can be told of the end.
    fn has_ended(&self) -> bool {
        self.ended && self.under_way.is_empty() && self.rules.flow == Flow::Through
    }

    fn obey(&mut self) -> Step {
        let orders = *self.line.orders.borrow_and_update();
        if orders.cuts > self.cuts {
            return Step::End(End::Reset);
        }
        let rules = *orders.rules(self.line.direction);
        self.ended |= rules.half_closes > self.rules.half_closes;
        if rules.flow == Flow::Swallowed {
            self.under_way.clear();
            self.under_way_bytes = 0;
        }
        self.rules = rules;
        Step::On
    }

    fn note_read(&mut self, read: io::Result<Bytes>) -> Step {
        match read {
            Ok(content) if content.is_empty() => self.ended = true,
            Err(_) if self.rules.flow == Flow::Swallowed => self.ended = true,
            Err(_) => return Step::End(End::Reset),
            Ok(_) if self.rules.flow == Flow::Swallowed => {}
            Ok(content) => self.send_on_its_way(content),
        }
        Step::On
    }

    fn send_on_its_way(&mut self, mut content: Bytes) {
        let faults = self.rules.faults;
        while !content.is_empty() {
            match self.line.schedule.decide(content.len(), &faults) {
                // What is under way was carried before the reset, and arrives first.
                Fate::Reset => {
                    self.push(Bytes::new(), &faults);
                    self.ended = true;
                    return;
                }
                Fate::Carry(bytes) => self.push(content.split_to(bytes), &faults),
            }
        }
    }

    /// An empty piece stands for a reset.
    fn push(&mut self, content: Bytes, faults: &Faults) {
        self.under_way_bytes += content.len();
        let arrives = Box::pin(sleep(self.line.schedule.delay(faults)));
        self.under_way.push_back(Piece { arrives, content });
    }

    fn note_written(&mut self, written: Written) -> Step {
        let Written::Bytes(bytes) = written else {
            return Step::End(End::Reset);
        };
        self.under_way_bytes -= bytes;
        let rate = self.rules.faults.bytes_per_second;
        self.pace =
            rate.map(|rate| Box::pin(sleep(Duration::from_secs(bytes as u64) / rate.get())));
        let direction = self.line.direction;
        self.line.seen.send_modify(|seen| match direction {
            Direction::ToTarget => seen.to_target += bytes as u64,
            Direction::FromTarget => seen.from_target += bytes as u64,
        });
        Step::On
    }
}

#[derive(Clone, Copy)]
enum Written {
    Bytes(usize),
    /// The reset was due, or the receiver has gone.
    Reset,
}

/// Writes what it can of the first piece when its time has come. Cancelling it loses nothing.
async fn write_next(
    under_way: &mut VecDeque<Piece>,
    pace: &mut Option<Pin<Box<Sleep>>>,
    to: &mut WriteHalf<'_>,
) -> Written {
    let Some(piece) = under_way.front_mut() else {
        return std::future::pending().await;
    };
    if !piece.arrives.is_elapsed() {
        piece.arrives.as_mut().await;
    }
    if let Some(paced) = pace
        && !paced.is_elapsed()
    {
        paced.as_mut().await;
    }
    if piece.content.is_empty() {
        return Written::Reset;
    }
    let Ok(bytes) = to.write(&piece.content).await else {
        return Written::Reset;
    };
    piece.content.advance(bytes);
    if piece.content.is_empty() {
        under_way.pop_front();
    }
    Written::Bytes(bytes)
}

/// Reads what has come; nothing if there will be no more.
async fn read_some(from: &mut ReadHalf<'_>) -> io::Result<Bytes> {
    from.readable().await?;
    let mut buffer = BytesMut::with_capacity(READ_BYTES);
    from.read_buf(&mut buffer).await?;
    Ok(buffer.freeze())
}
