//! A part of a file.

use std::fs::File;

use crate::system::{self, Links};
use crate::{Facts, FilesError, Kind, RelativePath, Root, Version};

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The bytes; fewer than were asked for only at the end.
    pub data: Vec<u8>,
    /// What is known of the file.
    pub facts: Facts,
    /// By what it is recognised when the next part is read.
    pub version: Version,
}

/// Reads at most `most_bytes` from an offset. With the version of an earlier part it must still be
/// the same file.
pub fn read(
    root: &Root,
    path: &RelativePath,
    offset: u64,
    most_bytes: usize,
    earlier: Option<&Version>,
) -> Result<Part, FilesError> {
    let opened = root.open_to_read(path, Links::Followed)?;
    let (facts, version) = system::look(&opened)?;
    if facts.kind != Kind::File {
        return Err(FilesError::NotAFile);
    }
    if earlier.is_some_and(|earlier| !earlier.is_continued_by(&version)) {
        return Err(FilesError::Changed);
    }
    let rest = usize::try_from(facts.size_bytes.saturating_sub(offset)).unwrap_or(usize::MAX);
    let data = read_at(&File::from(opened), offset, rest.min(most_bytes))?;
    Ok(Part { data, facts, version })
}

fn read_at(file: &File, offset: u64, length: usize) -> Result<Vec<u8>, FilesError> {
    let mut data = vec![0; length];
    let mut filled = 0;
    while filled < length {
        let read = system::read_some_at(file, &mut data[filled..], offset + filled as u64)?;
        if read == 0 {
            break;
        }
        filled += read;
    }
    data.truncate(filled);
    Ok(data)
}
