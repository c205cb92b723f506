//! The install scripts, as people run them: fetched from a server and piped into a shell.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::support::{House, check_code, signal, stderr, stdout, wait_until};

/// By their places, because a test's own path leads to stand-ins only.
const SHELLS: [&str; 2] = ["/bin/dash", "/bin/bash"];

const INSTALL: &str = include_str!("../../../../packaging/install.sh");
const UNINSTALL: &str = include_str!("../../../../packaging/uninstall.sh");

/// A home directory of somebody who is no administrator. Where an administrator runs the tests, the
/// name space of users has nobody in it who may do more.
struct Person<'a> {
    house: &'a House,
    home: PathBuf,
}

impl Person<'_> {
    fn new<'a>(house: &'a House, name: &str) -> Person<'a> {
        let home = house.root.path().join(name);
        fs::create_dir_all(home.join(".local/share")).unwrap();
        Person { house, home }
    }

    /// Pipes a script of the server into a shell, at no window.
    fn pipe(&self, script: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("setsid");
        command.arg("--wait");
        if host::account::own().unwrap().is_some_and(|me| me.uid == 0) {
            command.args(["unshare", "--user", "--map-user=12345", "--map-group=12345"]);
        }
        command
            .args(["sh", "-c", "url=$1; shift; curl -fsS \"$url\" | sh -s -- \"$@\"", "sh"])
            .arg(format!("{}/{script}", self.house.url))
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &self.home)
            .env("USER", "ana")
            .env("LC_ALL", "C.UTF-8")
            .current_dir(&self.home);
        command
    }

    fn install(&self, arguments: &[&str]) -> Output {
        let server = ["--server", &self.house.url];
        let arguments = [&server, arguments].concat();
        self.pipe("install-device-agent.sh", &arguments).output().unwrap()
    }

    /// What the script calls once it has fetched it.
    fn program(&self, token: &str, arguments: &[&str]) -> Output {
        let mut command =
            retargeted(&self.pipe("", &[]), Path::new(env!("CARGO_BIN_EXE_gantline")));
        command.args(["machine", "install", "--server", &self.house.url]).args(arguments);
        command.env("GANTLINE_ENROLMENT_TOKEN", token).output().unwrap()
    }

    #[track_caller]
    fn check_refused(&self, refused: &Output, code: i32, says: &str, before: &BTreeSet<PathBuf>) {
        check_code(refused, code);
        let said = stderr(refused);
        assert!(said.contains(says), "{said}");
        assert_eq!(self.everything(), *before, "{said}");
    }

    fn uninstall(&self) -> Output {
        self.pipe("api/remote/agent/uninstall.sh", &[]).output().unwrap()
    }

    /// Everything that there is, but for what is in workspaces.
    fn everything(&self) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let mut left = vec![self.home.clone()];
        while let Some(directory) = left.pop() {
            for entry in fs::read_dir(&directory).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    left.push(entry.path());
                }
                found.insert(entry.path());
            }
        }
        found
    }
}

fn token(house: &House) -> String {
    let made = house.post("/api/remote/machines/register", "{}");
    made["registration_token"].as_str().unwrap().to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// S127, S130, S135: values that mean something to a shell are kept as they are; the token is kept
/// nowhere; what was installed goes again, without the server and twice, and the workspace stays.
#[test]
fn a_machine_is_installed_and_removed_with_whatever_it_is_called() {
    let house = House::start();
    let person = Person::new(&house, "person");
    let before = person.everything();
    let label = "a'b\"c`touch pwned`$(touch pwned) ;&|<>\\ “x” %h\n--uninstall";
    let directory = person.home.join("data 'of' \"$(touch pwned)\";");
    let workspace = person.home.join("-work `touch pwned` $HOME");
    let token = token(&house);
    let installed = person.install(&[
        "--token",
        &token,
        "--name=builder",
        "--label",
        label,
        "--device-id",
        "--workspace",
        "--workspace-id=$(hostname)",
        "--dir",
        directory.to_str().unwrap(),
        "--workspace",
        workspace.to_str().unwrap(),
        "--interval",
        "20000",
        "--no-tunnel",
        "--tunnel-poll-interval=500",
        "--mirror-files",
        "--max-files",
        "1000",
        "--shell-bin",
        "/bin/sh",
    ]);
    check_code(&installed, 0);
    assert!(stdout(&installed).contains("builder"), "{}", stdout(&installed));

    let config: Value =
        serde_json::from_str(&read(&directory.join("enrolled/config.json"))).unwrap();
    assert_eq!(config["label"], label);
    assert_eq!(config["device_id"], "--workspace");
    assert_eq!(config["workspace_id"], "$(hostname)");
    assert_eq!(config["heartbeat_interval_ms"], 20000);
    assert_eq!(config["no_tunnel"], true);
    assert_eq!(config["tunnel_poll_interval_ms"], 500);
    assert_eq!(config["mirror_files"], true);
    assert_eq!(config["max_files"], 1000);
    assert_eq!(config["shell"], "/bin/sh");
    let policy: toml::Table = read(&directory.join("enrolled/policy.toml")).parse().unwrap();
    let allowed = policy["workspaces"].as_array().unwrap();
    assert_eq!(allowed.iter().map(|one| one.as_str()).collect::<Vec<_>>(), [workspace.to_str()]);
    for path in person.everything().iter().filter(|path| path.is_file()) {
        let bytes = fs::read(path).unwrap();
        let holds = bytes.windows(token.len()).any(|piece| piece == token.as_bytes());
        assert!(!holds, "{} holds the token", path.display());
    }
    assert!(!person.everything().iter().any(|path| path.ends_with("pwned")));
    let machines = stdout(&house.run(&["machine", "list"]));
    assert!(machines.contains("builder"), "{machines}");

    // Once more, as an update does: the same machine, with the same settings.
    check_code(&person.install(&[]), 0);
    let again: Value =
        serde_json::from_str(&read(&directory.join("enrolled/config.json"))).unwrap();
    assert_eq!(again, config);

    fs::write(workspace.join("notes"), "mine").unwrap();
    let fetched = person.home.join("uninstall.sh");
    fs::write(&fetched, UNINSTALL).unwrap();
    signal(house.up.as_ref().unwrap().id(), "TERM");
    let address = house.url.strip_prefix("http://").unwrap();
    wait_until("the server to be gone", || TcpStream::connect(address).is_err().then_some(()));
    for _ in 0..2 {
        let mut command = retargeted(&person.pipe("", &[]), Path::new("/bin/sh"));
        command.arg(&fetched);
        check_code(&command.output().unwrap(), 0);
    }
    fs::remove_file(&fetched).unwrap();
    assert_eq!(read(&workspace.join("notes")), "mine");
    fs::remove_dir_all(&workspace).unwrap();
    assert_eq!(person.everything(), before);
}

/// The same surroundings with a program instead of what is piped.
fn retargeted(piping: &Command, program: &Path) -> Command {
    let mut command = Command::new(piping.get_program());
    let words: Vec<_> = piping.get_args().take_while(|word| *word != "sh").collect();
    command.args(words).arg(program).env_clear();
    for (name, value) in piping.get_envs() {
        command.env(name, value.unwrap());
    }
    command.current_dir(piping.get_current_dir().unwrap());
    command
}

/// What cannot work says in one line what is wrong and in another what to do, by its exit code what
/// kind it is, and leaves nothing behind.
#[test]
fn what_cannot_be_installed_leaves_nothing() {
    let house = House::start();
    let person = Person::new(&house, "person");
    let before = person.everything();
    let used = token(&house);
    check_code(&person.install(&["--token", &used]), 0);
    check_code(&person.uninstall(), 0);
    fs::remove_dir(person.home.join("gantline-work")).unwrap();
    assert_eq!(person.everything(), before);

    let fresh = token(&house);
    let userinfo = format!("http://127.0.0.1@{}", house.url.trim_start_matches("http://"));
    for (arguments, code, says) in [
        (&["--no-such-option"][..], 2, "--no-such-option"),
        (&["--label"], 2, "--label needs a value"),
        (&["--no-tunnel=yes"], 2, "takes no value"),
        (&["--mirror-files=yes"], 2, "takes no value"),
        (&["--insecure-skip-tls-verify"], 2, "--ca-bundle"),
        (&["--server", "http://192.0.2.1"], 2, "--insecure-http"),
        (&["--server", "http://localhost.example"], 2, "--insecure-http"),
        (&["--server", &userinfo], 2, "not the address"),
        (&["--server", "http://127.0.0.1:1"], 6, "cannot be reached"),
    ] {
        person.check_refused(&person.install(arguments), code, says, &before);
    }
    for (token, arguments, code, says) in [
        ("no-token", &[][..], 2, "not a registration token"),
        (&used, &[], 5, "works once"),
        (&fresh, &["--interval", "5"], 2, "1000"),
        (&fresh, &["--max-files", "0"], 2, "--max-files"),
        (&fresh, &["--shell-bin", "/no/shell"], 2, "/no/shell"),
        (&fresh, &["--workspace", "/proc/work"], 2, "/proc/work"),
        (&fresh, &["--install-cli", "no-agent"], 2, "no such agent"),
        (&fresh, &["--user", "somebody"], 5, "sudo"),
    ] {
        person.check_refused(&person.program(token, arguments), code, says, &before);
    }
    // Nothing of this has used the token up.
    check_code(&person.install(&["--token", &fresh]), 0);
    check_code(&person.uninstall(), 0);
}

/// Where no package manager is, the machine is installed, and it is said what is missing.
#[test]
fn a_missing_package_manager_is_named_and_the_machine_is_there() {
    let house = House::start();
    let person = Person::new(&house, "person");
    let before = person.everything();
    // Every program that the test needs, and no other.
    let programs = person.home.join("programs");
    fs::create_dir(&programs).unwrap();
    for name in ["setsid", "unshare"] {
        let found = Path::new("/usr/bin").join(name);
        std::os::unix::fs::symlink(found, programs.join(name)).unwrap();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_gantline"));
    let mut command = retargeted(&person.pipe("", &[]), program);
    command.args(["machine", "install", "--name=builder", "--install-cli=codex", "--server"]);
    command.arg(&house.url).env("PATH", &programs).env("GANTLINE_ENROLMENT_TOKEN", token(&house));
    let installed = command.output().unwrap();
    check_code(&installed, 0);
    let said = stderr(&installed);
    assert!(said.contains("npm is not here") && said.contains("codex"), "{said}");
    assert!(stdout(&house.run(&["machine", "list"])).contains("builder"), "it is there");
    check_code(&person.uninstall(), 0);
    fs::remove_dir_all(&programs).unwrap();
    fs::remove_dir(person.home.join("gantline-work")).unwrap();
    assert_eq!(person.everything(), before);
}

/// Names of those of some texts with which a shell did something. Each is read piece by piece, as
/// from a pipe, and whatever is run leaves a mark.
fn texts_that_act(shell: &str, texts: &[(String, &[u8])]) -> BTreeSet<String> {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    for name in ["parts", "programs", "home"] {
        fs::create_dir(at(name)).unwrap();
    }
    for (name, text) in texts {
        fs::write(at("parts").join(name), text).unwrap();
    }
    let stub = format!("#!/bin/sh\n: >\"{}/acted\"\n", directory.path().display());
    let programs = "curl uname mktemp chmod rm cut cat sha256sum shasum openssl gantline id sudo";
    for name in programs.split(' ') {
        let path = at("programs").join(name);
        fs::write(&path, &stub).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // In a process of its own, because a wrong text ends the shell that reads it.
    let driver = "for part in \"$1\"/parts/*; do \
            (. \"$part\") >\"$1/said\" 2>/dev/null; \
            if [ -s \"$1/said\" ] || [ -e \"$1/acted\" ]; then \
                /bin/rm -f \"$1/acted\"; echo \"${part##*/}\"; \
            fi; \
        done; echo all";
    let mut command = Command::new(shell);
    command.args(["-c", driver, "driver"]).arg(directory.path()).env_clear();
    command.env("PATH", at("programs")).env("HOME", at("home"));
    let ended = command.output().unwrap();
    assert!(fs::read_dir(at("home")).unwrap().next().is_none());
    let mut acting: BTreeSet<_> = stdout(&ended).lines().map(str::to_owned).collect();
    assert!(acting.remove("all"), "no text has ended the shell: {acting:?}");
    acting
}

/// S128: a script that was cut off anywhere does nothing at all.
#[test]
fn a_script_that_breaks_off_does_nothing() {
    for script in [INSTALL, UNINSTALL] {
        let prefixes = 0..script.trim_end().len();
        let texts: Vec<_> =
            prefixes.map(|end| (format!("{end:06}"), &script.as_bytes()[..end])).collect();
        for shell in SHELLS {
            assert_eq!(texts_that_act(shell, &texts), BTreeSet::new(), "{shell}");
        }
    }
}

/// What is whole is seen to act, so that the test above would see it, too.
#[test]
fn a_script_that_is_whole_acts() {
    let given = INSTALL.replace("main \"$@\"", "main --server https://a.example");
    let texts = [("whole".to_owned(), given.as_bytes())];
    for shell in SHELLS {
        let acted = texts_that_act(shell, &texts);
        assert_eq!(acted, BTreeSet::from(["whole".to_owned()]), "{shell}");
    }
}

#[test]
fn shells_and_their_critics_find_nothing_wrong() {
    let packaging = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging");
    let scripts = ["install.sh", "uninstall.sh"].map(|name| packaging.join(name));
    for words in [&["shellcheck", "--shell=sh"][..], &["dash", "-n"], &["bash", "--posix", "-n"]] {
        for script in &scripts {
            let judged = Command::new(words[0]).args(&words[1..]).arg(script).output().unwrap();
            assert!(judged.status.success(), "{words:?}: {}{}", stdout(&judged), stderr(&judged));
        }
    }
}
