//! Wine, in which a program for Windows is tried: one Windows of its own for this repository, with the
//! one library that Debian's Wine lacks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::targets;
use super::zig::Zig;
use crate::shell::Shell;

/// Where that Windows is.
const PLACE: &str = ".cache/cross/wine";

/// Where Debian keeps the half of Wine that is for 64 bits.
const WINE: &str = "/usr/lib/wine/wine64";

/// What keeps a Windows going while a program runs in it.
const KEEPER: &str = "/usr/lib/wine/wineserver64";

/// What is not in Wine 8, as a source beside the tests that need it.
const LACKING: &str = "e2e/windows/bcryptprimitives.c";

/// Where Windows looks for libraries.
const LIBRARIES: &str = "drive_c/windows/system32";

/// The variable with which Wine is told which Windows is meant.
const PREFIX: &str = "WINEPREFIX";

/// A Windows that is there.
pub(super) struct Wine {
    prefix: PathBuf,
}

impl Wine {
    /// Makes it, unless it is there.
    ///
    /// # Errors
    ///
    /// If Wine is not installed.
    pub(super) fn ready(shell: &Shell) -> Result<Self> {
        ensure!(Path::new(WINE).is_file(), "there is no {WINE}: install wine64 (Debian 12)");
        let wine = Self { prefix: shell.repository().path(PLACE) };
        let done = wine.prefix.join("made");
        if !done.is_file() {
            fs::create_dir_all(&wine.prefix).context("failed to make a place for Wine")?;
            let mut start = shell.command(WINE);
            start.args(["wineboot", "--init"]);
            wine.quietly(&mut start);
            shell.finish(start)?;
            wine.end(shell)?;
            fs::write(&done, "").context("failed to say that it is there")?;
        }
        let mut compile =
            Command::new(Zig::installed(shell)?.compiler(targets::known("windows-x86_64")));
        compile.current_dir(shell.repository().root()).args(["-O1", "-shared", "-nostdlib", "-o"]);
        compile.arg(wine.prefix.join(LIBRARIES).join("bcryptprimitives.dll"));
        shell.finish({
            compile.args([LACKING, "-ladvapi32"]);
            compile
        })?;
        Ok(wine)
    }

    /// Whether a program runs in it.
    pub(super) fn runs(&self, program: &Path) -> bool {
        let mut version = Command::new(WINE);
        self.quietly(version.arg(program).arg("--version"));
        version.output().is_ok_and(|output| output.status.success())
    }

    /// Has a command mean this Windows.
    pub(super) fn meant_by(&self, command: &mut Command) {
        command.env(PREFIX, &self.prefix);
    }

    /// Ends whatever runs in it.
    pub(super) fn end(&self, shell: &Shell) -> Result<()> {
        let mut end = shell.command(KEEPER);
        self.meant_by(end.arg("--kill"));
        // It answers with 1 where nothing runs.
        shell.exit_code(end).map(drop)
    }

    /// Without the messages of its own, and without asking for what it could download.
    fn quietly(&self, command: &mut Command) {
        self.meant_by(command);
        command.env("WINEDEBUG", "-all").env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    }
}
