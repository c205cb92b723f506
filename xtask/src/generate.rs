//! Files that are written by programs, all from one list.
//!
//! - [`layers_page`]: `docs/layers.md`, the rooms and their edges as tables
//! - [`code_map`]: the code map inside `ARCHITECTURE.md`
//! - [`claims_tables`]: claims and their proofs inside `docs/threat-model.md`,
//!   `docs/reliability.md` and `docs/gateway-pitfalls.md`
//! - [`rights_tables`]: who may do what inside `docs/rights.md`
//! - [`interface`]: `docs/openapi.json`, and the console's types made from it
//! - [`lines`]: `docs/cli-json.schema.json`, what the command line prints for programs
//! - [`region`]: writing a part of a page

mod claims_tables;
mod code_map;
mod interface;
mod layers_page;
mod lines;
mod region;
mod rights_tables;

use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::repository::Repository;
use crate::shell::Shell;
use crate::tree::Tree;

/// `cargo xtask gen`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Writes nothing; fails if a file differs from what would be written
    #[arg(long)]
    check: bool,
}

/// One generated file. A new one is added here, and marked `linguist-generated` in
/// `.gitattributes` unless people write the rest of it.
struct Generator {
    /// The file, from the root.
    output: &'static str,
    /// What the whole file should hold.
    make: fn(&Tree, &Shell) -> Result<String>,
}

const GENERATORS: &[Generator] = &[
    Generator { output: layers_page::OUTPUT, make: |tree, _| layers_page::make(tree) },
    Generator { output: code_map::OUTPUT, make: |tree, _| code_map::make(tree) },
    Generator {
        output: claims_tables::THREAT_MODEL,
        make: |tree, _| claims_tables::make(tree, claims_tables::THREAT_MODEL),
    },
    Generator {
        output: claims_tables::RELIABILITY,
        make: |tree, _| claims_tables::make(tree, claims_tables::RELIABILITY),
    },
    Generator {
        output: claims_tables::PITFALLS,
        make: |tree, _| claims_tables::make(tree, claims_tables::PITFALLS),
    },
    Generator { output: rights_tables::OUTPUT, make: rights_tables::make },
    Generator { output: lines::OUTPUT, make: |_, shell| lines::describe(shell) },
    Generator { output: interface::DESCRIPTION, make: |_, shell| interface::describe(shell) },
    Generator {
        output: interface::CONSOLE_TYPES,
        make: |_, shell| interface::console_types(shell),
    },
];

/// Writes the generated files, or checks them.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    let shell = Shell::on_screen(repository);
    if arguments.check {
        check(&shell)?;
        return Ok(ExitCode::SUCCESS);
    }
    // One after the other: some are made from those before.
    for generator in GENERATORS {
        let Some(text) = stale(generator, &shell)? else { continue };
        std::fs::write(repository.path(generator.output), text)
            .with_context(|| format!("failed to write {}", generator.output))?;
        shell.say(&format!("written: {}", generator.output));
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails if a generated file differs from what would be written.
pub(crate) fn check(shell: &Shell) -> Result<()> {
    let mut stale_outputs = Vec::new();
    for generator in GENERATORS {
        if stale(generator, shell)?.is_some() {
            stale_outputs.push(generator.output);
        }
    }
    anyhow::ensure!(
        stale_outputs.is_empty(),
        "not as generated: {}; run `cargo xtask gen` and commit what it wrote",
        stale_outputs.join(", ")
    );
    shell.say(&format!("{} files are as generated", GENERATORS.len()));
    Ok(())
}

/// What an output should be, if it is something else.
fn stale(generator: &Generator, shell: &Shell) -> Result<Option<String>> {
    let tree = Tree::read(shell.repository())?;
    let text = (generator.make)(&tree, shell)
        .with_context(|| format!("failed to make {}", generator.output))?;
    Ok((tree.text(generator.output) != Some(text.as_str())).then_some(text))
}
