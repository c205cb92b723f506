//! Real agents for the tests, pinned by `e2e/agents/package-lock.json`, installed into
//! `.cache/agents`.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::shell::Shell;

/// Where the pins are committed.
const PINS: &str = "e2e/agents";

/// Where the agents are installed; their programs are in `node_modules/.bin` below it.
const PLACE: &str = ".cache/agents";

const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Installs the agents, unless the pins are those of last time.
pub(super) fn install(shell: &Shell) -> Result<()> {
    let pins = shell.repository().path(PINS);
    let place = shell.repository().path(PLACE);
    let installed = place.join("node_modules/.package-lock.json").is_file()
        && FILES.iter().all(|file| {
            let pinned = std::fs::read(pins.join(file));
            pinned.is_ok_and(|bytes| std::fs::read(place.join(file)).is_ok_and(|b| b == bytes))
        });
    if !installed {
        std::fs::create_dir_all(&place).with_context(|| format!("failed to make {PLACE}"))?;
        for file in FILES {
            std::fs::copy(pins.join(file), place.join(file))
                .with_context(|| format!("failed to copy {PINS}/{file}"))?;
        }
        // Programs of others do not run at installation.
        shell.run_in(&place, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    }
    check(shell)
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
