//! What a computer fetches to become a machine: scripts, and the program with its checksum.

use std::sync::Arc;

use api::ApiConfig;
use api::programs::{self, Programs};
use api::server::limits::TimeLimits;
use tree_sitter::Parser;

use crate::house::House;
use crate::http::Request;

const SCRIPTS: &[(&str, &str)] = &[
    ("/install-device-agent.sh", include_str!("../../../../packaging/install.sh")),
    ("/api/remote/agent/install.sh", include_str!("../../../../packaging/install.sh")),
    ("/api/remote/agent/uninstall.sh", include_str!("../../../../packaging/uninstall.sh")),
    ("/install-device-agent.ps1", include_str!("../../../../packaging/install.ps1")),
    ("/api/remote/agent/install.ps1", include_str!("../../../../packaging/install.ps1")),
    ("/api/remote/agent/uninstall.ps1", include_str!("../../../../packaging/uninstall.ps1")),
];

/// S126, S127: whoever asks, by whatever name, and with whatever else in the address, gets the bytes
/// that are in the repository.
#[tokio::test]
async fn scripts_are_the_same_bytes_for_everybody() {
    let config = ApiConfig { allowed_hosts: vec!["other.example".into()], ..ApiConfig::default() };
    let house = House::open_with(config, TimeLimits::default()).await;
    for (path, script) in SCRIPTS {
        let plain = Request::get(*path).send(&house).await;
        let odd = Request::get(format!("{path}?server='$(touch%20x)'&token=a"))
            .header("host", "other.example")
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "https")
            .send(&house)
            .await;
        for answer in [&plain, &odd] {
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.text(), *script, "{path}");
            assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        }
        let tag = plain.header("etag").unwrap();
        let known = Request::get(*path).header("if-none-match", tag).send(&house).await;
        assert_eq!(known.status, 304, "{path}");
    }
}

/// S129: a program comes with a checksum of exactly the bytes that are sent.
#[tokio::test]
async fn a_program_comes_with_its_checksum() {
    let directory = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    std::fs::write(directory.path().join("gantline-macos-aarch64"), &bytes).unwrap();
    let own = directory.path().join("own");
    std::fs::write(&own, "this server's").unwrap();
    let programs = Programs::new(Some(own), Some(directory.path().to_owned()));
    let config = ApiConfig { programs: Arc::new(programs), ..ApiConfig::default() };
    let house = House::open_with(config, TimeLimits::default()).await;
    let fetch = async |name: &str| {
        Request::get(format!("/api/remote/agent/files/{name}")).send(&house).await
    };
    let program = fetch("gantline-macos-aarch64").await;
    assert_eq!((program.status, program.body.len()), (200, bytes.len()));
    assert!(program.body == bytes, "it arrives as it is");
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    let line = format!("{}  gantline-macos-aarch64\n", hex::encode(digest));
    assert_eq!(fetch("gantline-macos-aarch64.sha256").await.text(), line);
    assert_eq!(fetch(&programs::own_name()).await.text(), "this server's");
    for missing in ["gantline-windows-x86_64.exe", "gantline-windows-x86_64.exe.sha256"] {
        assert_eq!(fetch(missing).await.problem(404), "no_such_program");
    }
}

/// No name leads to another file, however it is written.
#[tokio::test]
async fn nothing_else_can_be_fetched() {
    let directory = tempfile::tempdir().unwrap();
    let dist = directory.path().join("dist");
    std::fs::create_dir(&dist).unwrap();
    std::fs::write(directory.path().join("secret"), "s3cret").unwrap();
    std::fs::write(dist.join("other"), "s3cret").unwrap();
    let programs = Arc::new(Programs::new(None, Some(dist)));
    let config = ApiConfig { programs, ..ApiConfig::default() };
    let house = House::open_with(config, TimeLimits::default()).await;
    for name in ["other", "..%2fsecret", "%2e%2e/secret", "../secret", "", ".", "other%00"] {
        let answer = Request::get(format!("/api/remote/agent/files/{name}")).send(&house).await;
        assert!(matches!(answer.status, 400 | 404), "{name}: {}", answer.status);
        assert!(!answer.text().contains("s3cret"), "{name}");
    }
}

fn powershell() -> Parser {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    parser
}

fn is_whole(parser: &mut Parser, text: &str) -> bool {
    !parser.parse(text, None).unwrap().root_node().has_error()
}

#[test]
fn powershell_understands_its_scripts() {
    let mut parser = powershell();
    for (path, script) in SCRIPTS.iter().filter(|(path, _)| path.contains(".ps1")) {
        assert!(is_whole(&mut parser, script), "{path}");
    }
}

/// S128: PowerShell runs nothing of a text that is not whole, and before the last line nothing is
/// anything but a function.
#[test]
fn a_powershell_script_that_breaks_off_does_nothing() {
    let mut parser = powershell();
    for (path, script) in SCRIPTS.iter().filter(|(path, _)| path.contains(".ps1")) {
        let last = script.trim_end().rfind('\n').unwrap() + 1;
        for end in last + 1..script.trim_end().len() {
            let cut = script.get(..end).unwrap();
            let is_word = script[last..end].chars().all(char::is_alphanumeric);
            assert!(is_word || !is_whole(&mut parser, cut), "{path}: {}", &cut[last..]);
        }
        let tree = parser.parse(script.get(..last).unwrap(), None).unwrap();
        let root = tree.root_node();
        let mut kinds = Vec::new();
        let mut cursor = root.walk();
        for child in root.children(&mut cursor) {
            let mut inner = child.walk();
            match child.kind() {
                "statement_list" => {
                    kinds.extend(child.children(&mut inner).map(|one| one.kind().to_owned()));
                }
                kind => kinds.push(kind.to_owned()),
            }
        }
        kinds.retain(|kind| kind != "comment");
        let allowed = ["function_statement", "param_block", "script_block"];
        assert!(kinds.iter().all(|kind| allowed.contains(&kind.as_str())), "{path}: {kinds:?}");
    }
}
