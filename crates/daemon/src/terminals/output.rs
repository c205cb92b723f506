//! Output on its way to the server.

use link::Upstream;
use model::Tick;
use terminal::outflow::{Next, Pace};
use terminal::{Outflow, Ring, Terminal};
use tokio::sync::mpsc;
use wire::limits::{ENDED_TERMINAL_KEPT, MAX_OUTPUT_BYTES};
use wire::stream::{Screen, StreamClosed, TerminalOutput, TerminalScreen};

use super::{HISTORY_ROWS, Running, SCREEN_BYTES, TerminalOrder};
use crate::context::Context;
use crate::streams::StreamKey;

/// How long the server may take for the rest of a terminal that has ended.
const REST_WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

/// One stream of a terminal's output.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) key: StreamKey,
    outflow: Outflow,
    /// What goes next; taken when there is room for it.
    staged: Option<Upstream>,
}

impl Stream {
    pub(super) fn new(key: StreamKey, now: Tick, from: u64, credit: u64) -> Self {
        Self { key, outflow: Outflow::new(now, from, credit), staged: None }
    }

    pub(super) fn grant(&mut self, now: Tick, credit: u64) {
        self.outflow.grant(now, credit);
    }

    pub(super) fn pace(&self, now: Tick, ring: &Ring) -> Pace {
        self.outflow.pace(now, ring)
    }

    /// Looks what goes next.
    pub(super) fn stage(&mut self, now: Tick, terminal: &mut Terminal) {
        if self.staged.is_some() {
            return;
        }
        let stream_id = self.key.id;
        self.staged = match self.outflow.next(now, terminal.ring(), MAX_OUTPUT_BYTES) {
            Next::Send(chunk) => Some(Upstream::TerminalOutput(TerminalOutput {
                stream_id,
                offset: chunk.offset,
                data: chunk.data,
            })),
            Next::NeedScreen => {
                let screen = screen(terminal);
                self.outflow.screen(now, screen.offset);
                Some(Upstream::TerminalScreen(TerminalScreen { stream_id, screen: Some(screen) }))
            }
            Next::Wait => None,
        };
    }
}

/// Sends what goes next, when there is room for it. Never ends where nothing does; dropping the
/// future loses nothing.
pub(super) async fn send_staged(stream: &mut Option<Stream>, context: &Context) {
    let Some(stream) = stream.as_mut().filter(|stream| stream.staged.is_some()) else {
        return std::future::pending().await;
    };
    let Some(room) = context.uplink.room().await else {
        return std::future::pending().await;
    };
    if let Some(staged) = stream.staged.take() {
        room.send((stream.key.epoch, staged));
    }
}

/// The screen as it is, for a terminal that begins anew, with as many rows above it as go with it.
pub(super) fn screen(terminal: &mut Terminal) -> Screen {
    let mut history_rows = HISTORY_ROWS;
    let mut snapshot = terminal.snapshot(history_rows);
    while snapshot.data.len() > SCREEN_BYTES && history_rows > 0 {
        history_rows /= 2;
        snapshot = terminal.snapshot(history_rows);
    }
    let size = wire::command::Size {
        columns: snapshot.size.columns().into(),
        rows: snapshot.size.rows().into(),
    };
    Screen { offset: snapshot.offset, size: Some(size), data: snapshot.data }
}

impl Running {
    /// Sends what the server has not got yet, as far as it takes it, and then how it ended.
    pub(super) async fn send_the_rest(
        &mut self,
        orders: &mut mpsc::Receiver<TerminalOrder>,
        detail: &str,
    ) {
        // A server that does not take it in time has the end of the session from the report.
        let _ = tokio::time::timeout(REST_WITHIN, self.send_all(orders)).await;
        if let Some(stream) = self.stream.take() {
            let closed = StreamClosed {
                stream_id: stream.key.id,
                code: "ended".to_owned(),
                message: detail.to_owned(),
            };
            self.context.uplink.send(stream.key.epoch, Upstream::StreamClosed(closed)).await;
        }
    }

    /// Serves whoever was cut off when the program ended, and comes back for the rest.
    pub(super) async fn linger(
        &mut self,
        orders: &mut mpsc::Receiver<TerminalOrder>,
        detail: &str,
    ) {
        let (context, halting) = (self.context.clone(), self.halting.clone());
        let over = tokio::time::sleep(ENDED_TERMINAL_KEPT);
        tokio::pin!(over);
        // Whoever has ended it knows that, and waits for nothing.
        while self.at_the_end.is_empty() {
            tokio::select! {
                biased;
                () = context.stopping.cancelled() => return,
                () = halting.cancelled() => return,
                () = &mut over => return,
                order = orders.recv() => match order {
                    // Nobody is there to take them.
                    Some(TerminalOrder::Input { .. } | TerminalOrder::Resize { .. }) => {}
                    Some(order) => {
                        self.take_order(order).await;
                        self.send_the_rest(orders, detail).await;
                    }
                    None => return,
                },
            }
        }
    }

    async fn send_all(&mut self, orders: &mut mpsc::Receiver<TerminalOrder>) {
        while let Some(stream) = &mut self.stream {
            stream.stage(self.context.clock.tick(), &mut self.terminal);
            if stream.staged.is_none() && stream.outflow.has_sent_all(self.terminal.ring()) {
                return;
            }
            let context = self.context.clone();
            tokio::select! {
                () = send_staged(&mut self.stream, &context) => {}
                order = orders.recv() => match order {
                    Some(order) => self.take_order(order).await,
                    None => return,
                },
            }
        }
    }
}
