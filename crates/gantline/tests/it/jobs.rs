use super::support::{House, check_code, json, stdout};

#[test]
fn a_job_is_submitted_waited_for_and_deleted() {
    let house = House::start();
    let submitted = house.run(&["job", "submit", "-p", "/say forty-two", "--format", "quiet"]);
    check_code(&submitted, 0);
    let id = stdout(&submitted).trim().to_owned();
    let waited = house.run(&["job", "wait", &id]);
    check_code(&waited, 0);
    assert!(stdout(&waited).contains("forty-two"), "{}", stdout(&waited));
    let end = id.get(id.len() - 8..).unwrap();
    let shown = json(&house.run(&["job", "status", end, "--format", "json"]));
    assert_eq!((&shown["id"], &shown["status"]), (&id.as_str().into(), &"completed".into()));
    check_code(&house.run(&["job", "logs", &id]), 0);
    let list = json(&house.run(&["job", "list", "--status", "completed", "--format", "json"]));
    assert_eq!(list["jobs"][0]["id"], id.as_str(), "{list}");
    check_code(&house.run(&["job", "delete", &id]), 0);
    check_code(&house.run(&["job", "status", &id]), 4);
}

#[test]
fn a_job_is_cancelled_and_whoever_waits_is_told() {
    let house = House::start();
    let submit = ["job", "submit", "/run sleep 60", "--approve-all", "--format", "quiet"];
    let id = stdout(&house.run(&submit)).trim().to_owned();
    check_code(&house.run(&["job", "wait", &id, "--timeout", "1"]), 3);
    check_code(&house.run(&["job", "cancel", &id]), 0);
    check_code(&house.run(&["job", "wait", &id]), 1);
    let shown = json(&house.run(&["job", "status", &id, "--format", "json"]));
    assert_eq!(shown["status"], "canceled");
    check_code(&house.run(&["job", "submit", " "]), 2);
}
