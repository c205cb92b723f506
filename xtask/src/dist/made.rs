//! What was made, looked at before anybody gets it: a program for another computer than it says would
//! be found by whoever installs it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use aws_lc_rs::digest::{SHA256, digest};

use super::targets::Target;

/// Where an ELF file says for which processor it is (System V ABI, "ELF Header": `e_machine`).
const ELF_MACHINE: std::ops::Range<usize> = 18..20;
/// Where it says how many program headers it has, how large each is, and where they begin, in 64 bits.
const ELF_HEADERS_AT: std::ops::Range<usize> = 32..40;
const ELF_HEADER_SIZE: std::ops::Range<usize> = 54..56;
const ELF_HEADERS: std::ops::Range<usize> = 56..58;
/// A header that names the loader of shared libraries.
const PT_INTERP: u32 = 3;
const EM_X86_64: u16 = 62;
const EM_AARCH64: u16 = 183;

/// A program that is what it should be.
pub(super) struct Made {
    bytes: Vec<u8>,
}

impl Made {
    /// Reads a program.
    ///
    /// # Errors
    ///
    /// If it is for another computer, or needs libraries that may not be there.
    pub(super) fn look_at(target: &Target, program: &Path) -> Result<Self> {
        let bytes =
            fs::read(program).with_context(|| format!("failed to read {}", program.display()))?;
        match target.name.split_once('-') {
            Some(("linux", "x86_64")) => stands_alone(&bytes, EM_X86_64)?,
            Some(("linux", "aarch64")) => stands_alone(&bytes, EM_AARCH64)?,
            Some(("windows", _)) => ensure!(bytes.starts_with(b"MZ"), "it is no Windows program"),
            Some(("macos", _)) => {
                // Mach-O, 64 bits, little-endian (`MH_MAGIC_64`).
                ensure!(bytes.starts_with(&0xfeed_facf_u32.to_le_bytes()), "it is no Mac program");
            }
            _ => bail!("nothing is known of programs for {}", target.name),
        }
        Ok(Self { bytes })
    }

    /// Puts it there whole: who runs the old one goes on with that.
    pub(super) fn put_at(&self, place: &Path) -> Result<()> {
        let beside = place.with_extension("new");
        fs::write(&beside, &self.bytes)
            .with_context(|| format!("failed to write {}", beside.display()))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&beside, fs::Permissions::from_mode(0o755))
                .context("failed to let it be run")?;
        }
        fs::rename(&beside, place).with_context(|| format!("failed to write {}", place.display()))
    }

    /// How large it is, and what it is known by.
    pub(super) fn in_words(&self) -> String {
        let tenths = self.bytes.len() / 100_000;
        let sha256 = hex::encode(digest(&SHA256, &self.bytes));
        format!("{}.{} MB, SHA-256 {sha256}", tenths / 10, tenths % 10)
    }
}

/// That a Linux program is for a processor, and is asked for no shared library.
fn stands_alone(bytes: &[u8], machine: u16) -> Result<()> {
    ensure!(bytes.starts_with(b"\x7fELF\x02\x01"), "it is no Linux program of 64 bits");
    ensure!(half(bytes, ELF_MACHINE)? == machine, "it is for another processor");
    let at = bytes.get(ELF_HEADERS_AT).context("it is cut off")?;
    let at = usize::try_from(u64::from_le_bytes(at.try_into()?))?;
    let size = usize::from(half(bytes, ELF_HEADER_SIZE)?);
    for number in 0..usize::from(half(bytes, ELF_HEADERS)?) {
        let header = at.checked_add(number * size).and_then(|from| bytes.get(from..));
        let kind = header.and_then(|header| header.get(..4)).context("it is cut off")?;
        let kind = u32::from_le_bytes(kind.try_into()?);
        ensure!(kind != PT_INTERP, "it needs shared libraries, which differ between systems");
    }
    Ok(())
}

fn half(bytes: &[u8], place: std::ops::Range<usize>) -> Result<u16> {
    Ok(u16::from_le_bytes(bytes.get(place).context("it is cut off")?.try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of ELF with one program header.
    fn elf(machine: u16, kind: u32) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[ELF_MACHINE].copy_from_slice(&machine.to_le_bytes());
        bytes[ELF_HEADERS_AT].copy_from_slice(&64_u64.to_le_bytes());
        bytes[ELF_HEADER_SIZE].copy_from_slice(&56_u16.to_le_bytes());
        bytes[ELF_HEADERS].copy_from_slice(&1_u16.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.resize(120, 0);
        bytes
    }

    #[test]
    fn a_program_for_another_computer_is_refused() {
        stands_alone(&elf(EM_AARCH64, 1), EM_AARCH64).unwrap();
        let other = stands_alone(&elf(EM_X86_64, 1), EM_AARCH64).unwrap_err();
        assert!(other.to_string().contains("another processor"), "{other}");
        let shared = stands_alone(&elf(EM_AARCH64, PT_INTERP), EM_AARCH64).unwrap_err();
        assert!(shared.to_string().contains("shared libraries"), "{shared}");
        assert!(stands_alone(b"\x7fELF\x02\x01", EM_AARCH64).is_err());
        let mut far = elf(EM_AARCH64, 1);
        far[ELF_HEADERS_AT].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(stands_alone(&far, EM_AARCH64).is_err());
    }

    #[test]
    fn this_very_program_asks_for_shared_libraries() {
        let own = std::env::current_exe().unwrap();
        if cfg!(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")) {
            let target = super::super::targets::named("linux-x86_64").unwrap();
            let refused = Made::look_at(target, &own).err().unwrap().to_string();
            assert!(refused.contains("shared libraries"), "{refused}");
        }
    }
}
