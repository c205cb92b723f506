//! Other LLM gateways: those that install from a registry.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::shell::Shell;

/// From PyPI. TensorZero's wheel holds its server.
const WHEELS: [&str; 2] = ["litellm[proxy]==1.106.2", "tensorzero==2026.6.0"];

/// From npm.
const PACKAGE: &str = "@portkey-ai/gateway@1.15.2";

/// Installs them, unless they are there, and says where.
pub(super) fn install(shell: &Shell) -> Result<PathBuf> {
    let place = shell.repository().path(".cache/rivals");
    let (python, node) = (place.join("python"), place.join("node"));
    if !python.join("bin/litellm").is_file() {
        shell.say("LiteLLM and TensorZero are installed into .cache/rivals/python");
        run(shell, "python3", &["-m", "venv"], &python)?;
        let mut pip = shell.command(&python.join("bin/pip").to_string_lossy());
        pip.args(["install", "--quiet"]).args(WHEELS);
        shell.finish(pip)?;
    }
    if !node.join("node_modules/@portkey-ai/gateway").is_dir() {
        shell.say("Portkey is installed into .cache/rivals/node");
        run(shell, "npm", &["install", "--no-audit", "--no-fund", PACKAGE, "--prefix"], &node)?;
    }
    Ok(place)
}

fn run(shell: &Shell, program: &str, arguments: &[&str], place: &Path) -> Result<()> {
    let mut command = shell.command(program);
    command.args(arguments).arg(place);
    shell.finish(command)
}
