//! Files that are too long: counted without their tests, against a limit or their own ratchet.

use super::{Finding, exceptions, exceptions::Exceptions, generated};
use crate::tree::Tree;

/// Past this many lines a file asks for a split, or for an exception with a reason.
const LIMIT: usize = 500;

const EXTENSIONS: &[&str] = &["rs", "ts", "tsx", "js", "mjs", "css", "sh", "py"];

pub(super) fn check(tree: &Tree, exceptions: &Exceptions) -> Vec<Finding> {
    let generated = generated::patterns(tree);
    let mut findings: Vec<Finding> = tree
        .texts(EXTENSIONS)
        .filter(|(path, _)| !is_test(path) && !generated::covers(&generated, path))
        .filter_map(|(path, text)| check_one(path, lines_without_tests(text), exceptions))
        .collect();
    let gone = exceptions.long_files.iter().filter(|exception| !tree.holds(&exception.path));
    findings.extend(gone.map(|exception| {
        Finding::new(exceptions::PATH, format!("there is no file {}", exception.path))
    }));
    findings
}

fn check_one(path: &str, lines: usize, exceptions: &Exceptions) -> Option<Finding> {
    let exception = exceptions.long_files.iter().find(|exception| exception.path == path);
    let allowed = exception.map_or(LIMIT, |exception| exception.lines);
    if lines > allowed {
        return Some(Finding::new(path, format!("{lines} lines, allowed are {allowed}: split it")));
    }
    let exception = exception?;
    if lines <= LIMIT {
        return Some(Finding::new(exceptions::PATH, format!("{path} needs no exception")));
    }
    if lines < exception.lines {
        let text = format!("{path} shrank: lower its `lines` to {lines}");
        return Some(Finding::new(exceptions::PATH, text));
    }
    None
}

/// Files that hold nothing but tests or what tests read.
pub(super) fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_folder = path.split('/').any(|part| matches!(part, "tests" | "fixtures" | "snapshots"));
    in_folder || name == "tests.rs" || name.contains(".test.") || name.contains(".spec.")
}

/// Lines before the `mod tests` at the bottom of a Rust file.
fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let is_inner_tests = |pair: &[&str]| {
        pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    };
    lines.windows(2).position(is_inner_tests).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_files<const N: usize>(files: [(&str, &str); N], exceptions: &str, expect: &[&str]) {
        let findings = check(&Tree::from(files), &Exceptions::from_text(exceptions));
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect);
    }

    fn exception(lines: usize) -> String {
        format!("[[long-files]]\npath = 'a.rs'\nlines = {lines}\nreason = 'one table'")
    }

    #[test]
    fn files_up_to_the_limit_are_fine_and_tests_do_not_count() {
        let full = "x\n".repeat(500);
        let with_tests = format!("{full}#[cfg(test)]\nmod tests {{\n{full}}}\n");
        let long = "x\n".repeat(600);
        check_files(
            [
                ("a.rs", with_tests.as_str()),
                ("b/tests.rs", &long),
                ("b/tests/it/main.rs", &long),
                ("c.test.ts", &long),
                ("d.md", &long),
            ],
            "",
            &[],
        );
    }

    #[test]
    fn a_longer_file_is_found() {
        let long = "x\n".repeat(501);
        check_files([("a.rs", &long)], "", &["501 lines, allowed are 500: split it"]);
    }

    #[test]
    fn generated_files_may_be_long() {
        let long = "x\n".repeat(501);
        let attributes = "api.ts linguist-generated\n";
        check_files([("console/api.ts", long.as_str()), (".gitattributes", attributes)], "", &[]);
    }

    #[test]
    fn an_exception_is_a_ratchet() {
        let long = "x\n".repeat(600);
        check_files([("a.rs", long.as_str())], &exception(600), &[]);
        check_files(
            [("a.rs", long.as_str())],
            &exception(599),
            &["600 lines, allowed are 599: split it"],
        );
        check_files(
            [("a.rs", long.as_str())],
            &exception(700),
            &["a.rs shrank: lower its `lines` to 600"],
        );
        check_files([("a.rs", "x\n")], &exception(600), &["a.rs needs no exception"]);
        check_files([("b.rs", "x\n")], &exception(600), &["there is no file a.rs"]);
    }
}
