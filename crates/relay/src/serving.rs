//! One link, from its first message to its end.
//!
//! One task owns the link. What has to wait for the database is a future beside it, at most one
//! of each kind, so that a keystroke never waits behind a disk.

mod events;

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, OptionFuture};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use link::{Downstream, PublicKey, ServerLink};
use model::machine::Carrier;
use model::{MachineId, SessionId, Tick};
use tokio::sync::{Notify, mpsc, oneshot};
use transport::{Connection, Pump};
use wire::call::Answer;
use wire::handshake::RefusalCode;
use wire::{Command, Report};

use crate::handle::{CallFailure, LinkOrder, Receiver};
use crate::reception::{LinkId, LinkStart, ReceptionFailed};
use crate::relay::Shared;

/// How often it is noted durably that a machine was heard of.
const NOTE_EVERY: Duration = Duration::from_mins(1);

/// How long the last words of a link may take.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(2);

/// How long a machine that comes while the server cannot take it is asked to wait.
const COME_BACK_IN: Duration = Duration::from_secs(5);

/// Serves a link until it ends.
pub(crate) async fn serve(shared: &Arc<Shared>, connection: impl Connection, carrier: Carrier) {
    let config = &shared.config;
    match ServerLink::new(config.clock.tick(), config.identity.clone(), &*config.rng) {
        Ok(link) => Serving::new(shared.clone(), link, connection, carrier).run().await,
        Err(error) => tracing::error!(%error, "cannot begin a link"),
    }
}

/// A link that is being served.
struct Serving<C> {
    shared: Arc<Shared>,
    link: ServerLink,
    pump: Pump<C>,
    carrier: Carrier,
    /// Who it is, once proven.
    machine: Option<MachineId>,
    /// The number of the link, once it is up.
    epoch: u64,
    /// What others want of it, once it is up.
    orders: Option<mpsc::Receiver<LinkOrder>>,
    commands: Arc<Notify>,
    streams: HashMap<u64, Receiver>,
    calls: HashMap<u64, oneshot::Sender<Result<Answer, CallFailure>>>,
    work: Work,
    noted_at: Tick,
    over: bool,
}

/// What waits for the database: one of each kind at a time.
#[derive(Default)]
struct Work {
    identifying: Option<BoxFuture<'static, Result<Vec<[u8; 32]>, ReceptionFailed>>>,
    coming_up: Option<BoxFuture<'static, Result<Option<LinkStart>, ReceptionFailed>>>,
    /// Received, not being kept yet. Bounded by the link's window.
    reports: Vec<Report>,
    keeping: Option<BoxFuture<'static, Result<u64, ReceptionFailed>>>,
    accepted: Option<u64>,
    accepting: Option<BoxFuture<'static, Result<(), ReceptionFailed>>>,
    /// Whether there may be commands in the database that were not offered.
    commands_wanted: bool,
    loading: Option<BoxFuture<'static, Result<Vec<Command>, ReceptionFailed>>>,
    /// Bounded by the link's window for calls.
    answering: FuturesUnordered<BoxFuture<'static, (u64, Answer)>>,
    noting: Option<BoxFuture<'static, ()>>,
}

/// Something that the link waited for.
enum Turn {
    Message(Option<bytes::Bytes>),
    ConnectionBroke(String),
    Ordered(LinkOrder),
    CommandsWaiting,
    Identified(Result<Vec<[u8; 32]>, ReceptionFailed>),
    CameUp(Result<Option<LinkStart>, ReceptionFailed>),
    Kept(Result<u64, ReceptionFailed>),
    Accepted(Result<(), ReceptionFailed>),
    Loaded(Result<Vec<Command>, ReceptionFailed>),
    Answered(u64, Answer),
    Noted,
    Time,
}

impl<C: Connection> Serving<C> {
    fn new(shared: Arc<Shared>, link: ServerLink, connection: C, carrier: Carrier) -> Self {
        Self {
            noted_at: shared.config.clock.tick(),
            shared,
            link,
            pump: Pump::new(connection),
            carrier,
            machine: None,
            epoch: 0,
            orders: None,
            commands: Arc::new(Notify::new()),
            streams: HashMap::new(),
            calls: HashMap::new(),
            work: Work::default(),
            over: false,
        }
    }

    async fn run(mut self) {
        while !self.over {
            self.begin_work();
            let turn = self.wait().await;
            self.take(turn);
            self.look_at_the_time();
            self.take_events();
        }
        let words = self.pump.finish(&mut self.link);
        let Work { keeping, accepting, .. } = self.work;
        // What the database has by now is told to those who look on, or they would never hear of it.
        let begun =
            async { (OptionFuture::from(keeping).await, OptionFuture::from(accepting).await) };
        let both = async { tokio::join!(words, begun) };
        // The peer may be gone; then nobody is left to hear.
        let _ = tokio::time::timeout(LAST_WORDS_WITHIN, both).await;
    }

    /// Waits for the next thing to happen. What others want goes first: people wait for it, and
    /// it is little.
    async fn wait(&mut self) -> Turn {
        let until = self.link.poll_timeout().map(|at| at.since(self.now()));
        let ordered = async {
            match &mut self.orders {
                Some(orders) => orders.recv().await,
                None => pending().await,
            }
        };
        let work = &mut self.work;
        tokio::select! {
            biased;
            Some(order) = ordered => Turn::Ordered(order),
            // A person's answer, a sign-in or a prompt is in the database.
            () = self.commands.notified() => Turn::CommandsWaiting,
            Some(result) = OptionFuture::from(work.keeping.as_mut()) => Turn::Kept(result),
            Some(result) = OptionFuture::from(work.loading.as_mut()) => Turn::Loaded(result),
            Some(result) = OptionFuture::from(work.accepting.as_mut()) => Turn::Accepted(result),
            Some((id, answer)) = work.answering.next() => Turn::Answered(id, answer),
            Some(result) = OptionFuture::from(work.identifying.as_mut()) => Turn::Identified(result),
            Some(result) = OptionFuture::from(work.coming_up.as_mut()) => Turn::CameUp(result),
            Some(()) = OptionFuture::from(work.noting.as_mut()) => Turn::Noted,
            // Writes what the link has to say and reads what comes.
            message = self.pump.turn(&mut self.link) => match message {
                Ok(message) => Turn::Message(message),
                Err(error) => Turn::ConnectionBroke(error.to_string()),
            },
            () = sleep(until) => Turn::Time,
        }
    }

    fn take(&mut self, turn: Turn) {
        match turn {
            Turn::Message(Some(message)) => self.take_message(message),
            Turn::Message(None) => self.link.handle_transport_closed(),
            Turn::ConnectionBroke(error) => {
                tracing::debug!(error, "a link's connection broke");
                self.link.handle_transport_closed();
            }
            Turn::Ordered(order) => self.take_order(order),
            Turn::CommandsWaiting => self.work.commands_wanted = true,
            Turn::Identified(result) => self.take_identity(result),
            Turn::CameUp(result) => self.take_start(result),
            Turn::Kept(result) => self.take_kept(result),
            Turn::Accepted(result) => {
                self.work.accepting = None;
                self.or_close(result);
            }
            Turn::Loaded(result) => self.take_commands(result),
            // The machine may have given up on the answer meanwhile.
            Turn::Answered(id, answer) => drop(self.link.reply(id, answer)),
            Turn::Noted => self.work.noting = None,
            Turn::Time => {}
        }
    }

    fn take_message(&mut self, message: bytes::Bytes) {
        let now = self.now();
        self.link.handle_message(now, message);
        if let Some(machine) = self.machine {
            self.shared.standings.heard(machine, now);
        }
    }

    /// Time passes whether or not messages come.
    fn look_at_the_time(&mut self) {
        let now = self.now();
        if self.link.poll_timeout().is_some_and(|at| at <= now) {
            self.link.handle_timeout(now);
        }
    }

    /// Begins what has to wait for the database, where nothing of its kind is under way.
    fn begin_work(&mut self) {
        let Some(machine) = self.machine else { return };
        let link = LinkId { machine, epoch: self.epoch };
        let reception = self.shared.config.reception.clone();
        let work = &mut self.work;
        if work.keeping.is_none() && !work.reports.is_empty() {
            let reports = std::mem::take(&mut work.reports);
            let up_to = reports.last().map_or(0, |report| report.seq);
            let reception = reception.clone();
            work.keeping = Some(
                async move { reception.take_reports(link, reports).await.map(|()| up_to) }.boxed(),
            );
        }
        if work.accepting.is_none()
            && let Some(up_to) = work.accepted.take()
        {
            let reception = reception.clone();
            work.accepting =
                Some(async move { reception.commands_accepted(link, up_to).await }.boxed());
        }
        if work.loading.is_none()
            && work.commands_wanted
            && let Some(wanted) = self.link.wanted()
        {
            work.commands_wanted = false;
            let (from, limit) = (wanted.from, wanted.max_messages);
            work.loading =
                Some(async move { reception.pending_commands(machine, from, limit).await }.boxed());
        }
    }

    fn take_order(&mut self, order: LinkOrder) {
        match order {
            LinkOrder::Call { question, within, answer } => {
                let now = self.now();
                match self.link.call(now, question, within) {
                    Ok(id) => drop(self.calls.insert(id, answer)),
                    Err(error) => {
                        let failure = if error.is_retryable() {
                            CallFailure::Busy
                        } else {
                            CallFailure::Offline
                        };
                        // Who asked may be gone.
                        let _ = answer.send(Err(failure));
                    }
                }
            }
            LinkOrder::Send(live) => self.send(live),
            LinkOrder::Open { session, from, credit, receiver } => {
                let id = bytes::Bytes::copy_from_slice(session.as_bytes());
                match self.link.open_stream(id, from, credit) {
                    Ok(stream) => {
                        receiver.opened(stream, self.epoch);
                        self.streams.insert(stream, receiver);
                    }
                    Err(error) => receiver.closed("not_opened", &error.to_string()),
                }
            }
            LinkOrder::Close { reason } => self.link.close(reason),
        }
    }

    /// A stream may have ended meanwhile, and a full queue means that nobody reads there: the hubs
    /// send what counts again when the stream is opened anew. Input does not wait for that.
    fn send(&mut self, live: Downstream) {
        let typed_in = match &live {
            Downstream::TerminalInput(input) => SessionId::from_slice(&input.session_id)
                .ok()
                .map(|session| (session, input.lease, input.seq)),
            _ => None,
        };
        if self.link.send(live).is_err()
            && let Some((session, lease, seq)) = typed_in
            && let Some(hub) = self.shared.terminal(session)
        {
            hub.input_lost(lease, seq);
        }
    }

    fn take_identity(&mut self, result: Result<Vec<[u8; 32]>, ReceptionFailed>) {
        self.work.identifying = None;
        match result {
            Ok(keys) => self.link.identify(keys.into_iter().map(PublicKey::from_bytes).collect()),
            Err(error) => self.refuse_busy(&error),
        }
    }

    fn take_start(&mut self, result: Result<Option<LinkStart>, ReceptionFailed>) {
        self.work.coming_up = None;
        match result {
            Ok(Some(start)) => self.come_up(start),
            Ok(None) => {
                let message = "this machine was deregistered; enrol it again";
                self.link.refuse(RefusalCode::Deregistered, message, Duration::ZERO);
            }
            Err(error) => self.refuse_busy(&error),
        }
    }

    fn take_kept(&mut self, result: Result<u64, ReceptionFailed>) {
        self.work.keeping = None;
        if let Some(up_to) = self.or_close(result) {
            self.link.persisted(up_to);
            // A new session may be among what the machine has told.
            self.shared.ask_again(self.machine);
        }
    }

    fn take_commands(&mut self, result: Result<Vec<Command>, ReceptionFailed>) {
        self.work.loading = None;
        let Some(commands) = self.or_close(result) else { return };
        if commands.is_empty() {
            return;
        }
        // There may be more than were asked for, and a hole may have sent the link back to
        // earlier ones.
        self.work.commands_wanted = true;
        for command in commands {
            if self.link.offer(command).is_err() {
                break;
            }
        }
    }

    /// A link that cannot keep or find what must last is worth nothing: the machine comes back.
    fn or_close<T>(&mut self, result: Result<T, ReceptionFailed>) -> Option<T> {
        result
            .inspect_err(|error| {
                tracing::error!(%error, "a link is closed because the database does not answer");
                self.link.close("the server cannot keep what it is told");
            })
            .ok()
    }

    fn refuse_busy(&mut self, error: &ReceptionFailed) {
        tracing::error!(%error, "a machine cannot be received");
        self.link.refuse(RefusalCode::Busy, "the server is busy", COME_BACK_IN);
    }

    fn take_events(&mut self) {
        while let Some(event) = self.link.poll_event() {
            self.take_event(event);
        }
    }

    fn now(&self) -> Tick {
        self.shared.config.clock.tick()
    }
}

async fn sleep(until: Option<Duration>) {
    match until {
        Some(duration) => tokio::time::sleep(duration).await,
        None => pending().await,
    }
}
