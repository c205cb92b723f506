//! How names are followed: never out of the directory from which they are.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

use crate::{FilesError, RelativePath};

/// How often the kernel is asked again that says that somebody moves directories just now.
#[cfg(target_os = "linux")]
const TRIES: u32 = 64;

/// Opens what a path leads to. Symbolic links are followed as long as they stay beneath the root,
/// and not at all where the kernel cannot promise that.
pub(crate) fn open(
    root: BorrowedFd<'_>,
    path: &RelativePath,
    flags: OFlags,
) -> Result<OwnedFd, FilesError> {
    let flags = flags | OFlags::CLOEXEC;
    if cfg!(feature = "mutant-links-lead-anywhere") {
        return Ok(openat(root, name_of(path), flags, Mode::empty())?);
    }
    #[cfg(target_os = "linux")]
    match by_kernel(root, path, flags) {
        // A kernel before 5.6, or one that is told to know nothing newer.
        Err(Errno::NOSYS) => {}
        opened => return Ok(opened?),
    }
    Ok(step_by_step(root, path, flags)?)
}

/// One call, in which nothing can be swapped (openat2(2)).
#[cfg(target_os = "linux")]
fn by_kernel(root: BorrowedFd<'_>, path: &RelativePath, flags: OFlags) -> Result<OwnedFd, Errno> {
    use rustix::fs::{ResolveFlags, openat2};
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..TRIES {
        match openat2(root, name_of(path), flags, Mode::empty(), resolve) {
            Err(Errno::AGAIN) => {}
            opened => return opened,
        }
    }
    Err(Errno::AGAIN)
}

/// One directory after the other, each from the one before it, following no link.
fn step_by_step(
    root: BorrowedFd<'_>,
    path: &RelativePath,
    flags: OFlags,
) -> Result<OwnedFd, Errno> {
    let Some((directory, last)) = path.split_last() else {
        return openat(root, ".", flags, Mode::empty());
    };
    let on_the_way = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut here = root.as_fd().try_clone_to_owned().map_err(|_| Errno::MFILE)?;
    for name in directory.names() {
        here = openat(&here, name, on_the_way, Mode::empty())?;
    }
    openat(&here, last, flags | OFlags::NOFOLLOW, Mode::empty())
}

/// Where something is that was opened.
#[cfg(target_os = "linux")]
pub(crate) fn place(opened: &OwnedFd) -> Result<PathBuf, FilesError> {
    use std::os::fd::AsRawFd;
    Ok(std::fs::read_link(format!("/proc/self/fd/{}", opened.as_raw_fd()))?)
}

/// Where something is that was opened.
#[cfg(target_vendor = "apple")]
pub(crate) fn place(opened: &OwnedFd) -> Result<PathBuf, FilesError> {
    use std::os::unix::ffi::OsStringExt;
    let path = rustix::fs::getpath(opened)?.into_bytes();
    Ok(std::ffi::OsString::from_vec(path).into())
}

fn name_of(path: &RelativePath) -> &str {
    match path.as_str() {
        "" => ".",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    /// S70: where the kernel makes no promise, no link is followed at all, wherever it stands.
    #[test]
    fn step_by_step_no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("work/inner")).unwrap();
        fs::write(home.path().join("work/inner/file"), "inside").unwrap();
        fs::write(home.path().join("secret"), "outside").unwrap();
        for (name, target) in [
            ("in", "inner"),
            ("out", ".."),
            ("absolute", home.path().to_str().unwrap()),
            ("file", "../secret"),
            ("inner/up", "../.."),
        ] {
            symlink(target, home.path().join("work").join(name)).unwrap();
        }
        let root: OwnedFd = fs::File::open(home.path().join("work")).unwrap().into();
        let open = |path: &str| {
            let path = RelativePath::parse(path).unwrap();
            step_by_step(root.as_fd(), &path, OFlags::RDONLY | OFlags::CLOEXEC)
        };
        for link in ["in/file", "out/secret", "absolute/secret", "file", "inner/up/secret", "in"] {
            let refused = open(link).unwrap_err();
            assert!(matches!(refused, Errno::LOOP | Errno::NOTDIR), "{link}: {refused}");
        }
        let mut text = String::new();
        fs::File::from(open("inner/file").unwrap()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "inside");
        assert!(open("").is_ok());
    }
}
