use std::fs;

use serde_json::Value;

use super::support::{House, check_code, json, run_with_input, stderr, stdout, wait_until};

/// Where nobody can be asked, the answer is no, and the exit code says so.
#[test]
fn what_nobody_can_be_asked_is_denied() {
    let house = House::start();
    let output = house.run(&["-p", "/write notes.txt hello"]);
    check_code(&output, 5);
    assert!(!house.work().join("notes.txt").exists());
    assert!(stderr(&output).contains("not allowed"), "{}", stderr(&output));
}

#[test]
fn an_allowed_prompt_changes_the_file_and_ends_its_session() {
    let house = House::start();
    let output = house.run(&[
        "-p",
        "/write notes.txt hello",
        "--permission-preset",
        "full-auto",
        "--format",
        "quiet",
    ]);
    check_code(&output, 0);
    assert_eq!(fs::read_to_string(house.work().join("notes.txt")).unwrap().trim(), "hello");
    assert!(!stdout(&output).trim().is_empty());
    wait_until("the end of the session", || {
        let open = house.run(&["session", "list", "--format", "quiet"]);
        stdout(&open).is_empty().then_some(())
    });
}

#[test]
fn every_line_for_programs_is_an_object_with_a_type_and_the_last_is_the_result() {
    let house = House::start();
    let output = house.run(&["-p", "/write a.txt b", "--format", "json"]);
    check_code(&output, 5);
    let lines: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(types[..2], ["session", "turn"]);
    assert_eq!(types.iter().filter(|kind| **kind == "result").count(), 1);
    let decisions = lines.iter().filter(|line| line["update"]["kind"] == "policy_decision");
    let decisions: Vec<_> = decisions.map(|line| line["update"]["allowed"].clone()).collect();
    assert_eq!(decisions, [false]);
    let result = lines.last().unwrap();
    assert_eq!((&result["type"], &result["exit_code"]), (&"result".into(), &5.into()));
    let positions: Vec<u64> = lines.iter().filter_map(|line| line.get("seq")?.as_u64()).collect();
    let expected: Vec<u64> = (1..=positions.len() as u64).collect();
    assert_eq!(positions, expected);
}

#[test]
fn a_session_with_a_title_is_gone_on_with() {
    let house = House::start();
    let ask = |prompt: &str| {
        house.run(&["-p", prompt, "--session", "build", "--permission-preset", "full-auto"])
    };
    check_code(&ask("/write one.txt 1"), 0);
    check_code(&ask("/write two.txt 2"), 0);
    let list = json(&house.run(&["session", "list", "--format", "json"]));
    assert_eq!(list["count"], 1, "{list}");
    let id = list["sessions"][0]["session_id"].as_str().unwrap().to_owned();
    let shown = json(&house.run(&["session", "show", "build", "--format", "json"]));
    assert_eq!(shown["turns"].as_array().unwrap().len(), 2);
    let end = id.get(id.len() - 8..).unwrap();
    check_code(&house.run(&["session", "rename", end, "renamed"]), 0);
    let updates = house.run(&["session", "updates", "renamed"]);
    check_code(&updates, 0);
    assert!(stdout(&updates).contains("two.txt"), "{}", stdout(&updates));
    check_code(&house.run(&["session", "stop", "renamed"]), 0);
    check_code(&house.run(&["session", "delete", "renamed"]), 0);
    check_code(&house.run(&["session", "show", &id]), 4);
}

#[test]
fn a_question_is_answered_from_another_window() {
    let house = House::start();
    let asking = house
        .command(&[
            "-p",
            "/write notes.txt hello",
            "--non-interactive-permissions",
            "wait",
            "--format",
            "quiet",
        ])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let question = wait_until("the question", || {
        let list = house.run(&["permission", "list", "--format", "quiet"]);
        stdout(&list).lines().next().map(str::to_owned)
    });
    let answered = house.run(&["permission", "answer", &question, "allow-once"]);
    check_code(&answered, 0);
    check_code(&asking.wait_with_output().unwrap(), 0);
    assert!(house.work().join("notes.txt").exists());
    check_code(&house.run(&["permission", "answer", &question, "deny"]), 4);
}

#[test]
fn a_turn_that_takes_too_long_is_stopped() {
    let house = House::start();
    let output =
        house.run(&["-p", "/run sleep 60", "--permission-preset", "full-auto", "--timeout", "2"]);
    check_code(&output, 3);
}

#[test]
fn standard_input_is_the_prompt_or_goes_along() {
    let house = House::start();
    let mut command = house.command(&["--format", "json"]);
    let output = run_with_input(&mut command, "/read nothing-here\n");
    let first = stdout(&output);
    assert!(first.contains("/read nothing-here"), "{first}");
    let mut command = house.command(&["-p", "/read x", "--format", "json"]);
    let along = stdout(&run_with_input(&mut command, "some context"));
    assert!(along.contains("<stdin>\\nsome context\\n</stdin>"), "{along}");
    let empty = run_with_input(&mut house.command(&[]), "  \n");
    check_code(&empty, 2);
}

#[test]
fn machines_are_chosen_by_name_and_there_must_be_one() {
    let house = House::start();
    let list = json(&house.run(&["machine", "list", "--format", "json"]));
    let name = list["machines"][0]["machine_name"].as_str().unwrap().to_owned();
    check_code(&house.run(&["machine", "show", &name]), 0);
    check_code(&house.run(&["-p", "hi there", "-m", "nowhere"]), 4);
    let output = house.run(&["-p", "hi there", "--agent", "no-such-agent"]);
    assert_ne!(output.status.code(), Some(0));
    assert_eq!(stdout(&output), "");
    let outside = house.run(&["-p", "hi there", "--cwd", "/"]);
    check_code(&outside, 5);
}
