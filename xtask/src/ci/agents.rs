//! Real agents for the tests, pinned by `e2e/agents/package-lock.json`, installed into
//! `.cache/agents`; and what wants a later system ([`later`]).

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::later;
use crate::shell::Shell;
use crate::stamp::Stamp;

/// Where the pins are committed.
const PINS: &str = "e2e/agents";

/// Where the agents are installed; their programs are in `node_modules/.bin` below it.
const PLACE: &str = ".cache/agents";

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Programs of others do not run at installation, but this one: it links the binary for this
/// system into place, and does not start without.
const WITH_SCRIPT: &str = "opencode-ai";

/// Installs the agents, unless the pins are those of last time.
///
/// `npm install` rather than `npm ci`: it keeps to the lock file as well, but does not insist on
/// entries for the systems we are not on, which some registries do not have.
pub(super) fn install(shell: &Shell) -> Result<()> {
    let pins = shell.repository().path(PINS);
    let place = shell.repository().path(PLACE);
    let stamp = Stamp::of_files(&pins, &FILES)?;
    if !stamp.is_on(&place) {
        std::fs::create_dir_all(&place).with_context(|| format!("failed to make {PLACE}"))?;
        for file in FILES {
            std::fs::copy(pins.join(file), place.join(file))
                .with_context(|| format!("failed to copy {PINS}/{file}"))?;
        }
        let quiet = ["--no-audit", "--no-fund"];
        let install = ["install", "--no-save", "--ignore-scripts"];
        shell.run_in(&place, "npm", &[&install[..], &quiet].concat())?;
        shell.run_in(&place, "npm", &["rebuild", WITH_SCRIPT])?;
        hide_later_node(&place)?;
        stamp.put_on(&place)?;
    }
    check(shell)?;
    later::install(shell)
}

/// Two agents need a later Node.js than this system may have, and it was installed with them. The
/// others run on the system's, as they do for people: it goes out of their way.
fn hide_later_node(place: &Path) -> Result<()> {
    match std::fs::remove_file(place.join("node_modules/.bin/node")) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).context("failed to put Node.js out of the way")
        }
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
struct Pins {
    programs: Vec<String>,
}

/// Every program that the tests start is there.
fn check(shell: &Shell) -> Result<()> {
    let text = std::fs::read_to_string(shell.repository().path(PINS).join(FILES[0]))?;
    let pins: Pins = serde_json::from_str(&text).context("failed to read the pins")?;
    for program in &pins.programs {
        let path = format!("{PLACE}/node_modules/.bin/{program}");
        ensure!(shell.repository().path(&path).exists(), "{path} was not installed");
    }
    shell.say(&format!("   agents: {}", pins.programs.join(", ")));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Deserialize)]
    struct Package {
        dependencies: BTreeMap<String, String>,
    }

    #[derive(Deserialize)]
    struct Lock {
        packages: BTreeMap<String, Locked>,
    }

    #[derive(Deserialize)]
    struct Locked {
        version: Option<String>,
        integrity: Option<String>,
    }

    /// S134: agents and all they bring are pinned by version and hash.
    #[test]
    fn agents_are_pinned_by_version_and_hash() {
        let package = include_str!("../../../e2e/agents/package.json");
        let package: Package = serde_json::from_str(package).unwrap();
        let lock = include_str!("../../../e2e/agents/package-lock.json");
        let mut lock: Lock = serde_json::from_str(lock).unwrap();
        lock.packages.remove("").unwrap();
        for (name, version) in &package.dependencies {
            let locked = &lock.packages[&format!("node_modules/{name}")];
            assert_eq!(locked.version.as_ref(), Some(version), "{name}");
        }
        for (name, locked) in &lock.packages {
            assert!(locked.integrity.is_some(), "{name} has no hash");
        }
    }
}
