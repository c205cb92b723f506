use std::process::Command;

use proptest::prelude::*;

use super::*;

fn background() -> Background {
    Background {
        // A program that is there, which `systemd-analyze` looks for.
        program: std::env::current_exe().unwrap(),
        user: "ana".to_owned(),
        home: "/home/ana".into(),
        data_directory: "/home/ana/.local/share/gantline".into(),
    }
}

/// Values that mean something to a shell, to systemd or to XML.
const ADVERSARIAL: &[&str] = &[
    "plain",
    "two words",
    "a'b",
    "a\"b",
    "a`touch x`b",
    "$(touch x)",
    "${HOME}",
    "%h %n %%",
    "a;b&c|d",
    "-leading",
    "back\\slash\\",
    "</string><string>evil",
    "&amp;<!--",
    "“typographic” ‘quotes’",
    "new\nline",
    "ExecStartPre=/bin/true",
    "日本語",
];

fn directory(value: &str) -> Background {
    Background { data_directory: format!("/home/ana/{value}").into(), ..background() }
}

/// What systemd takes a command line of a unit for: words, with its escapes undone.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let mut word = String::new();
        match character {
            ' ' => continue,
            '"' => loop {
                match characters.next().expect("a word that begins with a quote ends with one") {
                    '"' => break,
                    '\\' => match characters.next().unwrap() {
                        'n' => word.push('\n'),
                        't' => word.push('\t'),
                        other => word.push(other),
                    },
                    sign @ ('%' | '$') => {
                        assert_eq!(characters.next(), Some(sign), "{line}");
                        word.push(sign);
                    }
                    other => word.push(other),
                }
            },
            first => {
                word.push(first);
                while let Some(next) = characters.next_if(|next| *next != ' ') {
                    word.push(next);
                }
            }
        }
        words.push(word);
    }
    words
}

fn value<'a>(unit: &'a str, name: &str) -> &'a str {
    let mut values = unit.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let value = values.next().unwrap();
    assert_eq!(values.next(), None, "{name} stands in the unit once");
    value
}

#[track_caller]
fn check_unit(value_of_path: &str) {
    let background = directory(value_of_path);
    let unit = Starter::Systemd.describe(&background).unwrap();
    let expected = [
        background.program.to_str().unwrap(),
        "machine",
        "run",
        "--data-dir",
        background.data_directory.to_str().unwrap(),
    ];
    assert_eq!(words(value(&unit, "ExecStart")), expected);
    assert_eq!(unit.lines().filter(|line| line.starts_with("Exec")).count(), 1);
}

#[track_caller]
fn check_property_list(value_of_path: &str) {
    let background = directory(value_of_path);
    let list = Starter::Launchd.describe(&background).unwrap();
    let list = plist::Value::from_reader_xml(list.as_bytes()).unwrap().into_dictionary().unwrap();
    let words = list.get("ProgramArguments").unwrap().as_array().unwrap();
    let last = words.last().unwrap().as_string().unwrap();
    assert_eq!(last, background.data_directory.to_str().unwrap());
    assert_eq!(words.len(), 5);
    assert_eq!(list.get("UserName").unwrap().as_string(), Some("ana"));
}

#[track_caller]
fn check_task(value_of_path: &str) {
    let background = directory(value_of_path);
    let task = Starter::Scheduler.describe(&background);
    if value_of_path.contains('"') {
        assert!(task.is_err(), "no path on Windows holds a quote");
        return;
    }
    let task = task.unwrap();
    let task = roxmltree::Document::parse(&task).unwrap();
    let text = |name| task.descendants().find(|node| node.has_tag_name((TASKS, name))).unwrap();
    let path = background.data_directory.to_str().unwrap().trim_end_matches('\\');
    let arguments = format!("machine run --data-dir \"{path}\"");
    assert_eq!(text("Arguments").text(), Some(&*arguments));
    assert_eq!(text("Arguments").children().count(), 1);
    assert_eq!(text("Command").text(), background.program.to_str());
}

const TASKS: &str = "http://schemas.microsoft.com/windows/2004/02/mit/task";

/// S127: whatever characters a value holds, it is that value in the end.
#[test]
fn values_stay_what_they_are() {
    for value in ADVERSARIAL {
        check_unit(value);
        check_property_list(value);
        check_task(value);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_stays_what_it_is(value in "[\\PC\n\t]{1,40}") {
        check_unit(&value);
        check_property_list(&value);
        check_task(&value);
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let starters = [Starter::Systemd, Starter::Launchd, Starter::Scheduler];
    for starter in starters {
        assert!(starter.describe(&directory("a\u{1}b")).is_err(), "{starter:?}");
        let user = Background { user: "ana\u{0}".to_owned(), ..background() };
        assert!(starter.describe(&user).is_err(), "{starter:?}");
    }
    for user in ["", "-ana", "ana\nExecStartPre=/bin/true", "%u", "ana bob"] {
        let background = Background { user: user.to_owned(), ..background() };
        assert!(Starter::Systemd.describe(&background).is_err(), "{user}");
    }
}

/// S78: the unit runs as the named user, without a way to more rights; systemd finds nothing wrong
/// with it and much in it.
#[test]
fn systemd_takes_the_unit_and_finds_it_confined() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gantline-machine.service");
    let background = Background { user: "daemon".to_owned(), ..background() };
    let unit = Starter::Systemd.describe(&background).unwrap();
    std::fs::write(&path, &unit).unwrap();
    let verified = Command::new("systemd-analyze").arg("verify").arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("gantline-machine"), "{said}");
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--threshold=45"])
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&judged.stdout);
    assert!(judged.status.success(), "{said}");
    assert_eq!(value(&unit, "User"), "daemon");
    assert_eq!(value(&unit, "NoNewPrivileges"), "yes");
    assert_eq!(value(&unit, "CapabilityBoundingSet"), "");
    assert_eq!(value(&unit, "AmbientCapabilities"), "");
}

/// S79: the task runs with the user's own rights, not those of the system.
#[test]
fn windows_runs_the_machine_as_its_user() {
    let background = Background {
        program: "C:\\Program Files\\Gantline\\gantline.exe".into(),
        user: "OFFICE\\ana".to_owned(),
        ..background()
    };
    let task = Starter::Scheduler.describe(&background).unwrap();
    let task = roxmltree::Document::parse(&task).unwrap();
    let text = |name| task.descendants().find(|node| node.has_tag_name((TASKS, name)))?.text();
    assert_eq!(text("UserId"), Some("OFFICE\\ana"));
    assert_eq!(text("RunLevel"), Some("LeastPrivilege"));
    assert_eq!(text("LogonType"), Some("S4U"));
    assert_eq!(text("Command"), Some("C:\\Program Files\\Gantline\\gantline.exe"));
}
