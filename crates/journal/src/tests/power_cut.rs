//! The power goes at any moment; whatever was answered is there afterwards.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::model::Model;
use super::scenario::{self, Round, open_sim, rounds, runtime};
use super::sim_disk::{SimDisk, outcome};

/// Works until the power goes, or all is done. Gives what a journal may say then: the state after
/// each commit from the last that was answered on.
fn work_until_dark(disk: &SimDisk, rounds: &[Round]) -> Vec<Model> {
    let mut now = Model::default();
    let mut possible = vec![now.clone()];
    let Ok(opened) = open_sim(disk) else {
        return possible;
    };
    runtime().block_on(async {
        for round in rounds {
            let answers = scenario::send(&opened, round).await;
            for (changes, answer) in round.iter().zip(answers) {
                let makes_sense = now.commit(changes);
                if answer.is_ok() {
                    assert!(makes_sense, "{changes:?} was taken");
                    possible.clear();
                }
                possible.push(now.clone());
            }
        }
        let _ = opened.writer.close().await;
    });
    possible
}

fn check(rounds: &[Round], cut_at: u64, seed: u64) -> Result<(), TestCaseError> {
    let disk = SimDisk::default();
    disk.set(|faults| faults.power_goes_at = Some(cut_at));
    let possible = work_until_dark(&disk, rounds);
    for seed in seed..seed + 8 {
        let disk = disk.after_power_cut(&outcome(seed));
        let opened = open_sim(&disk);
        let opened = opened.map_err(|error| TestCaseError::fail(format!("open: {error}")))?;
        let found = Model::of(&opened.journal, &opened.recovered);
        let expected = possible.iter().any(|model| model.shown() == found);
        prop_assert!(expected, "{found:?} is none of {possible:?}");
    }
    Ok(())
}

proptest! {
    // No seed is kept: this test is also run where it has to fail.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(96)
    })]

    /// R02: nothing that was answered is lost, nothing that was not is there in part, and the
    /// journal opens. The feature `mutant-ack-before-sync` turns this red.
    #[test]
    fn nothing_that_was_answered_is_lost(
        rounds in rounds(12),
        cut_at in 0_u64..60,
        seed in any::<u64>(),
    ) {
        check(&rounds, cut_at, seed)?;
    }
}

/// R02: the log is written anew at every opening, so each moment of that is tried. The feature
/// `mutant-rename-before-sync` turns this red.
#[test]
fn a_cut_during_compaction_loses_nothing() {
    let disk = SimDisk::default();
    let changes = (1..=20).map(|seq| vec![crate::Change::Accept(scenario::command(seq))]);
    let expected = work_until_dark(&disk, &[changes.collect()]).pop().unwrap();
    let operations = disk.operations();
    let opening = {
        drop(open_sim(&disk.after_kill()).unwrap());
        let again = disk.after_kill();
        drop(open_sim(&again).unwrap());
        again.operations()
    };
    assert!(operations > 5 && opening > 5, "{operations} {opening}");
    for cut_at in 0..=opening {
        let disk = disk.after_kill();
        disk.set(|faults| faults.power_goes_at = Some(cut_at));
        drop(open_sim(&disk));
        for seed in 0..30 {
            let disk = disk.after_power_cut(&outcome(seed));
            let opened = open_sim(&disk).unwrap();
            let found = Model::of(&opened.journal, &opened.recovered);
            assert_eq!(found, expected.shown(), "cut at {cut_at}, outcome {seed}");
        }
    }
}

/// R02: the compaction of a journal that is at work, tried at each of its moments.
#[test]
fn a_cut_during_compaction_at_work_loses_nothing() {
    let large = scenario::report(&"r".repeat(1_200_000));
    let acknowledged = crate::Change::Acknowledged { up_to: 4 };
    let rounds: Vec<Round> = vec![
        vec![vec![large.clone()], vec![large.clone()]],
        vec![vec![large.clone()], vec![large]],
        vec![vec![crate::Change::Accept(scenario::command(1)), scenario::report("kept")]],
        vec![vec![acknowledged]],
        vec![vec![scenario::report("after")]],
    ];
    let disk = SimDisk::default();
    let last = work_until_dark(&disk, &rounds).pop().unwrap();
    assert_eq!(last.reports.len(), 2);
    let log = std::path::Path::new(scenario::DIRECTORY).join("log");
    assert!(disk.len(&log) < 100_000, "it was compacted");
    for cut_at in 0..=disk.operations() {
        check(&rounds, cut_at, cut_at).unwrap();
    }
}
