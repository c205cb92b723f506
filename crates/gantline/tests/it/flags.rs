//! The documented options, as programs and people write them.

use std::fs;

use serde_json::Value;

use super::support::{House, check_code, program, run_with_input, stderr, stdout};

fn lines(output: &std::process::Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn first<'a>(lines: &'a [Value], kind: &str) -> &'a Value {
    lines.iter().find(|line| line["type"] == kind).unwrap_or_else(|| panic!("{kind}: {lines:?}"))
}

#[test]
fn short_forms_say_the_same() {
    let house = House::start();
    fs::create_dir(house.work().join("inside")).unwrap();
    let output = house
        .run(&["-S", "short", "-a", "demo", "-C", "inside", "-p", "/say hi", "--format", "json"]);
    check_code(&output, 0);
    let lines = lines(&output);
    let session = &first(&lines, "session")["session"];
    assert_eq!((&session["title"], &session["agent_name"]), (&"short".into(), &"demo".into()));
    let directory = session["project_path"].as_str().unwrap();
    assert!(directory.ends_with("/inside"), "{directory}");
}

/// What a session was begun with is not quietly another thing when it goes on.
#[test]
fn a_session_that_exists_is_not_bent_to_other_options() {
    let house = House::start();
    check_code(&house.run(&["-S", "mine", "-a", "demo", "-p", "/say one"]), 0);
    check_code(&house.run(&["-S", "mine", "-a", "demo", "-p", "/say two"]), 0);
    check_code(&house.run(&["--continue", "-p", "/say three"]), 0);
    let other = house.run(&["-S", "mine", "-a", "claude", "-p", "/say four"]);
    check_code(&other, 2);
    assert!(stderr(&other).contains("--agent"), "{}", stderr(&other));
    check_code(&house.run(&["-S", "mine", "--continue", "-p", "/say"]), 2);
    let shown = super::support::json(&house.run(&["session", "show", "mine", "--format", "json"]));
    assert_eq!(shown["turns"].as_array().unwrap().len(), 3);
}

#[test]
fn strict_json_keeps_everything_else_off_both_streams() {
    let house = House::start();
    let strict = |arguments: &[&str]| {
        let all = [&["--json-strict", "--format", "json"], arguments].concat();
        run_with_input(&mut house.command(&all), "")
    };
    let output = strict(&["-p", "/say hi"]);
    check_code(&output, 0);
    assert_eq!(stderr(&output), "");
    assert_eq!(lines(&output).last().unwrap()["type"], "result");
    for (arguments, code) in [
        (&["--no-such-option"][..], 2),
        (&["--timeout", "soon", "-p", "x"], 2),
        (&["--verbose", "-p", "x"], 2),
        (&["-p", " "], 2),
        (&["-p", "hi there", "-m", "nowhere"], 4),
        (&["-p", "hi there", "-s", "http://127.0.0.1:1"], 6),
    ] {
        let output = strict(arguments);
        check_code(&output, code);
        assert_eq!(stderr(&output), "", "{arguments:?}");
        let lines = lines(&output);
        let error = lines.last().unwrap();
        assert_eq!((&error["type"], &error["exit_code"]), (&"error".into(), &code.into()));
    }
    check_code(&house.run(&["--json-strict", "-p", "hi there"]), 2);
}

/// A question that nobody can be asked has an exit code of its own where it is to fail.
#[test]
fn a_question_may_fail_the_turn() {
    let house = House::start();
    for option in ["--non-interactive-permissions", "--non-interactive-perms"] {
        let output = house.run(&[option, "fail", "-p", "/write a.txt b"]);
        check_code(&output, 8);
    }
    assert!(!house.work().join("a.txt").exists());
}

#[test]
fn a_failed_turn_is_tried_again_as_often_as_was_said() {
    let house = House::start();
    let output =
        house.run(&["-p", "/error -32603 broken", "--prompt-retries", "1", "--format", "json"]);
    check_code(&output, 1);
    let lines = lines(&output);
    let count = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!((count("turn"), count("retry"), count("result")), (2, 1, 1));
    let retry = first(&lines, "retry");
    assert_eq!((&retry["attempt"], &retry["of"]), (&1.into(), &1.into()));
}

#[test]
fn what_was_read_is_left_out_where_that_is_asked_for() {
    let house = House::start();
    fs::write(house.work().join("notes.txt"), "the contents of a file").unwrap();
    let read = ["-p", "/read notes.txt", "--format", "json"];
    let tool_calls = |output: &std::process::Output| {
        let calls = lines(output).into_iter().filter(|line| line["update"]["kind"] == "tool_call");
        calls.map(|line| line.to_string()).collect::<Vec<_>>().join("\n")
    };
    let whole = house.run(&read);
    check_code(&whole, 0);
    assert!(tool_calls(&whole).contains("the contents"), "{}", stdout(&whole));
    let less = house.run(&[&read[..], &["--suppress-reads"]].concat());
    check_code(&less, 0);
    let calls = tool_calls(&less);
    assert!(!calls.contains("the contents") && calls.contains("suppressed"), "{calls}");
}

#[test]
fn shells_and_man_get_what_they_need_without_a_server() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| program(home.path()).args(arguments).output().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = run(&["completions", shell]);
        check_code(&output, 0);
        assert!(stdout(&output).contains("permission-preset"), "{shell}");
    }
    check_code(&run(&["completions", "unknown"]), 2);
    let page = run(&["man", "session", "list"]);
    check_code(&page, 0);
    assert!(stdout(&page).contains(".TH gantline-session-list 1"), "{}", stdout(&page));
    check_code(&run(&["man", "--directory", "pages"]), 0);
    assert!(home.path().join("pages/gantline.1").exists());
    check_code(&run(&["man", "unknown"]), 2);
}
