//! Trees that stand still and go on.

use std::fs;
use std::path::Path;
use std::time::Duration;

use processes::{Grace, pause_tree, survivors};

use crate::acting::{DEADLINE, marker, part, ready, said_outside};

const COUNTERS: [&str; 4] = ["leader", "child", "alone", "brood"];

fn counts(directory: &Path) -> [u64; 4] {
    COUNTERS.map(|name| fs::metadata(directory.join(name)).map_or(0, |file| file.len()))
}

async fn all_count_on_from(directory: &Path, before: [u64; 4]) {
    let counted = async {
        while counts(directory).iter().zip(before).any(|(now, before)| *now <= before) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(DEADLINE, counted).await.unwrap();
}

/// Whatever they did to hide, and however fast they multiply.
#[tokio::test]
async fn nothing_of_a_paused_tree_runs_and_all_of_it_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let marker = marker("pause");
    let (mut process, _) = ready(&part("counters", &[], place), &marker).await;
    all_count_on_from(place, [0; 4]).await;
    for _ in 0..3 {
        let paused = process.pause().await.unwrap();
        assert!(survivors(&marker, None).len() >= 3);
        let before = counts(place);
        // Somebody else's work, in whose time what runs would have gone on.
        for _ in 0..5 {
            said_outside("looks", &[marker.value()]);
        }
        assert_eq!(counts(place), before);
        paused.resume();
        all_count_on_from(place, before).await;
    }
    process.end(Grace::NONE).await.unwrap();
    assert_eq!(survivors(&marker, None), Vec::<u32>::new());
}

/// What was suspended twice goes on when both are taken back, and not before.
#[tokio::test]
async fn what_stood_still_before_stands_still_after() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let marker = marker("aside");
    let (mut process, _) = ready(&part("counters", &[], place), &marker).await;
    all_count_on_from(place, [0; 4]).await;
    let first = pause_tree(&marker, None).await.unwrap();
    let second = pause_tree(&marker, None).await.unwrap();
    let before = counts(place);
    second.resume();
    said_outside("looks", &[marker.value()]);
    assert_eq!(counts(place), before);
    first.resume();
    all_count_on_from(place, before).await;
    process.end(Grace::NONE).await.unwrap();
}

#[tokio::test]
async fn a_paused_tree_can_be_ended_politely_and_at_once() {
    for grace in [Grace::default(), Grace::NONE] {
        let marker = marker("end");
        let program = part("sleeps", &[], &std::env::temp_dir());
        let (mut process, _) = ready(&program, &marker).await;
        let paused = process.pause().await.unwrap();
        process.end(grace).await.unwrap();
        assert_eq!(survivors(&marker, None), Vec::<u32>::new());
        drop(paused);
    }
}
