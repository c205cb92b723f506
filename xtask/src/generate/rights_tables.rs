//! The tables of rights inside `docs/rights.md`, as the rights themselves print them.

use anyhow::{Context, Result};

use super::region;
use crate::shell::Shell;
use crate::tree::Tree;

pub(super) const OUTPUT: &str = "docs/rights.md";

pub(super) fn make(tree: &Tree, shell: &Shell) -> Result<String> {
    let page = tree.text(OUTPUT).with_context(|| format!("{OUTPUT} is missing"))?;
    let print = ["run", "--quiet", "--package", "policy", "--example", "rights"];
    region::replace(page, &format!("{}\n", shell.stdout_of("cargo", &print)?))
}
