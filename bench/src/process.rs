//! One run of a program: starting, waiting until it listens, what it costs, stopping.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// How long anything may take before it counts as broken.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How long a program may take to stop before it is killed.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked whether somebody listens. Start times are exact to this.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(1);

/// A running program. It is killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a program that says nothing.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("start {command:?}"))?;
        Ok(Self { child })
    }

    /// Starts a program whose first line says where it listens, and reads that line.
    pub(crate) async fn start_and_hear(mut command: Command) -> Result<(Self, String)> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("start {command:?}"))?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let mut line = String::new();
        within("wait until it listens", async {
            Ok(BufReader::new(stdout).read_line(&mut line).await?)
        })
        .await?;
        Ok((Self { child }, line.trim().to_owned()))
    }

    /// Starts a part of this program, which says first where it listens.
    pub(crate) async fn start_part(arguments: &[&str]) -> Result<(Self, SocketAddr)> {
        let mut command = Command::new(std::env::current_exe().context("find this program")?);
        command.args(arguments);
        let (process, said) = Self::start_and_hear(command).await?;
        let address = said.parse().with_context(|| format!("it said {said:?}"))?;
        Ok((process, address))
    }

    /// Its number.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.id().context("the program has ended")
    }

    /// Presses Ctrl-C and waits for the end.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.pid()?)?;
        kill_process(Pid::from_raw(pid).context("a process has a number")?, Signal::INT)?;
        if tokio::time::timeout(STOPS_WITHIN, self.child.wait()).await.is_err() {
            self.child.kill().await.context("kill what did not stop")?;
        }
        Ok(())
    }

    /// Kills it as a power cut would.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("kill it")
    }

    /// Waits for the end of what ends by itself.
    pub(crate) async fn ends(mut self) -> Result<()> {
        let status = within("wait for its end", async { Ok(self.child.wait().await?) }).await?;
        ensure!(status.success(), "it has failed: {status}");
        Ok(())
    }

    /// Waits until somebody listens at an address.
    pub(crate) async fn listens(&mut self, address: SocketAddr) -> Result<()> {
        let connected = async {
            while TcpStream::connect(address).await.is_err() {
                if let Some(status) = self.child.try_wait()? {
                    bail!("the program has ended: {status}");
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        within("wait until it listens", connected).await
    }
}

/// Does something, but not for ever.
pub(crate) async fn within<T>(what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done.with_context(|| what.to_owned()),
        Err(_) => bail!("{what}: nothing for {} s", PATIENCE.as_secs()),
    }
}

/// A port that nobody listens on.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port")?;
    Ok(listener.local_addr()?)
}

/// How much memory a process has in use (`VmRSS` of proc(5)), in bytes.
pub(crate) fn memory_bytes(pid: u32) -> Result<u64> {
    memory(pid, "VmRSS:")
}

/// The most memory that a process has had in use (`VmHWM` of proc(5)), in bytes.
pub(crate) fn most_memory_bytes(pid: u32) -> Result<u64> {
    memory(pid, "VmHWM:")
}

fn memory(pid: u32, name: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_ascii_whitespace().next());
    Ok(kilobytes.context("a process says how much memory it has")?.parse::<u64>()? * 1024)
}

/// How long a process has computed, in user and kernel (fields 14 and 15 of `/proc/pid/stat`).
pub(crate) fn cpu_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in the second field may itself contain blanks and parentheses.
    let after_name = stat.rfind(')').context("a process has a name")? + 1;
    let ticks: u64 = stat[after_name..]
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second()))
}

/// The processes that run a program with these arguments, by number.
pub(crate) fn running(arguments: &[&str]) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").context("list the processes")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = line.strip_suffix(&[0]).unwrap_or_default();
        let words = line.split(|byte| *byte == 0).skip(1);
        if words.eq(arguments.iter().map(|word| word.as_bytes())) {
            found.push(pid);
        }
    }
    Ok(found)
}

/// A variable in the environment with which a process was started.
pub(crate) fn variable(pid: u32, name: &str) -> Result<Option<String>> {
    let environment = fs::read(format!("/proc/{pid}/environ"))?;
    let named = environment
        .split(|byte| *byte == 0)
        .find_map(|entry| entry.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    Ok(named.map(|value| String::from_utf8_lossy(value).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_says_what_it_costs() {
        let own = std::process::id();
        assert!(memory_bytes(own).unwrap() > 100_000);
        let before = cpu_time(own).unwrap();
        let mut sum = 0_u64;
        while cpu_time(own).unwrap() == before {
            sum = (0..1_000_000).fold(sum, |sum, number| sum.rotate_left(3) ^ number);
        }
        assert!(cpu_time(own).unwrap() > before, "{sum}");
    }

    #[tokio::test]
    async fn a_process_is_found_by_its_arguments() {
        let nobody_else_sleeps_for = format!("{}.25", 100_000 + std::process::id());
        let mut command = Command::new("sleep");
        command.arg(&nobody_else_sleeps_for).env("OF_THE_TEST", "a=b");
        let process = Process::start(command).unwrap();
        // For a moment after its start a process has no arguments yet.
        let mut found = Vec::new();
        while found.is_empty() {
            tokio::task::yield_now().await;
            found = running(&[&nobody_else_sleeps_for]).unwrap();
        }
        assert_eq!(found, [process.pid().unwrap()]);
        assert_eq!(variable(found[0], "OF_THE_TEST").unwrap().as_deref(), Some("a=b"));
        assert_eq!(variable(found[0], "OF_THE").unwrap(), None);
        process.stop().await.unwrap();
        assert_eq!(running(&[&nobody_else_sleeps_for]).unwrap(), Vec::<u32>::new());
    }
}
