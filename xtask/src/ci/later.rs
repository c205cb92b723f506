//! Programs for the tests that want a later system than this may be: an agent that wants a Python
//! which Debian 12 does not have, a collector of OpenTelemetry, and the judge of Prometheus.
//!
//! The packages of a later Debian, named in `e2e/later/debian.txt`, are unpacked into `.cache/later`
//! and started with their own C library; what comes from PyPI is pinned by
//! `e2e/later/requirements.txt`. Nothing is installed. Beside it lies a whole computer
//! (`e2e/later/computer.txt`), for the tests that boot one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::packages::Apt;
use crate::shell::Shell;
use crate::stamp::Stamp;

/// Where the pins are committed.
const PINS: &str = "e2e/later";

/// Debian's packages, by name.
const PACKAGES: &str = "debian.txt";

/// Those of a computer that can be booted.
const COMPUTER: &str = "computer.txt";

/// What comes from PyPI.
const WHEELS: &str = "requirements.txt";

/// Where everything is unpacked; the programs are in `bin` below it.
const PLACE: &str = ".cache/later";

/// The Python of that Debian.
const PYTHON: &str = "python3.13";

/// How a program is started.
enum Start {
    /// A function of a Python module.
    Function(&'static str),
    /// A file below the place.
    File(&'static str),
}

const PROGRAMS: [(&str, Start); 3] = [
    ("vibe-acp", Start::Function("vibe.acp.entrypoint")),
    ("rotel", Start::File("lib/rotel/rotel-agent")),
    ("promtool", Start::File("root/usr/bin/promtool")),
];

/// Installs the programs, unless the pins are those of last time.
pub(super) fn install(shell: &Shell) -> Result<()> {
    let pins = shell.repository().path(PINS);
    let place = shell.repository().path(PLACE);
    let stamp = Stamp::of_files(&pins, &[PACKAGES, COMPUTER, WHEELS])?;
    if !stamp.is_on(&place) {
        if place.exists() {
            fs::remove_dir_all(&place).with_context(|| format!("failed to empty {PLACE}"))?;
        }
        unpack(shell, &pins, &place)?;
        let loader = Loader::of(&place)?;
        from_pypi(shell, &pins, &place, &loader)?;
        for (name, start) in &PROGRAMS {
            write_program(&place.join("bin"), name, &loader.script(start))?;
        }
        for (name, _) in &PROGRAMS {
            shell.run(&format!("{PLACE}/bin/{name}"), &["--version"])?;
        }
        stamp.put_on(&place)?;
    }
    shell.say(&format!("   later: {}", PROGRAMS.map(|(name, _)| name).join(", ")));
    Ok(())
}

/// Downloads Debian's packages and unpacks them into `root`, and a computer to boot into `computer`.
fn unpack(shell: &Shell, pins: &Path, place: &Path) -> Result<()> {
    let read = |name| {
        fs::read_to_string(pins.join(name)).with_context(|| format!("failed to read {name}"))
    };
    let apt = Apt::new(shell, place.join("apt"))?;
    apt.unpack(&read(PACKAGES)?, &place.join("root"))?;
    let computer = place.join("computer");
    apt.unpack_with_all(&read(COMPUTER)?, &computer)?;
    // What the packages' own scripts would do, as far as a computer needs it to boot.
    for name in ["passwd", "group"] {
        let master = computer.join(format!("usr/share/base-passwd/{name}.master"));
        fs::copy(master, computer.join("etc").join(name)).context("failed to name the users")?;
    }
    fs::write(computer.join("etc/machine-id"), "6b1f0a2c7d3e4f5a8b9c0d1e2f3a4b5c\n")
        .context("failed to name the computer")?;
    fs::remove_dir_all(place.join("apt")).context("failed to tidy up after apt")
}

/// Installs what comes from PyPI into `lib`, with the pip that comes with the Python.
fn from_pypi(shell: &Shell, pins: &Path, place: &Path, loader: &Loader) -> Result<()> {
    let pip = only_file(&place.join("root/usr/share/python-wheels"), "pip-")?;
    let mut install = loader.python(shell, place);
    install.arg(pip.join("pip")).args(["--quiet", "install", "--require-hashes", "--no-deps"]);
    install.args(["--only-binary=:all:", "--no-input", "--disable-pip-version-check"]);
    install.arg("--target").arg(place.join("lib")).arg("--requirement").arg(pins.join(WHEELS));
    // As root it warns that others are not served; nobody else is to be.
    install.env("PIP_ROOT_USER_ACTION", "ignore");
    shell.finish(install)
}

/// What starts a program with the C library that was unpacked with it.
struct Loader {
    /// Below the place.
    path: PathBuf,
    /// Where the libraries are, below the place.
    libraries: PathBuf,
}

impl Loader {
    fn of(place: &Path) -> Result<Self> {
        let libraries =
            only_file(&place.join("root/usr/lib"), &format!("{}-linux", std::env::consts::ARCH))?;
        let path = only_file(&libraries, "ld-linux-")?;
        let below = |path: PathBuf| path.strip_prefix(place).map(Path::to_owned);
        Ok(Self { path: below(path)?, libraries: below(libraries)? })
    }

    fn python(&self, shell: &Shell, place: &Path) -> Command {
        let mut command = shell.command(&place.join(&self.path).to_string_lossy());
        let program = place.join("root/usr/bin").join(PYTHON);
        command.arg("--library-path").arg(place.join(&self.libraries)).arg("--argv0");
        command.arg(&program).arg(&program).arg("-I");
        command
    }

    /// What is put on the path. It changes no variable, so that what the program starts is started
    /// as ever.
    fn script(&self, start: &Start) -> String {
        let (loader, libraries) = (self.path.display(), self.libraries.display());
        let (file, words) = match start {
            Start::File(file) => ((*file).to_owned(), String::new()),
            Start::Function(module) => {
                let run = format!(
                    "import sys; del sys.argv[0]; sys.path.insert(0, sys.argv.pop(0)); \
                     from {module} import main; sys.exit(main())"
                );
                (
                    format!("root/usr/bin/{PYTHON}"),
                    format!(" -I -B -c '{run}' \"$place/lib\" \"$0\""),
                )
            }
        };
        format!(
            "#!/bin/sh\nplace=$(dirname \"$0\")/..\n\
             exec \"$place/{loader}\" --library-path \"$place/{libraries}\" \
             --argv0 \"$place/{file}\" \"$place/{file}\"{words} \"$@\"\n"
        )
    }
}

/// The file of a directory whose name begins so.
fn only_file(directory: &Path, begins: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(directory)
        .with_context(|| format!("failed to look into {}", directory.display()))?;
    let names = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_meant = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(begins))
    };
    let found: Vec<PathBuf> = names.filter(is_meant).collect();
    ensure!(
        found.len() == 1,
        "{begins}… is there {} times in {}",
        found.len(),
        directory.display()
    );
    found.into_iter().next().context("counted above")
}

fn write_program(directory: &Path, name: &str, script: &str) -> Result<()> {
    let path = directory.join(name);
    fs::create_dir_all(directory).context("failed to make a place for programs")?;
    fs::write(&path, script).with_context(|| format!("failed to write {name}"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("failed to let {name} be run"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    /// S134: what comes from PyPI is pinned by version and hash, each with all it brings.
    #[test]
    fn what_comes_from_pypi_is_pinned_by_version_and_hash() {
        let pins = include_str!("../../../e2e/later/requirements.txt").replace("\\\n", "");
        let pins: Vec<_> =
            pins.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        for name in ["mistral-vibe==", "rotel=="] {
            assert!(pins.iter().any(|pin| pin.starts_with(name)), "{name}");
        }
        for pin in pins {
            assert!(pin.contains("==") && pin.contains("--hash=sha256:"), "{pin}");
        }
    }
}
