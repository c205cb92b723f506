//! Processes that are left: whoever works in a place, or was started with it in the environment.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

use crate::patience::{PATIENCE, within};

/// A process, as `/proc` tells it (proc(5)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The process that started it, or took it over.
    pub parent: u32,
    /// Its command line, for people.
    pub command: String,
}

/// Everybody who works in or below a directory, or has it in the environment: a test's place has a
/// name of its own, which the daemon, its agents, its terminals and their children inherit as
/// `HOME`. The dead who are not buried yet are left out.
pub fn processes_of(place: &Path) -> Vec<Process> {
    let own = std::process::id();
    all().into_iter().filter(|process| process.pid != own && belongs(process.pid, place)).collect()
}

/// The same without the process itself and whoever is named: what it has started.
pub fn started_by(place: &Path, program: u32) -> Vec<Process> {
    processes_of(place).into_iter().filter(|process| process.pid != program).collect()
}

/// The environments of some processes, whole.
pub fn environments(processes: &[Process]) -> Vec<Vec<u8>> {
    processes
        .iter()
        .filter_map(|process| fs::read(format!("/proc/{}/environ", process.pid)).ok())
        .collect()
}

/// Waits until nobody of the place is left but those who may stay.
pub async fn nobody_left(place: &Path, may_stay: &[u32]) -> Result<()> {
    let what = || {
        let left: Vec<_> = left(place, may_stay);
        format!("processes are left: {left:?}")
    };
    let gone = async {
        while let Some(process) = left(place, may_stay).first() {
            gone(process.pid).await?;
        }
        Ok(())
    };
    match within(PATIENCE, "wait until no process is left", gone).await {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(what())),
    }
}

/// Kills everybody of the place. For the end of a test, whatever has happened in it.
pub fn sweep(place: &Path) {
    // Those who are started while others are killed are found by the next look; a process that
    // starts others faster than it can be killed is no test of ours.
    for _ in 0..100 {
        let left = processes_of(place);
        if left.is_empty() {
            return;
        }
        for process in left {
            if let Some(pid) = pid(process.pid) {
                // Gone already is as good.
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

/// Kills a process that is not our child, as a power cut would, and waits for its end.
pub async fn kill(number: u32) -> Result<()> {
    kill_process(pid(number).context("a process has a number")?, Signal::KILL)?;
    gone(number).await
}

/// How much memory a process has in use, in bytes (`VmRSS` of proc(5)).
pub fn memory_bytes(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_ascii_whitespace().next()).unwrap_or("0");
    Ok(kilobytes.parse::<u64>()? * 1024)
}

fn left(place: &Path, may_stay: &[u32]) -> Vec<Process> {
    processes_of(place).into_iter().filter(|process| !may_stay.contains(&process.pid)).collect()
}

/// Waits for the end of a process that is not our child.
pub async fn gone(number: u32) -> Result<()> {
    tokio::task::spawn_blocking(move || {
        let Some(pid) = pid(number) else { return Ok(()) };
        let file = match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(file) => file,
            // It is gone already.
            Err(Errno::SRCH) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        // Readable when the process has ended (pidfd_open(2)).
        let limit = Timespec::try_from(PATIENCE)?;
        let ended = poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&limit))?;
        ensure!(ended == 1, "process {number} lives on");
        Ok(())
    })
    .await?
}

fn belongs(pid: u32, place: &Path) -> bool {
    let place_bytes = place.as_os_str().as_encoded_bytes();
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let in_environment = environment
        .split(|byte| *byte == 0)
        .any(|entry| memchr::memmem::find(entry, place_bytes).is_some());
    let directory = fs::read_link(format!("/proc/{pid}/cwd"));
    in_environment || directory.is_ok_and(|directory| directory.starts_with(place))
}

fn all() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(read)
        .collect()
}

/// `None` for one that is gone or dead.
fn read(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in the second field may itself contain blanks and parentheses.
    let mut fields = stat[stat.rfind(')')? + 1..].split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&line).replace('\0', " ").trim().to_owned();
    Some(Process { pid, parent, command })
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}
