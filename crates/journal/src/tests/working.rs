//! A journal at work, on a disk without faults.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::model::{Model, fact};
use super::scenario::{
    DIRECTORY, Round, command, command_id, command_with_id, open_sim, open_within, report, rounds,
    runtime, send,
};
use super::sim_disk::SimDisk;
use crate::change::{Change, Committed};
use crate::error::{FullOf, JournalError, Refused};
use crate::limits::Limits;
use crate::opening::Opened;

async fn commit(opened: &Opened, changes: Vec<Change>) -> Result<Committed, JournalError> {
    opened.journal.commit(changes).await
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What makes sense is written, what does not is refused whole, and after each opening the
    /// journal says what it said before, killed or closed.
    #[test]
    fn a_journal_says_what_was_written(lives in prop::collection::vec(rounds(6), 1..5)) {
        let mut disk = SimDisk::default();
        let mut model = Model::default();
        for rounds in lives {
            let opened = open_sim(&disk).unwrap();
            prop_assert_eq!(Model::of(&opened.journal, &opened.recovered), model.shown());
            runtime().block_on(live(&opened, &mut model, &rounds))?;
            disk = disk.after_kill();
        }
        let opened = open_sim(&disk).unwrap();
        prop_assert_eq!(Model::of(&opened.journal, &opened.recovered), model.shown());
    }
}

async fn live(
    opened: &Opened,
    model: &mut Model,
    rounds: &[Round],
) -> Result<(), proptest::test_runner::TestCaseError> {
    for round in rounds {
        for (changes, answer) in round.iter().zip(send(opened, round).await) {
            prop_assert_eq!(model.commit(changes), answer.is_ok(), "{:?}: {:?}", changes, answer);
            if let Ok(committed) = answer {
                prop_assert_eq!(committed.received_commands, model.received_commands);
                prop_assert_eq!(committed.last_report, model.last_report);
            }
        }
        prop_assert_eq!(*opened.journal.watch_reports().borrow(), model.last_report);
    }
    Ok(())
}

/// R06: at most once. The second time a command is begun is refused, in this life and the next.
#[test]
fn a_command_is_begun_once() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let id = command_id(1);
    runtime().block_on(async {
        let accepted = commit(&opened, vec![Change::Accept(command(1))]).await.unwrap();
        assert_eq!(accepted.accepted, [id]);
        commit(&opened, vec![Change::Begin(id)]).await.unwrap();
        let again = commit(&opened, vec![Change::Begin(id)]).await.unwrap_err();
        assert!(matches!(again, JournalError::Refused(Refused::BegunBefore { .. })));
    });
    drop(opened);

    let opened = open_sim(&disk.after_kill()).unwrap();
    assert_eq!(opened.recovered.begun, [command(1)], "its outcome is unknown");
    assert_eq!(opened.recovered.accepted, []);
    runtime().block_on(async {
        let again = commit(&opened, vec![Change::Begin(id)]).await.unwrap_err();
        assert!(matches!(again, JournalError::Refused(Refused::BegunBefore { .. })));
        commit(&opened, vec![Change::Finish(id), report("unknown")]).await.unwrap();
        let gone = commit(&opened, vec![Change::Finish(id)]).await.unwrap_err();
        assert!(matches!(gone, JournalError::Refused(Refused::NotOpen { .. })));
    });
}

/// R06, S66: a command that comes under its old number, or under a new one, is not accepted again.
#[test]
fn a_repeated_command_counts_but_is_not_executed() {
    let mut disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(async {
        let changes = vec![Change::Accept(command(1)), Change::Accept(command(1))];
        assert_eq!(commit(&opened, changes).await.unwrap().accepted.len(), 1);
        commit(&opened, vec![Change::Finish(command_id(1))]).await.unwrap();
    });
    drop(opened);
    for seq in 2..5 {
        disk = disk.after_kill();
        let opened = open_sim(&disk).unwrap();
        let repeated = vec![Change::Accept(command_with_id(seq, command_id(1)))];
        let committed = runtime().block_on(commit(&opened, repeated)).unwrap();
        assert_eq!((committed.accepted.len(), committed.received_commands), (0, seq));
    }
}

#[test]
fn a_hole_is_refused_and_nothing_beside_it_is_written() {
    let opened = open_sim(&SimDisk::default()).unwrap();
    runtime().block_on(async {
        let changes = vec![report("beside it"), Change::Accept(command(2))];
        let error = commit(&opened, changes).await.unwrap_err();
        assert_eq!(error.to_string(), "command 2 was to be accepted where 1 is next");
        assert_eq!(opened.journal.reports(1, 10, 1_000).unwrap(), []);
    });
}

/// One flush for everything that has queued up while the one before was under way.
#[test]
fn what_queues_up_is_flushed_together() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let before = disk.flushes();
    runtime().block_on(async {
        disk.set(|faults| faults.flushes_wait = true);
        let round: Round = (0..40).map(|number| vec![report(&number.to_string())]).collect();
        let opener = async {
            // By now the first of them holds up the writer, and the others are in the queue.
            tokio::task::yield_now().await;
            disk.set(|faults| faults.flushes_wait = false);
        };
        let (answers, ()) = tokio::join!(send(&opened, &round), opener);
        assert!(answers.iter().all(Result::is_ok));
    });
    let flushes = disk.flushes() - before;
    assert!(flushes <= 2, "{flushes} flushes for 40 commits");
}

#[test]
fn reports_are_read_by_number_and_size_until_they_are_acknowledged() {
    let opened = open_sim(&SimDisk::default()).unwrap();
    let seqs = |from, max_reports, max_bytes| -> Vec<u64> {
        let reports = opened.journal.reports(from, max_reports, max_bytes).unwrap();
        reports.iter().map(|report| report.seq).collect()
    };
    runtime().block_on(async {
        for _ in 0..5 {
            commit(&opened, vec![report(&"r".repeat(100))]).await.unwrap();
        }
        assert_eq!(seqs(1, 100, 10_000), [1, 2, 3, 4, 5]);
        assert_eq!(seqs(2, 2, 10_000), [2, 3]);
        assert_eq!(seqs(2, 100, 300), [2, 3]);
        assert_eq!(seqs(2, 100, 1), [2], "one at least");
        assert!(seqs(6, 100, 10_000).is_empty());
        commit(&opened, vec![Change::Acknowledged { up_to: 3 }]).await.unwrap();
        assert_eq!(seqs(1, 100, 10_000), [4, 5]);
        assert_eq!(seqs(5, 100, 10_000), [5]);
    });
}

/// A server that has more reports than the journal: the journal was lost and begun anew.
#[test]
fn numbering_goes_on_above_what_the_server_has() {
    let opened = open_sim(&SimDisk::default()).unwrap();
    runtime().block_on(async {
        commit(&opened, vec![report("lost"), Change::Acknowledged { up_to: 41 }]).await.unwrap();
        let committed = commit(&opened, vec![report("next")]).await.unwrap();
        assert_eq!(committed.last_report, 42);
        assert_eq!(opened.journal.reports(0, 10, 1_000).unwrap()[0].seq, 42);
    });
}

/// Commands leave room for what has to be said about them.
#[test]
fn a_full_log_still_takes_the_end_of_what_it_holds() {
    let limits = Limits { log_bytes: 20_000, ..Limits::default() };
    let opened = open_within(&SimDisk::default(), limits).unwrap();
    runtime().block_on(async {
        let mut accepted = 0;
        let error = loop {
            match commit(&opened, vec![Change::Accept(command(accepted + 1))]).await {
                Ok(_) => accepted += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, JournalError::Full { of: FullOf::Log, limit_bytes: 10_000 }));
        assert!(accepted > 5);
        for seq in 1..=accepted {
            let id = command_id(seq);
            let changes = vec![Change::Begin(id), Change::Finish(id), report("done")];
            commit(&opened, changes).await.unwrap();
        }
        commit(&opened, vec![Change::Accept(command(accepted + 1))]).await.unwrap();
    });
}

/// What is dead is not kept for ever.
#[test]
fn the_log_stays_small() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let log = Path::new(DIRECTORY).join("log");
    let mut largest = 0;
    runtime().block_on(async {
        for seq in 1..=60 {
            let large = Change::Report {
                at: model::Timestamp::from_millis(1),
                fact: fact(&"r".repeat(500_000)),
            };
            commit(&opened, vec![large]).await.unwrap();
            commit(&opened, vec![Change::Acknowledged { up_to: seq }]).await.unwrap();
            largest = largest.max(disk.len(&log));
        }
    });
    assert!(largest < 6_000_000, "{largest} bytes");
}

#[test]
fn what_is_too_large_is_refused_by_its_size() {
    let opened = open_sim(&SimDisk::default()).unwrap();
    runtime().block_on(async {
        let spec = bytes::Bytes::from(vec![0; crate::limits::MAX_SPEC_BYTES + 1]);
        let session = super::scenario::session_id(1);
        let error = commit(&opened, vec![Change::PutSession { session, spec }]).await.unwrap_err();
        assert!(matches!(error, JournalError::Refused(Refused::TooLarge { .. })));
        let text = "r".repeat(20 * 1024 * 1024);
        let error = commit(&opened, vec![report(&text), report(&text)]).await.unwrap_err();
        assert!(matches!(error, JournalError::Refused(Refused::TooLarge { .. })));
    });
}

/// What was accepted before the end is written before the end.
#[test]
fn closing_writes_what_has_queued_up() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let journal = opened.journal.clone();
    runtime().block_on(async {
        disk.set(|faults| faults.flushes_wait = true);
        let commits = async {
            let (one, two) = tokio::join!(
                journal.commit(vec![report("one")]),
                journal.commit(vec![report("two")]),
            );
            (one.is_ok(), two.is_ok())
        };
        let close = async {
            tokio::task::yield_now().await;
            disk.set(|faults| faults.flushes_wait = false);
            opened.writer.close().await
        };
        let (written, closed) = tokio::join!(commits, close);
        assert_eq!((written, closed.is_ok()), ((true, true), true));
        let late = journal.commit(vec![report("late")]).await.unwrap_err();
        assert!(matches!(late, JournalError::Closed) && late.is_fatal());
        assert_eq!(journal.reports(1, 10, 1_000).unwrap().len(), 2, "reading still works");
    });
}

/// The real disk, and threads: everybody gets an answer, and a number of his own.
#[test]
fn many_write_at_the_same_time() {
    let directory = tempfile::tempdir().unwrap();
    let opened = crate::open(&directory.path().join("journal"), Limits::default()).unwrap();
    let journal = Arc::new(opened.journal.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let mut numbers = runtime.block_on(async {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let journal = Arc::clone(&journal);
                tokio::spawn(async move {
                    let mut numbers = Vec::new();
                    for _ in 0..25 {
                        let committed = journal.commit(vec![report("r")]).await.unwrap();
                        numbers.push(committed.last_report);
                    }
                    numbers
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        opened.writer.close().await.unwrap();
        all
    });
    drop((journal, opened.journal));
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<u64>>());
    let opened = crate::open(&directory.path().join("journal"), Limits::default()).unwrap();
    assert_eq!(opened.journal.reports(1, 1_000, 1_000_000).unwrap().len(), 200);
}
