use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use control::machines::leaving_statement;
use daemon::{MachineConfig, MachineIdentity};
use host::SystemClock;
use model::{Clock, Timestamp};

use super::support::{
    House, Running, check_code, json, program, run_with_input, stderr, stdout, wait_until,
};

/// A second computer, as far as directories make one.
struct Computer<'a> {
    house: &'a House,
    data: std::path::PathBuf,
}

impl Computer<'_> {
    fn new(house: &House) -> Computer<'_> {
        let data = house.root.path().join("computer");
        fs::create_dir_all(house.root.path().join("code")).unwrap();
        Computer { house, data }
    }

    fn machine(&self, arguments: &[&str]) -> Command {
        let mut command = program(&self.house.home());
        command.arg("machine").args(arguments).arg("--data-dir").arg(&self.data);
        command
    }

    fn enroll(&self, server: &str, token: &str) -> Output {
        let code = self.house.root.path().join("code");
        let mut command = self.machine(&["enroll", "--server", server, "--name", "builder"]);
        command.arg("--workspace").arg(code);
        run_with_input(&mut command, token)
    }

    fn directory(&self) -> std::path::PathBuf {
        self.data.join("enrolled")
    }

    fn status(&self) -> Output {
        self.machine(&["status", "--format", "json"]).output().unwrap()
    }
}

fn token(house: &House) -> String {
    let made = house.post("/api/remote/machines/register", "{}");
    made["registration_token"].as_str().unwrap().to_owned()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// S53, S110: the key pair is made here and its private half is its owner's alone; the token that
/// makes one machine makes no second; that the machine came and went is written down.
#[test]
fn a_computer_is_enrolled_runs_and_leaves() {
    let mut house = House::start();
    let computer = Computer::new(&house);
    check_code(&computer.status(), 4);
    let token = token(&house);
    check_code(&computer.enroll(&house.url, &token), 0);
    assert_eq!(mode(&computer.directory().join("machine.key")), 0o600);
    assert_eq!(mode(&computer.directory()), 0o700);
    check_code(&computer.status(), 6);

    let again = computer.enroll(&house.url, &token);
    check_code(&again, 1);
    assert!(stderr(&again).contains("unenroll"), "{}", stderr(&again));
    let other = Computer { house: &house, data: house.root.path().join("other") };
    let used = other.enroll(&house.url, &token);
    check_code(&used, 5);
    assert!(stderr(&used).contains("works once"), "{}", stderr(&used));
    assert!(!other.directory().join("machine.key").exists());

    let running = Running::start(&mut computer.machine(&["run", "--demo"]));
    running.line_with("Connected to");
    wait_until("the status that the link is up", || {
        let status = json(&computer.status());
        (status["daemon"]["linked"] == true).then_some(())
    });
    check_code(&computer.status(), 0);
    check_code(&computer.machine(&["run"]).output().unwrap(), 1);
    check_code(&computer.machine(&["unenroll"]).output().unwrap(), 1);

    let wrote = house.run(&[
        "-p",
        "/write notes.txt hello",
        "--machine",
        "builder",
        "--permission-preset",
        "full-auto",
    ]);
    check_code(&wrote, 0);
    let notes = house.root.path().join("code/notes.txt");
    assert_eq!(fs::read_to_string(notes).unwrap().trim(), "hello");

    let (code, took) = running.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(6), "{took:?}");
    let left = computer.machine(&["unenroll"]).output().unwrap();
    check_code(&left, 0);
    assert!(!computer.directory().join("machine.key").exists());
    assert!(!computer.directory().join("config.json").exists());
    let machines = stdout(&house.run(&["machine", "list"]));
    assert!(!machines.contains("builder"), "{machines}");
    let log = stdout(&house.run(&["audit", "list", "--action", "machine"]));
    assert!(log.contains("machine.enrol") && log.contains("machine.leave"), "{log}");
    house.up.take().unwrap().terminate();
}

/// A token is sent to no computer that others could read on the way, and a text that is none
/// is sent nowhere.
#[test]
fn what_is_wrong_with_an_enrolment_is_said_before_anything_is_sent() {
    let house = House::start();
    let computer = Computer::new(&house);
    let token = token(&house);
    let readable = computer.enroll("http://192.0.2.1:8080", &token);
    check_code(&readable, 2);
    assert!(stderr(&readable).contains("--insecure-http"), "{}", stderr(&readable));
    check_code(&computer.enroll(&house.url, "not-a-token"), 2);
    let mut command = computer.machine(&["enroll", "-s", &house.url, "-w", "no-such-directory"]);
    check_code(&run_with_input(&mut command, &token), 2);
    check_code(&computer.enroll("http://127.0.0.1:1", &token), 6);
    assert!(!computer.directory().join("config.json").exists());
    // Nothing of this has used the token up.
    check_code(&computer.enroll(&house.url, &token), 0);
}

/// S56: a server that did not make the token is not trusted, and nothing of it is kept.
#[test]
fn a_stranger_in_between_is_refused() {
    let house = House::start();
    let computer = Computer::new(&house);
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", stranger.local_addr().unwrap());
    let answering = std::thread::spawn(move || answer_register(&stranger));
    let refused = computer.enroll(&url, &token(&house));
    answering.join().unwrap();
    check_code(&refused, 5);
    assert!(stderr(&refused).contains("is not the server that made"), "{}", stderr(&refused));
    assert!(!computer.directory().join("config.json").exists());
    assert!(!computer.directory().join("machine.key").exists());
}

/// Takes any token and shows another key than the one that the token names.
fn answer_register(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        assert_ne!(read, 0, "the request broke off");
        request.extend_from_slice(&piece[..read]);
    }
    let machine = "01890000-0000-7000-8000-000000000001";
    let key = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";
    let body =
        format!(r#"{{"success":true,"machine_id":"{machine}","server_public_key":"{key}"}}"#);
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
}

/// A machine waits for a server that is away, says so, and comes back by itself.
#[test]
fn a_machine_outlives_its_server() {
    let mut house = House::start();
    let token = token(&house);
    let (data, home) = (house.root.path().join("computer"), house.home());
    fs::create_dir(house.root.path().join("code")).unwrap();
    let mut enroll = program(&home);
    enroll.args(["machine", "enroll", "-s", &house.url, "-w"]).arg(house.root.path().join("code"));
    check_code(&run_with_input(enroll.arg("--data-dir").arg(&data), &token), 0);
    let machine = |arguments: &[&str]| {
        let mut command = program(&home);
        command.arg("machine").args(arguments).arg("--data-dir").arg(&data);
        command
    };
    let running = Running::start(&mut machine(&["run"]));
    running.line_with("Connected to");
    house.up.take().unwrap().terminate();
    running.line_with("Not connected");
    wait_until("the status that there is no link", || {
        (machine(&["status"]).output().unwrap().status.code() == Some(6)).then_some(())
    });
    house.restart();
    running.line_with("Connected to");
    wait_until("the status", || {
        machine(&["status"]).output().unwrap().status.success().then_some(())
    });

    house.up.take().unwrap().terminate();
    running.terminate();
    let unreachable = machine(&["unenroll"]).output().unwrap();
    check_code(&unreachable, 6);
    assert!(stderr(&unreachable).contains("--force"), "{}", stderr(&unreachable));
    assert!(data.join("enrolled/machine.key").exists());
    let forced = machine(&["unenroll", "--force"]).output().unwrap();
    check_code(&forced, 0);
    assert!(stderr(&forced).contains("could not be told"), "{}", stderr(&forced));
    assert!(!data.join("enrolled/machine.key").exists());
}

/// What finds no room on the disk leaves nothing behind, and has not used the token up; what cannot
/// be kept when the server has agreed is taken back there, too.
#[test]
fn an_enrolment_is_whole_or_not_there() {
    let house = House::start();
    let computer = Computer::new(&house);
    let fresh = token(&house);
    let enroll = computer.machine(&["enroll", "--server", &house.url]);
    let mut full = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    full.args(["-c", script, "sh"]).arg(enroll.get_program()).args(enroll.get_args());
    full.env_clear().env("HOME", house.home()).env("PATH", "/usr/bin:/bin");
    let refused = run_with_input(full.current_dir(house.home()), &fresh);
    check_code(&refused, 1);
    let told = stderr(&refused);
    assert!(told.contains("machine.key") && told.contains("make room"), "{told}");
    assert!(!computer.data.exists(), "nothing stays");

    let staged = computer.directory().join("config.new");
    fs::create_dir_all(&staged).unwrap();
    fs::set_permissions(computer.directory(), private()).unwrap();
    let undone = computer.enroll(&house.url, &fresh);
    check_code(&undone, 1);
    assert!(stderr(&undone).contains("undone"), "{}", stderr(&undone));
    assert!(!computer.directory().join("machine.key").exists());
    let machines = stdout(&house.run(&["machine", "list"]));
    assert!(!machines.contains("builder"), "{machines}");
    fs::remove_dir(&staged).unwrap();
    check_code(&computer.enroll(&house.url, &token(&house)), 0);
}

fn private() -> fs::Permissions {
    fs::Permissions::from_mode(0o700)
}

/// That a server does not believe the clock is not that it has forgotten the machine: the key stays.
#[test]
fn a_clock_that_is_off_is_not_taken_for_a_machine_that_is_unknown() {
    let house = House::start();
    let computer = Computer::new(&house);
    check_code(&computer.enroll(&house.url, &token(&house)), 0);
    let file = computer.directory().join("config.json");
    let config = fs::read_to_string(&file).unwrap();
    for (status, code, ends, says, key_stays) in [
        ("409 Conflict", "clock_off", 1, "clock", true),
        ("401 Unauthorized", "identity_refused", 0, "does not know", false),
    ] {
        let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", stranger.local_addr().unwrap());
        fs::write(&file, config.replace(&house.url, &url)).unwrap();
        let number = &status[..3];
        let body = format!(
            r#"{{"type":"about:blank","title":"T","status":{number},"code":"{code}","detail":"d","error":"d"}}"#
        );
        let answering = std::thread::spawn(move || answer_problem(&stranger, status, &body));
        let left = computer.machine(&["unenroll"]).output().unwrap();
        answering.join().unwrap();
        check_code(&left, ends);
        assert!(stderr(&left).contains(says), "{}", stderr(&left));
        assert_eq!(computer.directory().join("machine.key").exists(), key_stays);
    }
}

fn answer_problem(listener: &TcpListener, status: &str, body: &str) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        assert_ne!(read, 0, "the request broke off");
        request.extend_from_slice(&piece[..read]);
    }
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
}

/// What was said for one life of the daemon only is refused where it makes no sense, and is not
/// written down; and a daemon can be told to leave.
#[test]
fn options_of_the_daemon_hold_for_its_life() {
    let house = House::start();
    let computer = Computer::new(&house);
    check_code(&computer.enroll(&house.url, &token(&house)), 0);
    let file = computer.directory().join("config.json");
    let config = fs::read_to_string(&file).unwrap();
    for wrong in [
        &["run", "--interval", "5"][..],
        &["run", "--max-files", "0"],
        &["run", "--shell-bin", "sh"],
        &["run", "--unregister", "--once"],
        &["run", "--unregister", "--no-tunnel"],
    ] {
        check_code(&computer.machine(wrong).output().unwrap(), 2);
    }
    let mut once = computer.machine(&["run", "--once", "--tunnel-poll-interval", "500"]);
    once.env("GANTLINE_MACHINE_NO_TUNNEL", "1").env("GANTLINE_MACHINE_INTERVAL", "1000");
    let once = once.output().unwrap();
    check_code(&once, 0);
    assert!(stdout(&once).contains("refuses every session"), "{}", stdout(&once));
    let mut mirroring = computer.machine(&["run", "--once"]);
    mirroring.env("GANTLINE_MACHINE_MIRROR_FILES", "1");
    let mirroring = mirroring.output().unwrap();
    check_code(&mirroring, 0);
    assert!(stdout(&mirroring).contains("machine mirror off"), "{}", stdout(&mirroring));
    assert_eq!(fs::read_to_string(&file).unwrap(), config);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let loose = computer.machine(&["run", "--once"]).output().unwrap();
    check_code(&loose, 1);
    assert!(stderr(&loose).contains("chmod 600"), "{}", stderr(&loose));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    check_code(&computer.machine(&["run", "--unregister"]).output().unwrap(), 0);
    assert!(!file.exists());
    assert!(!stdout(&house.run(&["machine", "list"])).contains("builder"));
}

/// The owner's commands say what is wrong, and change nothing then.
#[test]
fn what_makes_no_sense_in_a_policy_is_refused() {
    let house = House::start();
    let computer = Computer::new(&house);
    for words in [&["policy", "show"][..], &["halt"], &["resume"], &["policy", "set", "--shell=on"]]
    {
        check_code(&computer.machine(words).output().unwrap(), 4);
    }
    check_code(&computer.enroll(&house.url, &token(&house)), 0);
    let file = computer.directory().join("policy.toml");
    let before = fs::read_to_string(&file).unwrap();
    let long = "x".repeat(501);
    for (words, code) in [
        (&["policy", "set"][..], 2),
        (&["policy", "set", "--workspace", "/no/such/directory"], 2),
        (&["policy", "set", "--remove-workspace", "/no/such/directory"], 4),
        (&["policy", "set", "--agents", "no-such-agent"], 2),
        (&["policy", "set", "--shell", "perhaps"], 2),
        (&["policy", "set", "--highest-preset", "everything"], 2),
        (&["halt", "--reason", &long], 2),
        (&["halt", "--reason", "two\nlines"], 2),
    ] {
        check_code(&computer.machine(words).output().unwrap(), code);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    assert!(!computer.directory().join("halt.json").exists());

    let set =
        ["policy", "set", "--agents", "claude,codex", "--shell", "off", "--highest-preset", "ask"];
    let shown = json(&computer.machine(&set).arg("--format=json").output().unwrap());
    assert_eq!(shown["agents"], serde_json::json!(["claude", "codex"]));
    assert_eq!((&shown["shell"], &shown["highest_preset"]), (&false.into(), &"ask".into()));
    assert_eq!(mode(&file), 0o600);
    let again = json(&computer.machine(&["policy", "show", "--format=json"]).output().unwrap());
    assert_eq!(again, shown);

    // Without a daemon nothing has to be waited for.
    let halted = json(&computer.machine(&["halt", "--format=json"]).output().unwrap());
    assert_eq!((&halted["halted"], &halted["ended_sessions"]), (&true.into(), &0.into()));
    assert_eq!(mode(&computer.directory().join("halt.json")), 0o600);
    let resumed = json(&computer.machine(&["resume", "--format=json"]).output().unwrap());
    assert_eq!(resumed["was_halted"], true);
}

/// Who proves with the machine's key to be it, is told that its clock is off; nobody else is told
/// anything, and an old statement removes nothing.
#[test]
fn a_server_tells_its_machine_that_the_clocks_are_apart() {
    let house = House::start();
    let computer = Computer::new(&house);
    check_code(&computer.enroll(&house.url, &token(&house)), 0);
    let config = MachineConfig::read(&computer.directory()).unwrap();
    let identity = MachineIdentity::read(&computer.directory()).unwrap();
    let mut server_key = [0; 32];
    hex::decode_to_slice(&config.server_keys[0], &mut server_key).unwrap();
    let leave = |minutes: i64, is_forged: bool| {
        let now = SystemClock::start().now().as_millis();
        let at = Timestamp::from_millis(now + minutes * 60_000);
        let statement = leaving_statement(config.machine_id, at, &server_key);
        let mut signature = identity.sign(&statement);
        signature[0] ^= u8::from(is_forged);
        let body = serde_json::json!({
            "machine_id": config.machine_id,
            "at_ms": at.as_millis(),
            "signature": hex::encode(signature),
        });
        house.post("/api/remote/agent/unregister", &body.to_string())
    };
    for minutes in [-11, 11] {
        assert_eq!(leave(minutes, true)["code"], "identity_refused");
        let told = leave(minutes, false);
        assert_eq!(told["code"], "clock_off", "{told}");
        assert!(told["detail"].as_str().unwrap().contains("minutes"), "{told}");
    }
    assert!(stdout(&house.run(&["machine", "list"])).contains("builder"));
    assert_eq!(leave(9, false)["success"], true);
    assert!(!stdout(&house.run(&["machine", "list"])).contains("builder"));
}
