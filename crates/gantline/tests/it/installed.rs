//! A machine that an administrator installs, from the line that the console shows to the line that
//! removes it. Where systems keep programs and units there are directories of the test's own, in a
//! name space of mounts; whoever has no rights for that needs `sudo` without a password. Where nothing
//! may be mounted at all, as in many containers, there is no such computer, and the tests say so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::support::{House, check_code, stderr, stdout, wait_until};

/// Puts the test's directories where the system has its own, and becomes the program.
const PREPARE: &str = "set -e; root=$1; shift
    mount -t tmpfs none /run
    mkdir -p /run/systemd/system
    mount --bind \"$root/lib\" /usr/local/lib
    mount --bind \"$root/bin\" /usr/local/bin
    mount --bind \"$root/units\" /etc/systemd/system
    mount --bind \"$root/passwd\" /etc/passwd
    export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    exec \"$@\"";

/// What systemd does with a unit, as far as a machine makes use of it.
const SYSTEMCTL: &str = r#"#!/bin/sh
set -e
unit=/etc/systemd/system/gantline-machine.service
home=$(dirname "$(readlink -f "$0")")
. "$home/systemctl.root"
value() { sed -n "s/^$1=//p" "$unit"; }
runs() { [ -e "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status"; }
stop() {
    [ -e "$root/pid" ] || return 0
    pid=$(cat "$root/pid")
    kill "$pid" || true
    while runs "$pid"; do sleep 0.05; done
    rm "$root/pid"
}
begin() {
    user=$(value User) home=$(getent passwd "$user" | cut -d : -f 6)
    cd "$home"
    setsid setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --no-new-privs \
        env -i HOME="$home" USER="$user" PATH=/usr/bin:/bin SHELL=/bin/sh \
        sh -c "exec $(value ExecStart)" >>"$root/log" 2>&1 </dev/null &
    echo $! >"$root/pid"
}
case $1 in
    daemon-reload) [ ! -e "$unit" ] || systemd-analyze verify "$unit" ;;
    enable) touch "$root/enabled" ;;
    restart) stop; begin ;;
    disable) rm -f "$root/enabled"; stop ;;
    *) echo "unknown: $*" >&2; exit 1 ;;
esac
"#;

/// Another computer, with somebody called Ana who owns it.
struct Computer<'a> {
    house: &'a House,
    root: PathBuf,
}

impl Computer<'_> {
    /// A fresh one; none if nothing may be mounted here.
    #[expect(clippy::print_stderr, reason = "people must see what was not tried")]
    fn new(house: &House) -> Option<Computer<'_>> {
        let root = house.root.path().join("computer");
        let computer = Computer { house, root };
        for name in ["lib", "bin", "units", "state", "home/ana"] {
            fs::create_dir_all(computer.at(name)).unwrap();
        }
        let home = computer.at("home/ana");
        let ana = format!("ana:x:5001:5001:Ana:{}:/bin/sh\n", home.display());
        let known = fs::read_to_string("/etc/passwd").unwrap();
        fs::write(computer.at("passwd"), known + &ana).unwrap();
        let mounted = computer.command(&["true"]).output().unwrap();
        if !mounted.status.success() {
            eprintln!("no computer to install on, nothing may be mounted: {}", stderr(&mounted));
            return None;
        }
        fs::write(computer.at("bin/systemctl"), SYSTEMCTL).unwrap();
        let state = format!("root='{}'\n", computer.at("state").display());
        fs::write(computer.at("bin/systemctl.root"), state).unwrap();
        computer.run(&["chmod", "755", path(house.root.path()), path(&computer.root)]);
        computer.run(&["chmod", "755", path(&computer.at("bin/systemctl"))]);
        computer.run(&["chown", "-R", "5001:5001", path(&home)]);
        Some(computer)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A program of an administrator who was Ana before.
    fn command(&self, line: &[&str]) -> Command {
        let me = Command::new("id").arg("-u").output().unwrap();
        let mut words = vec!["env", "SUDO_USER=ana"];
        if stdout(&me).trim() != "0" {
            words.splice(0..0, ["sudo", "-n"]);
        }
        words.extend(["unshare", "--mount", "--propagation", "private", "sh", "-c", PREPARE, "sh"]);
        words.push(path(&self.root));
        words.extend(line);
        let mut command = Command::new("setsid");
        command
            .arg("--wait")
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap());
        command.env("LC_ALL", "C.UTF-8").current_dir("/").stdin(Stdio::null());
        command
    }

    /// Runs it; it must succeed.
    #[track_caller]
    fn run(&self, line: &[&str]) -> Output {
        let output = self.command(line).output().unwrap();
        check_code(&output, 0);
        output
    }

    /// Pipes a script of the server into a shell.
    fn pipe(&self, script: &str, arguments: &[&str]) -> Output {
        let piped = "url=$1; shift; curl -fsS \"$url\" | bash -s -- \"$@\"";
        let url = format!("{}/{script}", self.house.url);
        let line = [&["sh", "-c", piped, "sh", &url][..], arguments].concat();
        self.command(&line).output().unwrap()
    }

    /// Every file with its owner and its rights, but for what the stand-in for systemd writes.
    fn everything(&self) -> Vec<String> {
        let parts = ["lib", "bin", "units", "home", "state/enabled"].map(|name| self.at(name));
        let mut line = vec!["find"];
        line.extend(parts.iter().map(|part| path(part)).filter(|part| Path::new(part).exists()));
        line.extend(["-printf", "%p %u %m\\n"]);
        let mut found: Vec<_> = stdout(&self.run(&line)).lines().map(str::to_owned).collect();
        found.sort();
        found
    }
}

impl Drop for Computer<'_> {
    fn drop(&mut self) {
        // Whatever the test came to, nothing runs on, and the directory can be removed.
        let _ = self.command(&["systemctl", "disable"]).output();
        let _ =
            self.command(&["rm", "-rf", path(&self.at("home")), path(&self.at("lib"))]).output();
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn token(house: &House) -> String {
    let made = house.post("/api/remote/machines/register", "{}");
    made["registration_token"].as_str().unwrap().to_owned()
}

fn machines(house: &House) -> String {
    stdout(&house.run(&["machine", "list"]))
}

/// S78, S130, S135: the documented order, as the user; a session on it; and nothing stays but the
/// workspace.
#[test]
fn a_machine_is_installed_works_and_is_removed() {
    let house = House::start();
    let Some(computer) = Computer::new(&house) else { return };
    let before = computer.everything();
    let token = token(&house);
    let server = house.url.clone();
    let installed = computer.pipe(
        "install-device-agent.sh",
        &["--server", &server, "--token", &token, "--name", "builder"],
    );
    check_code(&installed, 0);
    assert!(stdout(&installed).contains("runs in the background"), "{}", stdout(&installed));
    let unit = fs::read_to_string(computer.at("units/gantline-machine.service")).unwrap();
    assert!(unit.contains("\nUser=ana\n") && !unit.contains(&token), "{unit}");
    wait_until("the machine that is online", || machines(&house).contains("online").then_some(()));
    let program = computer.at("lib/gantline/gantline");
    let rights = stdout(&computer.run(&["stat", "-c", "%U %a", path(&program)]));
    assert_eq!(rights.trim(), "root 755");
    let pid = fs::read_to_string(computer.at("state/pid")).unwrap();
    let line = fs::read_to_string(format!("/proc/{}/cmdline", pid.trim())).unwrap();
    assert!(line.contains("machine") && !line.contains(&token), "{line}");

    // Ana names an agent of her own, which the machine knows once it was started again.
    let agents = computer.at("home/ana/.local/share/gantline/enrolled/agents.toml");
    let list = "printf '[[agents]]\nname = \"scripted\"\n\
                command = [\"/usr/local/bin/gantline\", \"demo-agent\"]\n' >\"$1\"
                chown ana \"$1\"; chmod 600 \"$1\"";
    computer.run(&["sh", "-c", list, "sh", path(&agents)]);
    computer.run(&["gantline", "machine", "restart"]);
    wait_until("the agent", || {
        let shown = house.run(&["machine", "show", "builder", "--format", "json"]);
        stdout(&shown).contains("scripted").then_some(())
    });
    let prompt = ["-p", "/write notes.txt hello", "--machine", "builder", "--agent", "scripted"];
    let wrote = house.run(&[&prompt[..], &["--permission-preset", "full-auto"]].concat());
    check_code(&wrote, 0);
    let notes = computer.at("home/ana/gantline-work/notes.txt");
    let owner = stdout(&computer.run(&["stat", "-c", "%U", path(&notes)]));
    assert_eq!(owner.trim(), "ana");

    // An update keeps the machine.
    let updated = computer.pipe("install-device-agent.sh", &["--server", &server]);
    check_code(&updated, 0);
    assert_eq!(machines(&house).matches("builder").count(), 1);

    check_code(&computer.pipe("install-device-agent.sh", &["--uninstall"]), 0);
    assert!(!machines(&house).contains("builder"), "the server has forgotten it");
    check_code(&computer.pipe("api/remote/agent/uninstall.sh", &[]), 0);
    assert_eq!(fs::read_to_string(&notes).unwrap().trim(), "hello");
    let workspace = computer.at("home/ana/gantline-work");
    let left: Vec<_> = computer.everything();
    let left: Vec<_> = left.iter().filter(|line| !line.starts_with(path(&workspace))).collect();
    // What a desktop keeps in a home directory was not there before.
    let common = [".local ", ".local/share "].map(|name| format!("home/ana/{name}"));
    let left: Vec<_> =
        left.into_iter().filter(|line| !common.iter().any(|name| line.contains(name))).collect();
    assert_eq!(left, before.iter().collect::<Vec<_>>());
}

/// S131: the service starts the program of the administrators, which runs the release that its user
/// has taken, as the user; the program of the administrators is as it was, and all of it is removed.
#[test]
fn a_service_takes_releases_without_writing_where_only_administrators_may() {
    let house = House::start();
    let Some(computer) = Computer::new(&house) else { return };
    let maker = e2e::releases::Maker::new().unwrap();
    let dist = house.root.path().join("data/dist");
    let installed = maker.program("0.1.0").unwrap();
    e2e::releases::Maker::offer_in(&dist, &installed, None).unwrap();
    let before = computer.everything();
    let (server, token) = (house.url.clone(), token(&house));
    let line = ["--server", &server, "--token", &token, "--name", "builder"];
    check_code(&computer.pipe("install-device-agent.sh", &line), 0);
    let runs = |version: &str| {
        wait_until(version, || {
            let shown = house.run(&["machine", "show", "builder", "--format", "json"]);
            let shown: serde_json::Value = serde_json::from_str(&stdout(&shown)).ok()?;
            (shown["status"] == "online" && shown["agent_version"] == version).then_some(())
        });
    };
    runs("0.1.0");
    let (lib, units) = (computer.at("lib"), computer.at("units"));
    let sums = ["find", path(&lib), path(&units), "-type", "f", "-exec", "sha256sum", "{}", "+"];
    let of_administrators = stdout(&computer.run(&sums));

    let offer = |options: &[&str], code| {
        let offered = house.run(&[&["machine", "offer-update"], options].concat());
        check_code(&offered, code);
        stdout(&offered)
    };
    let said = offer(&["--all"], 0);
    assert!(said.contains("builder runs 0.1.0, and nothing newer"), "{said}");
    offer(&["builder"], 1);
    maker.publish_in(&dist, "0.2.0").unwrap();
    house.run(&["machine", "label", "builder", "linux"]);
    assert_eq!(offer(&["--label", "other", "--format", "json"], 0).trim(), "[]");
    let said = offer(&["--label", "other", "--label", "linux", "--format", "json"], 0);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let (running, taken) = (&said[0]["running"], &said[0]["taken"]);
    assert_eq!((running.as_str(), taken.as_str()), (Some("0.1.0"), Some("0.2.0")), "{said}");
    runs("0.2.0");
    // What is stopped while it is tried is given up.
    let place = computer.at("home/ana/.local/share/gantline");
    wait_until("0.2.0 that is kept", || {
        let last = e2e::releases::state(&place)["last"].clone();
        (last["result"]["is"] == "kept").then_some(())
    });
    assert_eq!(stdout(&computer.run(&sums)), of_administrators);
    // Again from boot on.
    computer.run(&["gantline", "machine", "restart"]);
    runs("0.2.0");
    let pid = fs::read_to_string(computer.at("state/pid")).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap();
    assert!(status.contains("\nUid:\t5001\t5001\t5001\t5001\n"), "{status}");
    // An administrator who runs it by mistake does not run what is the user's.
    computer.run(&["systemctl", "disable"]);
    let data = computer.at("home/ana/.local/share/gantline");
    let run = ["timeout", "--signal=TERM", "20", "gantline", "machine", "run", "--data-dir"];
    let run = computer.command(&[&run[..], &[path(&data)]].concat()).output().unwrap();
    assert!(stdout(&run).contains("belongs to somebody else"), "{}{}", stdout(&run), stderr(&run));
    computer.run(&["chown", "-R", "5001:5001", path(&data)]);

    check_code(&computer.pipe("install-device-agent.sh", &["--uninstall"]), 0);
    let left: Vec<_> = computer.everything();
    let made = ["gantline-work", ".local", ".local/share"].map(|name| format!("home/ana/{name} "));
    let left: Vec<_> =
        left.iter().filter(|line| !made.iter().any(|name| line.contains(name))).collect();
    assert_eq!(left, before.iter().collect::<Vec<_>>());
}

/// What fails in the middle leaves nothing: here the system does not take the unit.
#[test]
fn what_the_system_refuses_is_undone() {
    let house = House::start();
    let Some(computer) = Computer::new(&house) else { return };
    let broken = SYSTEMCTL.replace("enable) touch", "enable) echo no room >&2; exit 1; touch");
    fs::write(computer.at("bin/systemctl"), broken).unwrap();
    let before = computer.everything();
    let (server, token) = (house.url.clone(), token(&house));
    let refused =
        computer.pipe("install-device-agent.sh", &["--server", &server, "--token", &token]);
    check_code(&refused, 1);
    assert!(stderr(&refused).contains("systemctl enable"), "{}", stderr(&refused));
    let left = computer.everything();
    let made = ["gantline-work", ".local", ".local/share"].map(|name| format!("home/ana/{name} "));
    let left: Vec<_> =
        left.iter().filter(|line| !made.iter().any(|name| line.contains(name))).collect();
    assert_eq!(left, before.iter().collect::<Vec<_>>());
    assert!(!machines(&house).contains("ana"), "{}", machines(&house));
}

/// S78: an administrator who is nobody else is asked whose machine it is to be.
#[test]
fn nobody_installs_for_an_administrator_by_accident() {
    let house = House::start();
    let Some(computer) = Computer::new(&house) else { return };
    let before = computer.everything();
    let server = format!("--server={}", house.url);
    let script = "curl -fsS \"$1/install-device-agent.sh\" | env -u SUDO_USER sh -s -- \"$2\"";
    let line = ["sh", "-c", script, "sh", &house.url, &server];
    let refused = computer.command(&line).output().unwrap();
    check_code(&refused, 2);
    assert!(stderr(&refused).contains("--user"), "{}", stderr(&refused));
    assert_eq!(computer.everything(), before);
}
