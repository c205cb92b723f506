//! What is in a directory.

use crate::{Facts, FilesError, Kind, RelativePath, Root, system};

/// The largest directory that is listed at all, in names.
pub const MAX_NAMES: usize = 100_000;

/// Something in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name. One that is not text is shown as nearly as possible and leads nowhere.
    pub name: String,
    /// What is known of it.
    pub facts: Facts,
}

/// A part of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of their names, byte by byte.
    pub entries: Vec<Entry>,
    /// Whether there is more behind them.
    pub has_more: bool,
}

/// Lists what comes behind a name, at most `most` of it; empty stands for the beginning.
pub fn list(
    root: &Root,
    path: &RelativePath,
    after: &str,
    most: usize,
) -> Result<Page, FilesError> {
    let directory = root.beneath(path)?;
    let mut names = names(&directory, after)?;
    names.sort_unstable();
    let has_more = names.len() > most;
    names.truncate(most);
    let entries = names.into_iter().map(|name| entry(root, path, &directory, name));
    // What was removed since is not there any more.
    Ok(Page { entries: entries.flatten().collect(), has_more })
}

fn names(directory: &Root, after: &str) -> Result<Vec<Vec<u8>>, FilesError> {
    let mut names = Vec::new();
    system::each_name(directory.opened(), |name| {
        if name <= after.as_bytes() {
            return Ok(());
        }
        if names.len() == MAX_NAMES {
            return Err(FilesError::TooLarge { limit: MAX_NAMES as u64, unit: "names" });
        }
        names.push(name.to_vec());
        Ok(())
    })?;
    Ok(names)
}

fn entry(root: &Root, path: &RelativePath, directory: &Root, name: Vec<u8>) -> Option<Entry> {
    let facts = system::look_at_listed(directory.opened(), &name)?;
    match String::from_utf8(name) {
        Ok(name) if facts.kind == Kind::Link => {
            let behind = path.join(&name).ok().and_then(|path| behind(root, &path));
            Some(Entry { name, facts: behind.unwrap_or(facts) })
        }
        Ok(name) => Some(Entry { name, facts }),
        Err(error) => Some(Entry {
            name: String::from_utf8_lossy(error.as_bytes()).into_owned(),
            facts: Facts { kind: Kind::Other, ..facts },
        }),
    }
}

/// What a link leads to, if that is in the workspace. It is not opened for reading, so that nothing
/// happens to what it is.
fn behind(root: &Root, path: &RelativePath) -> Option<Facts> {
    let opened = root.open_to_look(path).ok()?;
    Some(system::look(&opened).ok()?.0)
}
