//! ttyd: the one on the search path, else Debian's own package in a folder of ours.
//!
//! Debian has it in its unstable release only. So the package and everything it needs, down to the
//! C library, are unpacked beside each other, and it is started with its own loader: nothing is
//! installed, and nothing of this computer is mixed with it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::shell::Shell;

/// Where Debian keeps its packages, and the keys that vouch for them.
const SOURCE: &str = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
                      http://deb.debian.org/debian sid main\n";

/// Where libraries lie in a package, and the loader among them.
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";
const LOADER: &str = "ld-linux-x86-64.so.2";

/// libwebsockets finds this one by its bare name.
const PLUGIN: &str = "libwebsockets-evlib_uv.so";

/// Finds it, or gets it.
pub(super) fn find(shell: &Shell) -> Result<PathBuf> {
    if let Some(found) = shell.find("ttyd") {
        return Ok(found);
    }
    let place = shell.repository().path(".cache/ttyd");
    let program = place.join("ttyd");
    if !program.is_file() {
        ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "install ttyd");
        shell.say("ttyd: Debian's package is unpacked into .cache/ttyd");
        unpack(shell, &place)?;
        write_starter(&place, &program)?;
    }
    Ok(program)
}

fn unpack(shell: &Shell, place: &Path) -> Result<()> {
    for folder in ["lists/partial", "archives/partial", "root", "plugins"] {
        fs::create_dir_all(place.join(folder))?;
    }
    fs::write(place.join("sources.list"), SOURCE)?;
    apt(shell, place, &["update"])?;
    let download = ["-y", "--download-only", "--no-install-recommends", "install", "ttyd"];
    apt(shell, place, &download)?;
    let root = place.join("root");
    for entry in fs::read_dir(place.join("archives"))? {
        let package = entry?.path();
        if package.extension().is_some_and(|extension| extension == "deb") {
            let mut command = shell.command("dpkg-deb");
            command.arg("--extract").arg(package).arg(&root);
            shell.finish(command)?;
        }
    }
    fs::copy(root.join(LIBRARIES).join(PLUGIN), place.join("plugins").join(PLUGIN))
        .with_context(|| format!("the packages hold no {PLUGIN}"))?;
    Ok(())
}

/// Runs apt with lists, archives and a state of its own: as if nothing were installed.
fn apt(shell: &Shell, place: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = shell.command("apt-get");
    let options = [
        ("Dir::Etc::sourcelist", place.join("sources.list")),
        ("Dir::Etc::sourceparts", "-".into()),
        ("Dir::State::lists", place.join("lists")),
        ("Dir::State::status", "/dev/null".into()),
        ("Dir::Cache::archives", place.join("archives")),
        ("Dir::Cache::pkgcache", PathBuf::new()),
        ("Dir::Cache::srcpkgcache", PathBuf::new()),
        ("Debug::NoLocking", "1".into()),
    ];
    for (name, value) in options {
        command.arg("-o").arg(format!("{name}={}", value.display()));
    }
    command.args(arguments);
    shell.finish(command)
}

/// Writes the script that starts it with its own loader and libraries. What it starts itself finds
/// nothing but the plugin in its library path.
fn write_starter(place: &Path, program: &Path) -> Result<()> {
    let libraries = place.join("root").join(LIBRARIES);
    let text = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' --library-path '{}' '{}' \"$@\"\n",
        place.join("plugins").display(),
        libraries.join(LOADER).display(),
        libraries.display(),
        place.join("root/usr/bin/ttyd").display(),
    );
    fs::write(program, text)?;
    make_executable(program)
}

#[cfg(unix)]
fn make_executable(program: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(program, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_program: &Path) -> Result<()> {
    Ok(())
}
