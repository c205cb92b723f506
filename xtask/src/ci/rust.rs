//! Steps that are programs of Cargo.

use anyhow::Result;

use super::needs::{self, DENY, NEXTEST};
use crate::dist;
use crate::manifest::Manifest;
use crate::shell::Shell;
use crate::tidy::MUTANT_PREFIX;
use crate::tree::Tree;

pub(super) fn format(shell: &Shell) -> Result<()> {
    shell.run("cargo", &["fmt", "--all", "--check"])
}

pub(super) fn clippy(shell: &Shell) -> Result<()> {
    let features = features(&Tree::read(shell.repository())?)?;
    let targets = ["clippy", "--workspace", "--all-targets", "--locked"];
    let warnings = ["--", "-D", "warnings"];
    shell.run("cargo", &[&targets[..], &["--features", &features], &warnings].concat())
}

/// Every feature of every room, but not those that break something on purpose.
fn features(tree: &Tree) -> Result<String> {
    let manifests = Manifest::read_all(tree)?;
    let features = manifests.iter().flat_map(|manifest| {
        let kept = manifest.features.keys().filter(|name| !name.starts_with(MUTANT_PREFIX));
        kept.map(|name| format!("{}/{name}", manifest.package.name))
    });
    Ok(features.collect::<Vec<_>>().join(","))
}

/// With what is private: a room's map names the files of which it is made.
pub(super) fn document(shell: &Shell) -> Result<()> {
    let mut command = shell.command("cargo");
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"]);
    command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links");
    shell.finish(command)
}

pub(super) fn test_documentation(shell: &Shell) -> Result<()> {
    shell.run("cargo", &["test", "--workspace", "--doc", "--locked"])
}

pub(super) fn deny(shell: &Shell) -> Result<()> {
    needs::install_tool(shell, &DENY)?;
    shell.run("cargo", &["deny", "--locked", "check", "licenses", "bans", "sources"])
}

pub(super) fn test(shell: &Shell) -> Result<()> {
    needs::install_tool(shell, &NEXTEST)?;
    shell.run("cargo", &["nextest", "run", "--workspace", "--locked", "--profile", "ci"])
}

pub(super) fn walk_through_systems(shell: &Shell) -> Result<()> {
    needs::install_tool(shell, &NEXTEST)?;
    dist::walk_through(shell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_promises_on_purpose_is_not_switched_on() {
        let tree = Tree::from([
            (
                "crates/model/Cargo.toml",
                "[package]\nname = 'model'\n[features]\nschema = []\nmutant-deaf = []",
            ),
            ("crates/policy/Cargo.toml", "[package]\nname = 'policy'\n[features]\nschema = []"),
        ]);
        assert_eq!(features(&tree).unwrap(), "model/schema,policy/schema");
    }

    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Locked>,
    }

    #[derive(serde::Deserialize)]
    struct Locked {
        name: String,
        source: Option<String>,
        checksum: Option<String>,
    }

    /// S133: every foreign crate is pinned by its hash and comes from the one registry.
    #[test]
    fn foreign_crates_are_pinned_by_hash() {
        let lock: Lock = toml::from_str(include_str!("../../../Cargo.lock")).unwrap();
        let foreign: Vec<&Locked> = lock.package.iter().filter(|p| p.source.is_some()).collect();
        assert!(foreign.len() > 100, "the lock file was not read");
        for package in foreign {
            let source = package.source.as_deref();
            let registry = "registry+https://github.com/rust-lang/crates.io-index";
            assert_eq!(source, Some(registry), "{}", package.name);
            assert!(package.checksum.is_some(), "{} has no checksum", package.name);
        }
    }
}
