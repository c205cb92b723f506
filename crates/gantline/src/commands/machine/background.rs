//! Telling the system what runs in the background.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use daemon::background::{DESCRIPTION, Line};
use daemon::{Background, Starter};

/// Has the system start it, now and whenever it boots.
pub(super) fn begin(starter: Starter, background: &Background) -> anyhow::Result<()> {
    let description = starter.describe(background)?;
    let Some(file) = starter.file() else { return hand_over(starter, &description) };
    std::fs::write(file, description).with_context(|| format!("write {}", file.display()))?;
    starter.begin().iter().try_for_each(|line| run(line, file))
}

/// For a system that keeps descriptions itself.
fn hand_over(starter: Starter, description: &str) -> anyhow::Result<()> {
    let name = format!("gantline-{}.xml", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, utf_16(description))
        .with_context(|| format!("write {}", file.display()))?;
    let begun = starter.begin().iter().try_for_each(|line| run(line, &file));
    std::fs::remove_file(&file)?;
    begun
}

/// As such a system writes descriptions itself.
fn utf_16(text: &str) -> Vec<u8> {
    ["\u{feff}", text]
        .iter()
        .flat_map(|text| text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// Stops it for good. Nothing happens where it is not there.
pub(super) fn end(starter: Starter) -> io::Result<()> {
    starter.end().iter().for_each(try_run);
    let Some(file) = starter.file() else { return Ok(()) };
    match std::fs::remove_file(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        removed => removed?,
    }
    for line in starter.forget() {
        command(&line, file).status()?;
    }
    Ok(())
}

/// Runs one line, which must succeed.
pub(super) fn run(line: &Line, file: &Path) -> anyhow::Result<()> {
    let status = command(line, file).stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("start {}", line.join(" ")))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line.join(" "));
    }
    Ok(())
}

/// Runs one line. It may have nothing to do, which no system tells from other failures by its exit
/// code.
fn try_run(line: &Line) {
    let _ = command(line, Path::new("")).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Stops it and starts it again.
pub(super) fn restart(starter: Starter) -> anyhow::Result<()> {
    let lines = starter.restart();
    let Some((start, stop)) = lines.split_last() else { return Ok(()) };
    // It may have ended by itself.
    stop.iter().for_each(try_run);
    run(start, Path::new(""))
}

fn command(line: &Line, file: &Path) -> Command {
    // No line is empty.
    let (program, arguments) =
        line.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let mut command = Command::new(program);
    for argument in arguments {
        match *argument {
            DESCRIPTION => command.arg(file),
            argument => command.arg(argument),
        };
    }
    command
}
