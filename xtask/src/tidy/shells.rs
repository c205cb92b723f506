//! What is run is a program with a list of arguments, never a text that a shell takes apart: whatever
//! was put into such a text is run with it.
//!
//! Terminals run shells, because that is what was asked for; they are given no text to run.

use super::Finding;
use crate::tree::Tree;

/// Programs that take text apart.
const SHELLS: &[&str] = &[
    "sh",
    "bash",
    "dash",
    "zsh",
    "ksh",
    "fish",
    "cmd",
    "cmd.exe",
    "powershell",
    "powershell.exe",
    "pwsh",
];

/// What says to them that text follows.
const SWITCHES: &[&str] =
    &["\"-c\"", "\"-lc\"", "\"-ic\"", "\"/c\"", "\"/C\"", "\"-Command\"", "\"-EncodedCommand\""];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.texts(&["rs"]).filter(|(path, _)| is_product(path));
    sources.flat_map(|(path, text)| check_file(path, text)).collect()
}

/// Whether a file is part of what people run, and not of its tests.
fn is_product(path: &str) -> bool {
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    path.starts_with("crates/") && path.contains("/src/") && !is_test
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let own = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let starts = own.lines().enumerate().filter(|(_, line)| starts_shell(line));
    let text = "a shell takes text apart: start the program itself, with a list of arguments";
    starts.map(|(number, _)| Finding::at(path, number, text)).collect()
}

/// Whether a line starts a shell, or hands one a text.
fn starts_shell(line: &str) -> bool {
    let after = line.match_indices("Command::new(").map(|(at, call)| &line[at + call.len()..]);
    let mut programs = after.filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
    let is_shell = |program: &str| SHELLS.contains(&program.rsplit('/').next().unwrap_or(program));
    let is_argument = line.contains(".arg(") || line.contains(".args(");
    programs.any(is_shell) || (is_argument && SWITCHES.iter().any(|switch| line.contains(switch)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(path: &str, line: &str, finds: usize) {
        let tree = Tree::from([(path, line)]);
        assert_eq!(check(&tree).len(), finds, "{path}: {line}");
    }

    /// S68: no program is started by a text.
    #[test]
    fn a_shell_that_is_given_text_is_found() {
        let source = "crates/a/src/start.rs";
        for line in [
            "let mut shell = Command::new(\"sh\");",
            "tokio::process::Command::new(\"/bin/bash\").arg(script)",
            "Command::new(\"powershell.exe\")",
            "command.args([\"-c\", &format!(\"git log {branch}\")]);",
            "command.arg(\"-lc\").arg(line);",
        ] {
            check_line(source, line, 1);
            check_line("crates/a/tests/it/start.rs", line, 0);
            check_line("crates/a/src/start/tests.rs", line, 0);
        }
        for line in [
            "Command::new(\"git\").args([\"log\", branch])",
            "Command::new(\"shellcheck\")",
            "let options = vec![\"-c\".into(), setting];",
            "// Command runs without `sh -c`.",
        ] {
            check_line(source, line, 0);
        }
    }
}
