//! What this computer is and how it fares.

use std::path::Path;

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// What does not change while the computer runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Host name.
    pub hostname: String,
    /// `linux`, `macos` or `windows`.
    pub os: &'static str,
    /// For example `Debian GNU/Linux 12`.
    pub os_version: String,
    /// For example `x86_64`.
    pub arch: &'static str,
    /// Logical processors.
    pub cpu_cores: u32,
    /// Installed memory in MiB.
    pub memory_mib: u64,
}

/// Looks at this computer.
pub fn facts() -> Facts {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let total_memory = System::new_with_specifics(memory).map_or(0, |system| system.total_memory());
    let cpu_cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Facts {
        hostname: System::host_name().unwrap_or_else(|_| "unknown".to_owned()),
        os: std::env::consts::OS,
        os_version: System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.to_owned()),
        arch: std::env::consts::ARCH,
        cpu_cores: u32::try_from(cpu_cores).unwrap_or(u32::MAX),
        memory_mib: total_memory / (1024 * 1024),
    }
}

/// The load average over one minute; zero where the system has none.
#[expect(clippy::cast_possible_truncation, reason = "a load average needs no more precision")]
pub fn load_average() -> f32 {
    System::load_average().map_or(0.0, |load| load.one as f32)
}

/// Memory that programs can still get, in bytes; zero where the system does not say.
pub fn free_memory_bytes() -> u64 {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    System::new_with_specifics(memory).map_or(0, |system| system.available_memory())
}

/// Free space, in bytes, where `path` lies; zero where the system does not say.
pub fn free_disk_bytes(path: &Path) -> u64 {
    #[cfg(unix)]
    {
        rustix::fs::statvfs(path).map_or(0, |fs| fs.f_bavail.saturating_mul(fs.f_frsize))
    }
    #[cfg(windows)]
    {
        crate::win32::free_bytes(path).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_has_a_name_memory_and_processors() {
        let facts = facts();
        assert!(!facts.hostname.is_empty());
        assert!(facts.memory_mib > 64, "{facts:?}");
        assert!(facts.cpu_cores >= 1);
    }

    #[test]
    fn there_is_space_somewhere() {
        assert!(free_disk_bytes(&std::env::temp_dir()) > 0);
        assert!(free_memory_bytes() > 0);
    }
}
