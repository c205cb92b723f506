//! Debian's compiler of the day, with the sources of its own standard library.
//!
//! Where rustup cannot give a standard library for another system, Cargo builds one together with the
//! program (`-Zbuild-std`). That wants the sources that belong to the compiler, to the letter, and
//! Debian 12 has both: `rustc-web`, which it keeps current for its browsers. The packages are
//! unpacked into `.cache/cross`, not installed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::ci::needs;
use crate::shell::Shell;

/// Where everything is unpacked.
const PLACE: &str = ".cache/cross/debian";

/// The compiler; what it needs is read from what it depends on, because that has versions in its name.
const COMPILER: &str = "rustc-web";

/// Its sources.
const SOURCES: &str = "rust-web-src";

/// What of the compiler's dependencies is not on every Debian: itself as a library, its standard
/// library for build scripts, which run on this computer, and LLVM.
const NEEDED: [&str; 3] = ["libstd-rust-web-dev", "libstd-rust-web-", "libllvm"];

/// The unpacked compiler.
pub(super) struct Debian {
    root: PathBuf,
}

impl Debian {
    /// Downloads and unpacks what is not there yet.
    pub(super) fn unpacked(shell: &Shell) -> Result<Self> {
        let place = shell.repository().path(PLACE);
        let root = place.join("root");
        let done = place.join("unpacked");
        if !done.is_file() {
            shell.say("   Debian's compiler with its sources: 135 MB to download, 850 MB unpacked");
            let packages = known(shell)?;
            fs::create_dir_all(&root).context("failed to make a place for the compiler")?;
            let mut download = shell.command("apt-get");
            download.current_dir(&place).args(["--quiet", "download"]).args(&packages);
            shell.finish(download)?;
            for file in packages_in(&place)? {
                let mut unpack = shell.command("dpkg");
                unpack.arg("-x").arg(&file).arg(&root);
                shell.finish(unpack)?;
                fs::remove_file(&file).context("failed to remove an unpacked package")?;
            }
            fs::write(&done, packages.join("\n")).context("failed to say that it is there")?;
        }
        Ok(Self { root: root.join("usr") })
    }

    /// Has Cargo compile with it, the standard library included.
    ///
    /// Cargo keeps `-Z` for its nightly channel; `RUSTC_BOOTSTRAP` opens it on a stable one. What is
    /// compiled are the same stable sources.
    pub(super) fn compile_with(&self, command: &mut Command) {
        command
            .arg("-Zbuild-std=std,panic_abort")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTC", self.root.join("bin/rustc"))
            .env("RUSTDOC", self.root.join("bin/rustdoc"))
            .env("LD_LIBRARY_PATH", self.root.join("lib/x86_64-linux-gnu"));
    }
}

/// What is to be downloaded, from lists of packages that are of today: Debian removes what it has
/// replaced, and many images of it come without lists.
fn known(shell: &Shell) -> Result<Vec<String>> {
    needs::update_lists(shell);
    packages(shell)
}

/// What is to be downloaded, as far as the lists know.
fn packages(shell: &Shell) -> Result<Vec<String>> {
    let printed = shell
        .stdout_of("apt-cache", &["depends", "--recurse", "--important", COMPILER])
        .with_context(|| {
            format!(
                "Debian's {COMPILER} is not known here: run `apt-get update` on Debian 12 or later"
            )
        })?;
    let needed = needed(&printed);
    ensure!(needed.len() == NEEDED.len(), "{COMPILER} depends on something else now: {needed:?}");
    let named = [COMPILER, SOURCES].into_iter().map(ToOwned::to_owned);
    Ok(named.chain(needed).collect())
}

/// Those of the packages that `apt-cache depends` names which are needed to run the compiler.
fn needed(printed: &str) -> BTreeSet<String> {
    let depends = printed.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    let ours = depends.filter(|name| NEEDED.iter().any(|needed| name.starts_with(needed)));
    ours.map(ToOwned::to_owned).collect()
}

fn packages_in(place: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(place).context("failed to look at what was downloaded")?;
    let files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "deb")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_compiler_needs_is_read_from_what_it_depends_on() {
        let printed = "rustc-web\n  Depends: libc6\n  Depends: libstd-rust-web-dev\n  \
                       Depends: gcc\nlibstd-rust-web-dev\n  Depends: libstd-rust-web-1.96\n\
                       libstd-rust-web-1.96\n  Depends: libllvm22\n  Depends: libllvm22\n";
        let expected = ["libllvm22", "libstd-rust-web-1.96", "libstd-rust-web-dev"];
        assert!(needed(printed).iter().eq(expected));
    }
}
