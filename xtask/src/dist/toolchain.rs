//! What compiles for a target.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Profile;
use super::debian::Debian;
use super::targets::Target;
use super::zig::Zig;
use crate::shell::Shell;

/// What Cargo is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Compile without a program.
    Check,
    /// Make the program.
    Build,
}

/// A compiler and a standard library for a target, and what compiles and links C for it.
pub(super) struct Toolchain {
    std: Std,
    /// Absent for macOS on a Mac: its own compiler knows its SDK.
    zig: Option<Zig>,
}

/// Where the standard library comes from.
enum Std {
    /// `rustup target add`.
    Rustup,
    /// It is built with the program, from Debian's sources, by Debian's compiler.
    Debian(Debian),
}

impl Toolchain {
    /// Finds what compiles for a target, and installs what can be.
    ///
    /// # Errors
    ///
    /// If neither rustup's standard library is there nor Debian's can be had.
    pub(super) fn reach(shell: &Shell, target: &Target) -> Result<Self> {
        let std = if is_installed(shell, target)? {
            Std::Rustup
        } else if shell.finds("apt-get") && shell.finds("dpkg") {
            Std::Debian(Debian::unpacked(shell)?)
        } else {
            bail!("run `rustup target add {}`", target.triple);
        };
        let needs_zig = !(target.is_macos() && cfg!(target_os = "macos"));
        let zig = if needs_zig { Some(Zig::installed(shell)?) } else { None };
        Ok(Self { std, zig })
    }

    /// Has Cargo do it; answers where the program is, or would be.
    pub(super) fn cargo(
        &self,
        shell: &Shell,
        verb: Verb,
        target: &Target,
        profile: Profile,
    ) -> Result<PathBuf> {
        let mut command = self.command(shell, verb);
        let folder = target_folder(shell);
        command.args(["--locked", "--package", "gantline", "--target", target.triple]);
        command.args(["--profile", profile.name()]).env("CARGO_TARGET_DIR", &folder);
        if let Std::Debian(debian) = &self.std {
            debian.compile_with(&mut command);
        }
        if let Some(zig) = &self.zig {
            zig.compile_with(&mut command, target)?;
            if verb == Verb::Build {
                zig.link_with(&mut command, target);
            }
        }
        shell.finish(command)?;
        let program = folder.join(target.triple).join(profile.name()).join("gantline");
        Ok(if target.is_windows() { program.with_extension("exe") } else { program })
    }

    /// Cargo, or what stands in front of it where Zig compiles and links.
    fn command(&self, shell: &Shell, verb: Verb) -> Command {
        let Some(zig) = &self.zig else {
            let mut command = shell.command("cargo");
            command.arg(if verb == Verb::Build { "build" } else { "check" });
            return command;
        };
        let mut command = zig.cargo();
        command.current_dir(shell.repository().root());
        command.arg(if verb == Verb::Build { "zigbuild" } else { "check" });
        command
    }
}

/// Whether rustup has a standard library for a target.
fn is_installed(shell: &Shell, target: &Target) -> Result<bool> {
    let printed =
        shell.stdout_of("rustc", &["--print", "target-libdir", "--target", target.triple])?;
    let folder = PathBuf::from(printed.trim());
    match std::fs::read_dir(&folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("failed to read {}", folder.display())),
    }
}

/// A build folder of its own: another compiler would make the one of every day useless.
pub(super) fn target_folder(shell: &Shell) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| shell.repository().path("target")).join("dist-targets")
}
