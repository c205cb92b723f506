//! Transcripts: appended by one, read by many, cut off where a crash has torn them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use model::{SessionId, Timestamp};
use proptest::prelude::*;

use super::scenario::{DIRECTORY, open_sim, open_within, runtime, session_id};
use super::sim_disk::{SimDisk, outcome};
use crate::error::{FullOf, JournalError, Refused};
use crate::journal::Journal;
use crate::limits::{Limits, OPEN_TRANSCRIPTS};
use crate::transcript::{NewRecord, Room};

pub(crate) fn record(json: &str) -> NewRecord {
    let update_json = Bytes::copy_from_slice(json.as_bytes());
    NewRecord { at: Timestamp::from_millis(7), update_json, raw: None }
}

fn numbered(from: usize, count: usize, size: usize) -> Vec<NewRecord> {
    (from..from + count).map(|number| record(&format!("{number:0size$}"))).collect()
}

async fn append(journal: &Journal, session: SessionId, records: Vec<NewRecord>) -> u64 {
    journal.append(session, records, Room::Ordinary).await.unwrap()
}

/// Reads everything, page by page.
fn read_all(journal: &Journal, session: SessionId, max_bytes: usize) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let page = journal.read(session, all.len() as u64, max_bytes).unwrap();
        if page.records.is_empty() {
            assert_eq!(page.last, all.len() as u64);
            assert_eq!(visited(journal, session, usize::MAX), (all.clone(), true));
            let half = all.len() / 2;
            assert_eq!(visited(journal, session, half).0, all[..half]);
            return all;
        }
        for record in page.records {
            assert_eq!(record.seq, all.len() as u64 + 1, "a hole");
            all.push(String::from_utf8(record.update_json.to_vec()).unwrap());
        }
    }
}

/// Shows so many records; answers them, and whether those were all.
fn visited(journal: &Journal, session: SessionId, most: usize) -> (Vec<String>, bool) {
    let mut seen = Vec::new();
    let is_whole = journal.visit(session, |record| {
        if seen.len() == most {
            return ControlFlow::Break(());
        }
        seen.push(String::from_utf8(record.update_json.to_vec()).unwrap());
        ControlFlow::Continue(())
    });
    (seen, is_whole.unwrap())
}

fn file(session: SessionId) -> PathBuf {
    Path::new(DIRECTORY).join("transcripts").join(format!("{session}.transcript"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is appended is read in order and without holes, from any number on, in pages of
    /// any size, in this life and the next.
    #[test]
    fn what_was_appended_is_read(
        lives in prop::collection::vec(
            prop::collection::vec((0_u64..3, 1_usize..40, 1_usize..3_000), 0..12),
            1..4,
        ),
        max_bytes in 1_usize..100_000,
        after in any::<prop::sample::Index>(),
    ) {
        let mut disk = SimDisk::default();
        let mut expected = vec![Vec::<String>::new(); 3];
        for appends in lives {
            let opened = open_sim(&disk).unwrap();
            runtime().block_on(async {
                for (session, count, size) in appends {
                    let all = &mut expected[usize::try_from(session).unwrap()];
                    let records = numbered(all.len(), count, size);
                    all.extend(records.iter().map(|record| {
                        String::from_utf8(record.update_json.to_vec()).unwrap()
                    }));
                    let last = append(&opened.journal, session_id(session), records).await;
                    assert_eq!(last, all.len() as u64);
                }
            });
            for (session, all) in (0..).map(session_id).zip(&expected) {
                prop_assert_eq!(&read_all(&opened.journal, session, max_bytes), all);
                let after = after.index(all.len() + 1);
                let page = opened.journal.read(session, after as u64, max_bytes).unwrap();
                let first = page.records.first().map(|record| record.update_json.clone());
                prop_assert_eq!(first, all.get(after).map(|text| Bytes::from(text.clone())));
            }
            disk = disk.after_kill();
        }
    }

    /// A power cut loses nothing that was flushed, and leaves no hole in what it spares.
    #[test]
    fn a_power_cut_leaves_a_beginning(
        appends in prop::collection::vec((1_usize..5, 1_usize..2_000, any::<bool>()), 1..10),
        seed in any::<u64>(),
    ) {
        let disk = SimDisk::default();
        let opened = open_sim(&disk).unwrap();
        let session = session_id(1);
        let (mut written, mut flushed) = (0, 0);
        runtime().block_on(async {
            for (count, size, flush) in appends {
                append(&opened.journal, session, numbered(written, count, size)).await;
                written += count;
                if flush {
                    opened.journal.flush(session).await.unwrap();
                    flushed = written;
                }
            }
        });
        for seed in (0..16).map(|more| seed.wrapping_add(more)) {
            let disk = disk.after_power_cut(&outcome(seed));
            let opened = open_sim(&disk).unwrap();
            let found = read_all(&opened.journal, session, 10_000);
            prop_assert!((flushed..=written).contains(&found.len()));
            for (number, text) in found.iter().enumerate() {
                prop_assert_eq!(text.parse::<usize>().unwrap(), number);
            }
            let next = record("\"next\"");
            let last = runtime().block_on(append(&opened.journal, session, vec![next]));
            prop_assert_eq!(last, found.len() as u64 + 1);
        }
    }
}

#[test]
fn a_raw_message_is_kept_beside_and_not_in_the_page() {
    let opened = open_sim(&SimDisk::default()).unwrap();
    let session = session_id(1);
    runtime().block_on(async {
        let raw = Some(Bytes::from_static(b"{\"jsonrpc\":\"2.0\"}"));
        let with_raw = NewRecord { raw: raw.clone(), ..record("{\"kind\":\"a\"}") };
        append(&opened.journal, session, vec![record("{}"), with_raw, record("{}")]).await;
        let page = opened.journal.read(session, 1, 12).unwrap();
        assert_eq!(page.records.len(), 1);
        assert_eq!(page.records[0].update_json, "{\"kind\":\"a\"}");
        assert_eq!((page.records[0].at_ms, page.last), (7, 3));
        assert_eq!(opened.journal.read_raw(session, 2).unwrap(), raw);
        assert_eq!(opened.journal.read_raw(session, 3).unwrap(), None);
        assert_eq!(opened.journal.read_raw(session, 4).unwrap(), None);
    });
}

/// R12: a full transcript says so; there is room left to write that into it, reading still works,
/// and removing makes room.
#[test]
fn a_full_transcript_says_so() {
    let limits =
        Limits { transcript_bytes: 10_000, all_transcripts_bytes: 15_000, ..Limits::default() };
    let disk = SimDisk::default();
    let opened = open_within(&disk, limits).unwrap();
    let (one, two) = (session_id(1), session_id(2));
    runtime().block_on(async {
        let journal = &opened.journal;
        let fill = async |session| {
            loop {
                let records = numbered(0, 1, 900);
                match journal.append(session, records, Room::Ordinary).await {
                    Ok(_) => {}
                    Err(error) => break error,
                }
            }
        };
        let full = fill(one).await;
        let limit_bytes = 10_000;
        assert!(matches!(full, JournalError::Full { of: FullOf::Transcript, limit_bytes: l } if l == limit_bytes));
        assert_eq!(full.to_string(), "the transcript of the session is full, 10000 bytes");
        let full = fill(two).await;
        assert!(matches!(full, JournalError::Full { of: FullOf::Transcripts, .. }));

        let note = vec![record("{\"kind\":\"notice\"}")];
        let last = journal.append(one, note, Room::Reserve).await.unwrap();
        assert_eq!(journal.read(one, last - 1, 100).unwrap().records.len(), 1);
        let larger = vec![record(&"x".repeat(100_000))];
        assert!(journal.append(one, larger, Room::Reserve).await.unwrap_err().is_full());

        journal.remove_transcript(one).await.unwrap();
        assert_eq!(journal.append(two, numbered(0, 1, 900), Room::Ordinary).await.unwrap(), 6);
        assert_eq!(journal.transcripts().unwrap().len(), 1);
    });
    drop(opened);
    let opened = open_within(&disk.after_kill(), limits).unwrap();
    runtime().block_on(async {
        let journal = &opened.journal;
        let mut appended = 0;
        while journal.append(one, numbered(0, 1, 900), Room::Ordinary).await.is_ok() {
            appended += 1;
        }
        assert_eq!(appended, 9, "what was there is counted again");
    });
}

#[test]
fn a_full_disk_leaves_a_transcript_as_it_was() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let session = session_id(1);
    runtime().block_on(async {
        append(&opened.journal, session, numbered(0, 3, 100)).await;
        disk.set(|faults| faults.capacity_bytes = Some(700));
        let full = opened.journal.append(session, numbered(3, 1, 900), Room::Ordinary).await;
        assert!(matches!(full, Err(JournalError::Full { of: FullOf::Disk, .. })));
        let new = opened.journal.append(session_id(2), numbered(0, 1, 900), Room::Ordinary).await;
        assert!(new.unwrap_err().is_full());
        disk.set(|faults| faults.capacity_bytes = None);
        assert_eq!(append(&opened.journal, session, numbered(3, 2, 900)).await, 5);
        assert_eq!(append(&opened.journal, session_id(2), numbered(0, 1, 900)).await, 1);
    });
    let all = read_all(&opened.journal, session, 1_000);
    assert_eq!(all.iter().map(|text| text.parse().unwrap()).collect::<Vec<u64>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_removed_transcript_begins_anew() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let session = session_id(1);
    runtime().block_on(async {
        append(&opened.journal, session, numbered(0, 3, 10)).await;
        let watch = opened.journal.watch_transcript(session).unwrap();
        assert_eq!(*watch.borrow(), 3);
        opened.journal.remove_transcript(session).await.unwrap();
        assert_eq!(*watch.borrow(), 0);
        assert_eq!(opened.journal.read(session, 0, 100).unwrap().last, 0);
        assert_eq!(append(&opened.journal, session, numbered(0, 1, 10)).await, 1);
        assert_eq!(*watch.borrow(), 1);
        opened.journal.remove_transcript(session_id(9)).await.unwrap();
    });
}

/// Damage is confined to one session, is said, and goes with the transcript.
#[test]
fn a_damaged_transcript_hurts_no_other_session() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let (bad, good) = (session_id(1), session_id(2));
    let opened = crate::open(&path, Limits::default()).unwrap();
    runtime().block_on(async {
        for session in [bad, good] {
            append(&opened.journal, session, numbered(0, 1, 50)).await;
            opened.journal.flush_all().await.unwrap();
            append(&opened.journal, session, numbered(1, 1, 50)).await;
        }
    });
    drop(opened);
    let damaged = path.join("transcripts").join(format!("{bad}.transcript"));
    let mut bytes = std::fs::read(&damaged).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();

    let opened = crate::open(&path, Limits::default()).unwrap();
    runtime().block_on(async {
        let error = opened.journal.read(bad, 0, 100).unwrap_err();
        assert!(error.to_string().contains("is damaged at byte 40"), "{error}");
        assert!(error.to_string().ends_with("only this session's transcript is lost"));
        let append_error = opened.journal.append(bad, vec![record("{}")], Room::Ordinary).await;
        assert!(matches!(append_error, Err(JournalError::Corrupt(_))));
        assert_eq!(append(&opened.journal, good, vec![record("{}")]).await, 3);
        opened.journal.remove_transcript(bad).await.unwrap();
        assert_eq!(append(&opened.journal, bad, vec![record("{}")]).await, 1);
    });
}

/// Readers on other threads see a beginning of what is written, never a hole and never a torn
/// record, and are told of each step.
#[test]
fn many_read_while_one_writes() {
    const RECORDS: usize = 2_000;
    let directory = tempfile::tempdir().unwrap();
    let opened = crate::open(&directory.path().join("journal"), Limits::default()).unwrap();
    let session = session_id(1);
    std::thread::scope(|scope| {
        for reader in 1..=3 {
            let journal = opened.journal.clone();
            scope.spawn(move || {
                let mut watch = journal.watch_transcript(session).unwrap();
                let mut next = 0;
                while next < RECORDS {
                    runtime().block_on(watch.wait_for(|last| *last > next as u64)).unwrap();
                    let page = journal.read(session, next as u64, 700 * reader).unwrap();
                    for record in page.records {
                        let text = std::str::from_utf8(&record.update_json).unwrap();
                        assert_eq!(text.parse::<usize>().unwrap(), next);
                        next += 1;
                    }
                }
            });
        }
        runtime().block_on(async {
            for number in 0..RECORDS {
                append(&opened.journal, session, numbered(number, 1, 10 + number % 90)).await;
            }
        });
    });
}

/// A page from the end of a long transcript does not read the whole.
#[test]
fn a_page_is_found_by_the_index() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    let session = session_id(1);
    runtime().block_on(async {
        for number in 0..400 {
            append(&opened.journal, session, numbered(number * 5, 5, 1_000)).await;
        }
    });
    assert!(disk.len(&file(session)) > 2_000_000);
    let before = disk.read_bytes();
    let page = opened.journal.read(session, 1_990, 3_000).unwrap();
    assert_eq!(page.records.first().map(|record| record.seq), Some(1_991));
    assert_eq!(page.records.len(), 3);
    let read = disk.read_bytes() - before;
    assert!(read < 256 * 1024, "{read} bytes read for a page of 3,000");
}

/// Files that nobody uses do not stay open for ever; what is not flushed does.
#[test]
fn idle_transcripts_are_closed() {
    let disk = SimDisk::default();
    let opened = open_sim(&disk).unwrap();
    runtime().block_on(async {
        for number in 0..OPEN_TRANSCRIPTS as u64 + 50 {
            append(&opened.journal, session_id(number), vec![record("{}")]).await;
            if number == OPEN_TRANSCRIPTS as u64 / 2 {
                opened.journal.flush_all().await.unwrap();
            }
        }
        assert!(disk.open_files() <= OPEN_TRANSCRIPTS + 2, "half of them were flushed");
        opened.journal.flush_all().await.unwrap();
        for number in 0..OPEN_TRANSCRIPTS as u64 + 50 {
            assert_eq!(opened.journal.read(session_id(number), 0, 100).unwrap().last, 1);
        }
    });
}

#[test]
fn a_record_that_is_too_large_is_refused() {
    let opened = open_sim(&SimDisk::default()).unwrap();
    let large = record(&"x".repeat(wire::limits::MAX_RECORD_BYTES + 1));
    let appended = runtime().block_on(async {
        opened.journal.append(session_id(1), vec![large], Room::Ordinary).await
    });
    assert!(matches!(appended, Err(JournalError::Refused(Refused::TooLarge { .. }))));
}
