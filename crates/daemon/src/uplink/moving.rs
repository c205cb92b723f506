//! From a link that is up to a better one, without a moment between them: the old one is served
//! until the new one is up.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use link::machine::Welcomed;
use link::{Event, MachineLink, MachineStep};
use model::Clock;
use transport::Pump;

use crate::connector::{BoxedConnection, Connected, Connector, Way};

/// How long a better link may take to come up. Meanwhile no command is accepted on the old one.
const UP_WITHIN: Duration = Duration::from_secs(5);

/// How far the way to a better link is.
pub(super) enum Moving {
    /// There is nothing better.
    Never,
    /// It is tried now and then whether a better connection can be had.
    Looking(BoxFuture<'static, Connected>),
    /// There is one; the old link finishes what is under way.
    Near(Connected),
    /// The new link comes up.
    Beginning(BoxFuture<'static, Option<Moved>>),
}

/// How it has got on.
pub(super) enum Step {
    /// A better connection is there, to be used as soon as the old link is quiet.
    Near,
    /// The better link is up.
    Moved(Box<Moved>),
    /// It did not come up.
    Failed,
}

/// A better link, which is up.
pub(super) struct Moved {
    pub(super) link: MachineLink,
    pub(super) pump: Pump<BoxedConnection>,
    pub(super) way: Way,
    pub(super) welcomed: Welcomed,
}

impl Moving {
    /// Looks for a better connection.
    pub(super) fn looking(connector: &Arc<dyn Connector>) -> Self {
        let connector = connector.clone();
        Self::Looking(async move { connector.improve().await }.boxed())
    }

    /// Begins a link on a better connection.
    pub(super) fn begin(clock: Arc<dyn Clock>, link: MachineLink, connected: Connected) -> Self {
        let begun = async move {
            let up = tokio::time::timeout(UP_WITHIN, come_up(&*clock, link, connected)).await;
            up.ok().flatten()
        };
        Self::Beginning(begun.boxed())
    }

    /// Whether nothing new is to be begun on the old link.
    pub(super) const fn is_beginning(&self) -> bool {
        matches!(self, Self::Beginning(_))
    }

    /// Waits until it has got on. Safe to drop and call again.
    pub(super) async fn next(&mut self) -> Step {
        match self {
            Self::Looking(looking) => {
                *self = Self::Near(looking.await);
                Step::Near
            }
            Self::Beginning(beginning) => match beginning.await {
                Some(moved) => Step::Moved(Box::new(moved)),
                None => Step::Failed,
            },
            Self::Never | Self::Near(_) => pending().await,
        }
    }
}

async fn come_up(clock: &dyn Clock, mut link: MachineLink, connected: Connected) -> Option<Moved> {
    let way = connected.way;
    let mut pump = Pump::new(connected.connection);
    loop {
        let message = pump.turn(&mut link).await.ok().flatten()?;
        link.handle_message(clock.tick(), message);
        while let Some(event) = link.poll_event() {
            match event {
                Event::Step(MachineStep::Welcomed(welcomed)) => {
                    return Some(Moved { link, pump, way, welcomed });
                }
                Event::Down(down) => {
                    tracing::debug!(?down, "a better link did not come up");
                    return None;
                }
                _ => {}
            }
        }
    }
}
