//! Accounts, tokens and tenants at the command line.

use super::support::{House, check_code, json, stderr, stdout};

/// Somebody is invited, found by name, given another role, disabled and enabled.
#[test]
fn an_account_from_its_invitation_to_its_end() {
    let house = House::start();
    let invited = house.run(&["user", "create", "Ana", "--display-name", "Ana 安娜"]);
    check_code(&invited, 0);
    let link = stdout(&invited);
    assert!(link.starts_with(&house.url) && link.contains("/#/welcome/"), "{link}");
    assert_eq!(link.lines().count(), 1, "the link alone can be sent on: {link}");
    assert!(stderr(&invited).contains("Ana"), "{}", stderr(&invited));

    let listed = house.run(&["user", "list", "--format", "json"]);
    let users = json(&listed)["users"].as_array().unwrap().clone();
    let ana = users.iter().find(|user| user["username"] == "Ana").unwrap();
    assert_eq!((&ana["state"], &ana["role"]), (&"invited".into(), &"user".into()));
    let number = ana["number"].to_string();

    for name in ["ana", number.as_str(), ana["user_id"].as_str().unwrap()] {
        let again = house.run(&["user", "password-link", name, "--format", "quiet"]);
        check_code(&again, 0);
        assert_ne!(stdout(&again), link);
    }
    let role = house.run(&["user", "role", "ana", "tenant_admin", "--yes"]);
    check_code(&role, 0);
    assert!(stdout(&role).contains("tenant_admin"), "{}", stdout(&role));
    check_code(&house.run(&["user", "disable", "ana", "--yes"]), 0);
    let table = house.run(&["--lang", "zh", "user", "list"]);
    assert!(stdout(&table).contains("已停用"), "{}", stdout(&table));
    check_code(&house.run(&["user", "enable", "ana"]), 0);
    check_code(&house.run(&["user", "logins", "ana"]), 0);
    check_code(&house.run(&["user", "sign-out", "ana", "--yes"]), 0);

    check_code(&house.run(&["user", "role", "nobody-here", "user"]), 4);
    check_code(&house.run(&["user", "create", "ANA"]), 1);
    check_code(&house.run(&["user", "role", "ana", "king"]), 2);
}

/// A program's token does what it is for, and is gone when it is revoked.
#[test]
fn a_service_account_has_tokens_for_what_it_does() {
    let house = House::start();
    check_code(
        &house.run(&["user", "create", "deployer", "--service", "--role", "tenant_admin"]),
        0,
    );
    let scopes = ["--scope", "read", "--scope", "machines"];
    let made = house.run(&[&["token", "create", "ci", "--user", "deployer"][..], &scopes].concat());
    check_code(&made, 0);
    let token = stdout(&made).trim().to_owned();
    assert!(!stderr(&made).contains(&token), "{}", stderr(&made));
    let with = |arguments: &[&str]| {
        house.command(arguments).env("GANTLINE_TOKEN", &token).output().unwrap()
    };
    check_code(&with(&["machine", "list"]), 0);
    check_code(&with(&["user", "list"]), 5);
    check_code(&with(&["token", "create", "more"]), 5);

    let listed = house.run(&["token", "list", "--user", "deployer"]);
    assert!(stdout(&listed).contains("read machines"), "{}", stdout(&listed));
    check_code(&house.run(&["token", "revoke", "ci", "--user", "deployer", "--yes"]), 0);
    check_code(&with(&["machine", "list"]), 7);
    check_code(&house.run(&["token", "revoke", "ci", "--user", "deployer"]), 4);
}

/// A machine's people are listed, added and taken off; another tenant has none of them.
#[test]
fn people_are_assigned_to_a_machine() {
    let house = House::start();
    check_code(&house.run(&["user", "create", "bo"]), 0);
    let machines = json(&house.run(&["machine", "list", "--format", "json"]));
    let machine = machines["machines"][0]["machine_name"].as_str().unwrap().to_owned();
    let assigned = house.run(&["machine", "assign", &machine, "bo", "admin"]);
    check_code(&assigned, 0);
    assert!(stdout(&assigned).contains("admin"), "{}", stdout(&assigned));
    let users = house.run(&["machine", "users", &machine]);
    assert!(stdout(&users).contains("bo"), "{}", stdout(&users));
    let everywhere = house.run(&["machine", "assignments", "--user", "bo"]);
    check_code(&everywhere, 0);
    assert!(stdout(&everywhere).contains(&machine), "{}", stdout(&everywhere));
    check_code(&house.run(&["machine", "unassign", &machine, "bo", "--yes"]), 0);
    check_code(&house.run(&["machine", "unassign", &machine, "bo", "--yes"]), 4);

    let tenant = house.run(&["tenant", "create", "研究部", "--format", "quiet"]);
    check_code(&tenant, 0);
    let number = stdout(&tenant).trim().to_owned();
    check_code(&house.run(&["user", "create", "cy", "--tenant", &number]), 0);
    let theirs = house.run(&["user", "list", "--tenant", &number, "--format", "quiet"]);
    let cy = stdout(&theirs).trim().to_owned();
    check_code(&house.run(&["machine", "assign", &machine, &cy]), 4);
    assert!(stdout(&house.run(&["tenant", "list"])).contains("研究部"));
    let none = house.run(&["--lang", "zh", "machine", "assignments", "--tenant", &number]);
    assert!(stdout(&none).contains("没有人"), "{}", stdout(&none));
    check_code(&house.run(&["tenant", "rename", &number, "Research"]), 0);
    assert!(stdout(&house.run(&["tenant", "list"])).contains("Research"));
    check_code(&house.run(&["tenant", "rename", "77", "Nobody"]), 4);
}

/// A frozen machine takes no new work, one at a time or all at once; what was queued is done when
/// the freeze is lifted.
#[test]
fn machines_are_renamed_labelled_and_frozen() {
    let house = House::start();
    let machines = json(&house.run(&["machine", "list", "--format", "json"]));
    let before = machines["machines"][0]["machine_name"].as_str().unwrap().to_owned();
    check_code(&house.run(&["machine", "rename", &before, "build-07"]), 0);
    let labelled = house.run(&["machine", "label", "build-07", "gpu", "beijing"]);
    check_code(&labelled, 0);
    assert!(stdout(&labelled).contains("beijing, gpu"), "{}", stdout(&labelled));

    check_code(&house.run(&["machine", "freeze"]), 2);
    let frozen = house.run(&["machine", "freeze", "build-07", "--reason", "new disk"]);
    check_code(&frozen, 0);
    let submit = ["job", "submit", "-p", "/say hello", "--format", "quiet"];
    let refused = house.run(&submit);
    check_code(&refused, 1);
    assert!(stderr(&refused).contains("new disk"), "{}", stderr(&refused));
    assert!(stdout(&house.run(&["--lang", "zh", "machine", "list"])).contains("已冻结"));
    let shown = house.run(&["machine", "show", "build-07"]);
    assert!(stdout(&shown).contains("new disk"), "{}", stdout(&shown));
    check_code(&house.run(&["machine", "unfreeze", "build-07"]), 0);

    let long =
        house.run(&["job", "submit", "/run sleep 600", "--approve-all", "--format", "quiet"]);
    let all = house.run(&["machine", "freeze", "--all", "--reason", "an incident", "--yes"]);
    check_code(&all, 0);
    check_code(&house.run(&submit), 1);
    let going = json(&house.run(&["job", "status", stdout(&long).trim(), "--format", "json"]));
    assert!(matches!(going["status"].as_str(), Some("queued" | "running")), "{going}");
    check_code(&house.run(&["machine", "unfreeze", "--all"]), 0);
    let taken = house.run(&submit);
    check_code(&taken, 0);
    check_code(&house.run(&["job", "cancel", stdout(&long).trim()]), 0);
    let waited = house.run(&["job", "wait", stdout(&taken).trim()]);
    assert!(stdout(&waited).contains("hello"), "{}", stdout(&waited));
}

/// What a tenant allows its sessions is shown, changed one by one, and lifted.
#[test]
fn session_limits_are_set_and_lifted() {
    let house = House::start();
    let shown = house.run(&["tenant", "limits"]);
    check_code(&shown, 0);
    assert_eq!(stdout(&shown).matches("no limit").count(), 4, "{}", stdout(&shown));
    let set = ["tenant", "limits", "--idle", "7200", "--per-user", "3", "--format", "json"];
    let limits = json(&house.run(&set));
    assert_eq!(limits, serde_json::json!({ "idle_limit_s": 7200, "max_sessions_per_user": 3 }));
    let changed = house.run(&["--lang", "zh", "tenant", "limits", "1", "--per-user", "none"]);
    check_code(&changed, 0);
    let text = stdout(&changed);
    assert!(text.contains("7200 秒") && text.matches("不限").count() == 3, "{text}");
    check_code(&house.run(&["tenant", "limits", "--max-turns", "0"]), 2);
    check_code(&house.run(&["tenant", "limits", "--max-turns", "many"]), 2);
    check_code(&house.run(&["tenant", "limits", "77"]), 4);
}
