//! What must be on this computer before anything can be built, and how to get it.

use anyhow::{Context, Result, bail};

use crate::shell::Shell;

/// Node.js from this major version on builds the console.
const NODE_AT_LEAST: &str = "20";

/// A program, the version it must have, and what to do if it does not.
struct Tool<'a> {
    program: &'static str,
    at_least: &'a str,
    install: &'static str,
}

/// Checks every tool and says which versions were found.
pub(crate) fn check(shell: &Shell) -> Result<Vec<String>> {
    let rust_version = shell.repository().rust_version()?;
    let tools = [
        Tool {
            program: "rustc",
            at_least: &rust_version,
            install: "`rustup update stable`, or install Rust from https://rustup.rs",
        },
        Tool {
            program: "node",
            at_least: NODE_AT_LEAST,
            install: "install Node.js 20 or newer from https://nodejs.org or with your package \
                      manager",
        },
        Tool { program: "npm", at_least: "9", install: "install npm; it comes with Node.js" },
    ];
    tools.iter().map(|tool| found(shell, tool)).collect()
}

fn found(shell: &Shell, tool: &Tool) -> Result<String> {
    let Tool { program, at_least, install } = tool;
    if !shell.finds(program) {
        bail!("{program} is not installed: {install}");
    }
    let printed = shell.stdout_of(program, &["--version"])?;
    let version = version(&printed)
        .with_context(|| format!("`{program} --version` printed no version: {printed:?}"))?;
    if !is_at_least(version, at_least) {
        bail!("{program} {version} is too old, {at_least} or newer is needed: {install}");
    }
    Ok(format!("{program} {version}"))
}

/// The first word that looks like a version: `rustc 1.95.0 (…)`, `v20.20.2`, `11.19.1`.
fn version(printed: &str) -> Option<&str> {
    let words = printed.split_whitespace().map(|word| word.trim_start_matches('v'));
    words.into_iter().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

fn is_at_least(version: &str, at_least: &str) -> bool {
    numbers(version) >= numbers(at_least)
}

fn numbers(version: &str) -> Vec<u32> {
    let release = version.split(['-', '+']).next().unwrap_or_default();
    release.split('.').map_while(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_tools_print() {
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)\n"), Some("1.95.0"));
        assert_eq!(version("v20.20.2\n"), Some("20.20.2"));
        assert_eq!(version("11.19.1\n"), Some("11.19.1"));
        assert_eq!(version("command not found"), None);
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(is_at_least("1.95.0", "1.95"));
        assert!(is_at_least("1.100.0-nightly", "1.95"));
        assert!(is_at_least("20.20.2", "20"));
        assert!(!is_at_least("1.94.1", "1.95"));
        assert!(!is_at_least("18.20.4", "20"));
    }
}
