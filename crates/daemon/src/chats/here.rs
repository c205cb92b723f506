//! An agent that runs, in the hands of its holder.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use agents::acp::Limits;
use agents::acp::complaint;
use bytes::Bytes;
use conversation::AgentExit;
use holder::agent::HolderGone;
use holder::protocol::Step;
use holder::{AgentEvent, HeldAgent};
use model::SessionId;
use processes::Grace;
use terminal::Exit;
use tokio::time::Sleep;

use super::agent::{AgentNews, Standing};
use crate::context::Context;

/// How long a holder may take to end an agent politely: what it gives the agent, and a while.
const STOPS_WITHIN: Duration = Duration::from_secs(16);

/// How long it may take to end it at once.
const KILLS_WITHIN: Duration = Duration::from_secs(8);

/// How long a holder may take to go when all is known.
const GOES_WITHIN: Duration = Duration::from_secs(3);

/// How long it may take to let nothing run.
const PAUSES_WITHIN: Duration = Duration::from_secs(10);

/// An agent that runs, is being ended, or whose end is not written down yet.
pub(super) struct Here {
    context: Arc<Context>,
    session: SessionId,
    held: HeldAgent,
    /// Output before this offset was taken in.
    taken: u64,
    /// The same, when the last step was handed on.
    handed_on: u64,
    /// The last step, while what belongs to it is not in the journal.
    open_step: Option<u64>,
    /// Runs while it is being ended.
    overdue: Option<Pin<Box<Sleep>>>,
    /// What it was ended for, for people.
    why: String,
    is_over: bool,
}

impl Here {
    pub(super) fn new(context: Arc<Context>, session: SessionId, held: HeldAgent) -> Self {
        let taken = held.offset();
        Self {
            context,
            session,
            held,
            taken,
            handed_on: taken,
            open_step: None,
            overdue: None,
            why: String::new(),
            is_over: false,
        }
    }

    /// The next thing that happens. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> AgentNews {
        loop {
            let overdue = async {
                match &mut self.overdue {
                    Some(overdue) => overdue.await,
                    None => std::future::pending().await,
                }
            };
            let event = tokio::select! {
                event = self.held.next(Limits::default().line_bytes) => Some(event),
                () = overdue => None,
            };
            let Some(event) = event else {
                self.context.holders.kill(self.session).await;
                return self.exited("its end is not known".to_owned(), &Bytes::new());
            };
            if let Some(news) = self.happened(event).await {
                return news;
            }
        }
    }

    async fn happened(&mut self, event: AgentEvent) -> Option<AgentNews> {
        match event {
            AgentEvent::Line { line, end } => {
                self.taken = end;
                self.overdue.is_none().then(|| AgentNews::Said(text(&line)))
            }
            AgentEvent::LineTooLong => {
                let limit_bytes = Limits::default().line_bytes;
                self.why = agents::acp::Ended::LineTooLong { limit_bytes }.for_people();
                self.held.give_up();
                self.held.end(Grace::default());
                self.is_due_within(STOPS_WITHIN);
                None
            }
            AgentEvent::Exited { exit, complaint } => {
                Some(self.exited(how_it_ended(exit), &complaint))
            }
            AgentEvent::Displaced => Some(AgentNews::Displaced),
            AgentEvent::Lost => {
                // The agent has lost its pipes, and does not have to have noticed.
                self.context.holders.end(self.session, Grace::default()).await;
                let words = "the process that held it is gone".to_owned();
                Some(self.exited(words, &Bytes::new()))
            }
        }
    }

    fn exited(&mut self, words: String, complained: &[u8]) -> AgentNews {
        self.is_over = true;
        let status = if self.why.is_empty() { words } else { format!("{words}; {}", self.why) };
        AgentNews::Exited(AgentExit { status, complaint: complaint::tail(complained) })
    }

    /// What it has said already.
    pub(super) fn said(&mut self) -> Option<String> {
        if self.overdue.is_some() || self.is_over || !self.held.has_line() {
            return None;
        }
        match self.held.ready(Limits::default().line_bytes) {
            Some(AgentEvent::Line { line, end }) => {
                self.taken = end;
                Some(text(&line))
            }
            // The others are told again.
            _ => None,
        }
    }

    pub(super) async fn pause(&mut self) -> Result<Standing, Vec<u32>> {
        if self.is_over {
            return Ok(Standing::Nothing);
        }
        self.held.pause(PAUSES_WITHIN).await.map(|()| Standing::Tree)
    }

    pub(super) fn resume(&mut self) {
        self.held.resume();
    }

    pub(super) fn stop(&mut self) {
        if !self.is_over {
            self.held.stop();
            self.is_due_within(STOPS_WITHIN);
        }
    }

    pub(super) fn kill(&mut self) {
        if !self.is_over {
            self.held.end(Grace::NONE);
            self.is_due_within(KILLS_WITHIN);
        }
    }

    fn is_due_within(&mut self, time: Duration) {
        self.overdue = Some(Box::pin(tokio::time::sleep(time)));
    }

    /// Ends it, within a time politely, and then at once.
    pub(super) async fn end_within(&mut self, time: Duration) -> AgentExit {
        self.stop();
        if let Ok(exit) = tokio::time::timeout(time, self.exit()).await {
            return exit;
        }
        self.kill();
        self.exit().await
    }

    async fn exit(&mut self) -> AgentExit {
        loop {
            match self.next().await {
                AgentNews::Exited(exit) => return exit,
                AgentNews::Displaced => {
                    let status = "another daemon has it".to_owned();
                    return AgentExit { status, complaint: String::new() };
                }
                _ => {}
            }
        }
    }

    /// Ends one that nobody has spoken with.
    pub(super) async fn end_unheard(held: &mut HeldAgent) {
        held.end(Grace::NONE);
        let ended = async {
            while !matches!(
                held.next(usize::MAX).await,
                AgentEvent::Exited { .. } | AgentEvent::Lost | AgentEvent::Displaced
            ) {}
        };
        if tokio::time::timeout(KILLS_WITHIN, ended).await.is_ok() {
            held.forget(GOES_WITHIN).await;
        }
    }

    /// Whether there is output that no step says was taken in.
    pub(super) const fn has_taken_more(&self) -> bool {
        self.taken > self.handed_on
    }

    /// Whether the last step is not known to be written down.
    pub(super) const fn has_open_step(&self) -> bool {
        self.open_step.is_some()
    }

    /// Hands a step on. A holder that is gone is told of by itself.
    pub(super) async fn step(&mut self, number: u64, inputs: Vec<Bytes>, state: Bytes) {
        let step = Step { number, consumed: self.taken, inputs, state };
        if let Err(HolderGone) = self.held.step(step).await {
            tracing::warn!(session.id = %self.session, "what holds the agent is gone");
        }
        self.handed_on = self.taken;
        self.open_step = Some(number);
    }

    /// What belongs to the last step is in the journal.
    pub(super) fn kept(&mut self) {
        if let Some(number) = self.open_step.take() {
            self.held.kept(number);
        }
    }

    /// Whether it has ended.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Lets the holder go: the end of its agent is written down.
    pub(super) async fn forget(&mut self) {
        if !self.held.forget(GOES_WITHIN).await {
            self.context.holders.kill(self.session).await;
        }
    }
}

/// What is no text is no message either.
fn text(line: &[u8]) -> String {
    std::str::from_utf8(line).unwrap_or_default().trim().to_owned()
}

fn how_it_ended(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit status {code}"),
        Exit::Signal(signal) => format!("signal {signal}"),
        Exit::Unseen => "its end is not known".to_owned(),
    }
}
