//! The programs that are measured and measured against, and where they are.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Why rows about ttyd have no number.
pub(crate) const NO_TTYD: &str = "there is no ttyd on this computer";

/// The programs that are measured and measured against.
#[derive(Debug)]
pub(crate) struct Subjects {
    /// Our release binary.
    pub(crate) gantline: PathBuf,
    /// ttyd, if it can be had.
    pub(crate) ttyd: Option<PathBuf>,
    /// The folder in which other LLM gateways are installed, if they are to be measured.
    pub(crate) rivals: Option<PathBuf>,
    /// How many idle machines there are where that is measured.
    pub(crate) machines: usize,
}

impl Subjects {
    /// Finds them: where it was said, else ours beside this program, and ttyd on the search path.
    pub(crate) fn find(
        gantline: Option<PathBuf>,
        ttyd: Option<PathBuf>,
        rivals: Option<PathBuf>,
        machines: usize,
    ) -> Result<Self> {
        let gantline = match gantline {
            Some(path) => path,
            None => beside_this_program("gantline")?,
        };
        ensure!(
            gantline.is_file(),
            "{} is not there; `cargo xtask bench` builds it",
            gantline.display()
        );
        if let Some(path) = &ttyd {
            ensure!(path.is_file(), "{} is not there", path.display());
        }
        Ok(Self { gantline, ttyd: ttyd.or_else(|| on_search_path("ttyd")), rivals, machines })
    }
}

fn beside_this_program(name: &str) -> Result<PathBuf> {
    let this = env::current_exe().context("find this program")?;
    let folder = this.parent().unwrap_or(Path::new(""));
    Ok(folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// A program, if there is one of that name.
pub(crate) fn on_search_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|place| place.join(name)).find(|file| file.is_file())
}
