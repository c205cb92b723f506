//! Tidying what was talked about.

use std::fs;

use serde_json::Value;

use super::support::{House, check_code, json, run_with_input, stderr, stdout};

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

/// What was written down is read again, after all that was there is gone.
#[test]
fn a_chat_comes_back_from_a_file_and_from_standard_input() {
    let house = House::start();
    let said = "/say written 下来";
    check_code(&house.run(&["--session", "talk", "-p", said, "--format", "quiet"]), 0);
    let file = house.home().join("talk.json");
    let path = file.to_str().unwrap();
    check_code(&house.run(&["export", "talk", "--output", path]), 0);
    check_code(&house.run(&["session", "delete", "talk", "--yes"]), 0);
    assert!(listed(&house, &[]).is_empty());

    let told = house.run(&["import", path]);
    check_code(&told, 0);
    assert!(stdout(&told).contains("talk was imported as"), "{}", stdout(&told));
    let shown = house.run(&["session", "show", "talk", "--format", "json"]);
    check_code(&shown, 0);
    let session = json(&shown)["session"].clone();
    assert_eq!((&session["status"], session["imported_at"].is_string()), (&"stopped".into(), true));
    let updates = house.run(&["session", "updates", "talk"]);
    check_code(&updates, 0);
    assert!(stdout(&updates).contains("written 下来"), "{}", stdout(&updates));
    let prompted = house.run(&["--session", session["id"].as_str().unwrap(), "-p", "/say more"]);
    assert_ne!(prompted.status.code(), Some(0));
    assert!(stderr(&prompted).contains("imported"), "{}", stderr(&prompted));

    let written = fs::read_to_string(&file).unwrap();
    let mut import = house.command(&["session", "import", "-", "--cwd", "/elsewhere", "--format"]);
    let again = run_with_input(import.arg("json"), &written);
    check_code(&again, 0);
    assert_eq!(json(&again)["project_path"], "/elsewhere");
    assert_eq!(listed(&house, &["--search", "alk ELSE"]), ["talk"]);
    assert_eq!(listed(&house, &["--search", "talk demo"]), ["talk", "talk"]);

    let mut import = house.command(&["import", "-"]);
    let refused = run_with_input(&mut import, "# talk\n");
    check_code(&refused, 2);
    assert!(stderr(&refused).contains("no JSON export"), "{}", stderr(&refused));
    fs::write(&file, b"\xff\xfe").unwrap();
    check_code(&house.run(&["import", path]), 2);
    check_code(&house.run(&["import", "no-such-file"]), 1);
}
