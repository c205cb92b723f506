//! Traces of one computer: absolute paths of somebody's directories, hosts of package registries.

use super::Finding;
use crate::tree::Tree;

/// Directories at the root of somebody's computer, taken apart so that this file holds none.
const DIRECTORIES: &[&str] = &[concat!("/wo", "rk"), concat!("/ro", "ot")];

/// Where people's own directories lie.
const HOMES: &[&str] = &[concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// Names that belong to nobody, for examples.
const FICTIONAL: &[&str] = &["ada", "alice", "ana", "bob", "user", "you"];

/// Where packages come from is the business of whoever builds.
const REGISTRIES: &[&str] = &[
    concat!("registry.npm", "js.org"),
    concat!("registry.npm", "mirror.com"),
    concat!("registry.yarn", "pkg.com"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("proxy.golang", ".org"),
    concat!("\"resolved\": \"", "http"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let files = tree.paths().filter_map(|path| Some((path, tree.text(path)?)));
    files.flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(number, line)| {
            let trace = directory(line).or_else(|| home(line)).or_else(|| registry(line))?;
            let text = format!("{trace} belongs to one computer: take it out");
            Some(Finding::at(path, number, text))
        })
        .collect()
}

fn directory(line: &str) -> Option<&'static str> {
    let stands = |directory: &&&'static str| {
        begins(line, directory).any(|rest| {
            let ends = |c: char| !(c.is_alphanumeric() || "_-.".contains(c));
            rest.chars().next().is_none_or(ends)
        })
    };
    DIRECTORIES.iter().find(stands).copied()
}

fn home(line: &str) -> Option<&'static str> {
    let names_somebody = |home: &&&'static str| {
        begins(line, home).any(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            end > 1 && !FICTIONAL.contains(&&rest[..end])
        })
    };
    HOMES.iter().find(names_somebody).copied()
}

fn registry(line: &str) -> Option<&'static str> {
    REGISTRIES.iter().find(|host| line.contains(**host)).copied()
}

/// What follows each place where an absolute path begins with `start`.
fn begins<'a>(line: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let continues = |c: char| c.is_alphanumeric() || "_.-~$}/)>*".contains(c);
    line.match_indices(start)
        .filter(move |(at, _)| !line[..*at].chars().next_back().is_some_and(continues))
        .map(move |(at, _)| &line[at + start.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, finds: usize) {
        assert_eq!(check(&Tree::from([("README.md", line)])).len(), finds, "{line}");
    }

    #[test]
    fn paths_of_one_computer_are_found() {
        for directory in DIRECTORIES {
            check_line(&format!("see {directory}/main/notes.txt"), 1);
            check_line(&format!("`{directory}`"), 1);
        }
        for home in HOMES {
            check_line(&format!("cd {home}grace/src"), 1);
        }
    }

    #[test]
    fn registry_hosts_are_found() {
        for host in REGISTRIES {
            check_line(&format!("  {host}s://x.example/y.tgz\""), 1);
        }
    }

    #[test]
    fn paths_of_nobody_and_of_everybody_are_fine() {
        check_line("cd ~/work && ls $HOME/work https://example.com/work", 0);
        check_line("/proc/self/root is a way out, /workspace is a directory", 0);
        check_line(&format!("{}ada/notes {}<name>/notes", HOMES[0], HOMES[0]), 0);
        check_line("/tmp/gantline and /etc/passwd", 0);
    }
}
