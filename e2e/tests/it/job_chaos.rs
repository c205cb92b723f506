//! Many jobs, over a network that fails, with both sides being killed and jobs being cancelled.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::{Client, JobFilter};
use e2e::house::{Kind, TOKEN};
use e2e::jobs::job_of;
use e2e::{House, Machine, Person, Setup};
use futures_util::{StreamExt, TryStreamExt, stream};
use model::JobId;
use model::job::JobState;
use model::rng::{CountingRng, below};
use sim::fault::{Direction, FaultProxy, Faults};
use tokio::sync::watch;

/// How many jobs are submitted, unless `GANTLINE_CHAOS_JOBS` says otherwise; a night takes 2000.
const JOBS: u64 = 48;

/// How many are submitted at a time.
const SUBMITTERS: usize = 6;

/// One blow for so many jobs.
const JOBS_FOR_A_BLOW: u64 = 8;

/// How long each job may take at the worst, all of them together.
const PATIENCE_PER_JOB: Duration = Duration::from_secs(3);

/// R01, R21, R23: each key makes one job, each acknowledged job ends in exactly one final state,
/// and what it appends is there once if it was completed, else at most once.
#[tokio::test]
async fn each_acknowledged_job_ends_once_and_is_done_at_most_once() -> Result<()> {
    let count = match std::env::var("GANTLINE_CHAOS_JOBS") {
        Ok(count) => count.parse().context("read GANTLINE_CHAOS_JOBS")?,
        Err(_) => JOBS,
    };
    let limits = ["--jobs-per-machine", "8", "--jobs-per-user", "8"].map(Into::into).to_vec();
    let setup = Setup { kind: Kind::Server, arguments: limits, ..Setup::default() };
    let mut house = House::up(setup).await?;
    let inside = FaultProxy::start(house.address(), 16).await?;
    let mut machine = Machine::enrol(&house, inside.address()).await?;
    house.person()?.machine().await?;
    let outside = FaultProxy::start(house.address(), 17).await?;
    let torn = Faults { reset_millionths: 30_000, ..Faults::default() };
    outside.set_faults(Direction::FromTarget, torn);
    let client = Person::new(outside.address(), TOKEN)?.client;

    let (submitted, is_submitted) = watch::channel(0_u64);
    let submitting = async {
        let jobs = submit_all(&client, count, &submitted).await;
        drop(submitted);
        jobs
    };
    let breaking = break_things(&mut house, &mut machine, &inside, is_submitted);
    let (jobs, broken) = tokio::join!(submitting, breaking);
    let (jobs, ()) = (jobs?, broken?);

    let person = house.person()?;
    person.machine().await?;
    let wait = wait_for_ends(&person.client, &jobs);
    let limit = PATIENCE_PER_JOB * u32::try_from(count)? + Duration::from_mins(1);
    let states = tokio::time::timeout(limit, wait).await.context("wait for all ends")??;
    judge(&house, &person.client, &jobs, &states).await
}

/// Submits jobs, several at a time.
async fn submit_all(
    client: &Client,
    count: u64,
    submitted: &watch::Sender<u64>,
) -> Result<BTreeMap<u64, JobId>> {
    let jobs = (0..count).map(async |number| {
        let id = submit_racing(client, number).await?;
        submitted.send_modify(|count| *count += 1);
        Ok::<_, anyhow::Error>((number, id))
    });
    stream::iter(jobs).buffer_unordered(SUBMITTERS).try_collect().await
}

/// Submits a job until it is acknowledged: every fourth of them twice at the same time, and every
/// sixth is cancelled twice at the same time, right after.
async fn submit_racing(client: &Client, number: u64) -> Result<JobId> {
    let id = if number % 4 == 3 {
        let (one, other) = tokio::try_join!(submit(client, number), submit(client, number))?;
        ensure!(one == other, "key {number} means {one} and {other}");
        one
    } else {
        submit(client, number).await?
    };
    if number % 6 == 5 {
        // It may have ended meanwhile, or nobody may know whether it has.
        let _ = tokio::join!(client.job_cancel(id), client.job_cancel(id));
    }
    Ok(id)
}

async fn submit(client: &Client, number: u64) -> Result<JobId> {
    let mut job = job_of(&format!("/append log.txt line-{number}"));
    job.machine_wait = Some(600);
    job.machine_id = Some(machine_of(client).await?);
    loop {
        match client.job_submit(&job, &format!("key-{number}")).await {
            Ok(job) => return Ok(job.summary.id),
            Err(error) if error.is_offline() || error.is_retryable() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

async fn machine_of(client: &Client) -> Result<model::MachineId> {
    loop {
        match client.machines().await {
            Ok(machines) => return Ok(machines.first().context("a machine")?.machine_id),
            Err(error) if error.is_offline() || error.is_retryable() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Strikes each time that some more jobs were submitted: cuts connections, kills one side or both.
async fn break_things(
    house: &mut House,
    machine: &mut Machine,
    proxy: &FaultProxy,
    mut submitted: watch::Receiver<u64>,
) -> Result<()> {
    let rng = CountingRng::new(5);
    let mut next = JOBS_FOR_A_BLOW;
    // The submission is over when there is nobody to tell of it any more.
    while submitted.wait_for(|count| *count >= next).await.is_ok() {
        next += JOBS_FOR_A_BLOW;
        match below(&rng, 4) {
            0 => proxy.cut_all(),
            1 => {
                machine.kill().await?;
                machine.start(house)?;
            }
            2 => {
                house.kill().await?;
                house.start().await?;
            }
            _ => {
                house.kill().await?;
                machine.kill().await?;
                house.start().await?;
                machine.start(house)?;
            }
        }
    }
    Ok(())
}

async fn wait_for_ends(
    client: &Client,
    jobs: &BTreeMap<u64, JobId>,
) -> Result<BTreeMap<u64, JobState>> {
    let mut live = client.live();
    let mut states = BTreeMap::new();
    for (number, id) in jobs {
        loop {
            let job = client.job(*id).await?;
            if job.summary.status.is_final() {
                states.insert(*number, job.summary.status);
                break;
            }
            live.next().await?;
        }
    }
    Ok(states)
}

async fn judge(
    house: &House,
    client: &Client,
    jobs: &BTreeMap<u64, JobId>,
    states: &BTreeMap<u64, JobState>,
) -> Result<()> {
    let file = house.file("log.txt").unwrap_or_default();
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    file.lines().for_each(|line| *lines.entry(line).or_default() += 1);
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, id) in jobs {
        let state = states[number];
        *tally.entry(state.as_str()).or_default() += 1;
        let times = lines.get(format!("line-{number}").as_str()).copied().unwrap_or_default();
        let is_true = if state == JobState::Completed { times == 1 } else { times <= 1 };
        ensure!(is_true, "job {number} is {state} and was done {times} times");
        // What is final stays so, and the same key still means the same job.
        let again = submit(client, *number).await?;
        ensure!(again == *id, "key {number} means {id} and {again}");
        let job = client.job(*id).await?;
        ensure!(job.summary.status == state, "job {number} was {state} and is {job:?}");
    }
    let mut known = 0;
    let mut filter = JobFilter { limit: Some(200), ..JobFilter::default() };
    loop {
        let page = client.jobs(&filter).await?;
        known += page.jobs.len();
        match page.next_cursor {
            Some(cursor) => filter.cursor = Some(cursor),
            None => break,
        }
    }
    ensure!(known == jobs.len(), "{known} jobs for {} keys", jobs.len());
    let completed = tally.get("completed").copied().unwrap_or_default();
    // How many depends on what each blow hits.
    ensure!(completed > 0, "some jobs are done: {tally:?}");
    Ok(())
}
