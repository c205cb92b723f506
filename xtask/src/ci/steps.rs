//! The steps, in the order in which they are run. `justfile` has one recipe for each.

use anyhow::Result;

use super::{agents, mutants, needs, rust};
use crate::shell::Shell;
use crate::{console, dist, generate, programs, tidy};

/// One check, or one set of tests.
pub(super) struct Step {
    /// As typed after `cargo xtask ci`.
    pub(super) name: &'static str,
    /// For people, one line.
    pub(super) purpose: &'static str,
    /// What it needs for itself alone.
    pub(super) lane: Lane,
    /// Steps that must have passed, where they are run too.
    pub(super) after: &'static [&'static str],
    /// Does it.
    pub(super) run: fn(&Shell) -> Result<()>,
}

/// Steps of one lane run one after the other; the lanes run at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Wants Cargo's build folder, and the screen.
    Compiler,
    /// Wants the network, Node.js or little; prints into a log.
    Beside,
    /// Wants the whole computer: runs when everything else is done.
    Last,
}

/// Every step.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        purpose: "Rust files are formatted",
        lane: Lane::Compiler,
        after: &[],
        run: rust::format,
    },
    Step {
        name: "tidy",
        purpose: "the rules of the house hold",
        lane: Lane::Compiler,
        after: &[],
        run: tidy::step,
    },
    Step {
        name: "system",
        purpose: "programs that the tests use are installed",
        lane: Lane::Beside,
        after: &[],
        run: needs::install_packages,
    },
    Step {
        name: "console-lint",
        purpose: "the console's code follows its lints",
        lane: Lane::Beside,
        after: &[],
        run: |shell| console::script(shell, "lint"),
    },
    Step {
        name: "console-types",
        purpose: "the console's types agree",
        lane: Lane::Beside,
        after: &[],
        run: |shell| console::script(shell, "types"),
    },
    Step {
        name: "console-test",
        purpose: "the console's unit tests pass",
        lane: Lane::Beside,
        after: &[],
        run: |shell| console::script(shell, "test"),
    },
    Step {
        name: "console-build",
        purpose: "the console is built",
        lane: Lane::Beside,
        after: &[],
        run: |shell| console::build(shell).map(drop),
    },
    Step {
        name: "console-budget",
        purpose: "the console is light enough to load",
        lane: Lane::Beside,
        after: &["console-build"],
        run: console::check_budget,
    },
    Step {
        name: "cross",
        purpose: "the program is made for Windows",
        lane: Lane::Beside,
        after: &["system", "console-build"],
        run: dist::make_for_trial,
    },
    Step {
        name: "console-browser",
        purpose: "the console works in a browser, and everybody can use it",
        lane: Lane::Beside,
        after: &["system", "console-build"],
        run: |shell| console::script(shell, "browser"),
    },
    Step {
        name: "agents",
        purpose: "the real agents and the collector that the tests talk to are installed",
        lane: Lane::Beside,
        after: &[],
        run: agents::install,
    },
    Step {
        name: "deny",
        purpose: "licences, crates and their sources are allowed",
        lane: Lane::Beside,
        after: &[],
        run: rust::deny,
    },
    Step {
        name: "clippy",
        purpose: "no lint warns, in any target, with every feature",
        lane: Lane::Compiler,
        after: &[],
        run: rust::clippy,
    },
    // Before `build`, so that no program that breaks a promise is what the tests find.
    Step {
        name: "mutants",
        purpose: "every promise broken on purpose turns its test red",
        lane: Lane::Compiler,
        after: &[],
        run: mutants::run,
    },
    Step {
        name: "build",
        purpose: "every program and test is built",
        lane: Lane::Compiler,
        after: &["console-build"],
        run: programs::build,
    },
    Step {
        name: "gen",
        purpose: "generated files are as generated",
        lane: Lane::Compiler,
        after: &["build"],
        run: generate::check,
    },
    Step {
        name: "doc",
        purpose: "the documentation of every room builds without a warning",
        lane: Lane::Compiler,
        after: &[],
        run: rust::document,
    },
    Step {
        name: "doctest",
        purpose: "examples in the documentation run",
        lane: Lane::Compiler,
        after: &["build"],
        run: rust::test_documentation,
    },
    Step {
        name: "walkthrough",
        purpose: "the main job works in a browser with the real program",
        lane: Lane::Last,
        after: &["system", "build"],
        run: console::walk_through,
    },
    Step {
        name: "systems",
        purpose: "a machine works on Windows, as far as Wine is Windows",
        lane: Lane::Last,
        after: &["system", "cross", "build"],
        run: rust::walk_through_systems,
    },
    Step {
        name: "test",
        purpose: "every test passes: rooms, walkthroughs, the console in a browser, real agents",
        lane: Lane::Last,
        after: &["build"],
        run: rust::test,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    const JUSTFILE: &str = include_str!("../../../justfile");

    /// Recipes and their bodies, in order.
    fn recipes() -> Vec<(&'static str, &'static str)> {
        let lines: Vec<&str> = JUSTFILE.lines().collect();
        let pairs = lines.windows(2).filter(|pair| pair[1].starts_with("    "));
        pairs.filter_map(|pair| Some((pair[0].strip_suffix(':')?, pair[1].trim_start()))).collect()
    }

    #[test]
    fn the_justfile_has_one_recipe_per_step_and_nothing_else() {
        let everything = ("ci".to_owned(), "cargo xtask ci".to_owned());
        let each = STEPS.iter().map(|s| (s.name.to_owned(), format!("cargo xtask ci {}", s.name)));
        let expected: Vec<(String, String)> = std::iter::once(everything).chain(each).collect();
        let written: Vec<(String, String)> =
            recipes().iter().map(|(name, body)| ((*name).to_owned(), (*body).to_owned())).collect();
        assert_eq!(written, expected);
    }

    #[test]
    fn recipes_say_what_the_steps_say() {
        for step in STEPS {
            let described = format!("# {}\n{}:\n", step.purpose, step.name);
            assert!(JUSTFILE.contains(&described), "{} is described otherwise", step.name);
        }
    }

    #[test]
    fn steps_wait_only_for_earlier_ones() {
        for (index, step) in STEPS.iter().enumerate() {
            for name in step.after {
                let earlier = &STEPS[..index];
                assert!(
                    earlier.iter().any(|other| other.name == *name),
                    "{} after {name}",
                    step.name
                );
            }
        }
    }

    #[test]
    fn the_runner_of_the_tests_has_the_last_word() {
        let last: Vec<&str> =
            STEPS.iter().filter(|step| step.lane == Lane::Last).map(|step| step.name).collect();
        assert_eq!(last, ["walkthrough", "systems", "test"]);
        assert_eq!(STEPS.last().unwrap().name, "test");
    }
}
