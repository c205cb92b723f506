//! Zig's C compiler, which has the headers and C libraries of the other systems with it, and
//! cargo-zigbuild, which makes a linker of it. Both come from PyPI, at the versions named here, into
//! `.cache/cross`.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::targets::{TARGETS, Target};
use crate::shell::Shell;

/// Where it is installed.
const PLACE: &str = ".cache/cross/zig";

/// What is installed.
const PACKAGES: [&str; 2] = ["ziglang==0.17.0", "cargo-zigbuild==0.24.0"];

/// Libraries that the GNU linker is told to use and that Zig brings under other names or does without.
const EMPTY_LIBRARIES: [&str; 5] = ["ssp_nonshared", "ssp", "gcc_eh", "gcc", "gcc_s"];

/// The installed compiler.
pub(super) struct Zig {
    place: PathBuf,
}

impl Zig {
    /// Installs it, unless these versions are there.
    pub(super) fn installed(shell: &Shell) -> Result<Self> {
        let place = shell.repository().path(PLACE);
        let done = place.join("installed");
        let zig = Self { place };
        // Programs of Python know by their whole path where they were installed.
        let wanted = format!("{}\n{}", PACKAGES.join("\n"), zig.place.display());
        if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
            return Ok(zig);
        }
        shell.say("   Zig, which compiles and links C for other systems");
        let mut environment = shell.command("python3");
        environment.args(["-m", "venv"]).arg(&zig.place);
        shell.finish(environment).context("Python 3 with `venv` is needed (python3-venv)")?;
        let mut install = Command::new(zig.python());
        install.current_dir(shell.repository().root());
        install.args(["-m", "pip", "--quiet", "--disable-pip-version-check", "install"]);
        shell.finish({
            install.args(PACKAGES);
            install
        })?;
        for target in &TARGETS {
            write_program(&zig.compiler(target), &compiler_script(&zig.python(), target))?;
        }
        write_program(&zig.archiver(), &archiver_script(&zig.python()))?;
        zig.make_empty_libraries(shell)?;
        fs::write(&done, wanted).context("failed to say that it is there")?;
        Ok(zig)
    }

    /// Has C be compiled for a target.
    pub(super) fn compile_with(&self, command: &mut Command, target: &Target) -> Result<()> {
        let named = target.in_variables();
        command
            .env(format!("CC_{named}"), self.compiler(target))
            .env(format!("AR_{named}"), self.archiver())
            // The assembler of Windows is not there: what it would make comes with the sources.
            .env("AWS_LC_SYS_PREBUILT_NASM", "1")
            .env("PATH", self.search_path()?);
        Ok(())
    }

    /// Has the program be linked with what Zig brings, not with what rustup brings beside it.
    pub(super) fn link_with(&self, command: &mut Command, target: &Target) {
        let mut flags = String::from("-Clink-self-contained=no");
        if target.is_windows() {
            flags.push_str(" -L");
            flags.push_str(&self.libraries().to_string_lossy());
        }
        command.env("RUSTFLAGS", flags);
    }

    /// What stands in front of Cargo where Zig links.
    pub(super) fn cargo(&self) -> Command {
        Command::new(self.place.join("bin/cargo-zigbuild"))
    }

    fn python(&self) -> PathBuf {
        self.place.join("bin/python3")
    }

    /// What compiles C for a target.
    pub(super) fn compiler(&self, target: &Target) -> PathBuf {
        self.place.join("bin").join(format!("cc-{}", target.name))
    }

    fn archiver(&self) -> PathBuf {
        self.place.join("bin/ar-zig")
    }

    fn libraries(&self) -> PathBuf {
        self.place.join("empty")
    }

    /// Ours first: cargo-zigbuild asks for the Python that has Zig.
    fn search_path(&self) -> Result<OsString> {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let places =
            std::iter::once(self.place.join("bin")).chain(std::env::split_paths(&inherited));
        std::env::join_paths(places).context("failed to put Zig into the search path")
    }

    fn make_empty_libraries(&self, shell: &Shell) -> Result<()> {
        fs::create_dir_all(self.libraries()).context("failed to make a place for libraries")?;
        for name in EMPTY_LIBRARIES {
            let mut archive = Command::new(self.archiver());
            archive.current_dir(shell.repository().root());
            archive.arg("rcs").arg(self.libraries().join(format!("lib{name}.a")));
            shell.finish(archive)?;
        }
        Ok(())
    }
}

/// Zig says in its own words for which system it compiles, and knows nothing of those that build
/// scripts add for other compilers.
fn compiler_script(python: &Path, target: &Target) -> String {
    format!(
        r#"#!/usr/bin/env bash
arguments=()
for argument in "$@"; do
  case "$argument" in
    --target=* | -target=* | -arch | arm64 | x86_64 | -mmacosx-version-min=* | -m64) ;;
    *) arguments+=("$argument") ;;
  esac
done
exec '{}' -m ziglang cc -target {} "${{arguments[@]}}"
"#,
        python.display(),
        target.zig
    )
}

fn archiver_script(python: &Path) -> String {
    format!("#!/bin/sh\nexec '{}' -m ziglang ar \"$@\"\n", python.display())
}

/// Writes a file that may be run.
fn write_program(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("failed to write {}", path.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("failed to let {} be run", path.display()))?;
    }
    Ok(())
}
