//! Which sessions there are, and who gets an order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::SessionId;
use model::command::CommandState;
use model::session::SessionKind;
use terminal::Size;
use tokio::sync::{mpsc, watch};
use tracing::Instrument;
use wire::command::{Order, StartSession};
use wire::stream::{StreamOpen, TerminalInput, TerminalResize};

use crate::chats::{self, Chat};
use crate::context::Context;
use crate::ordered::Ordered;
use crate::outside::{Continuations, Looks};
use crate::reports::{self, EXPIRED, Refused};
use crate::searching::Searches;
use crate::spec::Spec;
use crate::streams::{ChatStream, StreamKey};
use crate::terminals::{self, Running, TerminalOrder};
use crate::uploads::Uploads;
use crate::worktrees::ending;

/// Orders that may wait for one session; one more is refused, because its session hangs.
const QUEUE: usize = 1_024;

/// All sessions of this machine.
pub(crate) struct Supervisor {
    pub(crate) context: Arc<Context>,
    /// Files on their way into workspaces.
    pub(crate) uploads: Arc<Uploads>,
    /// The search through transcripts that runs.
    pub(crate) searches: Searches,
    /// The look for sessions that were begun outside that runs.
    pub(crate) looks: Looks,
    /// What goes on with sessions that were begun outside.
    pub(crate) continuations: Continuations,
    sessions: Mutex<HashMap<SessionId, Way>>,
}

/// The way to a session.
#[derive(Clone)]
pub(crate) enum Way {
    Chat(mpsc::Sender<Ordered>),
    Terminal(mpsc::Sender<TerminalOrder>),
}

/// A stream of output that the server has asked for. Dropping it ends the stream.
pub(crate) enum OpenStream {
    Chat(watch::Sender<u64>),
    Terminal { way: mpsc::Sender<TerminalOrder>, key: StreamKey },
}

impl Supervisor {
    pub(crate) fn new(context: Arc<Context>) -> Self {
        Self {
            context,
            uploads: Arc::default(),
            searches: Searches::default(),
            looks: Looks::default(),
            continuations: Continuations::default(),
            sessions: Mutex::default(),
        }
    }

    /// Has a command carried out that was accepted and not begun.
    pub(crate) fn dispatch(self: &Arc<Self>, ordered: Ordered) {
        if ordered.not_after.is_some_and(|time| time < self.context.server_now()) {
            return self.refuse(&ordered, Refused::new(EXPIRED, "it came too late to be begun"));
        }
        match &ordered.order {
            Some(Order::StartSession(start)) => {
                let start = start.clone();
                self.start(ordered, &start);
            }
            Some(_) => self.pass_on(ordered),
            None => {
                let message = "this machine's daemon does not know the order; update it";
                self.refuse(&ordered, Refused::new("unknown_order", message));
            }
        }
    }

    fn start(self: &Arc<Self>, ordered: Ordered, start: &StartSession) {
        if self.way(ordered.session).is_some() {
            let message = "there is a session of that name already";
            return self.refuse(&ordered, Refused::new("session_exists", message));
        }
        match Spec::of(start) {
            Err(refused) => self.refuse(&ordered, refused),
            Ok((spec, _)) if spec.kind == SessionKind::Chat => self.start_chat(ordered, spec),
            Ok((spec, size)) => self.start_terminal(ordered, spec, size),
        }
    }

    fn start_chat(self: &Arc<Self>, ordered: Ordered, spec: Spec) {
        let (way, orders) = mpsc::channel(QUEUE);
        let session = ordered.session;
        self.enter(session, Way::Chat(way));
        let supervisor = self.clone();
        self.run(session, async move {
            chats::start(&supervisor, ordered, spec, orders).await;
        });
    }

    fn start_terminal(self: &Arc<Self>, ordered: Ordered, spec: Spec, size: Size) {
        let (way, orders) = mpsc::channel(QUEUE);
        let session = ordered.session;
        self.enter(session, Way::Terminal(way));
        let supervisor = self.clone();
        self.run(session, async move {
            Box::pin(terminals::start(&supervisor, ordered, spec, size, orders)).await;
        });
    }

    /// Goes on with a chat of an earlier life of the daemon.
    pub(crate) fn resume_chat(self: &Arc<Self>, chat: Chat) {
        let (way, orders) = mpsc::channel(QUEUE);
        let session = chat.session();
        if let Err(other) = self.continuations.claim(chat.spec(), session) {
            // One of them was refused before it began.
            tracing::warn!(session.id = %session, %other, "two chats go on with one session");
        }
        self.enter(session, Way::Chat(way));
        let supervisor = self.clone();
        self.run(session, async move { chat.run(&supervisor, orders).await });
    }

    /// Goes on with a terminal that has outlived an earlier life of the daemon.
    pub(crate) fn resume_terminal(self: &Arc<Self>, terminal: Running) {
        let (way, orders) = mpsc::channel(QUEUE);
        let session = terminal.session();
        self.enter(session, Way::Terminal(way));
        let supervisor = self.clone();
        self.run(session, async move { Box::pin(terminal.run(&supervisor, orders)).await });
    }

    /// Hands an order to its session, or does what can be done without one.
    fn pass_on(self: &Arc<Self>, ordered: Ordered) {
        let refused = match self.way(ordered.session) {
            Some(Way::Chat(way)) => {
                way.try_send(ordered).err().map(mpsc::error::TrySendError::into_inner)
            }
            Some(Way::Terminal(way)) => way
                .try_send(TerminalOrder::Command(Box::new(ordered)))
                .err()
                .and_then(|error| match error.into_inner() {
                    TerminalOrder::Command(ordered) => Some(*ordered),
                    _ => None,
                }),
            None => return self.without_session(ordered),
        };
        if let Some(ordered) = refused {
            self.refuse(
                &ordered,
                Refused::new("busy", "the session has too many orders to carry out"),
            );
        }
    }

    /// What is ended already can be ended again, and forgotten.
    fn without_session(self: &Arc<Self>, ordered: Ordered) {
        let context = self.context.clone();
        let work = async move {
            match ordered.order {
                Some(Order::ForgetSession(_)) => forget(&context, &ordered).await,
                Some(Order::StopSession(_)) => done(&context, &ordered).await,
                _ => {
                    let refused = Refused::new("unknown_session", "the session has ended");
                    reports::refuse(&context, ordered.id, &refused).await;
                }
            }
        };
        self.context.tasks.spawn(work);
    }

    fn refuse(&self, ordered: &Ordered, why: Refused) {
        let context = self.context.clone();
        let command = ordered.id;
        self.context.tasks.spawn(async move { reports::refuse(&context, command, &why).await });
    }

    /// Opens a stream of a session's output.
    pub(crate) fn open_stream(
        self: &Arc<Self>,
        epoch: u64,
        open: &StreamOpen,
    ) -> Result<OpenStream, Refused> {
        let unknown = || Refused::new("unknown_session", "the session has ended");
        let session = SessionId::from_slice(&open.session_id).map_err(|_| unknown())?;
        let key = StreamKey { epoch, id: open.stream_id };
        match self.way(session) {
            Some(Way::Terminal(way)) => {
                let order = TerminalOrder::Open { key, from: open.from, credit: open.credit };
                way.try_send(order).map_err(|_| Refused::new("busy", "the terminal is busy"))?;
                Ok(OpenStream::Terminal { way, key })
            }
            live => {
                let live = match live {
                    Some(Way::Chat(way)) => Some(way),
                    _ => None,
                };
                let (grant, credit) = watch::channel(open.credit);
                let stream = ChatStream { session, key, after: open.from, credit, live };
                let context = self.context.clone();
                self.context.tasks.spawn(async move { stream.run(&context).await });
                Ok(OpenStream::Chat(grant))
            }
        }
    }

    /// Types into a terminal. What finds no room is not acknowledged, so it is seen.
    pub(crate) fn type_in(&self, epoch: u64, input: TerminalInput) {
        if let Some(way) = self.terminal(&input.session_id) {
            let TerminalInput { lease, seq, data, .. } = input;
            if way.try_send(TerminalOrder::Input { epoch, lease, seq, data }).is_err() {
                tracing::debug!("typed input found no room");
            }
        }
    }

    /// Changes the size of a terminal.
    pub(crate) fn resize(&self, resize: &TerminalResize) {
        let size = resize.size.and_then(|size| Size::new(size.columns, size.rows).ok());
        if let (Some(way), Some(size)) = (self.terminal(&resize.session_id), size) {
            // A window that changes its size does so again.
            let _ = way.try_send(TerminalOrder::Resize { lease: resize.lease, size });
        }
    }

    /// The way to a terminal.
    pub(crate) fn terminal(&self, session_id: &[u8]) -> Option<mpsc::Sender<TerminalOrder>> {
        match self.way(SessionId::from_slice(session_id).ok()?)? {
            Way::Terminal(way) => Some(way),
            Way::Chat(_) => None,
        }
    }

    /// How many sessions there are.
    pub(crate) fn sessions(&self) -> u32 {
        u32::try_from(self.lock().len()).unwrap_or(u32::MAX)
    }

    /// Which sessions there are.
    pub(crate) fn session_ids(&self) -> Vec<SessionId> {
        self.lock().keys().copied().collect()
    }

    /// Whether there is such a session.
    pub(crate) fn knows(&self, session: SessionId) -> bool {
        self.lock().contains_key(&session)
    }

    /// Takes a session out, so that no order reaches it any more.
    pub(crate) fn leave(&self, session: SessionId) {
        self.lock().remove(&session);
        self.continuations.release(session);
    }

    fn enter(&self, session: SessionId, way: Way) {
        self.lock().insert(session, way);
    }

    fn way(&self, session: SessionId) -> Option<Way> {
        self.lock().get(&session).cloned()
    }

    fn run(&self, session: SessionId, work: impl Future<Output = ()> + Send + 'static) {
        let span = tracing::info_span!("session", id = %session);
        self.context.tasks.spawn(Box::pin(work.instrument(span)));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, Way>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenStream {
    /// Raises the number of bytes that may be sent in all.
    pub(crate) fn grant(&self, credit: u64) {
        match self {
            Self::Chat(grant) => {
                grant.send_if_modified(|known| {
                    let more = credit > *known;
                    *known = credit.max(*known);
                    more
                });
            }
            Self::Terminal { way, key } => {
                // More credit comes with the next acknowledgement.
                let _ = way.try_send(TerminalOrder::Credit { key: *key, credit });
            }
        }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        if let Self::Terminal { way, key } = self {
            // A terminal that hangs is held back by the stream for a moment only.
            let _ = way.try_send(TerminalOrder::Close { key: *key });
        }
    }
}

/// Says that an order was carried out.
pub(crate) async fn done(context: &Context, ordered: &Ordered) {
    let changes = reports::finished(context, ordered.id, CommandState::Done, None);
    // What cannot be written is in the log.
    let _ = context.commit(changes.into()).await;
}

/// Drops everything that is kept of a session that has ended.
pub(crate) async fn forget(context: &Context, ordered: &Ordered) {
    chats::remove_state(context, ordered.session).await;
    ending::forget(context, ordered.session).await;
    match context.journal.remove_transcript(ordered.session).await {
        Ok(()) => done(context, ordered).await,
        Err(error) => {
            context.note_failure(&error);
            let refused = Refused::new("not_removed", error.to_string());
            reports::refuse(context, ordered.id, &refused).await;
        }
    }
}
