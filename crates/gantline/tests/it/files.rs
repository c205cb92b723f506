//! Files where a session works, from a terminal.

use std::fs;

use super::support::{House, check_code, json, stderr, stdout};

#[test]
fn files_are_listed_fetched_and_put_and_nothing_is_written_over() {
    let house = House::start();
    check_code(
        &house.run(&[
            "--session",
            "work",
            "-p",
            "/write a.txt one",
            "--permission-preset",
            "full-auto",
            "--format",
            "quiet",
        ]),
        0,
    );
    fs::create_dir(house.work().join("inside")).unwrap();

    let listed = house.run(&["session", "files", "work"]);
    check_code(&listed, 0);
    let text = stdout(&listed);
    assert!(text.contains("a.txt") && text.contains("inside"), "{text}");
    let listed = house.run(&["session", "files", "work", "inside", "--format", "json"]);
    assert_eq!(json(&listed)["entries"].as_array().unwrap().len(), 0);

    let fetched = house.run(&["session", "download", "work", "a.txt"]);
    check_code(&fetched, 0);
    assert_eq!(stdout(&fetched).trim_end(), "one");
    let target = house.home().join("fetched");
    let path = target.to_str().unwrap();
    check_code(&house.run(&["session", "download", "work", "a.txt", "--output", path]), 0);
    check_code(&house.run(&["session", "download", "work", "a.txt", "--output", path]), 1);
    assert_eq!(fs::read_to_string(&target).unwrap().trim_end(), "one");

    fs::write(&target, "two").unwrap();
    check_code(&house.run(&["session", "upload", "work", path, "inside/b.txt"]), 0);
    assert_eq!(fs::read_to_string(house.work().join("inside/b.txt")).unwrap(), "two");
    fs::write(&target, "three").unwrap();
    let kept = house.run(&["session", "upload", "work", path, "inside/b.txt"]);
    assert!(!kept.status.success());
    assert_eq!(fs::read_to_string(house.work().join("inside/b.txt")).unwrap(), "two");
    check_code(&house.run(&["session", "upload", "work", path, "inside/b.txt", "--replace"]), 0);
    assert_eq!(fs::read_to_string(house.work().join("inside/b.txt")).unwrap(), "three");

    // Nothing leads out of the workspace.
    for path in ["../outside", "/etc/hostname"] {
        let refused = house.run(&["session", "download", "work", path]);
        assert!(!refused.status.success() && stdout(&refused).is_empty(), "{path}");
        assert!(!stderr(&refused).is_empty(), "{path}");
    }
    check_code(&house.run(&["session", "download", "work", "missing"]), 4);
}
