//! Tidying what was talked about.

use std::fs;

use serde_json::Value;

use super::support::{House, check_code, json, stderr, stdout};

/// What `session list` finds.
fn listed(house: &House, options: &[&str]) -> Vec<String> {
    let output = house.run(&[&["session", "list", "--all", "--format", "json"], options].concat());
    check_code(&output, 0);
    let sessions = json(&output)["sessions"].as_array().unwrap().clone();
    sessions.iter().map(|session| session["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn sessions_are_tagged_found_put_away_and_taken_out_again() {
    let house = House::start();
    for name in ["build", "docs"] {
        check_code(&house.run(&["--session", name, "-p", "/say hello", "--format", "quiet"]), 0);
    }
    let tagged = house.run(&["session", "tag", "build", "urgent", "release 2"]);
    check_code(&tagged, 0);
    assert!(stdout(&tagged).contains("release 2, urgent"), "{}", stdout(&tagged));
    assert_eq!(listed(&house, &["--tag", "urgent"]), ["build"]);
    assert_eq!(listed(&house, &["--search", "DOC"]), ["docs"]);
    check_code(&house.run(&["session", "untag", "build", "urgent"]), 0);
    assert!(listed(&house, &["--tag", "urgent"]).is_empty());

    check_code(&house.run(&["session", "archive", "build"]), 0);
    assert_eq!(listed(&house, &[]), ["docs"]);
    assert_eq!(listed(&house, &["--archived"]), ["build"]);
    // What was put away still has its name.
    check_code(&house.run(&["session", "unarchive", "build"]), 0);
    assert_eq!(listed(&house, &["--archived"]), Vec::<String>::new());
    let too_long = "x".repeat(51);
    let refused = house.run(&["session", "tag", "build", &too_long]);
    check_code(&refused, 2);
    assert!(stderr(&refused).contains("50"), "{}", stderr(&refused));
}

#[test]
fn a_chat_is_written_down_whole_and_nothing_is_written_over() {
    let house = House::start();
    check_code(
        &house.run(&["--session", "talk", "-p", "/say written down", "--format", "quiet"]),
        0,
    );
    let printed = house.run(&["export", "talk"]);
    check_code(&printed, 0);
    let exported: Value = serde_json::from_str(&stdout(&printed)).unwrap();
    assert_eq!(exported["session"]["name"], "talk");
    assert!(!exported["session"]["updates"].as_array().unwrap().is_empty());

    let file = house.home().join("talk.md");
    let path = file.to_str().unwrap();
    let options = ["session", "export", "talk", "--export-format", "markdown", "--output", path];
    check_code(&house.run(&options), 0);
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.contains("written down"), "{written}");
    check_code(&house.run(&options), 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
    check_code(&house.run(&["export", "no-such-chat"]), 4);
}
