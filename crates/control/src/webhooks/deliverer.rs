//! Who is next, and what came of it: for webhooks, and for what channels are to be told.
//!
//! What is due is read from the database; events only say when to look, so that a server that
//! starts goes on where the one before it was stopped or killed. Deliveries of one person to one
//! receiver go one after the other; a receiver that does not answer holds up nobody else.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Event, Heard, Listener};
use model::permission::PermissionState;
use model::quota::BudgetState;
use model::session::SessionState;
use model::{Tick, UserId};
use outbound::Connector;
use store::StoreError;
use store::webhooks::lanes::{Due, Lane};
use tokio::task::{Id, JoinError, JoinSet};

use super::address::guard;
use super::sending::send;
use crate::{ControlPlane, Error, notifications};

/// The shortest time between two looks: what happens meanwhile is seen by the next one.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// The longest time between two looks, in case an event was not heard.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);

/// How long to wait when something is wrong here: it would only go wrong again.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);

/// How long a connection may take, from looking up the name to the end of the handshake.
pub(crate) const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// How many deliveries are under way at a time.
const AT_A_TIME: usize = 32;

/// How many of them for one person, so that nobody can take all.
const PER_OWNER: usize = 4;

/// How many lanes of one person are looked at: those under way may be the first of them.
const LANES_PER_OWNER: u32 = 8;

/// How many lanes are looked at: enough for a place to be filled while others are busy.
const LANES: u32 = 1_000;

/// Sends what is due, for as long as the server runs. What is under way when it is dropped is
/// broken off, and sent again after the next start.
pub async fn deliver(plane: Arc<ControlPlane>) {
    let now = plane.clock().tick();
    let mut deliverer = Deliverer {
        connector: Connector::new(guard(&plane), CONNECT_WITHIN),
        listener: plane.bus.listen(),
        work: JoinSet::new(),
        busy: HashMap::new(),
        looked_at: now,
        look_at: now,
        rest_until: now,
        plane,
    };
    loop {
        deliverer.step().await;
    }
}

struct Deliverer {
    plane: Arc<ControlPlane>,
    connector: Connector,
    listener: Listener,
    work: JoinSet<Result<(), Error>>,
    /// The lanes in which something is under way, by the task that does it.
    busy: HashMap<Id, Lane>,
    looked_at: Tick,
    look_at: Tick,
    /// Nothing is tried before this, because something was wrong here.
    rest_until: Tick,
}

impl Deliverer {
    async fn step(&mut self) {
        let now = self.plane.clock().tick();
        if now >= self.look_at {
            self.looked_at = now;
            self.look_at = now + AT_LEAST_EVERY;
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "webhooks could not be looked for");
                self.rest();
            }
        }
        let pause = self.look_at.since(self.plane.clock().tick());
        tokio::select! {
            biased;
            // Something that was under way is done.
            Some(done) = self.work.join_next_with_id() => self.join(done),
            // Something may have happened that is told, or somebody wants something sent again.
            heard = self.listener.next() => if may_be_told(&heard) { self.look_soon() },
            // Something is due.
            () = tokio::time::sleep(pause) => {}
        }
    }

    fn join(&mut self, done: Result<(Id, Result<(), Error>), JoinError>) {
        match done {
            Ok((id, done)) => {
                self.busy.remove(&id);
                if let Err(error) = done {
                    tracing::warn!(%error, "what came of a webhook could not be written down");
                    self.rest();
                }
            }
            // A panic is a bug; what was under way is sent again.
            Err(error) => {
                tracing::error!(%error, "the sending of a webhook broke off");
                self.busy.remove(&error.id());
                self.rest();
            }
        }
        self.look_soon();
    }

    fn rest(&mut self) {
        self.rest_until = self.plane.clock().tick() + AFTER_TROUBLE;
        self.look_at = self.look_at.max(self.rest_until);
    }

    fn look_soon(&mut self) {
        self.look_by(self.looked_at + BETWEEN_LOOKS);
    }

    fn look_by(&mut self, by: Tick) {
        self.look_at = self.look_at.min(by).max(self.rest_until);
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        let (now, tick) = (self.plane.now(), self.plane.clock().tick());
        let store = &self.plane.store;
        for lane in store.lanes_due(now, LANES_PER_OWNER, LANES).await? {
            if self.busy.len() >= AT_A_TIME {
                break;
            }
            if !self.busy.values().any(|busy| *busy == lane) && self.has_room_for(lane.owner) {
                let (plane, connector) = (self.plane.clone(), self.connector.clone());
                let sent_in = lane.clone();
                let sending = async move { send_first(&plane, &connector, &sent_in).await };
                self.busy.insert(self.work.spawn(sending).id(), lane);
            }
        }
        if let Some(at) = self.plane.store.next_due(now).await? {
            self.look_by(tick + at.since(now).max(BETWEEN_LOOKS));
        }
        Ok(())
    }

    fn has_room_for(&self, owner: UserId) -> bool {
        self.busy.values().filter(|busy| busy.owner == owner).count() < PER_OWNER
    }
}

/// Sends what is due first in a lane. What is sent when this is dropped will be sent again.
async fn send_first(plane: &ControlPlane, connector: &Connector, lane: &Lane) -> Result<(), Error> {
    match plane.store.first_due(lane, plane.now()).await? {
        None => Ok(()),
        Some(Due::Webhook(delivery, body)) => send(plane, connector, delivery, body).await,
        Some(Due::Notice(notice)) => notifications::sending::send(plane, connector, notice).await,
    }
}

/// Whether something has happened after which there may be something to send.
fn may_be_told(heard: &Heard) -> bool {
    let Heard::Event(event) = heard else { return true };
    match event {
        Event::JobChanged(_) | Event::MachineChanged(_) => true,
        Event::PermissionChanged(_, question) => question.state == PermissionState::Pending,
        Event::BudgetChanged(request) => request.state == BudgetState::Pending,
        Event::TurnChanged(_, turn) => turn.state.is_final(),
        Event::SessionChanged(session) => session.state == SessionState::Failed,
        _ => false,
    }
}
