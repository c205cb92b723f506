//! `cargo xtask dist`: the programs that a server hands out, for every system, made on one computer.
//!
//! - [`targets`]: for which computers, and what they are called by whom
//! - [`toolchain`]: what compiles for them: rustup's standard library where it is installed, else one
//!   that is built from Debian's sources
//! - [`debian`]: that compiler and those sources, unpacked beside the repository's other tools
//! - [`zig`]: the C compiler and linker for systems that are not this one
//! - [`made`]: what came of it, looked at before anybody gets it
//! - [`tried`]: the walkthroughs with it, where this computer can run it: itself, in [`wine`], or
//!   [`emulated`]
//! - [`checked`]: what of all this is part of `cargo xtask ci`

mod checked;
mod debian;
mod emulated;
mod made;
mod targets;
mod toolchain;
mod tried;
mod wine;
mod zig;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::ValueEnum;

pub(crate) use self::checked::{make as make_for_trial, walk_through};
use self::made::Made;
pub(crate) use self::targets::TARGETS;
use self::targets::{Reach, Target};
use self::toolchain::{Toolchain, Verb};
use crate::console;
use crate::repository::Repository;
use crate::shell::Shell;
use crate::tools;

/// `cargo xtask dist`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these, separated by commas, such as linux-x86_64,linux-aarch64
    #[arg(long, value_delimiter = ',', value_parser = targets::named)]
    targets: Vec<&'static Target>,
    /// Compile without making programs: does it still fit every system?
    #[arg(long)]
    check: bool,
    /// Run the walkthroughs of machines and terminals with what was made (Windows with Wine, another
    /// processor with qemu-user-static)
    #[arg(long = "try", conflicts_with = "check")]
    tried: bool,
    /// How much the compiler is to do about size and speed
    #[arg(long, value_enum, default_value_t = Profile::Dist)]
    profile: Profile,
    /// Where the programs go [default: target/programs]
    #[arg(long)]
    directory: Option<PathBuf>,
}

/// How a program is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// As it is shipped: the smallest and fastest, and the longest to make
    Dist,
    /// Nearly that, in half the time
    Release,
    /// Only to try it: large and slow, and soon made
    Trial,
}

impl Profile {
    /// What Cargo calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Dist => "dist",
            Self::Release => "release",
            Self::Trial => "trial",
        }
    }
}

/// Makes or checks the programs, and says what came of each.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    let shell = Shell::on_screen(repository);
    shell.say(&format!("tools: {}", tools::check(&shell)?.join(", ")));
    console::build(&shell)?;
    let chosen: Vec<&Target> = if arguments.targets.is_empty() {
        TARGETS.iter().collect()
    } else {
        arguments.targets.clone()
    };
    let directory =
        arguments.directory.clone().unwrap_or_else(|| repository.path("target/programs"));
    let (mut said, mut has_failed) = (Vec::new(), false);
    for (number, target) in chosen.iter().enumerate() {
        shell.say(&format!("[{}/{}] {}", number + 1, chosen.len(), target.name));
        let outcome = if arguments.check {
            check(&shell, target)
        } else {
            make(&shell, target, arguments, &directory)
        };
        if let Err(error) = &outcome {
            shell.say(&format!("{error:#}"));
            has_failed = true;
        }
        said.push(outcome.unwrap_or_else(|_| format!("{}: failed, see above", target.name)));
    }
    shell.say("");
    for line in said {
        shell.say(&line);
    }
    Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Compiles for a target, up to the point at which a program would be linked.
fn check(shell: &Shell, target: &Target) -> Result<String> {
    Toolchain::reach(shell, target)?.cargo(shell, Verb::Check, target, Profile::Trial)?;
    Ok(format!("{}: compiles", target.name))
}

/// Makes the program for a target and puts it among the others; where it cannot be linked here, it is
/// checked, and that is said.
fn make(shell: &Shell, target: &Target, arguments: &Arguments, directory: &Path) -> Result<String> {
    if let Reach::CheckOnly(why) = target.reach() {
        let compiles = check(shell, target)?;
        return Ok(format!("{compiles}; no program was made: {why}"));
    }
    let toolchain = Toolchain::reach(shell, target)?;
    let program = toolchain.cargo(shell, Verb::Build, target, arguments.profile)?;
    let made = Made::look_at(target, &program)?;
    fs::create_dir_all(directory)
        .with_context(|| format!("failed to make {}", directory.display()))?;
    let place = directory.join(release::program_name(target.name));
    made.put_at(&place)?;
    let mut said = format!("{}: {} ({})", target.name, place.display(), made.in_words());
    if arguments.tried {
        said.push_str(tried::walk_through(shell, target, &place)?);
    }
    Ok(said)
}
