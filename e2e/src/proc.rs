//! What a process has in use, as the system counts it (proc(5)).

use std::fs;

use anyhow::{Context, Result};

/// How much memory it has in use, in KiB.
pub fn memory_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("a process says how much memory it has")?.parse()?)
}

/// How many files it has open, connections and pipes among them. Transcripts are left out: of those
/// the daemon keeps the newest 256 open, whether their sessions are over or not.
pub fn open_files(pid: u32) -> Result<usize> {
    let directory = format!("/proc/{pid}/fd");
    let open = fs::read_dir(&directory).with_context(|| format!("look into {directory}"))?;
    // What is closed meanwhile is open no more.
    let names = open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    Ok(names.filter(|name| name.extension().is_none_or(|kind| kind != "transcript")).count())
}

/// How many threads it has.
pub fn threads(pid: u32) -> Result<usize> {
    let directory = format!("/proc/{pid}/task");
    Ok(fs::read_dir(&directory).with_context(|| format!("look into {directory}"))?.count())
}
