//! Follows one turn to its end, or what others do until it is calm: tells what happens, asks what the
//! agent wants to know, takes the user's wish to stop, and survives lost connections.
//!
//! - [`questions`]: questions of the agent, and who answers them
//! - [`budgets`]: that it waits for a larger budget, and what can be said to that

pub(crate) mod budgets;
pub(crate) mod questions;

use std::pin::Pin;
use std::time::Duration;

use client::{Client, Live, LiveEvent, Snapshot};
use contract::live::StreamState;
use contract::permissions::PermissionView;
use contract::sessions::{SessionView, TurnView};
use conversation::update::TurnUpdate;
use conversation::update::state::{LOGIN_REQUIRED, NOBODY_TO_ASK};
use model::turn::TurnState;
use model::{SessionId, TurnId};
use tokio::time::Sleep;

use self::budgets::Budgets;
use self::questions::Questions;
use crate::audience::Audience;
use crate::exit::{Meaning, Refusal};
use crate::hands::{Hands, Press};
use crate::transcript::News;
use crate::words::Words;

/// How long the transcript may lag behind what the server says of the turn.
const LAG: Duration = Duration::from_secs(3);

/// How long an agent may take to heed the wish to stop, before it is not waited for any more.
const STOPS_WITHIN: Duration = Duration::from_secs(8);

/// How long nothing may happen before what others do counts as over for the time being.
const CALM: Duration = Duration::from_millis(300);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// The end of this turn.
    Turn(TurnId),
    /// That no turn runs and no question is open: somebody else works in the same session.
    Calm,
}

/// Who follows what.
pub(crate) struct Follow<'a> {
    pub client: &'a Client,
    pub live: &'a mut Live,
    pub hands: &'a mut Hands,
    pub audience: &'a mut Audience,
    pub words: &'static dyn Words,
    pub session: SessionId,
    pub goal: Goal,
    /// What was heard already and is not told yet.
    pub heard: Vec<LiveEvent>,
    pub questions: Questions,
    pub budgets: Budgets,
    /// What is typed meanwhile, for the next prompt; `None` where nothing can be typed.
    pub typed: Option<&'a mut TypedAhead>,
}

/// What was typed while the agent worked.
#[derive(Debug, Default)]
pub(crate) struct TypedAhead {
    /// The line that is being typed.
    pub line: String,
    /// Whether it was sent off, to be the next prompt.
    pub is_sent: bool,
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub state: TurnState,
    /// The agent's own word for why it stopped.
    pub stop_reason: Option<String>,
    /// Why it ended, for people.
    pub outcome: Option<String>,
    pub because: Because,
    /// Whether the session has ended too.
    pub is_session_over: bool,
    /// Questions that were allowed and denied.
    pub allowed: usize,
    pub denied: usize,
}

/// Who has ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Because {
    /// The agent, or an error.
    Itself,
    /// The user has stopped it.
    Interrupted,
    /// The user did not wait for it to stop.
    Left,
    /// It took too long.
    TimedOut,
    /// A question that nobody could be asked.
    Rule,
}

impl Ended {
    /// Whether it could not go on without a person.
    fn needs_a_person(&self) -> bool {
        matches!(self.stop_reason.as_deref(), Some(NOBODY_TO_ASK | LOGIN_REQUIRED))
    }

    /// Whether the same prompt may fare better another time: the turn has failed by itself. One of
    /// which nobody knows how it ended may have had effects.
    pub(crate) fn is_worth_another_try(&self) -> bool {
        self.because == Because::Itself && self.state == TurnState::Failed && !self.needs_a_person()
    }

    /// With which meaning a program ends that was started for this turn.
    pub(crate) fn meaning(&self) -> Meaning {
        match (self.because, self.state) {
            (Because::Interrupted | Because::Left, _) => Meaning::Interrupted,
            (Because::TimedOut, _) => Meaning::TimedOut,
            (Because::Rule, _) => Meaning::Unanswered,
            _ if self.stop_reason.as_deref() == Some(NOBODY_TO_ASK) => Meaning::Unanswered,
            (Because::Itself, TurnState::Done) if self.denied > 0 && self.allowed == 0 => {
                Meaning::Denied
            }
            (Because::Itself, TurnState::Done) => Meaning::Done,
            (Because::Itself, _) => Meaning::Failed,
        }
    }
}

/// What is known of the end.
#[derive(Default)]
struct Signs {
    /// The turn's last state, by the transcript.
    told: Option<(TurnState, Option<String>, Option<String>)>,
    /// The same, by the server.
    server: Option<(TurnState, Option<String>)>,
    /// After which the transcript is not waited for.
    lag: Option<Pin<Box<Sleep>>>,
    because: Option<Because>,
    /// The turn that runs, where it is not waited for a certain one.
    running: Option<TurnId>,
    is_session_over: bool,
    /// Whether there ever was a connection, and whether it is lost.
    has_connected: bool,
    is_disconnected: bool,
}

enum Happening {
    Live(Box<LiveEvent>),
    Press(Press),
    TooLong,
    Lagging,
}

impl Follow<'_> {
    /// Follows the turn to its end; it is stopped after `limit`, if there is one.
    pub(crate) async fn until_the_end(mut self, limit: Option<Duration>) -> anyhow::Result<Ended> {
        let mut signs = Signs { has_connected: self.live.is_connected(), ..Signs::default() };
        let mut limit = limit.map(|limit| Box::pin(tokio::time::sleep(limit)));
        for event in std::mem::take(&mut self.heard) {
            self.hear(event, &mut signs).await?;
        }
        loop {
            if signs.told.is_some() || signs.because == Some(Because::Left) {
                return Ok(self.ended(signs));
            }
            self.ask_next()?;
            self.wait_for_calm(&mut signs);
            let happening = tokio::select! {
                // Something has happened on the server.
                event = self.live.next() => Happening::Live(Box::new(event?)),
                // A key, or Ctrl-C.
                press = self.hands.next() => Happening::Press(press?),
                // It takes too long.
                () = due(&mut limit) => Happening::TooLong,
                // The transcript does not say what the server says.
                () = due(&mut signs.lag) => Happening::Lagging,
            };
            match happening {
                Happening::Live(event) => self.hear(*event, &mut signs).await?,
                Happening::Press(press) => self.press(press, &mut signs).await?,
                Happening::TooLong => {
                    limit = None;
                    self.stop(&mut signs, Because::TimedOut).await?;
                }
                Happening::Lagging => return Ok(self.ended(signs)),
            }
        }
    }

    /// Where it is waited for calm, it is over when nothing more happens for a while.
    fn wait_for_calm(&self, signs: &mut Signs) {
        if self.goal != Goal::Calm {
            return;
        }
        let is_asked = self.questions.are_open() || self.budgets.is_asking();
        let goes_on = signs.running.is_some() || is_asked;
        signs.lag = match (goes_on && !signs.is_session_over, signs.because) {
            (true, None) => None,
            // The user has said stop, which has its own time limit.
            (true, Some(_)) => signs.lag.take(),
            (false, _) => Some(Box::pin(tokio::time::sleep(CALM))),
        };
    }

    /// Takes what the connection says. One that never was is an error; one that was is waited for.
    async fn hear(&mut self, event: LiveEvent, signs: &mut Signs) -> anyhow::Result<()> {
        match event {
            LiveEvent::Disconnected { error, .. } if !signs.has_connected => Err(error.into()),
            LiveEvent::Disconnected { error, retry_in } => {
                signs.is_disconnected = true;
                Ok(self.audience.disconnected(&error, retry_in, self.words)?)
            }
            LiveEvent::Connected(_) => {
                signs.has_connected = true;
                if std::mem::take(&mut signs.is_disconnected) {
                    self.audience.connected(self.words)?;
                    self.look_up_turn(signs).await;
                }
                Ok(())
            }
            event => self.take(event, signs).await,
        }
    }

    async fn take(&mut self, event: LiveEvent, signs: &mut Signs) -> anyhow::Result<()> {
        match event {
            LiveEvent::Updates { session, records } if session == self.session => {
                for record in &records {
                    match self.audience.record(record)? {
                        Some(News::Turn(turn)) => signs.transcript_says(self.goal, turn),
                        Some(News::Decided(decision)) => self.questions.decided(&decision),
                        _ => {}
                    }
                }
            }
            LiveEvent::Stream { session, state } if session == self.session => match state {
                StreamState::Live => {}
                StreamState::MachineOffline => {
                    self.audience.passing(self.words.machine_away())?;
                    self.look_up_turn(signs).await;
                }
                StreamState::Restarted => self.audience.restarted(self.words)?,
                StreamState::Ended => {
                    signs.is_session_over = true;
                    self.look_up_turn(signs).await;
                }
            },
            LiveEvent::Snapshot(snapshot) => self.take_snapshot(snapshot, signs).await?,
            LiveEvent::Permission(question) if self.concerns_us(&question) => {
                let verdict = self.questions.take(question, self.client, self.audience).await?;
                if verdict == questions::Verdict::StopTurn {
                    self.stop(signs, Because::Rule).await?;
                }
            }
            LiveEvent::Budget(request) if request.session_id == self.session => {
                self.budgets.take(*request, self.audience, self.words)?;
            }
            LiveEvent::Turn(turn) if Goal::Turn(turn.turn_id) == self.goal => {
                signs.server_says(&turn);
            }
            LiveEvent::Session(session) if session.session_id == self.session => {
                signs.session_says(&session);
            }
            LiveEvent::SessionDeleted(session) if session == self.session => {
                let refusal = Refusal::new(Meaning::NotFound, self.words.session_is_gone());
                return Err(refusal.into());
            }
            LiveEvent::Refused { session, error } if session == self.session => {
                return Err(error.into());
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether a question is for us: one of this session, and where a rule answers, of our turn.
    fn concerns_us(&self, question: &PermissionView) -> bool {
        let is_ours = match self.goal {
            Goal::Turn(turn) => question.turn_id.is_none_or(|id| id == turn),
            Goal::Calm => false,
        };
        question.session_id == self.session && (is_ours || self.questions.has_a_person())
    }

    async fn take_snapshot(&mut self, snapshot: Snapshot, signs: &mut Signs) -> anyhow::Result<()> {
        for question in snapshot.permissions {
            if self.concerns_us(&question) {
                let verdict = self.questions.take(question, self.client, self.audience).await?;
                if verdict == questions::Verdict::StopTurn {
                    self.stop(signs, Because::Rule).await?;
                }
            }
        }
        for request in snapshot.budgets {
            if request.session_id == self.session {
                self.budgets.take(request, self.audience, self.words)?;
            }
        }
        for session in &snapshot.sessions {
            if session.session_id == self.session {
                signs.session_says(session);
            }
        }
        Ok(())
    }

    /// What was missed while the connection was lost.
    async fn look_up_turn(&mut self, signs: &mut Signs) {
        // Where this fails as well, the next connection tells.
        let turns = self.client.turns(self.session).await.unwrap_or_default();
        match self.goal {
            Goal::Turn(id) => {
                if let Some(turn) = turns.iter().find(|turn| turn.turn_id == id) {
                    signs.server_says(turn);
                }
            }
            Goal::Calm => {
                let runs = |id: &TurnId| {
                    turns.iter().any(|turn| turn.turn_id == *id && !turn.state.is_final())
                };
                signs.running = signs.running.filter(runs);
            }
        }
    }

    async fn press(&mut self, press: Press, signs: &mut Signs) -> anyhow::Result<()> {
        let is_asking = self.questions.is_asking();
        match press {
            Press::Interrupt => return self.interrupt(signs).await,
            _ if is_asking => {
                let view = self.audience.view();
                if let Some(screen) = view.and_then(|view| view.screen.as_mut()) {
                    self.questions.press(press, screen, self.client, self.words).await?;
                }
                return Ok(());
            }
            Press::Escape if self.typed.is_some() => return self.interrupt(signs).await,
            _ if self.budgets.is_asking() => {
                return self.budgets.press(press, self.audience, self.client, self.words).await;
            }
            _ => {}
        }
        let Some(typed) = self.typed.as_deref_mut() else { return Ok(()) };
        match press {
            Press::Character(character) if !typed.is_sent => typed.line.push(character),
            Press::Backspace => {
                typed.is_sent = false;
                typed.line.pop();
            }
            Press::Enter => typed.is_sent = !typed.line.trim().is_empty(),
            _ => {}
        }
        let mark = if typed.is_sent { " ⏎" } else { "" };
        let shown = format!("{}{mark}", typed.line.replace('\n', "↵"));
        if let Some(screen) = self.audience.view().and_then(|view| view.screen.as_mut()) {
            screen.typed(&shown)?;
        }
        Ok(())
    }

    /// Shows the next question, if one waits and none is shown.
    fn ask_next(&mut self) -> anyhow::Result<()> {
        let Some(screen) = self.audience.view().and_then(|view| view.screen.as_mut()) else {
            return Ok(());
        };
        let keeps_keys = self.typed.is_some() || self.budgets.is_asking();
        self.questions.ask_next(screen, self.hands, keeps_keys, self.words)?;
        if !self.questions.is_asking() {
            self.budgets.ask(screen, self.hands, self.words)?;
        }
        Ok(())
    }

    async fn interrupt(&mut self, signs: &mut Signs) -> anyhow::Result<()> {
        if self.goal == Goal::Calm && signs.running.is_none() {
            // There is nothing to stop any more.
            return Ok(());
        }
        match signs.because {
            None => self.stop(signs, Because::Interrupted).await,
            Some(_) => {
                signs.because = Some(Because::Left);
                Ok(())
            }
        }
    }

    /// Stops the turn. It is waited for a while, so that what it still says is seen.
    async fn stop(&mut self, signs: &mut Signs, because: Because) -> anyhow::Result<()> {
        signs.because = Some(because);
        self.audience.passing(self.words.stopping())?;
        let turn = match self.goal {
            Goal::Turn(turn) => Some(turn),
            Goal::Calm => signs.running,
        };
        if let Err(error) = self.client.turn_cancel(self.session, turn).await {
            self.audience.remark(&self.words.not_stopped(&error.to_string()))?;
        }
        signs.lag = Some(Box::pin(tokio::time::sleep(STOPS_WITHIN)));
        Ok(())
    }

    fn ended(mut self, signs: Signs) -> Ended {
        let (allowed, denied) = self.questions.counts();
        let keeps_keys = self.typed.is_some();
        self.questions.end(self.hands, keeps_keys);
        if let Some(screen) = self.audience.view().and_then(|view| view.screen.as_mut()) {
            // What was typed goes into the next prompt.
            let _ = screen.typed("");
            screen.raw(keeps_keys);
        }
        let because = signs.because.unwrap_or(Because::Itself);
        let is_session_over = signs.is_session_over;
        let (state, stop_reason, outcome) = match (signs.told, signs.server) {
            (Some(told), _) => told,
            (None, Some((state, outcome))) => (state, None, outcome),
            (None, None) => (TurnState::Unknown, None, None),
        };
        Ended { state, stop_reason, outcome, because, is_session_over, allowed, denied }
    }
}

impl Signs {
    fn transcript_says(&mut self, goal: Goal, turn: TurnUpdate) {
        let is_final = turn.state.is_final();
        match goal {
            Goal::Turn(id) if id == turn.turn_id && is_final => {
                self.told = Some((turn.state, turn.stop_reason, turn.outcome));
            }
            Goal::Turn(_) => {}
            Goal::Calm if is_final => {
                self.running = self.running.filter(|running| *running != turn.turn_id);
            }
            Goal::Calm => self.running = Some(turn.turn_id),
        }
    }

    fn server_says(&mut self, turn: &TurnView) {
        if turn.state.is_final() {
            self.server = Some((turn.state, turn.outcome.clone()));
            self.wait_for_transcript();
        }
    }

    fn session_says(&mut self, session: &SessionView) {
        if session.status.is_final() {
            self.is_session_over = true;
            self.server.get_or_insert((TurnState::Failed, session.detail.clone()));
            self.wait_for_transcript();
        }
    }

    fn wait_for_transcript(&mut self) {
        self.lag.get_or_insert_with(|| Box::pin(tokio::time::sleep(LAG)));
    }
}

async fn due(timer: &mut Option<Pin<Box<Sleep>>>) {
    match timer {
        Some(timer) => timer.as_mut().await,
        None => std::future::pending().await,
    }
}
