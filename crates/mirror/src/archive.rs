//! All files of a copy, as a tar archive (POSIX.1-2024 `pax`): what is long or not plain ASCII in a
//! name is told in a record of its own. All of it lies in one directory, so that nothing that is
//! unpacked falls among other files.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use wire::mirror::name_problem;

use crate::MirrorError;
use crate::contents::Contents;
use crate::copy::{Copy, Entry};
use crate::list::List;

/// An archive is made of these.
const BLOCK_BYTES: usize = 512;

/// How many bytes of a file come at once.
const PART_BYTES: usize = 128 * 1024;

/// The longest name that a header has room for.
const PLAIN_NAME_BYTES: usize = 100;

/// What a directory is called whose own name cannot be had.
const NO_NAME: &str = "workspace";

/// An archive that is being made. What it names stays, whatever becomes of the copy meanwhile.
pub struct Archive {
    /// Of what.
    pub copy: Copy,
    list: List,
    contents: Contents,
    /// The file that is being written, and how much of it is to come.
    current: Option<(File, u64, usize)>,
    is_over: bool,
    _reader: Arc<()>,
}

impl Archive {
    pub(crate) fn new(list: List, contents: Contents, reader: Arc<()>) -> Self {
        let copy = list.copy.clone();
        Self { copy, list, contents, current: None, is_over: false, _reader: reader }
    }

    /// What the directory is called in which everything lies.
    pub fn name(&self) -> &str {
        let mut names = self.copy.workspace.rsplit(['/', '\\']);
        names.find(|name| name_problem(name).is_none()).unwrap_or(NO_NAME)
    }

    /// The next part; `None` at the end.
    pub fn next_part(&mut self) -> Result<Option<Vec<u8>>, MirrorError> {
        if let Some((file, rest, padding)) = self.current.take() {
            return self.part(file, rest, padding).map(Some);
        }
        if self.is_over {
            return Ok(None);
        }
        let Some(entry) = self.list.next()? else {
            self.is_over = true;
            return Ok(Some(vec![0; 2 * BLOCK_BYTES]));
        };
        let file = self.contents.open(&entry.sha256)?;
        let name = format!("{}/{}", self.name(), entry.names.join("/"));
        let padding = padding(entry.size_bytes);
        self.current = Some((file, entry.size_bytes, padding));
        Ok(Some(head(&name, &entry)))
    }

    fn part(&mut self, mut file: File, rest: u64, padding: usize) -> Result<Vec<u8>, MirrorError> {
        let most = rest.min(PART_BYTES as u64);
        let mut part = Vec::new();
        let read = (&mut file).take(most).read_to_end(&mut part)?;
        if (read as u64) < most {
            return Err(MirrorError::Io(std::io::ErrorKind::UnexpectedEof.into()));
        }
        if rest > most {
            self.current = Some((file, rest - most, padding));
        } else {
            part.resize(part.len() + padding, 0);
        }
        Ok(part)
    }
}

/// What stands before a file.
fn head(name: &str, entry: &Entry) -> Vec<u8> {
    let mode = if entry.is_executable { 0o755 } else { 0o644 };
    let modified_at_s = entry.modified_at.as_millis().max(0).cast_unsigned() / 1_000;
    let is_plain = name.is_ascii() && name.len() <= PLAIN_NAME_BYTES;
    let mut head = Vec::new();
    if !is_plain {
        let record = record("path", name);
        head.extend(header("pax", 0o644, record.len() as u64, 0, b'x'));
        head.extend_from_slice(record.as_bytes());
        head.resize(head.len() + padding(record.len() as u64), 0);
    }
    // Who cannot read the record sees this one, which is cut.
    let plain: String = name.chars().filter(char::is_ascii).take(PLAIN_NAME_BYTES).collect();
    head.extend(header(&plain, mode, entry.size_bytes, modified_at_s, b'0'));
    head
}

/// A header of `ustar`.
fn header(name: &str, mode: u32, size: u64, modified_at_s: u64, kind: u8) -> [u8; BLOCK_BYTES] {
    let mut header = [0; BLOCK_BYTES];
    let mut put = |at: usize, text: &str| {
        header[at..at + text.len()].copy_from_slice(text.as_bytes());
    };
    put(0, name);
    put(100, &format!("{mode:07o}"));
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{size:011o}"));
    // The largest time that fits, for whoever lives in a far future.
    put(136, &format!("{:011o}", modified_at_s.min(0o777_7777_7777)));
    put(148, "        ");
    put(257, "ustar\x0000");
    header[156] = kind;
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// A record of `pax`, which begins with its own length.
fn record(key: &str, value: &str) -> String {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len();
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    let mut record = String::new();
    // Writing to a string cannot fail.
    let _ = write!(record, "{length}{rest}");
    record
}

fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK_BYTES as u64).unwrap_or_default();
    if over == 0 { 0 } else { BLOCK_BYTES - over }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_its_own_length() {
        for length in [1, 80, 87, 88, 89, 980, 986, 990, 4_000] {
            let record = record("path", &"x".repeat(length));
            let (said, _) = record.split_once(' ').unwrap();
            assert_eq!(said.parse::<usize>().unwrap(), record.len());
        }
    }
}
