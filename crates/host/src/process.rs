//! What this process takes of the computer, as Linux tells it in `/proc` and as Windows tells it, and how many files it may
//! have open.

/// What it takes at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// Memory that is really there, in bytes.
    pub resident_bytes: u64,
    /// Time on processors since the start, in seconds.
    pub cpu_seconds: f64,
    /// Files and connections that are open; on Windows all handles.
    pub open_files: u64,
    /// How many may be.
    pub max_open_files: u64,
}

/// Ticks in a second, in which Linux tells times to programs on every architecture (`USER_HZ`).
#[cfg(target_os = "linux")]
const TICKS_PER_SECOND: f64 = 100.0;

/// Looks at this process; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub fn usage() -> Option<Usage> {
    Some(Usage {
        resident_bytes: resident_bytes(&std::fs::read_to_string("/proc/self/status").ok()?)?,
        cpu_seconds: cpu_seconds(&std::fs::read_to_string("/proc/self/stat").ok()?)?,
        open_files: std::fs::read_dir("/proc/self/fd").ok()?.count() as u64,
        max_open_files: max_open_files(),
    })
}

/// How many files and connections this process may have open.
#[cfg(unix)]
pub fn max_open_files() -> u64 {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// The same, where no process is given a lower limit than another: so many handles fit into its table.
#[cfg(windows)]
pub const fn max_open_files() -> u64 {
    16 * 1024 * 1024
}

/// Lets this process have as many files open as the system lets it ask for. The usual limit is kept
/// low for programs that cannot count further (`select(2)`), so whoever starts other programs must
/// not call this: they would inherit it.
///
/// # Errors
///
/// Fails if the system refuses what it has offered.
#[cfg(unix)]
pub fn raise_max_open_files() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}

/// The same, where it is not a limit that a process has: there is nothing to raise.
#[cfg(windows)]
pub const fn raise_max_open_files() -> std::io::Result<()> {
    Ok(())
}

/// Looks at this process; `None` where the system does not tell.
#[cfg(windows)]
pub fn usage() -> Option<Usage> {
    let taken = crate::win32::taken().ok()?;
    Some(Usage {
        resident_bytes: taken.resident_bytes,
        cpu_seconds: std::time::Duration::from_micros(taken.cpu_100ns / 10).as_secs_f64(),
        open_files: u64::from(taken.handles),
        max_open_files: max_open_files(),
    })
}

/// Looks at this process; `None` where the system does not tell.
#[cfg(not(any(target_os = "linux", windows)))]
pub const fn usage() -> Option<Usage> {
    None
}

/// `utime` and `stime`, the 14th and 15th field of `/proc/<pid>/stat` (proc(5)). The second one is
/// the program's name, which may hold blanks and brackets.
#[cfg(target_os = "linux")]
#[expect(clippy::cast_precision_loss, reason = "ticks of a hundredth of a second")]
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut times = after_name.split_ascii_whitespace().skip(11);
    let ticks: u64 = times.next()?.parse::<u64>().ok()? + times.next()?.parse::<u64>().ok()?;
    Some(ticks as f64 / TICKS_PER_SECOND)
}

/// `VmRSS` of `/proc/<pid>/status`, which is told in kibibytes.
#[cfg(target_os = "linux")]
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kibibytes.saturating_mul(1024))
}

#[cfg(all(test, any(target_os = "linux", windows)))]
mod tests {
    use super::*;

    #[test]
    fn this_process_takes_memory_and_files() {
        let usage = usage().unwrap();
        assert!(usage.resident_bytes > 100 * 1024, "{usage:?}");
        // Wine counts no handles.
        let least = u64::from(!cfg!(windows));
        assert!((least..=usage.max_open_files).contains(&usage.open_files), "{usage:?}");
        assert!(usage.cpu_seconds >= 0.0, "{usage:?}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_limit_of_open_files_is_raised_to_what_is_offered() {
        let offered = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
        raise_max_open_files().unwrap();
        assert_eq!(max_open_files(), offered.unwrap_or(u64::MAX));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_with_blanks_and_brackets_is_skipped() {
        let rest = "S 1 2 3 4 5 6 7 8 9 10 150 50 0 0";
        let seconds = cpu_seconds(&format!("7 (a) b (c)) {rest}")).unwrap();
        assert!((seconds - 2.0).abs() < 1e-6, "{seconds}");
        assert_eq!(cpu_seconds("7 (a"), None);
    }
}
