//! One task for each chat: the state machine of `conversation`, its agent, and the journal.
//!
//! - `start`, `resume`: how it begins
//! - `takeover`: how it goes on with an agent that has outlived the daemon
//! - `agent`, `here`: its agent, coming, here or going
//! - `handing_on`: what the next daemon must know to go on with the same agent
//! - `orders`: what people want of it
//! - `pause`: standing still, and going on
//! - `keep`: what must last

mod agent;
mod handing_on;
mod here;
mod keep;
mod orders;
mod pause;
mod resume;
mod start;
mod takeover;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use conversation::{Conversation, Effect, Outside};
use model::{Clock, CommandId, SessionId};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::containment;
use crate::context::Context;
use crate::ordered::Ordered;
use crate::reports::{self, Refused};
use crate::spec::Spec;
use crate::supervisor::{self, Supervisor};
use crate::worktrees::ending;

use agent::{AgentNews, AgentSlot, Standing};
use here::Here;
use keep::Keeping;
use orders::Prompted;
use pause::OwnTime;

pub(crate) use orders::Stage;
pub(crate) use resume::{question_moot, recall};
pub(crate) use start::start;
pub(crate) use takeover::{LeftOver, take_over};

/// Messages of an agent that are taken in before what came of them is written.
const BATCH: usize = 64;

/// How long an agent may take to end when the daemon stops.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// One chat.
pub(crate) struct Chat {
    context: Arc<Context>,
    /// Cancelled when the machine's owner ends everything.
    halting: CancellationToken,
    session: SessionId,
    spec: Spec,
    chat: Conversation,
    agent: AgentSlot,
    /// Prompts that were accepted and whose turn is not over.
    prompts: Prompted,
    keeping: Keeping,
    /// What the agent is to be told, once what led to it is kept.
    outbox: Vec<bytes::Bytes>,
    /// Commands that an earlier life of the daemon has begun, without effect.
    begun: HashSet<CommandId>,
    time: OwnTime,
    /// What stands still of its agent, while the chat does.
    standing: Option<Standing>,
    /// Orders that wait until it goes on. Bounded.
    held: VecDeque<Ordered>,
    /// Orders that are carried out when the session has ended.
    at_the_end: Vec<Ordered>,
    is_to_stop_its_agent: bool,
    is_halted: bool,
}

/// Something that the chat waited for.
enum Turn {
    Ordered(Ordered),
    Agent(AgentNews),
    Time,
    Stopping,
    Halted,
}

impl Chat {
    pub(crate) const fn session(&self) -> SessionId {
        self.session
    }

    /// What it is.
    pub(crate) const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Goes on until the session has ended or the daemon stops.
    pub(crate) async fn run(
        mut self,
        supervisor: &Supervisor,
        mut orders: mpsc::Receiver<Ordered>,
    ) {
        let contained = containment::fact(&self.context, self.session, &self.spec);
        self.keeping.change(contained.map(|fact| self.context.report(fact)));
        self.carry_out().await;
        while !self.chat.has_ended() {
            let turn = self.wait(&mut orders).await;
            match turn {
                Turn::Ordered(ordered) => self.take_order(ordered).await,
                // It ends nothing that another one goes on with.
                Turn::Agent(AgentNews::Displaced) => return,
                Turn::Agent(news) => self.take_news(news),
                Turn::Time => self.chat.handle_timeout(self.time.tick()),
                Turn::Stopping => return self.stop().await,
                Turn::Halted => self.halt(),
            }
            self.carry_out().await;
        }
        self.end(supervisor, orders).await;
    }

    async fn wait(&mut self, orders: &mut mpsc::Receiver<Ordered>) -> Turn {
        let stands = self.standing.is_some();
        if !stands && let Some(ordered) = self.held.pop_front() {
            return Turn::Ordered(ordered);
        }
        let until = self.chat.poll_timeout().map(|at| at.since(self.time.tick()));
        let time = async {
            match until {
                Some(duration) => tokio::time::sleep(duration).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.context.stopping.cancelled() => Turn::Stopping,
            // Once is enough: it ends.
            () = self.halting.cancelled(), if !self.is_halted => Turn::Halted,
            Some(ordered) = orders.recv() => Turn::Ordered(ordered),
            news = self.agent.next(), if !stands => Turn::Agent(news),
            () = time, if !stands => Turn::Time,
        }
    }

    fn take_news(&mut self, news: AgentNews) {
        match news {
            AgentNews::Started(agent) => {
                let here = Here::new(self.context.clone(), self.session, agent);
                self.agent = AgentSlot::Here(Box::new(here));
                self.chat.agent_started(self.time.tick());
            }
            AgentNews::NotStarted(failure) => {
                self.agent = AgentSlot::None;
                self.chat.launch_failed(&failure);
            }
            AgentNews::Said(line) => {
                self.chat.receive(outside(&self.time, &self.context), &line);
                self.take_in_what_is_there();
            }
            AgentNews::Exited(exit) => {
                self.agent.is_gone();
                self.chat.agent_exited(&exit);
            }
            AgentNews::Displaced => {}
        }
    }

    /// Takes in what the agent has said by now, so that it is written at once.
    fn take_in_what_is_there(&mut self) {
        for _ in 1..BATCH {
            let Some(line) = self.agent.said() else { return };
            self.chat.receive(outside(&self.time, &self.context), &line);
        }
    }

    /// Does what the chat wants, in order, and writes down what came of it.
    /// The agent is told what it is told when that is written down.
    async fn carry_out(&mut self) {
        let mut how = keep::How::AsItComes;
        let mut launches = false;
        while let Some(effect) = self.chat.poll_effect() {
            match effect {
                Effect::Append(entry) => self.keeping.append(&self.context, *entry),
                Effect::Report(fact) => self.note(fact),
                Effect::Commit => how = keep::How::Durably,
                Effect::Send(message) => self.outbox.push(String::from(Box::from(message)).into()),
                Effect::Launch => launches = true,
                // It hears first what it is told.
                Effect::StopAgent => self.is_to_stop_its_agent = true,
                Effect::KillAgent => self.agent.kill(),
            }
        }
        self.keep(how).await;
        self.agent.forget_what_is_over().await;
        self.stop_its_agent();
        if launches && self.standing.is_some() {
            self.standing = Some(Standing::Unlaunched);
        } else if launches {
            self.launch();
        }
    }

    /// Begins to end the agent, if that is wanted.
    fn stop_its_agent(&mut self) {
        if std::mem::take(&mut self.is_to_stop_its_agent) {
            self.agent.stop();
        }
    }

    /// The machine's owner ends everything: the agent is killed where it stands, and the session is
    /// over.
    fn halt(&mut self) {
        self.is_halted = true;
        self.kill_what_stands();
        self.agent.kill();
        self.chat.stop(&self.context.admission.why_all_ends());
    }

    /// The daemon stops, and the session goes on with the next one: with the same agent, unless
    /// somebody wants nothing left.
    async fn stop(&mut self) {
        let goes_on = matches!(&self.agent, AgentSlot::Here(here) if !here.is_over());
        if goes_on && !self.context.ends_terminals.load(Ordering::Relaxed) {
            // All of it is with the holder, or waits there for the journal.
            return;
        }
        if self.standing.is_some() {
            self.agent.kill();
        }
        if let Some(exit) = self.agent.end_within(STOP_WITHIN).await {
            self.chat.agent_put_away(&exit);
            while let Some(effect) = self.chat.poll_effect() {
                match effect {
                    Effect::Append(entry) => self.keeping.append(&self.context, *entry),
                    Effect::Report(fact) => self.note(fact),
                    // A turn that waits waits for the next daemon.
                    _ => {}
                }
            }
        }
        self.keep(keep::How::Durably).await;
        self.agent.forget_what_is_over().await;
    }

    /// The session has ended: no order reaches it any more, and those that wait are answered.
    async fn end(mut self, supervisor: &Supervisor, mut orders: mpsc::Receiver<Ordered>) {
        self.keep_the_end().await;
        supervisor.leave(self.session);
        orders.close();
        for ordered in std::mem::take(&mut self.held) {
            self.take_order_after_end(ordered).await;
        }
        while let Some(ordered) = orders.recv().await {
            self.take_order_after_end(ordered).await;
        }
        remove_state(&self.context, self.session).await;
        ending::over(&self.context, self.session).await;
        for ordered in std::mem::take(&mut self.at_the_end) {
            match ordered.order {
                Some(wire::command::Order::ForgetSession(_)) => {
                    supervisor::forget(&self.context, &ordered).await;
                }
                _ => supervisor::done(&self.context, &ordered).await,
            }
        }
    }
}

/// Time and randomness, for a chat.
fn outside<'a>(time: &'a OwnTime, context: &'a Context) -> Outside<'a> {
    Outside { clock: time, rng: &*context.rng }
}

async fn refuse(context: &Context, command: CommandId, refused: &conversation::Refusal) {
    let refused = Refused::new(refused.code(), refused.to_string());
    reports::refuse(context, command, &refused).await;
}

/// Removes the private directory of a session's agent: its history, and a token that is dead.
pub(crate) async fn remove_state(context: &Context, session: SessionId) {
    let directory = context.state_directory(session);
    let removed = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(directory)).await;
    match removed {
        Ok(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(session.id = %session, %error, "cannot remove what the agent has left");
        }
        _ => {}
    }
}
