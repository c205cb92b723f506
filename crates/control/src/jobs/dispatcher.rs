//! Who is next, and what has ended.
//!
//! Events only say when to look; what is to be done is read from the database, so that nothing
//! depends on an event having been heard, and a server that starts finds its work like one that
//! went on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bus::{Event, Heard, Listener};
use model::job::{Job, JobFailure, JobState};
use model::machine::MachineStatus;
use model::{JobId, MachineId, Tick, Timestamp};
use store::StoreError;
use tokio::task::{JoinError, JoinSet};

use super::ending::{Ending, job_end};
use super::settling::{LOST_AFTER, Settled, settle};
use super::starting::{Started, has_to_wait, start};
use crate::{ControlPlane, Error, machines};

/// The shortest time between two looks: what happens meanwhile is seen by the next one.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// The longest time between two looks, in case an event was not heard.
const AT_LEAST_EVERY: Duration = Duration::from_mins(1);

/// How long to wait when the database does not answer.
const AFTER_TROUBLE: Duration = Duration::from_secs(5);

/// Waits between tries of the same thing: the first, doubled to the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How many jobs of a machine are looked at to find one that can be begun.
const CANDIDATES: u32 = 20;

/// How many jobs are settled at a time, each of which may wait for its machine.
const SETTLING: usize = 64;

/// How many overdue jobs are given up in one look.
const OVERDUE: u32 = 100;

enum Done {
    Started(MachineId, JobId, Started),
    Settled(JobId, Settled),
}

/// Begins jobs that wait and settles those that have ended, for as long as the server runs. What
/// it was about to do when it is dropped is found again at the next start.
pub async fn dispatch(plane: Arc<ControlPlane>) {
    let now = plane.clock().tick();
    let mut dispatcher = Dispatcher {
        listener: plane.bus.listen(),
        work: JoinSet::new(),
        starting: HashSet::new(),
        settling: HashSet::new(),
        waits: HashMap::new(),
        looked_at: now,
        look_at: now,
        plane,
    };
    loop {
        dispatcher.step().await;
    }
}

struct Dispatcher {
    plane: Arc<ControlPlane>,
    listener: Listener,
    /// Tasks of their own: they hold connections to the database, and go on while it looks.
    work: JoinSet<Done>,
    /// Machines on which a job is being begun: one at a time, so that the order is kept.
    starting: HashSet<MachineId>,
    settling: HashSet<JobId>,
    /// Jobs with which something went wrong that may pass.
    waits: HashMap<JobId, Wait>,
    looked_at: Tick,
    look_at: Tick,
}

/// Something is tried again.
#[derive(Clone, Copy)]
struct Wait {
    tries: u32,
    until: Tick,
}

impl Dispatcher {
    async fn step(&mut self) {
        let now = self.plane.clock().tick();
        if now >= self.look_at {
            self.looked_at = now;
            self.look_at = now + AT_LEAST_EVERY;
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "jobs could not be looked for");
                self.look_at = now + AFTER_TROUBLE;
            }
        }
        let pause = self.look_at.since(self.plane.clock().tick());
        tokio::select! {
            biased;
            // Something that was begun is done.
            Some(done) = self.work.join_next() => self.join(done),
            // Something has changed that may be about jobs.
            heard = self.listener.next() => self.hear(&heard),
            // Somebody's time is up.
            () = tokio::time::sleep(pause) => {}
        }
    }

    fn join(&mut self, done: Result<Done, JoinError>) {
        match done {
            Ok(done) => self.note(done),
            // A panic is a bug. Nothing was begun twice if it is tried again.
            Err(error) => {
                tracing::error!(%error, "work on a job broke off");
                self.starting.clear();
                self.settling.clear();
                self.look_by(self.looked_at + AFTER_TROUBLE);
            }
        }
    }

    fn hear(&mut self, heard: &Heard) {
        if matches!(heard, Heard::Event(Event::MachineChanged(_))) {
            // It may be back, and nothing has to wait for it any more.
            self.waits.values_mut().for_each(|wait| wait.until = self.looked_at);
        }
        if concerns_jobs(heard) {
            self.look_soon();
        }
    }

    fn look_soon(&mut self) {
        self.look_by(self.looked_at + BETWEEN_LOOKS);
    }

    fn look_by(&mut self, by: Tick) {
        self.look_at = self.look_at.min(by);
    }

    fn note(&mut self, done: Done) {
        let (job, trouble) = match done {
            Done::Started(machine, job, started) => {
                self.starting.remove(&machine);
                match started {
                    Started::Yes => (job, None),
                    Started::Later(error) => (job, Some(error)),
                }
            }
            Done::Settled(job, settled) => {
                self.settling.remove(&job);
                match settled {
                    Settled::Yes => (job, None),
                    Settled::Later(error) => (job, Some(error)),
                }
            }
        };
        match trouble {
            None => drop(self.waits.remove(&job)),
            Some(error) => self.wait(job, &error),
        }
        self.look_soon();
    }

    fn wait(&mut self, job: JobId, error: &Error) {
        tracing::info!(job.id = %job, code = error.code, %error, "a job has to wait");
        let now = self.plane.clock().tick();
        let wait = self.waits.entry(job).or_insert(Wait { tries: 0, until: now });
        let pause = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(wait.tries)).min(LONGEST_WAIT);
        if !has_to_wait(error) {
            wait.tries += 1;
        }
        wait.until = now + pause;
    }

    async fn look(&mut self) -> Result<(), StoreError> {
        let (now, tick) = (self.plane.now(), self.plane.clock().tick());
        self.settle_ended(now, tick).await?;
        for machine in self.plane.store.jobs_wait_for().await? {
            let (status, is_connected) = machines::machine_status(&self.plane, machine);
            if status == MachineStatus::Offline {
                self.give_up_overdue(machine, now, tick).await?;
            } else if is_connected && !self.starting.contains(&machine) {
                self.start_next(machine, tick).await?;
            }
        }
        if let Some(at) = self.plane.store.jobs_next_timeout().await? {
            self.look_by(tick + at.since(now).max(BETWEEN_LOOKS));
        }
        self.waits.retain(|_, wait| tick.since(wait.until) < AT_LEAST_EVERY * 2);
        if let Some(until) =
            self.waits.values().map(|wait| wait.until).filter(|at| *at > tick).min()
        {
            self.look_by(until);
        }
        Ok(())
    }

    async fn settle_ended(&mut self, now: Timestamp, tick: Tick) -> Result<(), StoreError> {
        let plane = self.plane.clone();
        let ended = plane.store.jobs_ended(now, LOST_AFTER, plane.started_at()).await?;
        for job in ended {
            let is_free = !self.settling.contains(&job.id) && !self.must_wait(job.id, tick);
            if is_free && self.settling.len() < SETTLING {
                let (id, plane) = (job.id, plane.clone());
                self.settling.insert(id);
                self.work.spawn(async move { Done::Settled(id, settle(&plane, job).await) });
            }
        }
        Ok(())
    }

    fn must_wait(&self, job: JobId, tick: Tick) -> bool {
        self.waits.get(&job).is_some_and(|wait| wait.until > tick)
    }

    async fn start_next(&mut self, machine: MachineId, tick: Tick) -> Result<(), StoreError> {
        let (plane, limits) = (self.plane.clone(), self.plane.config.job_limits);
        if plane.store.jobs_running_on(machine).await? >= limits.per_machine.into() {
            return Ok(());
        }
        let next = plane.store.jobs_next(machine, limits.per_user, CANDIDATES).await?;
        let Some(job) = next.into_iter().find(|job| !self.must_wait(job.id, tick)) else {
            return Ok(());
        };
        let id = job.id;
        let tries = self.waits.get(&id).map_or(0, |wait| wait.tries);
        self.starting.insert(machine);
        let work = async move { Done::Started(machine, id, start(&plane, job, tries).await) };
        self.work.spawn(work);
        Ok(())
    }

    /// Fails what has waited long enough for a machine that is away.
    async fn give_up_overdue(
        &mut self,
        machine: MachineId,
        now: Timestamp,
        tick: Tick,
    ) -> Result<(), StoreError> {
        let (plane, since) = (&self.plane, self.plane.started_at());
        for job in plane.store.jobs_overdue(machine, now, since, OVERDUE).await? {
            give_up(plane, &job).await;
        }
        if let Some(at) = plane.store.jobs_next_overdue(machine, since).await? {
            self.look_by(tick + at.since(now).max(BETWEEN_LOOKS));
        }
        Ok(())
    }
}

async fn give_up(plane: &ControlPlane, job: &Job) {
    let is_there = plane.store.machine(job.machine).await;
    let ending = match is_there {
        Ok(None) => Ending::failed(JobFailure::MachineRemoved, "its machine was removed"),
        _ => {
            let waited = job.machine_wait.as_secs();
            let error = format!("its machine was away for longer than {waited} s");
            Ending::failed(JobFailure::MachineOffline, error)
        }
    };
    if let Err(error) = job_end(plane, job, ending).await {
        tracing::warn!(job.id = %job.id, %error, "a job could not be given up");
    }
}

/// Whether something has happened after which a job may begin or end.
fn concerns_jobs(heard: &Heard) -> bool {
    let Heard::Event(event) = heard else { return true };
    match event {
        Event::JobChanged(job) => job.state == JobState::Queued || job.state.is_final(),
        Event::TurnChanged(_, turn) => turn.state.is_final(),
        Event::SessionChanged(session) => session.state.is_final(),
        Event::MachineChanged(_)
        | Event::MachineRemoved { .. }
        | Event::SessionRemoved(_)
        | Event::SessionLimitsChanged(_) => true,
        _ => false,
    }
}
