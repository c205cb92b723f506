use super::*;
use crate::adapters;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

struct Computer {
    home: tempfile::TempDir,
}

impl Computer {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn bin(&self) -> PathBuf {
        self.home.path().join("bin")
    }

    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.bin().join(name);
        fs::create_dir_all(self.bin()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// A program of an npm package, linked to as npm does it.
    fn package(&self, program: &str, name: &str, version: &str) {
        let package = self.home.path().join("lib/node_modules").join(name);
        fs::create_dir_all(&package).unwrap();
        fs::write(
            package.join("package.json"),
            format!(r#"{{"name":"{name}","version":"{version}","bin":{{}}}}"#),
        )
        .unwrap();
        let target = self.program("target", "exit 1");
        fs::rename(&target, package.join("cli.js")).unwrap();
        symlink(package.join("cli.js"), self.bin().join(program)).unwrap();
    }

    async fn detect(&self) -> Vec<Detected> {
        let path = std::env::join_paths([self.bin(), "/usr/bin".into(), "/bin".into()]).unwrap();
        let variables = [("HOME".into(), self.home.path().into()), ("PATH".into(), path)];
        let mut search = SearchPath::new(&variables, None);
        search.forget_the_system();
        detect(&adapters::all(), &search, &variables).await
    }

    async fn look(&self, name: &str) -> Detected {
        let found = self.detect().await;
        found.into_iter().find(|one| one.agent.name.as_str() == name).unwrap()
    }
}

#[tokio::test]
async fn an_agent_that_is_not_here_says_how_it_is_installed() {
    let computer = Computer::new();
    let gemini = computer.look("gemini").await;
    assert!(!gemini.agent.usable() && !gemini.agent.chat);
    assert_eq!(gemini.agent.missing.as_deref(), Some("The program gemini was not found."));
    assert_eq!(gemini.agent.install.as_deref(), Some("npm install -g @google/gemini-cli"));
}

#[tokio::test]
async fn the_version_is_read_from_the_package_without_starting_anything() {
    let computer = Computer::new();
    computer.program("node", "echo v24.1.0");
    computer.package("claude-agent-acp", "@agentclientprotocol/claude-agent-acp", "0.100.0");
    let claude = computer.look("claude").await;
    assert_eq!(claude.agent.version.as_deref(), Some("0.100.0"));
    assert!(claude.agent.usable() && claude.agent.chat && !claude.agent.terminal);
    assert_eq!(claude.agent.install, None);
}

#[tokio::test]
async fn a_program_without_a_package_is_asked_for_its_version() {
    let computer = Computer::new();
    computer
        .program("opencode", "[ \"$1\" = --version ] && echo 'opencode version v1.18.33 (abc)'");
    let opencode = computer.look("opencode").await;
    assert_eq!(opencode.agent.version.as_deref(), Some("1.18.33"));
    assert!(opencode.agent.chat && opencode.agent.terminal);
}

#[tokio::test]
async fn an_agent_whose_helper_is_missing_cannot_chat() {
    let computer = Computer::new();
    computer.program("node", "echo v24.1.0");
    computer.package("pi-acp", "pi-acp", "0.0.34");
    let pi = computer.look("pi").await;
    assert_eq!(pi.agent.missing.as_deref(), Some("The program pi was not found."));
    assert!(!pi.agent.asks);
}

#[tokio::test]
async fn an_agent_for_which_node_is_too_old_cannot_chat() {
    let computer = Computer::new();
    computer.program("node", "echo v20.20.2");
    computer.package("kimi", "@moonshot-ai/kimi-code", "2.1.0");
    let kimi = computer.look("kimi").await;
    let expect = "Node.js 22 or newer is needed; this is 20.";
    assert_eq!(kimi.agent.missing.as_deref(), Some(expect));
    assert!(!kimi.agent.chat && !kimi.agent.terminal);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_never_says_its_version_holds_up_nothing() {
    let computer = Computer::new();
    computer.program("opencode", "sleep 1000 & wait");
    let opencode = computer.look("opencode").await;
    assert_eq!((opencode.agent.version, opencode.agent.chat), (None, true));
}

#[tokio::test]
async fn a_program_that_never_stops_talking_is_cut_off() {
    let computer = Computer::new();
    computer.program("opencode", "while :; do echo blah; done");
    let opencode = computer.look("opencode").await;
    assert_eq!(opencode.agent.version, None);
}

#[tokio::test]
async fn the_order_is_that_of_the_adapters() {
    let names: Vec<String> =
        Computer::new().detect().await.into_iter().map(|one| one.agent.name.to_string()).collect();
    let expect: Vec<String> =
        adapters::all().iter().map(|adapter| adapter.facts().name.to_string()).collect();
    assert_eq!(names, expect);
}

#[test]
fn versions_are_found_in_what_programs_say() {
    #[track_caller]
    fn check(said: &str, expect: Option<&str>) {
        assert_eq!(read_version(said).as_deref(), expect);
    }
    check("1.2.3\n", Some("1.2.3"));
    check("copilot version v1.0.102 (linux)", Some("1.0.102"));
    check("2.1.0-beta.1+build", Some("2.1.0-beta.1+build"));
    check("no version 7 here", None);
    check("", None);
}
