//! What it costs: quotas, sessions that one stops, and the keys that pay.

use std::process::{Child, Output, Stdio};

use serde_json::Value;

use super::support::{House, check_code, json, run_with_input, stderr, stdout, wait_until};

/// Allows sessions no call of a model.
fn forbid(house: &House) {
    let set = ["quota", "set", "session", "0", "--measure", "requests", "--period", "total"];
    check_code(&house.run(&set), 0);
}

/// A prompt for which the agent asks its model.
fn prompt(house: &House) -> Child {
    let mut command = house.command(&["-p", "hello", "--approve-all", "--format", "quiet"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn waiting(house: &House) -> Vec<Value> {
    let listed = house.run(&["quota", "requests", "--format", "json"]);
    check_code(&listed, 0);
    json(&listed)["requests"].as_array().unwrap().clone()
}

/// The end of the identifier of the only session that waits.
fn asked(house: &House) -> String {
    let request = wait_until("a session that asks for more", || waiting(house).pop());
    let id = request["budget_request_id"].as_str().unwrap();
    id[id.len() - 8..].to_owned()
}

fn answer(house: &House, arguments: &[&str]) -> Output {
    house.run(&[&["quota", "answer"], arguments].concat())
}

#[test]
fn a_session_that_a_quota_stops_goes_on_when_more_is_granted() {
    let house = House::start();
    forbid(&house);
    let prompt = prompt(&house);
    let request = asked(&house);
    let shown = stdout(&house.run(&["quota", "requests"]));
    assert!(shown.contains(&request) && shown.contains("0 calls"), "{shown}");
    check_code(&answer(&house, &[&request, "-1"]), 2);
    check_code(&answer(&house, &["00000000", "5"]), 4);
    let granted = answer(&house, &[&request, "100"]);
    check_code(&granted, 0);
    assert!(stdout(&granted).contains("100 calls"), "{}", stdout(&granted));
    let told = prompt.wait_with_output().unwrap();
    check_code(&told, 0);
    assert!(!stdout(&told).is_empty());
    check_code(&answer(&house, &[&request, "5"]), 4);
    assert!(waiting(&house).is_empty());
}

#[test]
fn an_agent_is_told_to_stop() {
    let house = House::start();
    forbid(&house);
    let prompt = prompt(&house);
    let request = asked(&house);
    let stopped = answer(&house, &[&request, "stop", "--format", "json"]);
    check_code(&stopped, 0);
    assert_eq!(json(&stopped)["state"], "declined");
    let told = prompt.wait_with_output().unwrap();
    let said = stdout(&told) + &stderr(&told);
    assert!(said.contains("The budget of this session"), "{said}");
    assert!(waiting(&house).is_empty(), "nobody is asked anew");
}

#[test]
fn quotas_are_set_listed_and_removed() {
    let house = House::start();
    let set = ["quota", "set", "user", "20", "--at-stop", "refuse", "--format", "json"];
    let quota = house.run(&set);
    check_code(&quota, 0);
    let quota = json(&quota);
    assert_eq!((&quota["measure"], &quota["period"]), (&"cost".into(), &"month".into()));
    assert_eq!(quota["at_stop"], "refuse");
    let listed = stdout(&house.run(&["quota", "list"]));
    assert!(listed.contains("$20") && listed.contains("refuse"), "{listed}");
    let status = stdout(&house.run(&["quota", "status"]));
    assert!(status.contains("$20"), "{status}");
    let id = quota["quota_id"].as_str().unwrap();
    check_code(&house.run(&["quota", "remove", &id[id.len() - 8..]]), 0);
    check_code(&house.run(&["quota", "remove", id]), 4);
    assert!(stdout(&house.run(&["quota", "list"])).contains("no quotas"));
    check_code(&house.run(&["quota", "set", "planet", "5"]), 2);
    check_code(&house.run(&["quota", "set", "user", "-5"]), 2);
}

#[test]
fn what_was_used_is_added_up() {
    let house = House::start();
    let nothing = house.run(&["usage"]);
    check_code(&nothing, 0);
    assert!(stdout(&nothing).contains("Nothing was used"), "{}", stdout(&nothing));
    check_code(&house.run(&["-p", "hello", "--approve-all", "--format", "quiet"]), 0);
    let by_model = wait_until("the record of a call that has ended", || {
        let usage = json(&house.run(&["usage", "model", "--days", "1", "--format", "json"]));
        (usage["total"]["calls"] != 0 && usage["total"]["estimated_calls"] == 0).then_some(usage)
    });
    let model = by_model["groups"][0]["key"].as_str().unwrap();
    let shown = stdout(&house.run(&["usage", "model"]));
    assert!(shown.contains("CALLS") && shown.contains("in all"), "{shown}");
    let days = stdout(&house.run(&["usage"]));
    assert!(days.contains("20") && !days.contains(model), "{days}");
    check_code(&house.run(&["usage", "planet"]), 2);
    check_code(&house.run(&["usage", "--days", "0"]), 2);
}

/// The secret goes in by standard input, and never comes out again.
#[test]
fn keys_are_stored_tried_and_removed() {
    let house = House::start();
    let secret = "sk-canary-0123456789abcdef";
    let added = run_with_input(&mut house.command(&["key", "add", "openai", "mine"]), secret);
    check_code(&added, 0);
    let listed = house.run(&["key", "list"]);
    check_code(&listed, 0);
    assert!(stdout(&listed).contains("mine") && stdout(&listed).contains("…cdef"));
    for output in [&added, &listed, &house.run(&["key", "list", "--format", "json"])] {
        assert!(!stdout(output).contains(secret) && !stderr(output).contains(secret));
    }
    let disabled = house.run(&["key", "disable", "mine", "--format", "json"]);
    assert_eq!(json(&disabled)["state"], "disabled");
    check_code(&house.run(&["key", "enable", "mine"]), 0);
    check_code(&house.run(&["key", "remove", "mine", "--yes"]), 0);
    check_code(&house.run(&["key", "disable", "mine"]), 4);
    let nothing = run_with_input(&mut house.command(&["key", "add", "openai", "mine"]), "");
    check_code(&nothing, 2);

    let keys = json(&house.run(&["key", "list", "--format", "json"]));
    let demo = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    let tested = house.run(&["key", "test", &demo]);
    check_code(&tested, 0);
    assert!(stdout(&tested).starts_with("works"), "{}", stdout(&tested));
}
