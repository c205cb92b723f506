//! Files, from what their machine says of them.

use contract::files::{Directory, FileEntry, FileKind};
use model::Timestamp;
use wire::files::{self, DirectoryPage};

/// A page of a directory.
pub fn directory(path: String, page: DirectoryPage) -> Directory {
    let last = page.entries.last().map(|entry| entry.name.clone());
    let entries = page.entries.into_iter().map(entry).collect();
    Directory { path, entries, next_cursor: last.filter(|_| page.has_more) }
}

fn entry(entry: files::FileEntry) -> FileEntry {
    FileEntry {
        kind: match entry.kind() {
            files::FileKind::File => FileKind::File,
            files::FileKind::Directory => FileKind::Directory,
            files::FileKind::Link => FileKind::Link,
            files::FileKind::Other | files::FileKind::Unspecified => FileKind::Other,
        },
        name: entry.name,
        size_bytes: entry.size_bytes,
        modified_at: Timestamp::from_millis(entry.modified_at_ms).into(),
    }
}
