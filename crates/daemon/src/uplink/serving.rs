//! One link, from its first message to its end.
//!
//! One task owns the link. What has to wait for the disk is a future beside it, at most one of
//! each kind, so that a keystroke never waits behind a flush.

use std::collections::HashMap;
use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, OptionFuture};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use journal::{Change, Committed, JournalError};
use link::{Class, Down, Downstream, Event, MachineLink, MachineSide, MachineStep, Upstream};
use model::Tick;
use tokio::sync::{oneshot, watch};
use transport::Pump;
use wire::call::Answer;
use wire::frame::Heartbeat;
use wire::stream::{StreamClosed, StreamOpen};
use wire::{Command, Report};

use super::keeping::{Keeper, LinkStatus};
use super::moving::{Moved, Moving, Step};
use super::queues::{AskFailure, Asked, ForLink};
use crate::connector::{BoxedConnection, Connected, Way};
use crate::context::blocking;
use crate::ordered::Ordered;
use crate::questions;
use crate::supervisor::OpenStream;

/// How long the last words of a link may take.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(1);

/// How long a link that is to end waits until the server has the last reports.
const LAST_REPORTS_WITHIN: Duration = Duration::from_millis(500);

/// How long to wait until a journal that is full is asked again.
const FULL_FOR: Duration = Duration::from_secs(1);

/// About how many bytes of reports are read at once.
const REPORTS_BYTES: usize = 1024 * 1024;

/// A link that is being served.
pub(super) struct Serving<'a> {
    keeper: &'a mut Keeper,
    link: MachineLink,
    pump: Pump<BoxedConnection>,
    way: Way,
    /// The way to a better link, where there may be one.
    moving: Moving,
    /// The number of the link, once it is up.
    epoch: u64,
    streams: HashMap<u64, OpenStream>,
    questions: HashMap<u64, oneshot::Sender<Result<Answer, AskFailure>>>,
    /// The number of the last report in the journal.
    last_report: watch::Receiver<u64>,
    /// Up to where the server has the reports.
    acknowledged: u64,
    work: Work,
    /// When a link that is to end ends, whatever the server has.
    ends_at: Option<Tick>,
    down: Option<Down>,
}

/// What waits for the disk: one of each kind at a time.
#[derive(Default)]
struct Work {
    /// Received, not being kept yet. Bounded by the link's window.
    commands: Vec<Command>,
    accepting: Option<BoxFuture<'static, Accepted>>,
    /// To be forgotten by the journal.
    forgettable: Option<u64>,
    forgetting: Option<BoxFuture<'static, ()>>,
    loading: Option<BoxFuture<'static, Result<Vec<Report>, JournalError>>>,
    /// Bounded by the link's window for calls.
    answering: FuturesUnordered<BoxFuture<'static, (u64, Answer)>>,
}

struct Accepted {
    commands: Vec<Command>,
    result: Result<Committed, JournalError>,
}

/// Something that the link waited for.
enum Turn {
    Message(Option<Bytes>),
    ConnectionBroke(String),
    Asked(Asked),
    Live(ForLink),
    Accepted(Accepted),
    Forgotten,
    Reported,
    Loaded(Result<Vec<Report>, JournalError>),
    Answered(u64, Answer),
    Moving(Step),
    Closing,
    Time,
}

/// How serving a link has ended.
pub(super) enum Ended {
    /// The link is down.
    Down(Down),
    /// Another link has taken its place.
    Moved(Box<Moved>),
}

impl<'a> Serving<'a> {
    /// Serves a link that has said nothing yet.
    pub(super) fn new(keeper: &'a mut Keeper, link: MachineLink, connected: Connected) -> Self {
        Self::over(keeper, link, Pump::new(connected.connection), connected.way)
    }

    /// Serves the link that has taken the place of another one.
    pub(super) fn after(keeper: &'a mut Keeper, moved: Moved) -> Self {
        let mut serving = Self::over(keeper, moved.link, moved.pump, moved.way);
        serving.come_up(moved.welcomed);
        serving.take_events();
        serving
    }

    fn over(
        keeper: &'a mut Keeper,
        link: MachineLink,
        pump: Pump<BoxedConnection>,
        way: Way,
    ) -> Self {
        let last_report = keeper.context.journal.watch_reports();
        Self {
            keeper,
            link,
            pump,
            way,
            moving: Moving::Never,
            epoch: 0,
            streams: HashMap::new(),
            questions: HashMap::new(),
            last_report,
            acknowledged: 0,
            work: Work::default(),
            ends_at: None,
            down: None,
        }
    }

    pub(super) async fn run(mut self) -> Ended {
        let down = loop {
            if let Some(down) = self.down.take() {
                break down;
            }
            self.begin_work();
            let turn = self.wait().await;
            if let Turn::Moving(Step::Moved(moved)) = turn {
                // The server closes the old link itself.
                return Ended::Moved(moved);
            }
            self.take(turn);
            self.look_at_the_time();
            self.take_events();
        };
        let words = tokio::time::timeout(LAST_WORDS_WITHIN, self.pump.finish(&mut self.link));
        // The server may be gone; then nobody is left to hear.
        let _ = words.await;
        // What is on its way into the journal arrives there; the next link says so.
        if let Some(accepting) = self.work.accepting.take() {
            let accepted = accepting.await;
            self.take_accepted(accepted);
        }
        self.streams.clear();
        Ended::Down(down)
    }

    fn take_events(&mut self) {
        while let Some(event) = self.link.poll_event() {
            self.take_event(event);
        }
    }

    /// Waits for the next thing to happen. What people wait for goes first; output goes last, so
    /// that little of it is in the way of what comes next.
    async fn wait(&mut self) -> Turn {
        let until = self.deadline().map(|at| at.since(self.now()));
        let bulk_fits = self.link.is_writable(Class::Bulk);
        // Whoever asked on this link would not hear the answer on the next one.
        let may_ask = !self.moving.is_beginning();
        let queues = &mut self.keeper.queues;
        let work = &mut self.work;
        let closing = async {
            match self.ends_at {
                None => self.keeper.closing.cancelled().await,
                Some(_) => pending().await,
            }
        };
        tokio::select! {
            biased;
            Some(live) = queues.urgent.recv() => Turn::Live(live),
            Some(asked) = queues.questions.recv(), if may_ask => Turn::Asked(asked),
            Some(accepted) = OptionFuture::from(work.accepting.as_mut()) => Turn::Accepted(accepted),
            Some(()) = OptionFuture::from(work.forgetting.as_mut()) => Turn::Forgotten,
            Some(reports) = OptionFuture::from(work.loading.as_mut()) => Turn::Loaded(reports),
            Some((id, answer)) = work.answering.next() => Turn::Answered(id, answer),
            Ok(()) = self.last_report.changed() => Turn::Reported,
            // Writes what the link has to say and reads what comes.
            message = self.pump.turn(&mut self.link) => match message {
                Ok(message) => Turn::Message(message),
                Err(error) => Turn::ConnectionBroke(error.to_string()),
            },
            Some(live) = queues.bulk.recv(), if bulk_fits => Turn::Live(live),
            step = self.moving.next() => Turn::Moving(step),
            () = closing => Turn::Closing,
            () = sleep(until) => Turn::Time,
        }
    }

    fn take(&mut self, turn: Turn) {
        match turn {
            Turn::Message(Some(message)) => {
                let now = self.now();
                self.link.handle_message(now, message);
            }
            Turn::Message(None) => self.link.handle_transport_closed(),
            Turn::ConnectionBroke(error) => {
                tracing::debug!(error, "the link's connection broke");
                self.link.handle_transport_closed();
            }
            Turn::Asked(asked) => self.ask(asked),
            Turn::Live((epoch, live)) => self.send(epoch, live),
            Turn::Accepted(accepted) => {
                self.work.accepting = None;
                self.take_accepted(accepted);
            }
            Turn::Forgotten => self.work.forgetting = None,
            // There may be something to send now, or another link to begin, which is looked for
            // before the next wait; a link that has moved is not served here any more.
            Turn::Reported | Turn::Time | Turn::Moving(Step::Near | Step::Moved(_)) => {}
            Turn::Loaded(reports) => self.take_loaded(reports),
            // The server may have given up on the answer meanwhile.
            Turn::Answered(id, answer) => drop(self.link.reply(id, answer)),
            Turn::Moving(Step::Failed) => {
                self.moving = Moving::looking(&self.keeper.connector);
            }
            Turn::Closing => {
                self.ends_at = Some(self.now() + LAST_REPORTS_WITHIN);
                self.moving = Moving::Never;
            }
        }
    }

    /// Time passes whether or not messages come.
    fn look_at_the_time(&mut self) {
        let now = self.now();
        if self.link.poll_timeout().is_some_and(|at| at <= now) {
            self.link.handle_timeout(now);
        }
        let all_told = self.acknowledged >= *self.last_report.borrow();
        if self.ends_at.is_some_and(|at| all_told || at <= now) {
            self.link.close("the machine is stopping");
        }
    }

    /// Begins what has to wait for the disk, where nothing of its kind is under way.
    fn begin_work(&mut self) {
        self.begin_to_move();
        let context = &self.keeper.context;
        let work = &mut self.work;
        // What is accepted while another link begins would be more than that one has said.
        if work.accepting.is_none() && !work.commands.is_empty() && !self.moving.is_beginning() {
            let commands = std::mem::take(&mut work.commands);
            let context = context.clone();
            let accepting = async move {
                let changes = commands.iter().cloned().map(Change::Accept).collect();
                let result = context.commit(changes).await;
                if result.is_err() {
                    tokio::time::sleep(FULL_FOR).await;
                }
                Accepted { commands, result }
            };
            work.accepting = Some(accepting.boxed());
        }
        if work.forgetting.is_none()
            && let Some(up_to) = work.forgettable.take()
        {
            let context = context.clone();
            let forgetting = async move {
                // What is not forgotten now is acknowledged again by the next link.
                let _ = context.commit(vec![Change::Acknowledged { up_to }]).await;
            };
            work.forgetting = Some(forgetting.boxed());
        }
        if work.loading.is_none()
            && let Some(wanted) = self.link.wanted()
            && wanted.from <= *self.last_report.borrow_and_update()
        {
            let journal = context.journal.clone();
            let load = move || journal.reports(wanted.from, wanted.max_messages, REPORTS_BYTES);
            work.loading = Some(blocking(load).boxed());
        }
    }

    /// Begins a better link where its connection is there and nothing is under way on this one that
    /// would get lost.
    fn begin_to_move(&mut self) {
        let is_quiet = self.work.accepting.is_none()
            && self.work.answering.is_empty()
            && self.questions.is_empty()
            && self.ends_at.is_none();
        if is_quiet && let Moving::Near(_) = &self.moving {
            let found = std::mem::replace(&mut self.moving, Moving::Never);
            self.moving = match (found, self.keeper.link()) {
                (Moving::Near(connected), Ok(link)) => {
                    Moving::begin(self.keeper.context.clock.clone(), link, connected)
                }
                _ => Moving::looking(&self.keeper.connector),
            };
        }
    }

    fn take_event(&mut self, event: Event<MachineSide>) {
        match event {
            Event::Step(MachineStep::Welcomed(welcomed)) => self.come_up(welcomed),
            Event::Step(MachineStep::HeartbeatDue) => self.give_sign_of_life(),
            Event::Received(command) => self.work.commands.push(command),
            Event::Acknowledged { up_to } => {
                self.acknowledged = up_to;
                self.work.forgettable = Some(up_to);
            }
            Event::Live(live) => self.take_live(live),
            Event::Called { id, question } => {
                let supervisor = self.keeper.supervisor.clone();
                let answer = async move { (id, questions::answer(&supervisor, question).await) };
                self.work.answering.push(answer.boxed());
            }
            Event::Replied { id, answer } => {
                if let Some(asker) = self.questions.remove(&id) {
                    // Who asked may be gone.
                    let _ = asker.send(Ok(answer));
                }
            }
            Event::CallFailed { id, reason } => {
                if let Some(asker) = self.questions.remove(&id) {
                    let _ = asker.send(Err(failure(reason)));
                }
            }
            Event::Down(down) => self.down = Some(down),
        }
    }

    fn come_up(&mut self, welcomed: link::machine::Welcomed) {
        let keeper = &mut *self.keeper;
        self.epoch = welcomed.epoch;
        keeper.context.set_server_time(welcomed.server_time);
        keeper.backoff.up(keeper.context.clock.tick(), welcomed.reconnect_spread);
        keeper.proving.came_up();
        if let Some(pins) = welcomed.new_pins {
            keeper.take_pins(pins);
        }
        let since = keeper.context.clock.now();
        keeper.status.send_replace(LinkStatus::Up { since, way: self.way });
        keeper.queues.up.send_replace(true);
        let carrier = self.way.carrier();
        tracing::info!(link.epoch = self.epoch, link.carrier = %carrier, "the link to the server is up");
        if let Way::Around(detour) = self.way {
            tracing::warn!(%detour, "the link goes by long-poll");
            self.moving = Moving::looking(&keeper.connector);
        }
    }

    fn give_sign_of_life(&mut self) {
        let context = &self.keeper.context;
        let heartbeat = Heartbeat {
            machine_time_ms: context.clock.now().as_millis(),
            load_average: host::facts::load_average(),
            free_disk_bytes: host::facts::free_disk_bytes(&context.directory),
            running_sessions: self.keeper.supervisor.sessions(),
            free_memory_bytes: host::facts::free_memory_bytes(),
        };
        // A link that is congested shows signs of life enough.
        let _ = self.link.heartbeat(heartbeat);
    }

    fn take_live(&mut self, live: Downstream) {
        match live {
            Downstream::StreamOpen(open) => self.open_stream(&open),
            Downstream::StreamCredit(credit) => {
                if let Some(stream) = self.streams.get(&credit.stream_id) {
                    stream.grant(credit.credit);
                }
            }
            Downstream::StreamClose(close) => drop(self.streams.remove(&close.stream_id)),
            Downstream::TerminalInput(input) => self.keeper.supervisor.type_in(self.epoch, input),
            Downstream::TerminalResize(resize) => self.keeper.supervisor.resize(&resize),
        }
    }

    fn open_stream(&mut self, open: &StreamOpen) {
        match self.keeper.supervisor.open_stream(self.epoch, open) {
            Ok(stream) => drop(self.streams.insert(open.stream_id, stream)),
            Err(refused) => {
                let closed = StreamClosed {
                    stream_id: open.stream_id,
                    code: refused.code.to_owned(),
                    message: refused.message,
                };
                self.send(self.epoch, Upstream::StreamClosed(closed));
            }
        }
    }

    fn send(&mut self, epoch: u64, live: Upstream) {
        if epoch != self.epoch {
            return;
        }
        if let Upstream::StreamClosed(closed) = &live {
            self.streams.remove(&closed.stream_id);
        }
        // A stream may have been closed meanwhile; nothing else is refused where there is room.
        if let Err(error) = self.link.send(live) {
            tracing::debug!(%error, "something live was not sent");
        }
    }

    fn ask(&mut self, asked: Asked) {
        let now = self.now();
        match self.link.call(now, asked.question, asked.within) {
            Ok(id) => drop(self.questions.insert(id, asked.answer)),
            Err(error) => {
                let failure =
                    if error.is_retryable() { AskFailure::Busy } else { AskFailure::Offline };
                // Who asked may be gone.
                let _ = asked.answer.send(Err(failure));
            }
        }
    }

    /// Acknowledges what is in the journal, and has it carried out.
    fn take_accepted(&mut self, accepted: Accepted) {
        let Accepted { commands, result } = accepted;
        let Ok(committed) = result else {
            // Not acknowledged, so the server sends no more than the window; they are tried again.
            self.work.commands.splice(0..0, commands);
            return;
        };
        self.keeper.received_commands = committed.received_commands;
        self.link.persisted(committed.received_commands);
        let new = commands.into_iter().filter_map(Ordered::read);
        for command in new.filter(|command| committed.accepted.contains(&command.id)) {
            self.keeper.supervisor.dispatch(command);
        }
    }

    fn take_loaded(&mut self, reports: Result<Vec<Report>, JournalError>) {
        self.work.loading = None;
        match reports {
            Ok(reports) => {
                for report in reports {
                    if self.link.offer(report).is_err() {
                        break;
                    }
                }
            }
            Err(error) => {
                self.keeper.context.note_failure(&error);
                self.link.close("the machine cannot read its journal");
            }
        }
    }

    fn deadline(&self) -> Option<Tick> {
        self.link.poll_timeout().into_iter().chain(self.ends_at).min()
    }

    fn now(&self) -> Tick {
        self.keeper.context.clock.tick()
    }
}

fn failure(reason: link::CallFailure) -> AskFailure {
    match reason {
        link::CallFailure::TimedOut => AskFailure::TimedOut,
        link::CallFailure::LinkLost => AskFailure::Offline,
        link::CallFailure::UnknownAnswer => AskFailure::Unexpected,
    }
}

async fn sleep(until: Option<Duration>) {
    match until {
        Some(duration) => tokio::time::sleep(duration).await,
        None => pending().await,
    }
}
