//! The program that is tested, and the folder of the repository.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Where `gantline` was built: beside the test's own executable, in the same target directory and
/// profile. `cargo build --bins` builds it; a test never does, so that what is tested is what was
/// built.
pub fn gantline() -> Result<PathBuf> {
    let test = env::current_exe().context("find the test's own executable")?;
    let profile = test.ancestors().nth(2).context("the test is not in a target directory")?;
    let program = profile.join(format!("gantline{}", env::consts::EXE_SUFFIX));
    ensure!(
        program.is_file(),
        "{} is not built; run: cargo build --package gantline",
        program.display()
    );
    Ok(program)
}

/// A path in the repository, such as the folder into which the agents are installed.
pub fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
