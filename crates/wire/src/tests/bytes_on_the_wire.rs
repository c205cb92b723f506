//! The bytes of every message, so that no change of them goes unseen.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::samples;
use crate::{Frame, decode, encode};

/// R20: a peer of another release reads these same bytes. A line that changes or goes away breaks
/// it; a line that is added does not.
#[test]
fn every_message_keeps_its_bytes() {
    let mut lines = String::new();
    for body in samples::all() {
        let bytes = encode(&Frame::from(body.clone())).unwrap();
        writeln!(lines, "{}: {}", samples::name(&body), hex::encode(bytes)).unwrap();
    }
    insta::assert_snapshot!("messages", lines);
}

#[test]
fn every_message_has_one_sample() {
    let names: BTreeSet<String> = samples::all().iter().map(samples::name).collect();
    assert_eq!(names.len(), samples::all().len(), "two samples of one message");
    assert_eq!(names.len(), samples::NAMES, "a message without a sample");
}

#[test]
fn every_message_survives_the_way_there_and_back() {
    for body in samples::all() {
        let frame = Frame::from(body);
        let bytes = encode(&frame).unwrap().freeze();
        assert_eq!(decode(bytes), Ok(frame));
    }
}

/// Every field of a sample is set: dropping the default ones leaves nothing out of the snapshot.
#[test]
fn no_sample_hides_a_field_behind_its_default() {
    for body in samples::all() {
        let text = format!("{body:?}");
        for default in [": \"\"", ": b\"\"", ": 0,", ": 0 ", "None", "[]", "false"] {
            assert!(!text.contains(default), "{text} has a field that is {default}");
        }
    }
}
