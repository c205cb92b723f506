//! Many calls: as many as go in a time, or one after the other.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use super::call::{Caller, Exchange, Target};
use crate::stopwatch::Stopwatch;

/// How calls are made all at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    /// How many connections call, each one call after the other.
    pub(crate) connections: usize,
    /// What they ask, and how the answers come.
    pub(crate) exchange: Exchange,
    /// For how long new calls are made.
    pub(crate) lasting: Duration,
}

/// What came of a load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    /// How many calls were answered.
    pub(crate) calls: u32,
    /// How long that took.
    pub(crate) took: Duration,
}

impl Done {
    /// Answers in a second.
    pub(crate) fn per_second(self) -> f64 {
        f64::from(self.calls) / self.took.as_secs_f64()
    }
}

/// Calls as fast as answers come. Connecting is not counted.
pub(crate) async fn apply(load: Load, target: &Target) -> Result<Done> {
    let mut callers = Vec::with_capacity(load.connections);
    for _ in 0..load.connections {
        callers.push(Caller::connect(target, load.exchange).await?);
    }
    let stopwatch = Stopwatch::start();
    let mut calling = JoinSet::new();
    for caller in callers {
        calling.spawn(call_until(caller, stopwatch, load.lasting));
    }
    let mut calls = 0;
    while let Some(ended) = calling.join_next().await {
        calls += ended.context("a caller broke down")??;
    }
    Ok(Done { calls, took: stopwatch.elapsed() })
}

async fn call_until(mut caller: Caller, stopwatch: Stopwatch, end: Duration) -> Result<u32> {
    let mut calls = 0;
    while stopwatch.elapsed() < end {
        caller.call().await?;
        calls += 1;
    }
    Ok(calls)
}

/// Makes calls one after the other, one to each target in turn, so that all of them see the same
/// computer. How long each took, by target.
pub(crate) async fn in_turn(
    targets: &[&Target],
    exchange: Exchange,
    rounds: usize,
) -> Result<Vec<Vec<Duration>>> {
    let mut callers = Vec::with_capacity(targets.len());
    for target in targets {
        callers.push(Caller::connect(target, exchange).await?);
    }
    let mut times = vec![Vec::with_capacity(rounds); targets.len()];
    for round in 0..rounds {
        for turn in 0..targets.len() {
            // Nobody always follows the same other.
            let number = (turn + round) % targets.len();
            let stopwatch = Stopwatch::start();
            callers[number].call().await?;
            times[number].push(stopwatch.elapsed());
        }
    }
    Ok(times)
}
