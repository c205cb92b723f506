//! What must be installed, by name: Debian packages for the tests, and tools of Cargo.

use anyhow::{Result, bail};

use crate::shell::Shell;

/// A Debian package, and how to see that it is there.
struct Package {
    name: &'static str,
    proof: Proof,
}

enum Proof {
    Program(&'static str),
    File(&'static str),
}

const PACKAGES: &[Package] = &[
    // The console is tested in a real browser, …
    Package { name: "chromium", proof: Proof::Program("chromium") },
    // … and its Chinese has to be seen on screenshots.
    Package {
        name: "fonts-noto-cjk",
        proof: Proof::File("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    },
    // A full-screen program to attach to, with sessions of its own.
    Package { name: "tmux", proof: Proof::Program("tmux") },
    // Programs that draw the whole screen, and what writes down what they have drawn.
    Package { name: "vim", proof: Proof::Program("vim") },
    Package { name: "htop", proof: Proof::Program("htop") },
    Package { name: "bsdutils", proof: Proof::Program("script") },
    // The power cut: a file system of its own on a loop device.
    Package { name: "e2fsprogs", proof: Proof::Program("mkfs.ext4") },
    Package { name: "mount", proof: Proof::Program("losetup") },
    Package { name: "procps", proof: Proof::Program("ps") },
    Package { name: "git", proof: Proof::Program("git") },
    // What judges install scripts, and the unit that they lead to.
    Package { name: "shellcheck", proof: Proof::Program("shellcheck") },
    Package { name: "systemd", proof: Proof::Program("systemd-analyze") },
    // A computer to install on: one that boots, or name spaces of mounts and of users.
    Package { name: "systemd-container", proof: Proof::Program("systemd-nspawn") },
    Package { name: "util-linux", proof: Proof::Program("unshare") },
    // What the examples of the gateway document are written for.
    Package { name: "curl", proof: Proof::Program("curl") },
    Package { name: "jq", proof: Proof::Program("jq") },
    Package {
        name: "python3-requests",
        proof: Proof::File("/usr/lib/python3/dist-packages/requests/__init__.py"),
    },
    // Other systems: Windows as Wine has it, another processor, and what Zig is installed with.
    Package { name: "wine64", proof: Proof::File("/usr/lib/wine/wine64") },
    Package { name: "qemu-user-static", proof: Proof::Program("qemu-aarch64-static") },
    Package { name: "python3-venv", proof: Proof::File("/usr/share/doc/python3-venv/copyright") },
];

/// Installs the Debian packages that are missing.
pub(super) fn install_packages(shell: &Shell) -> Result<()> {
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|package| !is_there(shell, package)).map(|p| p.name).collect();
    if missing.is_empty() {
        shell.say("   everything is there");
        return Ok(());
    }
    let prefix = administrator(shell, &missing)?;
    apt_get(shell, prefix, &["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(&missing);
    apt_get(shell, prefix, &arguments)
}

fn is_there(shell: &Shell, package: &Package) -> bool {
    match package.proof {
        Proof::Program(program) => shell.finds(program),
        Proof::File(path) => std::path::Path::new(path).is_file(),
    }
}

/// Has the lists of packages be those of today, as far as that is allowed and goes; otherwise those that
/// are there count.
pub(crate) fn update_lists(shell: &Shell) {
    let updated = administrator(shell, &[]).and_then(|prefix| apt_get(shell, prefix, &["update"]));
    if let Err(error) = updated {
        shell.say(&format!("   lists of packages are as they were: {error:#}"));
    }
}

/// What to put before `apt-get`: nothing for root, `sudo -n` for who may, an error otherwise.
fn administrator(shell: &Shell, missing: &[&str]) -> Result<&'static [&'static str]> {
    let packages = missing.join(" ");
    if !shell.finds("apt-get") {
        bail!("install these, or what your system calls them: {packages}");
    }
    if shell.stdout_of("id", &["-u"])?.trim() == "0" {
        return Ok(&[]);
    }
    let mut asks_nothing = shell.command("sudo");
    asks_nothing.args(["-n", "true"]);
    if shell.finds("sudo") && shell.exit_code(asks_nothing)? == Some(0) {
        return Ok(&["sudo", "-n"]);
    }
    bail!("these packages are missing: run `sudo apt-get install {packages}`");
}

fn apt_get(shell: &Shell, prefix: &[&str], arguments: &[&str]) -> Result<()> {
    let frontend = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"];
    let words: Vec<&str> = [prefix, &frontend, arguments].concat();
    let (program, rest) = words.split_first().expect("the words above are not empty");
    shell.run(program, rest)
}

/// A tool of Cargo, at the version this repository is checked with.
pub(super) struct CargoTool {
    name: &'static str,
    version: &'static str,
    options: &'static [&'static str],
}

/// Runs the tests.
pub(super) const NEXTEST: CargoTool =
    CargoTool { name: "cargo-nextest", version: "0.9.143", options: &[] };

/// Judges licences and sources. Without its default features it needs no advisory database and
/// builds in a minute; unoptimised it is fast enough.
pub(super) const DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    version: "0.20.2",
    options: &["--debug", "--no-default-features"],
};

/// Installs a tool into `.cache/tools`, unless there is one.
pub(super) fn install_tool(shell: &Shell, tool: &CargoTool) -> Result<()> {
    if shell.finds(tool.name) {
        return Ok(());
    }
    let mut command = shell.command("cargo");
    command.args(["install", "--locked", tool.name, "--version", tool.version]);
    command.args(["--root", ".cache/tools"]).args(tool.options);
    // A build folder of its own: the shared one may be in use.
    command.env_remove("CARGO_TARGET_DIR");
    shell.finish(command)
}
