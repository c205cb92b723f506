//! One machine from the line that the console shows to the line that removes it, on a computer of its
//! own with a real systemd: `cargo xtask ci agents` unpacks it, nspawn boots it, and what is written is
//! written over it and goes with it. Whoever has no rights for that needs `sudo` without a password.
//! Where no computer can be booted, as in most containers, the test says so and does nothing.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::support::{House, check_code, stderr, stdout, wait_until};

const COMPUTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.cache/later/computer");

/// Somebody whose computer it is; what a desktop keeps in a home directory is there.
const ANA: &str = "set -e
    echo 'ana:x:5001:5001:Ana:/home/ana:/bin/sh' >>/etc/passwd
    echo 'ana:x:5001:' >>/etc/group
    install -d -o ana -g ana /home/ana /home/ana/.local /home/ana/.local/share";

/// Everything on the disk, with owner, rights, size, time and where a link leads to, but for what
/// systemd itself keeps.
const EVERYTHING: &str = "find / -xdev \
    '(' -path /var/log -o -path /var/lib/systemd -o -path /var/tmp ')' -prune \
    -o -type d -printf '%p %U %G %m\\n' -o -printf '%p %U %G %m %s %T@ %l\\n' | sort";

// Values that mean something to a shell or to systemd.
const LABEL: &str = "a'b\"c`touch pwned`$(touch pwned) ;&|<>\\ “x” %h\n--uninstall";
const DIRECTORY: &str = "/home/ana/data 'of' \"$(touch pwned)\"; %h ${HOME} \\ “x”";
const WORKSPACE: &str = "/home/ana/-work `touch pwned` %u $HOME";

/// A computer that runs.
struct Computer {
    nspawn: Child,
    /// Its first process.
    leader: String,
}

impl Computer {
    /// Boots one; none if nothing may be mounted here.
    #[expect(clippy::print_stderr, reason = "people must see what was not tried")]
    fn boot(house: &House) -> Option<Self> {
        assert!(Path::new(COMPUTER).is_dir(), "run: cargo xtask ci agents");
        let tried = administrator(&["unshare", "--mount", "true"]).output().unwrap();
        if !tried.status.success() {
            eprintln!("no computer was booted, nothing may be mounted: {}", stderr(&tried));
            return None;
        }
        let log = house.root.path().join("boot.log");
        let mut boot = administrator(&["systemd-nspawn", "--quiet", "--boot"]);
        boot.args(["--volatile=overlay", "--register=no", "--keep-unit", "--link-journal=no"]);
        boot.arg("--console=pipe").arg("--directory").arg(COMPUTER);
        boot.arg(format!("--machine=gantline-{}", std::process::id()));
        let said = File::create(&log).unwrap();
        boot.stdout(said.try_clone().unwrap()).stderr(said);
        let mut computer = Self { nspawn: boot.spawn().unwrap(), leader: String::new() };
        if wait_until("a computer that has booted", || computer.has_booted()) {
            return Some(computer);
        }
        eprintln!("no computer was booted: {}", fs::read_to_string(&log).unwrap());
        None
    }

    /// Whether it has; `false` if it never will, `None` as long as nobody knows.
    fn has_booted(&mut self) -> Option<bool> {
        if self.nspawn.try_wait().unwrap().is_some() {
            return Some(false);
        }
        self.leader = leader_below(self.nspawn.id())?;
        let state = self.command(&["systemctl", "is-system-running"]).output().unwrap();
        matches!(stdout(&state).trim(), "running" | "degraded").then_some(true)
    }

    /// A program of its administrator.
    fn command(&self, line: &[&str]) -> Command {
        let mut words = vec!["nsenter", "--target", &self.leader];
        words.extend(["--mount", "--pid", "--ipc", "--uts", "--cgroup", "--root", "--wd"]);
        words.extend(["env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin", "LC_ALL=C.UTF-8"]);
        words.push("SUDO_USER=ana");
        words.extend(line);
        administrator(&words)
    }

    /// Runs it; it must succeed. What it has printed.
    #[track_caller]
    fn run(&self, line: &[&str]) -> String {
        let output = self.command(line).output().unwrap();
        check_code(&output, 0);
        stdout(&output)
    }

    #[track_caller]
    fn shell(&self, script: &str) -> String {
        self.run(&["sh", "-c", script])
    }

    /// Pipes a script of the server into a shell.
    fn pipe(&self, url: &str, arguments: &[&str]) -> Output {
        let piped = "url=$1; shift; curl -fsS \"$url\" | sh -s -- \"$@\"";
        self.command(&[&["sh", "-c", piped, "sh", url][..], arguments].concat()).output().unwrap()
    }

    fn everything(&self) -> Vec<String> {
        self.shell(EVERYTHING).lines().map(str::to_owned).collect()
    }

    /// What systemd says of the machine.
    fn unit(&self, property: &str) -> String {
        let words = ["systemctl", "show", "--value", "--property", property, "gantline-machine"];
        self.run(&words).trim().to_owned()
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        // Powers it off (systemd(1), "Signals"); what was written goes with it. One that has not booted is killed.
        let halts = administrator(&["kill", "-s", "RTMIN+4", &self.leader]).status();
        if !halts.is_ok_and(|status| status.success()) {
            let _ = self.nspawn.kill();
        }
        let _ = self.nspawn.wait();
    }
}

/// The first process of a computer: the child of nspawn.
fn leader_below(nspawn: u32) -> Option<String> {
    let below = |process: &str| {
        let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
        let children = children.ok()?;
        Some(children.split_whitespace().next()?.to_owned())
    };
    let is = |process: &str, name: &str| {
        fs::read_to_string(format!("/proc/{process}/comm")).is_ok_and(|comm| comm.trim() == name)
    };
    let mut process = nspawn.to_string();
    while !is(&process, "systemd-nspawn") {
        process = below(&process)?;
    }
    below(&process)
}

/// A program of an administrator of the computer that runs the tests.
fn administrator(words: &[&str]) -> Command {
    let me = host::account::own().unwrap();
    let prefix: &[&str] = if me.is_some_and(|me| me.uid == 0) { &[] } else { &["sudo", "-n"] };
    let words = [prefix, words].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    command
}

/// What the server says of the machine.
fn shown(house: &House) -> Value {
    let shown = house.run(&["machine", "show", "builder", "--format", "json"]);
    serde_json::from_str(&stdout(&shown)).unwrap_or_default()
}

#[track_caller]
fn runs(house: &House, version: &str) {
    wait_until(version, || {
        let shown = shown(house);
        (shown["status"] == "online" && shown["agent_version"] == version).then_some(())
    });
}

/// The machine's settings, as they are written down.
fn settings(computer: &Computer) -> Value {
    let config = format!("{DIRECTORY}/enrolled/config.json");
    serde_json::from_str(&computer.run(&["cat", &config])).unwrap()
}

/// S127, S130, S131, S135: installed from the served script with values that mean something to a shell
/// or to systemd, started by systemd as its user and again when it was killed, linked, at work, brought
/// up to a newer release, removed; and what is on the disk then is what was there before, but for the
/// workspace.
#[test]
fn a_machine_lives_from_its_installation_to_its_removal() {
    let house = House::start();
    let Some(computer) = Computer::boot(&house) else { return };
    let maker = e2e::releases::Maker::new().unwrap();
    let dist = house.root.path().join("data/dist");
    e2e::releases::Maker::offer_in(&dist, &maker.program("0.1.0").unwrap(), None).unwrap();
    computer.shell(ANA);
    let before = computer.everything();

    let script = format!("{}/install-device-agent.sh", house.url);
    install(&house, &computer, &script);
    comes_back_when_killed(&house, &computer);
    let notes = works(&house, &computer);
    let set = settings(&computer);
    maker.publish_in(&dist, "0.2.0").unwrap();
    check_code(&house.run(&["machine", "offer-update", "builder"]), 0);
    runs(&house, "0.2.0");
    assert_eq!(settings(&computer), set);

    let removed = computer.pipe(&format!("{}/api/remote/agent/uninstall.sh", house.url), &[]);
    check_code(&removed, 0);
    check_code(&computer.pipe(&script, &["--uninstall"]), 0);
    let machines = stdout(&house.run(&["machine", "list"]));
    assert!(!machines.contains("builder"), "{machines}");
    assert_eq!(computer.unit("LoadState"), "not-found");
    let left = computer.command(&["pgrep", "-u", "ana", "-l"]).output().unwrap();
    assert_eq!(stdout(&left), "", "nothing of Ana's runs");
    assert_eq!(computer.run(&["cat", &notes]).trim(), "hello");
    computer.run(&["rm", "-r", "--", WORKSPACE]);
    let after = computer.everything();
    let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    let gone: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
    assert_eq!((new, gone), (vec![], vec![]));
}

/// The line of the console, with a value for every option; each is kept as it was given, and systemd
/// runs the machine as its user.
fn install(house: &House, computer: &Computer, script: &str) {
    let made = house.post("/api/remote/machines/register", "{}");
    let token = made["registration_token"].as_str().unwrap();
    let options = [
        ["--server", &house.url],
        ["--token", token],
        ["--name", "builder"],
        ["--label", LABEL],
        ["--device-id", "--workspace"],
        ["--workspace-id", "$(hostname)"],
        ["--dir", DIRECTORY],
        ["--workspace", WORKSPACE],
        ["--interval", "20000"],
        ["--max-files", "1000"],
        ["--shell-bin", "/bin/sh"],
    ];
    check_code(&computer.pipe(script, options.as_flattened()), 0);
    runs(house, "0.1.0");
    let set = settings(computer);
    assert_eq!(set["label"], LABEL);
    assert_eq!(
        (&set["device_id"], &set["workspace_id"]),
        (&"--workspace".into(), &"$(hostname)".into())
    );
    assert_eq!(shown(house)["workspaces"], serde_json::json!([WORKSPACE]));
    assert_eq!([computer.unit("ActiveState"), computer.unit("User")], ["active", "ana"]);
    computer.run(&["systemctl", "is-enabled", "gantline-machine"]);
    let line = format!("tr '\\0' '\\n' </proc/{}/cmdline", computer.unit("MainPID"));
    let line = computer.shell(&line);
    assert!(line.lines().any(|word| word == DIRECTORY) && !line.contains(token), "{line}");
}

fn comes_back_when_killed(house: &House, computer: &Computer) {
    let first = computer.unit("MainPID");
    computer.run(&["kill", "-KILL", &first]);
    wait_until("it again", || {
        let now = computer.unit("MainPID");
        (now != first && now != "0" && shown(house)["status"] == "online").then_some(())
    });
}

/// A session in which an agent writes a file, as the user. Where the file is.
fn works(house: &House, computer: &Computer) -> String {
    let list = "printf '[[agents]]\nname = \"scripted\"\ncommand = [\"/usr/local/bin/gantline\", \
        \"demo-agent\"]\n' >\"$1\"; chown ana \"$1\"; chmod 600 \"$1\"";
    let agents = format!("{DIRECTORY}/enrolled/agents.toml");
    computer.run(&["sh", "-c", list, "sh", &agents]);
    computer.run(&["gantline", "machine", "restart"]);
    wait_until("the agent", || shown(house).to_string().contains("scripted").then_some(()));
    let prompt = ["-p", "/write notes.txt hello", "--machine", "builder", "--agent", "scripted"];
    check_code(&house.run(&[&prompt[..], &["--permission-preset", "full-auto"]].concat()), 0);
    let notes = format!("{WORKSPACE}/notes.txt");
    assert_eq!(computer.run(&["stat", "-c", "%U", &notes]).trim(), "ana");
    notes
}
