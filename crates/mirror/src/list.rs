//! The list of a copy's files: one line for the copy, and one for each file, in the order of their
//! names.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::copy::{Copy, Entry, Hash, Item, Page};
use crate::{MirrorError, copy};

/// A list that is being read.
#[derive(Debug)]
pub(crate) struct List {
    /// What it is a list of.
    pub(crate) copy: Copy,
    lines: io::Lines<BufReader<File>>,
}

/// A list that is being written.
pub(crate) struct Writer(BufWriter<File>);

impl List {
    pub(crate) fn open(path: &Path) -> Result<Self, MirrorError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(MirrorError::NotFound);
            }
            opened => opened?,
        };
        let mut lines = BufReader::new(file).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        Ok(Self { copy: parse(&first)?, lines })
    }

    /// The next file; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, MirrorError> {
        let Some(line) = self.lines.next().transpose()? else { return Ok(None) };
        Ok(Some(parse(&line)?))
    }

    /// Adds the hashes of all of them.
    pub(crate) fn add_hashes(mut self, to: &mut HashSet<Hash>) -> Result<(), MirrorError> {
        while let Some(entry) = self.next()? {
            to.insert(entry.sha256);
        }
        Ok(())
    }

    /// The file with these names.
    pub(crate) fn find(mut self, names: &[&str]) -> Result<Entry, MirrorError> {
        let mut is_directory = names.is_empty();
        while let Some(entry) = self.next()? {
            let found = entry.names.iter().map(String::as_str);
            if found.clone().eq(names.iter().copied()) {
                return Ok(entry);
            }
            is_directory |= names.len() < entry.names.len()
                && found.take(names.len()).eq(names.iter().copied());
            if is_directory {
                break;
            }
        }
        Err(if is_directory { MirrorError::NotAFile } else { MirrorError::NotFound })
    }

    /// What is in a directory behind a name, at most `most` of it.
    pub(crate) fn page(
        mut self,
        names: &[&str],
        after: &str,
        most: usize,
    ) -> Result<Page, MirrorError> {
        let mut page = Page { items: Vec::new(), has_more: false };
        let mut is_there = names.is_empty();
        while let Some(mut entry) = self.next()? {
            let is_below = entry.names.len() > names.len()
                && entry.names.iter().zip(names).all(|(one, other)| one == other);
            if !is_below {
                if is_there && !names.is_empty() {
                    break;
                }
                continue;
            }
            is_there = true;
            let is_file = entry.names.len() == names.len() + 1;
            let name = std::mem::take(&mut entry.names[names.len()]);
            if name.as_str() <= after || page.items.last().is_some_and(|last| last.name == name) {
                continue;
            }
            if page.items.len() == most {
                page.has_more = true;
                break;
            }
            if is_file {
                entry.names[names.len()].clone_from(&name);
            }
            page.items.push(Item { name, file: is_file.then_some(entry) });
        }
        if is_there { Ok(page) } else { Err(MirrorError::NotFound) }
    }
}

impl Writer {
    pub(crate) fn begin(path: &Path, copy: &copy::Copy) -> io::Result<Self> {
        let mut writer = Self(BufWriter::new(File::create(path)?));
        writer.line(copy)?;
        Ok(writer)
    }

    pub(crate) fn add(&mut self, entry: &Entry) -> io::Result<()> {
        self.line(entry)
    }

    /// Makes it durable.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.0.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }

    fn line(&mut self, of: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, of)?;
        self.0.write_all(b"\n")
    }
}

fn parse<T: DeserializeOwned>(line: &str) -> Result<T, MirrorError> {
    // Nobody but this room writes lists.
    serde_json::from_str(line).map_err(|error| MirrorError::Io(error.into()))
}
