//! A disk that is full, or does not answer.

use super::model::Model;
use super::scenario::{command, command_id, open_sim, report, runtime, session_id};
use super::sim_disk::SimDisk;
use super::transcripts::record;
use crate::change::Change;
use crate::error::{FullOf, JournalError};
use crate::transcript::Room;

/// R14: after a flush that failed nothing is written and nothing is confirmed any more, also when
/// the disk answers again; reading goes on, and the next start is the cure.
#[test]
fn a_failed_flush_stops_the_writer_for_good() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(async {
        let journal = &opened.journal;
        journal.commit(vec![Change::Accept(command(1))]).await.unwrap();
        let next = disk.flushes() + 1;
        disk.set(|faults| faults.flush_fails_at = Some(next));
        let failed = journal.commit(vec![Change::Accept(command(2))]).await.unwrap_err();
        assert!(failed.is_fatal());
        assert_eq!(
            failed.to_string(),
            "the journal has stopped writing: flush the log: the disk does not answer"
        );

        disk.set(|faults| faults.flush_fails_at = None);
        let flushes = disk.flushes();
        for changes in [vec![Change::Accept(command(2))], vec![report("r")], vec![]] {
            let later = journal.commit(changes).await.unwrap_err();
            assert!(matches!(later, JournalError::Poisoned { .. }));
        }
        let appended = journal.append(session_id(1), vec![record("{}")], Room::Ordinary).await;
        assert!(matches!(appended, Err(JournalError::Poisoned { .. })));
        assert_eq!(disk.flushes(), flushes, "it is not tried again");
        assert!(journal.health().is_err());
        assert_eq!(journal.reports(1, 10, 100).unwrap(), []);
        assert!(opened.writer.close().await.is_err());
    });
    let opened = open_sim(&disk.after_kill()).unwrap();
    assert!(opened.recovered.received_commands >= 1);
}

/// R14: what the life before could read may never have reached the disk, if its last flush failed.
/// Opening writes it anew, so that it is durable before anybody is told of it.
#[test]
fn opening_makes_durable_what_it_finds() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(async {
        let next = disk.flushes() + 1;
        disk.set(|faults| faults.flush_fails_at = Some(next));
        opened.journal.commit(vec![Change::Accept(command(1))]).await.unwrap_err();
    });
    drop(opened);
    disk.set(|faults| faults.flush_fails_at = None);
    let found = open_sim(&disk).unwrap().recovered.received_commands;
    assert_eq!(found, 1, "the system still has it in memory");
    for seed in 0..20 {
        let disk = disk.after_power_cut(&super::sim_disk::outcome(seed));
        assert_eq!(open_sim(&disk).unwrap().recovered.received_commands, found);
    }
}

#[test]
fn a_write_that_fails_stops_the_writer() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(async {
        disk.set(|faults| faults.writes_fail = true);
        let failed = opened.journal.commit(vec![report("r")]).await.unwrap_err();
        assert!(failed.is_fatal());
        disk.set(|faults| faults.writes_fail = false);
        assert!(opened.journal.commit(vec![report("r")]).await.unwrap_err().is_fatal());
    });
}

/// R12: a full disk is said and not more: nothing is half written, and when there is room again
/// the same journal goes on.
#[test]
fn a_full_disk_heals() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let mut model = Model::default();
    runtime().block_on(async {
        let journal = &opened.journal;
        let kept = [Change::Accept(command(1)), report("kept")];
        journal.commit(kept.to_vec()).await.unwrap();
        assert!(model.commit(&kept));

        disk.set(|faults| faults.capacity_bytes = Some(900));
        let large = vec![report(&"r".repeat(2_000))];
        let full = journal.commit(large.clone()).await.unwrap_err();
        assert!(matches!(full, JournalError::Full { of: FullOf::Disk, .. }) && full.is_full());
        assert!(!full.is_fatal());
        let small = [Change::Finish(command_id(1)), report("small")];
        journal.commit(small.to_vec()).await.unwrap();
        assert!(model.commit(&small));
        journal.commit(large.clone()).await.unwrap_err();

        disk.set(|faults| faults.capacity_bytes = None);
        journal.commit(large.clone()).await.unwrap();
        assert!(model.commit(&large));
        opened.writer.close().await.unwrap();
    });
    let opened = open_sim(&disk.after_kill()).unwrap();
    assert_eq!(Model::of(&opened.journal, &opened.recovered), model.shown());
}

/// R12: where there is no room for all that has queued up, there is for what is small.
#[test]
fn one_large_commit_does_not_take_the_small_ones_with_it() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(async {
        disk.set(|faults| (faults.capacity_bytes, faults.flushes_wait) = (Some(2_000), true));
        let first = opened.journal.commit(vec![report("first")]);
        let large = opened.journal.commit(vec![report(&"r".repeat(5_000))]);
        let small = opened.journal.commit(vec![report("small")]);
        let opener = async {
            tokio::task::yield_now().await;
            disk.set(|faults| faults.flushes_wait = false);
        };
        let (first, large, small, ()) = tokio::join!(first, large, small, opener);
        assert!(first.is_ok() && small.is_ok() && large.unwrap_err().is_full());
        let reports = opened.journal.reports(1, 10, 1_000).unwrap();
        assert_eq!(reports.iter().map(|report| report.seq).collect::<Vec<_>>(), [1, 2]);
    });
}

/// R12: a full disk is no reason not to start.
#[test]
fn a_journal_opens_on_a_full_disk() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(opened.journal.commit(vec![report("kept")])).unwrap();
    drop(opened);
    disk.set(|faults| faults.capacity_bytes = Some(0));
    let opened = open_sim(&disk).unwrap();
    assert_eq!(opened.recovered.last_report, 1);
    runtime().block_on(async {
        assert!(opened.journal.commit(vec![report("more")]).await.unwrap_err().is_full());
        disk.set(|faults| faults.capacity_bytes = None);
        opened.journal.commit(vec![report("more")]).await.unwrap();
    });
}
