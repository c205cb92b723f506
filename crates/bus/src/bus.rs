//! Telling and listening, inside one process.

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::Event;

/// Events that a listener may be behind before it is told to look things up afresh.
const BACKLOG: usize = 1_024;

/// The bus. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bus {
    sender: broadcast::Sender<Event>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG) }
    }
}

impl Bus {
    /// Tells everybody who listens.
    pub fn tell(&self, event: Event) {
        // Nobody may be listening.
        let _ = self.sender.send(event);
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        Listener { receiver: self.sender.subscribe() }
    }
}

/// Hears what is told.
#[derive(Debug)]
pub struct Listener {
    receiver: broadcast::Receiver<Event>,
}

/// What a listener hears.
#[derive(Debug, Clone)]
pub enum Heard {
    /// An event.
    Event(Event),
    /// More was told than could be kept for this listener; it must look things up afresh.
    Missed,
    /// Nothing more will be told.
    End,
}

impl Listener {
    /// Waits for the next thing to hear. Safe to drop and call again.
    pub async fn next(&mut self) -> Heard {
        match self.receiver.recv().await {
            Ok(event) => Heard::Event(event),
            Err(RecvError::Lagged(_)) => Heard::Missed,
            Err(RecvError::Closed) => Heard::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_that_falls_behind_is_told_so_and_goes_on() {
        let bus = Bus::default();
        let mut slow = bus.listen();
        for _ in 0..=BACKLOG {
            bus.tell(Event::Stopping);
        }
        assert!(matches!(slow.next().await, Heard::Missed));
        assert!(matches!(slow.next().await, Heard::Event(Event::Stopping)));
    }

    #[tokio::test]
    async fn the_end_of_the_bus_is_heard() {
        let bus = Bus::default();
        let mut listener = bus.listen();
        drop(bus);
        assert!(matches!(listener.next().await, Heard::End));
    }
}
