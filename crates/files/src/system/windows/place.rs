//! Where something is on Windows, as far as paths tell.

use std::path::{Component, Path, Prefix};

/// Whether a path is this directory or lies in it: whatever the case of its letters, and whether it is
/// written for people (`C:\x`) or for the system (`\\?\C:\x`).
pub(super) fn is_within(path: &Path, directory: &Path) -> bool {
    let (path, directory) = (parts(path), parts(directory));
    path.starts_with(&directory)
}

fn parts(path: &Path) -> Vec<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => match prefix.kind() {
                Prefix::Disk(letter) | Prefix::VerbatimDisk(letter) => {
                    parts.push(char::from(letter).to_lowercase().collect());
                }
                Prefix::UNC(server, share) | Prefix::VerbatimUNC(server, share) => {
                    parts.extend([server, share].map(|part| part.to_string_lossy().to_lowercase()));
                }
                _ => parts.push(prefix.as_os_str().to_string_lossy().to_lowercase()),
            },
            Component::RootDir | Component::CurDir => {}
            other => parts.push(other.as_os_str().to_string_lossy().to_lowercase()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_letters_nor_the_way_of_writing_matter() {
        let is_within = |path: &str, directory: &str| is_within(path.as_ref(), directory.as_ref());
        assert!(is_within(r"\\?\C:\Users\Me\own\key", r"c:\users\me\OWN"));
        assert!(is_within(r"C:\own", r"\\?\C:\own\"));
        assert!(is_within(r"\\?\UNC\Server\share\own\x", r"\\server\Share\own"));
        assert!(!is_within(r"C:\ownership", r"C:\own"));
        assert!(!is_within(r"D:\own", r"C:\own"));
        assert!(!is_within(r"C:\", r"C:\own"));
    }
}
