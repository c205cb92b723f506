//! Programs for another processor: the kernel starts them through QEMU, once it was told how
//! (`binfmt_misc`).
//!
//! It has to be the kernel. A daemon starts itself again for each session (`/proc/self/exe`), and an
//! emulator that only we have started does not stand in front of what the program starts.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::shell::Shell;

/// Where the kernel is told.
const KERNEL: &str = "/proc/sys/fs/binfmt_misc";

/// What Debian's `qemu-user-static` has to tell it. The package does so itself where systemd or
/// binfmt-support are there, which they are not in most containers.
const RULE: &str = "/usr/lib/binfmt.d/qemu-aarch64.conf";

/// Tells the kernel.
///
/// # Errors
///
/// If QEMU is not installed, the kernel knows nothing of such rules, or this is not root.
pub(super) fn let_start(shell: &Shell) -> Result<()> {
    let rule = fs::read_to_string(RULE)
        .with_context(|| format!("there is no {RULE}: install qemu-user-static"))?;
    let register = Path::new(KERNEL).join("register");
    if !register.exists() {
        let mount = ["-t", "binfmt_misc", "binfmt_misc", KERNEL];
        shell.run("mount", &mount).context("the kernel cannot be told (binfmt_misc)")?;
    }
    let known = Path::new(KERNEL).join("qemu-aarch64");
    ensure!(!known.exists(), "{} is there, and does not help", known.display());
    fs::write(&register, rule.trim()).context("the kernel cannot be told how; that wants root")
}
