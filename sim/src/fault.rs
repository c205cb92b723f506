//! A network that fails on request: a TCP proxy on loopback that delays, throttles, cuts up, holds,
//! swallows, half closes and resets what it carries, each direction by itself.
//!
//! What it does to which byte follows from its seed and from the bytes alone, not from how they
//! happen to arrive: the same seed resets the third connection at the same byte every time.
//!
//! - [`Faults`], [`Flow`], [`Direction`]: what can be asked for
//! - `schedule`: which byte of a connection is the unlucky one
//! - `carry`: one direction of one connection

mod carry;
mod schedule;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use carry::{End, Line, carry};
use schedule::Schedule;

/// A direction through the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From whoever connected to the target.
    ToTarget,
    /// From the target back.
    FromTarget,
}

/// What happens to the bytes of a direction. The default is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// How much later everything arrives.
    pub delay: Duration,
    /// Up to how much later still, drawn anew for each piece. Order is kept, as TCP keeps it.
    pub jitter: Duration,
    /// How much is carried in a second.
    pub bytes_per_second: Option<NonZeroU32>,
    /// Everything is written in pieces of one to so many bytes, cut at drawn places.
    pub split_up_to: Option<NonZeroU32>,
    /// A connection is reset when it has carried so many bytes.
    pub reset_after: Option<u64>,
    /// How likely a connection is reset at each cut between two pieces, in millionths.
    pub reset_millionths: u32,
}

/// Whether bytes move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Flow {
    /// They do.
    #[default]
    Through,
    /// They wait until they may go on; senders feel it when the buffers are full.
    Held,
    /// They vanish, and nobody is told, also not of an end: a black hole. What was swallowed
    /// stays lost when the flow changes.
    Swallowed,
}

/// What becomes of new connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reception {
    /// They are carried.
    #[default]
    Open,
    /// They are reset at once.
    Refused,
}

/// What the proxy has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Connections that were accepted and not refused.
    pub connections: u64,
    /// How many of them are open.
    pub open: u64,
    /// How many of them ended in a reset, by whomever.
    pub resets: u64,
    /// Bytes that were passed on to the target.
    pub to_target: u64,
    /// Bytes that were passed on from the target.
    pub from_target: u64,
}

/// A running proxy. It and all its connections end when it is dropped.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    orders: Arc<watch::Sender<Orders>>,
    seen: Arc<watch::Sender<Seen>>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// What is asked of all connections.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Orders {
    to_target: Rules,
    from_target: Rules,
    reception: Reception,
    /// How often everything was cut; a connection that sees it rise resets.
    cuts: u64,
}

/// What is asked of one direction.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    pub(crate) faults: Faults,
    pub(crate) flow: Flow,
    /// How often it was half closed; a connection that sees it rise closes this direction.
    pub(crate) half_closes: u64,
}

impl FaultProxy {
    /// Starts a proxy to the target, on a free port of loopback.
    pub async fn start(target: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let orders = Arc::new(watch::Sender::new(Orders::default()));
        let seen = Arc::new(watch::Sender::new(Seen::default()));
        let stop = CancellationToken::new();
        let proxy = Proxy { target, seed, orders: orders.subscribe(), seen: Arc::clone(&seen) };
        let stopped = stop.clone().cancelled_owned();
        let task = tokio::spawn(async move {
            tokio::select! {
                () = stopped => {}
                () = proxy.serve(listener) => {}
            }
        });
        Ok(Self { address, orders, seen, stop, task })
    }

    /// Where to connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what happens to the bytes of a direction, on every connection, from the next piece
    /// on.
    pub fn set_faults(&self, direction: Direction, faults: Faults) {
        self.change(direction, |rules| rules.faults = faults);
    }

    /// Lets bytes through, holds them, or swallows them, on every connection.
    pub fn set_flow(&self, direction: Direction, flow: Flow) {
        self.change(direction, |rules| rules.flow = flow);
    }

    /// Accepts or refuses new connections. Open ones stay.
    pub fn set_reception(&self, reception: Reception) {
        self.orders.send_modify(|orders| orders.reception = reception);
    }

    /// Ends a direction of every open connection as a sender would that has no more to say. What
    /// is under way still arrives.
    pub fn half_close(&self, direction: Direction) {
        self.change(direction, |rules| rules.half_closes += 1);
    }

    /// Resets every open connection, on both sides, at once.
    pub fn cut_all(&self) {
        self.orders.send_modify(|orders| orders.cuts += 1);
    }

    /// What the proxy has seen, now and whenever it changes.
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.seen.subscribe()
    }

    /// Stops the proxy and waits until all its connections are closed.
    pub async fn stop(mut self) {
        self.stop.cancel();
        // The task is not aborted and does not panic; it ends because it was told to.
        let _ = (&mut self.task).await;
    }

    fn change(&self, direction: Direction, change: impl FnOnce(&mut Rules)) {
        self.orders.send_modify(|orders| change(orders.rules_mut(direction)));
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
    }
}

impl Orders {
    fn rules(&self, direction: Direction) -> &Rules {
        match direction {
            Direction::ToTarget => &self.to_target,
            Direction::FromTarget => &self.from_target,
        }
    }

    fn rules_mut(&mut self, direction: Direction) -> &mut Rules {
        match direction {
            Direction::ToTarget => &mut self.to_target,
            Direction::FromTarget => &mut self.from_target,
        }
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Proxy {
    target: SocketAddr,
    seed: u64,
    orders: watch::Receiver<Orders>,
    seen: Arc<watch::Sender<Seen>>,
}

impl Proxy {
    /// Accepts until it is dropped, and owns every connection.
    async fn serve(self, listener: TcpListener) {
        let mut connections = JoinSet::new();
        let mut number = 0;
        loop {
            tokio::select! {
                // A connection has ended; only its place is of interest.
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => {
                    // An error is about the one who has gone before he was accepted.
                    let Ok((client, _)) = accepted else { continue };
                    let orders = *self.orders.borrow();
                    if orders.reception == Reception::Refused {
                        reset(&client);
                        continue;
                    }
                    number += 1;
                    connections.spawn(self.clone().connection(client, number, orders));
                }
            }
        }
    }

    /// Carries one connection to its end. The orders are those of its beginning: what is ordered
    /// while the target is being reached is meant for it, too.
    async fn connection(self, client: TcpStream, number: u64, orders: Orders) {
        self.seen.send_modify(|seen| (seen.connections, seen.open) = (number, seen.open + 1));
        let end = match TcpStream::connect(self.target).await {
            Ok(target) => self.both_ways(client, target, number, orders).await,
            Err(_) => {
                reset(&client);
                End::Reset
            }
        };
        self.seen.send_modify(|seen| {
            seen.open -= 1;
            seen.resets += u64::from(end == End::Reset);
        });
    }

    async fn both_ways(
        &self,
        mut client: TcpStream,
        mut target: TcpStream,
        number: u64,
        orders: Orders,
    ) -> End {
        // Small pieces are to leave as they are; an error changes their timing only.
        let _ = (client.set_nodelay(true), target.set_nodelay(true));
        let end = {
            let (from_client, to_client) = client.split();
            let (from_target, to_target) = target.split();
            let line = |direction| self.line(direction, number, orders);
            let up = carry(from_client, to_target, line(Direction::ToTarget));
            let down = carry(from_target, to_client, line(Direction::FromTarget));
            until_both_end(up, down).await
        };
        if end == End::Reset {
            reset(&client);
            reset(&target);
        }
        end
    }

    fn line(&self, direction: Direction, number: u64, begun_with: Orders) -> Line {
        Line {
            direction,
            begun_with,
            orders: self.orders.clone(),
            seen: Arc::clone(&self.seen),
            schedule: Schedule::new(self.seed, number, direction),
        }
    }
}

/// A reset of one direction ends the other.
async fn until_both_end(up: impl Future<Output = End>, down: impl Future<Output = End>) -> End {
    let (mut up, mut down) = (std::pin::pin!(up), std::pin::pin!(down));
    tokio::select! {
        End::Reset = &mut up => End::Reset,
        End::Reset = &mut down => End::Reset,
        else => End::Closed,
    }
}

/// Makes the stream end with a reset when it is dropped, instead of a polite end.
fn reset(stream: &TcpStream) {
    // An error means that it is closed already.
    let _ = stream.set_zero_linger();
}

#[cfg(test)]
mod tests;
