//! How many jobs are submitted in a second, each on the disk before it is acknowledged, beside what
//! the same SQLite does that commits as many rows at a time and nothing else.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::{Client, JobFilter};
use contract::jobs::SubmitJob;
use contract::sessions::PromptContent;
use model::job::JobState;
use tokio::task::JoinSet;

use crate::house::{House, Place};
use crate::ledger::Ledger;
use crate::process::within;
use crate::row::{Row, Unit};
use crate::spread::{Spread, median};
use crate::stopwatch::Stopwatch;
use crate::subjects::Subjects;

/// How many submit at a time, each one job after the other.
const SUBMITTERS: usize = 32;

/// How often each of them is measured, in turn.
const ROUNDS: usize = 5;

/// How long each time.
const LASTING: Duration = Duration::from_millis(1_500);

/// Jobs one after the other.
const ALONE: usize = 200;

/// Submissions.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    // The jobs wait: what is measured is submitting.
    let house = House::up(&subjects.gantline, &["--jobs-per-machine", "1"]).await?;
    occupy(&house).await?;
    let place = Place::new()?;
    let mut raw = Ledger::open(&place.at("raw.db")).await?;
    let (mut ours, mut limit) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        ours.push(submit_for(&house.client, round).await?);
        limit.push(commit_for(&mut raw).await?);
    }
    let (alone, commit) = in_turn(&house.client, &mut raw).await?;
    house.stop().await?;
    let ms = |spread: &Spread| Unit::Milliseconds.of(spread.percentile_ms(50));
    let [ours, limit] = [ours, limit].map(median);
    Ok(vec![
        Row::beside("jobs, 32 submit", Unit::PerSecond.of(ours), "bare commits of 32", limit),
        Row::beside("jobs, one submits, p50", ms(&alone), "bare commit", commit.percentile_ms(50)),
    ])
}

/// Gives the only place to a job that never ends.
async fn occupy(house: &House) -> Result<()> {
    let mut live = house.client.live();
    let job = house.client.job_submit(&job("/hang"), "occupies the place").await?.summary.id;
    within("wait until a job occupies the place", async {
        loop {
            let running = JobFilter { status: Some(JobState::Running), ..JobFilter::default() };
            let page = house.client.jobs(&running).await?;
            if page.jobs.iter().any(|running| running.id == job) {
                return Ok(());
            }
            live.next().await?;
        }
    })
    .await
}

fn job(prompt: &str) -> SubmitJob {
    SubmitJob {
        prompt: Some(PromptContent::Text(prompt.to_owned())),
        agent_name: Some("demo".to_owned()),
        ..SubmitJob::default()
    }
}

/// Submissions in a second, all at once.
async fn submit_for(client: &Client, round: usize) -> Result<f64> {
    let stopwatch = Stopwatch::start();
    let mut submitting = JoinSet::new();
    for submitter in 0..SUBMITTERS {
        let client = client.clone();
        submitting.spawn(async move {
            let mut jobs = 0_u32;
            while stopwatch.elapsed() < LASTING {
                let key = format!("{round}-{submitter}-{jobs}");
                client.job_submit(&job("/say pong"), &key).await?;
                jobs += 1;
            }
            Ok::<_, client::Error>(jobs)
        });
    }
    let mut jobs = 0;
    while let Some(submitted) = submitting.join_next().await {
        jobs += submitted.context("a submitter broke down")??;
    }
    Ok(f64::from(jobs) / stopwatch.elapsed().as_secs_f64())
}

/// Rows in a second, as many in each commit as there are submitters.
async fn commit_for(raw: &mut Ledger) -> Result<f64> {
    let stopwatch = Stopwatch::start();
    let mut rows = 0_u32;
    while stopwatch.elapsed() < LASTING {
        raw.commit(SUBMITTERS).await?;
        rows += u32::try_from(SUBMITTERS)?;
    }
    ensure!(rows > 0, "nothing was written");
    Ok(f64::from(rows) / stopwatch.elapsed().as_secs_f64())
}

/// One job and one row after the other, in turn.
async fn in_turn(client: &Client, raw: &mut Ledger) -> Result<(Spread, Spread)> {
    let (mut ours, mut commits) = (Vec::new(), Vec::new());
    for number in 0..ALONE {
        let stopwatch = Stopwatch::start();
        client.job_submit(&job("/say pong"), &format!("alone-{number}")).await?;
        ours.push(stopwatch.elapsed());
        let stopwatch = Stopwatch::start();
        raw.commit(1).await?;
        commits.push(stopwatch.elapsed());
    }
    Ok((Spread::of(ours), Spread::of(commits)))
}
