//! What was done: listed, checked and written down.

use std::fs;

use super::support::{House, check_code, json, run_with_input, stdout};

#[test]
fn what_was_done_is_listed() {
    let house = House::start();
    check_code(&house.run(&["token", "create", "mine", "--format", "json"]), 0);
    let listed = house.run(&["audit", "list", "--action", "api_token"]);
    check_code(&listed, 0);
    let listed = stdout(&listed);
    assert!(listed.starts_with("LINE") && listed.contains("api_token.create"), "{listed}");
    let newest = json(&house.run(&["audit", "list", "--limit", "1", "--format", "json"]));
    assert_eq!(newest["records"].as_array().unwrap().len(), 1);
    assert_eq!(newest["records"][0]["action"], "api_token.create");
    let none = house.run(&["audit", "list", "--action", "nothing.such"]);
    check_code(&none, 0);
    assert!(!stdout(&none).contains("LINE"), "{}", stdout(&none));
    let today = stdout(&house.run(&["audit", "list", "--days", "1"]));
    assert!(today.contains("api_token.create"), "{today}");
    check_code(&house.run(&["audit", "list", "--result", "maybe"]), 2);
    check_code(&house.run(&["audit", "list", "--days", "0"]), 2);
}

/// S111: a check prints what is to be kept, and later knows by it whether the log is the same.
#[test]
fn a_check_says_whether_the_log_is_the_one_that_was_kept() {
    let house = House::start();
    check_code(&house.run(&["token", "create", "mine"]), 0);
    let verified = house.run(&["audit", "verify", "--format", "quiet"]);
    check_code(&verified, 0);
    let kept = stdout(&verified).trim().to_owned();
    let again = house.run(&["audit", "verify", "--kept", &kept]);
    check_code(&again, 0);
    assert!(stdout(&again).contains(&kept), "{}", stdout(&again));
    let (line, hash) = kept.split_once(':').unwrap();
    let other = format!("{line}:{}", hash.chars().rev().collect::<String>());
    let broken = house.run(&["audit", "verify", "--kept", &other]);
    check_code(&broken, 1);
    assert!(stdout(&broken).contains(&format!("line {line}")), "{}", stdout(&broken));
    check_code(&house.run(&["audit", "verify", "--kept", "nothing"]), 2);
}

#[test]
fn the_log_is_written_down_once() {
    let house = House::start();
    let file = house.work().join("audit.csv");
    let path = file.to_str().unwrap();
    let export = ["audit", "export", "--export-format", "csv", "--output", path];
    check_code(&house.run(&export), 0);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("position,") && text.contains("audit.export"), "{text}");
    assert!(!house.run(&export).status.success(), "what is there is left alone");
    let lines = stdout(&house.run(&["audit", "export"]));
    assert!(lines.lines().all(|line| line.starts_with("{\"id\":")), "{lines}");
}

/// S110, S114: what happens on a machine is written down, and nothing of what was said and of what is
/// secret.
#[test]
fn the_log_holds_what_was_done_and_nothing_that_was_said() {
    let house = House::start();
    let (said, secret) = ("canary-that-was-said", "sk-canary-0123456789abcdef");
    let added = run_with_input(&mut house.command(&["key", "add", "openai", "mine"]), secret);
    check_code(&added, 0);
    let token = stdout(&house.run(&["token", "create", "mine", "--format", "quiet"]));
    let prompt = format!("/say {said}");
    let talk = ["--session", "talk", "-p", &prompt, "--approve-all", "--format", "quiet"];
    check_code(&house.run(&talk), 0);
    check_code(&house.run(&["export", "talk"]), 0);
    check_code(&house.run(&["session", "stop", "talk"]), 0);
    let lines = stdout(&house.run(&["audit", "export"]));
    for action in [
        "session.start",
        "session.export",
        "session.stop",
        "provider_key.create",
        "api_token.create",
        "audit.export",
    ] {
        assert!(lines.contains(&format!("\"action\":\"{action}\"")), "{action}: {lines}");
    }
    for canary in [said, secret, token.trim()] {
        assert!(!canary.is_empty() && !lines.contains(canary), "{canary}: {lines}");
    }
}
