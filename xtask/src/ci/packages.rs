//! Debian's packages, downloaded with an apt that knows nothing of this computer, and unpacked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::shell::Shell;

/// Where the packages come from, signed by Debian.
const SOURCE: &str = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                      http://deb.debian.org/debian trixie main\n";

/// What apt writes, by the options that say where: all of it in a place of its own.
const WRITES: [(&str, &str); 4] = [
    ("Dir::Etc::SourceList", "sources.list"),
    ("Dir::State", "state"),
    ("Dir::State::Status", "status"),
    ("Dir::Cache", "cache"),
];

/// What apt is not to do: read the sources of this computer, fetch what people browse, become
/// somebody who may not write here, or wait for another apt.
const LEAVES: [&str; 5] = [
    "Dir::Etc::SourceParts=/dev/null",
    "Acquire::Languages=none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
    "APT::Sandbox::User=root",
    "Debug::NoLocking=1",
];

/// An apt of a computer on which nothing is installed.
pub(super) struct Apt<'a> {
    shell: &'a Shell,
    place: PathBuf,
}

impl<'a> Apt<'a> {
    /// Makes one that knows which packages there are.
    pub(super) fn new(shell: &'a Shell, place: PathBuf) -> Result<Self> {
        ensure!(shell.finds("apt-get"), "Debian's packages can only be had with Debian's apt-get");
        for directory in ["state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(place.join(directory)).context("failed to make a place for apt")?;
        }
        fs::write(place.join("sources.list"), SOURCE).context("failed to tell apt where from")?;
        fs::write(place.join("status"), "").context("failed to tell apt of nothing")?;
        let apt = Self { shell, place };
        shell.finish(apt.get(&["update"]))?;
        Ok(apt)
    }

    /// Unpacks these packages, and no others.
    pub(super) fn unpack(&self, names: &str, root: &Path) -> Result<()> {
        let words: Vec<&str> = ["download"].into_iter().chain(names.split_whitespace()).collect();
        self.unpack_downloaded(&words, root)
    }

    /// Unpacks these packages with all that they depend on. None of their scripts is run.
    pub(super) fn unpack_with_all(&self, names: &str, root: &Path) -> Result<()> {
        let install = ["install", "--yes", "--no-install-recommends", "--download-only"];
        let words: Vec<&str> = install.into_iter().chain(names.split_whitespace()).collect();
        self.unpack_downloaded(&words, root)
    }

    fn unpack_downloaded(&self, words: &[&str], root: &Path) -> Result<()> {
        self.shell.finish(self.get(words))?;
        let mut files = packages_in(&self.archives())?;
        // It makes the links in whose places others would make directories.
        files.sort_by_key(|file| !file.to_string_lossy().contains("/base-files_"));
        for file in files {
            let mut unpack = self.shell.command("dpkg");
            unpack.arg("-x").arg(&file).arg(root);
            self.shell.finish(unpack)?;
            fs::remove_file(&file).context("failed to remove an unpacked package")?;
        }
        Ok(())
    }

    /// Where `install` puts packages, and `download` where it is run.
    fn archives(&self) -> PathBuf {
        self.place.join("cache/archives")
    }

    fn get(&self, words: &[&str]) -> Command {
        let mut command = self.shell.command("apt-get");
        command.current_dir(self.archives()).arg("--quiet");
        for (option, path) in WRITES {
            command.arg("-o").arg(format!("{option}={}", self.place.join(path).display()));
        }
        for option in LEAVES {
            command.args(["-o", option]);
        }
        command.args(words);
        command
    }
}

fn packages_in(place: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(place).context("failed to look at what was downloaded")?;
    let files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "deb")).collect())
}
