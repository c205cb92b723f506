//! Files that are cut off or changed, on the real disk.

use std::fs;
use std::path::{Path, PathBuf};

use super::model::Model;
use super::scenario::{command, command_id, report, runtime};
use crate::change::Change;
use crate::error::OpenError;
use crate::frame::FILE_HEADER_BYTES;
use crate::limits::Limits;
use crate::opening::{Opened, open};

/// A journal whose log was written by these commits, the length of the log after each, and what it
/// said then.
struct Written {
    directory: tempfile::TempDir,
    log: Vec<u8>,
    steps: Vec<(usize, Model)>,
}

fn written() -> Written {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let opened = open(&path, Limits::default()).unwrap();
    let log = path.join("log");
    let len = || usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
    let mut model = Model::default();
    let mut steps = vec![(len(), model.clone())];
    runtime().block_on(async {
        for changes in [
            vec![Change::Accept(command(1)), Change::Accept(command(2))],
            vec![Change::Begin(command_id(1)), report("begun")],
            vec![Change::Finish(command_id(1)), report("done"), Change::Accept(command(3))],
            vec![Change::Begin(command_id(2))],
        ] {
            opened.journal.commit(changes.clone()).await.unwrap();
            assert!(model.commit(&changes));
            steps.push((len(), model.clone()));
        }
        opened.writer.close().await.unwrap();
    });
    Written { log: fs::read(&log).unwrap(), directory, steps }
}

impl Written {
    /// Opens a journal with this log.
    fn open_with(&self, log: &[u8]) -> Result<Opened, OpenError> {
        let path = self.path();
        fs::write(path.join("log"), log).unwrap();
        open(&path, Limits::default())
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("journal")
    }
}

/// R02: wherever the end is torn, what is whole before it counts, and how much is cut off is said.
#[test]
fn a_torn_end_is_cut_off_at_the_last_whole_record() {
    let written = written();
    let (begin, last) = (written.steps[0].0, written.log.len());
    for end in begin..=last {
        let opened = written.open_with(&written.log[..end]).unwrap();
        let (whole, model) = written.steps.iter().rev().find(|(len, _)| *len <= end).unwrap();
        assert_eq!(Model::of(&opened.journal, &opened.recovered), model.shown(), "cut at {end}");
        let cut = opened.recovered.cut.as_ref().map_or(0, |cut| cut.bytes);
        assert_eq!(cut, (end - whole) as u64, "cut at {end}");
    }
}

/// A crash may leave zeros, or anything else, where the last record was to be.
#[test]
fn rubbish_at_the_end_is_cut_off() {
    let written = written();
    let (_, model) = written.steps.last().unwrap();
    for rubbish in [vec![0; 5_000], vec![0xff; 100], b"{\"kind\":\"sample\"}".repeat(900)] {
        let log = [&written.log[..], &rubbish].concat();
        let opened = written.open_with(&log).unwrap();
        assert_eq!(Model::of(&opened.journal, &opened.recovered), model.shown());
        assert_eq!(opened.recovered.cut.unwrap().bytes, rubbish.len() as u64);
    }
}

/// A changed bit is never read as something else. Before the last record it is damage, and said;
/// in the last it cannot be told from a torn end.
#[test]
fn a_flipped_bit_is_found() {
    let written = written();
    let last = written.steps[written.steps.len() - 2].0;
    for at in 0..written.log.len() {
        let mut log = written.log.clone();
        log[at] ^= 1 << (at % 8);
        let opened = written.open_with(&log);
        if at < last && !(36..40).contains(&at) {
            let error = opened.err().unwrap_or_else(|| panic!("byte {at} was not missed"));
            check_message(&error, at, &written.path());
        } else if at >= last {
            let opened = opened.unwrap();
            let (_, before) = &written.steps[written.steps.len() - 2];
            assert_eq!(Model::of(&opened.journal, &opened.recovered), before.shown());
        }
    }
}

/// The error names the file and the place, and says what to do.
fn check_message(error: &OpenError, at: usize, path: &Path) {
    let OpenError::Corrupt(corruption) = error else {
        // A change of the format's number, checksum included, is not made by one bit.
        panic!("byte {at}: {error}");
    };
    assert!(corruption.offset <= at as u64, "byte {at}: said to be at {}", corruption.offset);
    assert!(at < 40 || corruption.offset >= FILE_HEADER_BYTES);
    let text = error.to_string();
    assert!(text.starts_with(&path.join("log").display().to_string()), "{text}");
    assert!(text.contains("keep a copy of it and move it out of the way"), "{text}");
}

/// A frame inside a payload, as an agent could write one, does not make a torn end look damaged.
#[test]
fn a_frame_in_the_wrong_place_is_not_one() {
    let written = written();
    let first = &written.log[usize::try_from(FILE_HEADER_BYTES).unwrap()..written.steps[1].0];
    let log = [&written.log[..], &[0xff; 10], first].concat();
    let opened = written.open_with(&log).unwrap();
    assert_eq!(opened.recovered.cut.unwrap().bytes, 10 + first.len() as u64);
}

/// R20: a downgrade is told from damage.
#[test]
fn a_log_of_a_later_release_says_so() {
    let written = written();
    let mut log = written.log.clone();
    log[8] = 2;
    let crc = crc32fast::hash(&log[..32]);
    log[32..36].copy_from_slice(&crc.to_le_bytes());
    let error = written.open_with(&log).unwrap_err();
    assert!(matches!(error, OpenError::Version { found: 2, known: 1, .. }), "{error}");
}
