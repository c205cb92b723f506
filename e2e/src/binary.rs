//! The program that is tested, and the folder of the repository.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Names another program to test than the one that was built with the tests, such as one for another
/// processor.
pub const OTHER_PROGRAM: &str = "GANTLINE_E2E_PROGRAM";

/// Where `gantline` was built: beside the test's own executable, in the same target directory and
/// profile. `cargo build --bins` builds it; a test never does, so that what is tested is what was
/// built. [`OTHER_PROGRAM`] counts for more.
pub fn gantline() -> Result<PathBuf> {
    if let Some(other) = env::var_os(OTHER_PROGRAM).map(PathBuf::from) {
        ensure!(
            other.is_absolute() && other.is_file(),
            "{OTHER_PROGRAM} names no program by its whole path: {}",
            other.display()
        );
        return Ok(other);
    }
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
