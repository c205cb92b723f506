//! The rules of the house that no other tool holds.
//!
//! Each rule is a function from what was read to findings; [`RULES`] is their list. Exceptions
//! have a place ([`exceptions`]) and need a reason.

mod changelog;
mod decisions;
mod dependencies;
mod exceptions;
mod generated;
mod guides;
mod lengths;
mod links;
mod markdown;
mod marks;
mod mutants;
mod names;
mod places;
mod proofs;
mod rooms;
mod shells;
mod sizes;
mod switches;

use std::process::ExitCode;

use anyhow::{Result, ensure};

use crate::claims::Claims;
use crate::layers::Layers;
use crate::manifest::Manifest;
use crate::repository::Repository;
use crate::shell::Shell;
use crate::tidy::exceptions::Exceptions;
pub(crate) use crate::tidy::mutants::PREFIX as MUTANT_PREFIX;
use crate::tidy::switches::Switches;
use crate::tree::Tree;

/// A broken rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// File, or file and line.
    place: String,
    /// What is wrong and what to do.
    text: String,
}

impl Finding {
    fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }

    /// At a line, counted from 0.
    fn at(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self::new(format!("{path}:{}", line + 1), text)
    }
}

/// Everything the rules look at.
struct House {
    tree: Tree,
    layers: Layers,
    manifests: Vec<Manifest>,
    exceptions: Exceptions,
    claims: Claims,
    switches: Switches,
}

struct Rule {
    says: &'static str,
    check: fn(&House) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule {
        says: "rooms and edges are those of docs/layers.toml",
        check: |house| rooms::check(&house.layers, &house.manifests),
    },
    Rule {
        says: "every room has a description, the workspace's lints and an opening sentence",
        check: |house| rooms::check_furnishing(&house.tree, &house.manifests),
    },
    Rule {
        says: "every dependency is named in the code",
        check: |house| dependencies::check(&house.tree, &house.manifests, &house.exceptions),
    },
    Rule {
        says: "every mutant names the test it turns red",
        check: |house| mutants::check(&house.manifests),
    },
    Rule {
        says: "tests prove what is claimed, and every claim is made once",
        check: |house| proofs::check(&house.tree, &house.claims),
    },
    Rule {
        says: "every switch for safety has a test that fails when it does nothing",
        check: |house| switches::check(&house.tree, &house.switches),
    },
    Rule {
        says: "files have at most 500 lines beside their tests",
        check: |house| lengths::check(&house.tree, &house.exceptions),
    },
    Rule { says: "nothing is left unfinished", check: |house| marks::check(&house.tree) },
    Rule { says: "types are named by nouns of ours", check: |house| names::check(&house.tree) },
    Rule {
        says: "no path or registry of one computer is committed",
        check: |house| places::check(&house.tree),
    },
    Rule {
        says: "programs are started with lists of arguments, never by a shell",
        check: |house| shells::check(&house.tree),
    },
    Rule { says: "no committed file is over 1 MiB", check: |house| sizes::check(&house.tree) },
    Rule { says: "links between documents resolve", check: |house| links::check(&house.tree) },
    Rule { says: "every guide can be found", check: |house| guides::check(&house.tree) },
    Rule {
        says: "each decision has a number of its own and is listed",
        check: |house| decisions::check(&house.tree),
    },
    Rule {
        says: "the changelog has room for what comes next",
        check: |house| changelog::check(&house.tree),
    },
];

/// `cargo xtask tidy`.
pub(crate) fn run(repository: &Repository) -> Result<ExitCode> {
    step(&Shell::on_screen(repository))?;
    Ok(ExitCode::SUCCESS)
}

/// Checks every rule and says what it found.
pub(crate) fn step(shell: &Shell) -> Result<()> {
    let tree = Tree::read(shell.repository())?;
    let layers = Layers::read(&tree)?;
    let manifests = Manifest::read_all(&tree)?;
    let exceptions = Exceptions::read(&tree)?;
    let claims = Claims::read(&tree)?;
    let switches = Switches::read(&tree)?;
    let house = House { tree, layers, manifests, exceptions, claims, switches };
    let broken = RULES.iter().filter(|rule| !holds(shell, rule, &house)).count();
    ensure!(broken == 0, "{broken} of {} rules are broken", RULES.len());
    shell.say(&format!("   {} rules hold", RULES.len()));
    Ok(())
}

fn holds(shell: &Shell, rule: &Rule, house: &House) -> bool {
    let findings = (rule.check)(house);
    if findings.is_empty() {
        return true;
    }
    shell.say(&format!("broken: {}", rule.says));
    for finding in &findings {
        shell.say(&format!("  {}: {}", finding.place, finding.text));
    }
    false
}
