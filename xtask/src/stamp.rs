//! What a folder was made from: a hash of the inputs, kept in the folder itself, so that deleting
//! the folder forgets it and a build that breaks off leaves none.

use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const NAME: &str = ".made-from";

/// Folders below the console that are made, not written.
const MADE: &[&str] = &["node_modules", "dist", "coverage", "screenshots"];

/// A hash over names and contents of files. It only has to notice changes made by people, on one
/// computer, with one toolchain.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp(String);

impl Stamp {
    /// Over some files of a folder.
    pub(crate) fn of_files(folder: &Path, names: &[&str]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for name in names {
            add(&mut hasher, folder, &folder.join(name))?;
        }
        Ok(Self::from_hasher(&hasher))
    }

    /// Over everything that people write below a folder.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for file in written_files(folder)? {
            add(&mut hasher, folder, &file)?;
        }
        Ok(Self::from_hasher(&hasher))
    }

    /// Whether the folder was made from the same inputs.
    pub(crate) fn is_on(&self, made: &Path) -> bool {
        std::fs::read_to_string(made.join(NAME)).is_ok_and(|stamp| stamp == self.0)
    }

    /// Marks the folder as made from these inputs.
    pub(crate) fn put_on(&self, made: &Path) -> Result<()> {
        std::fs::write(made.join(NAME), &self.0)
            .with_context(|| format!("failed to write {NAME} into {}", made.display()))
    }

    fn from_hasher(hasher: &DefaultHasher) -> Self {
        Self(format!("{:016x}", hasher.finish()))
    }
}

fn add(hasher: &mut DefaultHasher, folder: &Path, file: &Path) -> Result<()> {
    let bytes =
        std::fs::read(file).with_context(|| format!("failed to read {}", file.display()))?;
    let name = file.strip_prefix(folder).unwrap_or(file).to_string_lossy();
    for part in [name.as_bytes(), &bytes] {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    Ok(())
}

/// In a fixed order.
fn written_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries =
            next.read_dir().with_context(|| format!("failed to list {}", next.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                files.push(entry.path());
            } else if entry.file_type()?.is_dir() && !is_made(&entry.file_name()) {
                folders.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn is_made(name: &std::ffi::OsStr) -> bool {
    MADE.iter().any(|made| name == *made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_changes_with_what_people_write_and_with_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("src/app.ts", "one");
        write("dist/app.js", "made");
        let before = Stamp::of_folder(folder.path()).unwrap();

        write("dist/app.js", "made again");
        write("node_modules/a/index.js", "installed");
        assert_eq!(Stamp::of_folder(folder.path()).unwrap(), before);

        write("src/app.ts", "two");
        assert_ne!(Stamp::of_folder(folder.path()).unwrap(), before);
    }

    #[test]
    fn a_folder_remembers_its_stamp_until_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.ts"), "a").unwrap();
        let stamp = Stamp::of_files(folder.path(), &["a.ts"]).unwrap();
        let dist = folder.path().join("dist");
        assert!(!stamp.is_on(&dist));
        std::fs::create_dir(&dist).unwrap();
        stamp.put_on(&dist).unwrap();
        assert!(stamp.is_on(&dist));
        std::fs::remove_dir_all(&dist).unwrap();
        assert!(!stamp.is_on(&dist));
    }
}
