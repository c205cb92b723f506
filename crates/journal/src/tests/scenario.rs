//! Random work for a journal, and the handles for doing it.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use model::rng::{CountingRng, below};
use model::{CommandId, Rng, SessionId, Timestamp};
use proptest::prelude::*;
use tokio::runtime::Runtime;
use wire::Command;

use super::model::{Model, fact};
use super::sim_disk::SimDisk;
use crate::change::Change;
use crate::error::{JournalError, OpenError};
use crate::limits::Limits;
use crate::opening::{Opened, open_on};

pub(crate) const DIRECTORY: &str = "/journal";

/// Commits that are sent at the same time.
pub(crate) type Round = Vec<Vec<Change>>;

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub(crate) fn open_sim(disk: &SimDisk) -> Result<Opened, OpenError> {
    open_within(disk, Limits::default())
}

pub(crate) fn open_within(disk: &SimDisk, limits: Limits) -> Result<Opened, OpenError> {
    open_on(Arc::new(disk.clone()), Path::new(DIRECTORY), limits)
}

pub(crate) fn command_id(number: u64) -> CommandId {
    CommandId::new(Timestamp::from_millis(1), &CountingRng::new(number))
}

pub(crate) fn session_id(number: u64) -> SessionId {
    SessionId::new(Timestamp::from_millis(1), &CountingRng::new(number))
}

pub(crate) fn command(seq: u64) -> Command {
    command_with_id(seq, command_id(seq))
}

pub(crate) fn command_with_id(seq: u64, id: CommandId) -> Command {
    let command_id = Bytes::copy_from_slice(id.as_bytes());
    Command { seq, command_id, actor: "x".repeat(below_usize(seq * 37, 900)), ..Command::default() }
}

pub(crate) fn report(text: &str) -> Change {
    Change::Report { at: Timestamp::from_millis(5), fact: fact(text) }
}

/// Rounds of commits, most of which make sense when they come.
pub(crate) fn rounds(most: usize) -> impl Strategy<Value = Vec<Round>> {
    (any::<u64>(), 1..=most).prop_map(|(seed, count)| {
        let rng = CountingRng::new(seed);
        let mut expected = Model::default();
        (0..count).map(|_| round(&rng, &mut expected)).collect()
    })
}

fn round(rng: &CountingRng, expected: &mut Model) -> Round {
    let mut commits = Vec::new();
    for _ in 0..=below(rng, 4) {
        let changes: Vec<_> = (0..=below(rng, 3)).map(|_| change(rng, expected)).collect();
        // So that changes within a round build on each other; what is refused is left in.
        expected.commit(&changes);
        commits.push(changes);
    }
    commits
}

fn change(rng: &CountingRng, expected: &Model) -> Change {
    let some_open = || {
        let open = &expected.open;
        let at = usize::try_from(below(rng, open.len().max(1) as u64)).unwrap();
        open.get(at).map_or_else(|| command_id(9_999), |(_, id, _)| *id)
    };
    let next = expected.received_commands + 1;
    match below(rng, 12) {
        0..3 => Change::Accept(command(next)),
        3 => Change::Accept(command(below(rng, next + 2))),
        4 => Change::Accept(command_with_id(next, command_id(below(rng, next)))),
        5 | 6 => Change::Begin(some_open()),
        7 => Change::Finish(some_open()),
        8 | 9 => report(&"r".repeat(below_usize(random(rng), 700))),
        10 => Change::Acknowledged { up_to: below(rng, expected.last_report + 2) },
        _ => session_change(rng),
    }
}

fn session_change(rng: &CountingRng) -> Change {
    let session = session_id(below(rng, 4));
    match below(rng, 3) {
        0 => Change::RemoveSession(session),
        _ => Change::PutSession { session, spec: vec![7; below_usize(random(rng), 600)].into() },
    }
}

/// Does one round, and gives the answers in the order of sending.
pub(crate) async fn send(
    opened: &Opened,
    round: &Round,
) -> Vec<Result<crate::Committed, JournalError>> {
    let journal = &opened.journal;
    let sent = round.iter().map(|changes| journal.commit(changes.clone()));
    join_all(sent).await
}

/// Polls all in order, so that they reach the writer in order.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = pending.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in pending.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    done.into_iter().flatten().collect()
}

fn random(rng: &CountingRng) -> u64 {
    let mut bytes = [0; 8];
    rng.fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

fn below_usize(number: u64, bound: u64) -> usize {
    usize::try_from(number % bound).unwrap()
}
