//! Which sessions there are.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::DirEntry;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use conversation::text;
use serde_json::Value;

use super::{ANY, History, open};

/// Entries of directories that are looked at, for one agent.
const MAX_ENTRIES: usize = 20_000;

/// Files that are read, for one agent: the last changed ones.
const MAX_FILES: usize = 300;

/// How much of a file is read from its beginning, in bytes. What was said first is there.
const HEAD_BYTES: u64 = 512 * 1024;

/// How much of a longer one is read from its end, in bytes: there is the title that was given last.
const TAIL_BYTES: u64 = 64 * 1024;

/// The longest title, in bytes.
const MAX_TITLE_BYTES: usize = 200;

/// A session that was begun outside of us, as its file tells it. Every text is hostile, and on one
/// line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideSession {
    /// The agent's name for it.
    pub id: String,
    /// The directory in which it works, as it is written there.
    pub directory: String,
    /// What it is called, or what was asked first.
    pub title: String,
    /// How many prompts there are; `None` where the file was too long to count them.
    pub prompts: Option<u32>,
    /// When the file was last changed.
    pub changed_at: SystemTime,
    /// How long the file is.
    pub size_bytes: u64,
    /// Where it lies.
    pub path: PathBuf,
}

/// The sessions of one agent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// The last changed one first.
    pub sessions: Vec<OutsideSession>,
    /// How many files cannot be read, or hold something else.
    pub unreadable: u32,
    /// Whether there were more than could be looked at.
    pub is_cut: bool,
}

/// What the lines of a file tell.
#[derive(Debug, Default)]
pub struct Told {
    /// The directory in which the session works; the first one counts.
    pub directory: Option<String>,
    /// What was asked first.
    pub prompt: Option<String>,
    /// What it was called last.
    pub title: Option<String>,
    /// How many prompts there are.
    pub prompts: u32,
    /// Whether no person began it: an agent did, for a part of its work.
    pub is_of_an_agent: bool,
}

impl Told {
    /// A person has asked this.
    pub(crate) fn asked(&mut self, prompt: &str) {
        self.prompts = self.prompts.saturating_add(1);
        if self.prompt.is_none() {
            self.prompt = Some(prompt.to_owned());
        }
    }

    /// The session works here.
    pub(crate) fn works_in(&mut self, directory: Option<&str>) {
        if self.directory.is_none() {
            self.directory = directory.map(str::to_owned);
        }
    }
}

/// A file that may hold a session.
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) path: PathBuf,
    pub(super) changed_at: SystemTime,
    pub(super) size_bytes: u64,
}

/// Looks for the sessions of an agent, for as long as `goes_on` says so.
pub fn look(
    history: &History,
    variables: &[(OsString, OsString)],
    goes_on: &dyn Fn() -> bool,
) -> Looked {
    let Some(root) = history.directory(variables) else { return Looked::default() };
    let (mut candidates, mut is_cut) = candidates(history, &root, goes_on);
    // Of two files of one session the last changed one counts.
    let mut seen = HashSet::new();
    candidates.retain(|candidate| seen.insert(candidate.id.clone()));
    is_cut |= candidates.len() > MAX_FILES;
    candidates.truncate(MAX_FILES);
    let mut looked = Looked { is_cut, ..Looked::default() };
    for candidate in candidates {
        if !goes_on() {
            looked.is_cut = true;
            break;
        }
        match read(history, &root, candidate) {
            Ok(session) => looked.sessions.extend(session),
            Err(_) => looked.unreadable += 1,
        }
    }
    looked
}

/// The files that may hold sessions, the last changed one first, and whether some were left out.
pub(super) fn candidates(
    history: &History,
    root: &Path,
    goes_on: &dyn Fn() -> bool,
) -> (Vec<Candidate>, bool) {
    let mut left = MAX_ENTRIES;
    let mut directories = vec![root.to_owned()];
    for name in history.layout {
        let mut below = Vec::new();
        for directory in directories {
            if *name != ANY {
                below.push(directory.join(name));
                continue;
            }
            let entries = entries(&directory, &mut left, goes_on);
            below.extend(entries.filter(|entry| is_a(entry, Kind::Directory)).map(|e| e.path()));
        }
        // A name that is always the same must be a directory too, and no link.
        below.retain(|path| std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()));
        directories = below;
    }
    let mut found = Vec::new();
    for directory in directories {
        found.extend(
            entries(&directory, &mut left, goes_on)
                .filter(|entry| is_a(entry, Kind::File))
                .filter_map(|entry| candidate(history, &entry)),
        );
    }
    found.sort_by(|one, other| other.changed_at.cmp(&one.changed_at).then(one.id.cmp(&other.id)));
    (found, left == 0 || !goes_on())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Directory,
    File,
}

/// What an entry is itself: a link is neither.
fn is_a(entry: &DirEntry, kind: Kind) -> bool {
    entry.file_type().is_ok_and(|found| match kind {
        Kind::Directory => found.is_dir(),
        Kind::File => found.is_file(),
    })
}

/// What is in a directory, as far as it may be looked at. One that cannot be read is empty.
fn entries<'a>(
    directory: &Path,
    left: &'a mut usize,
    goes_on: &'a dyn Fn() -> bool,
) -> impl Iterator<Item = DirEntry> + 'a {
    let listed = std::fs::read_dir(directory).into_iter().flatten().flatten();
    listed.take_while(move |_| {
        let may = *left > 0 && goes_on();
        *left = left.saturating_sub(1);
        may
    })
}

fn candidate(history: &History, entry: &DirEntry) -> Option<Candidate> {
    let name = entry.file_name();
    let id = (history.session_of)(name.to_str()?.strip_suffix(".jsonl")?)?.to_owned();
    let found = entry.metadata().ok()?;
    let changed_at = found.modified().ok()?;
    Some(Candidate { id, path: entry.path(), changed_at, size_bytes: found.len() })
}

/// Reads what a file tells; `None` where nobody has asked anything in it.
pub(super) fn read(
    history: &History,
    root: &Path,
    candidate: Candidate,
) -> io::Result<Option<OutsideSession>> {
    let Candidate { id, path, changed_at, size_bytes } = candidate;
    let mut told = Told::default();
    let mut file = open(root, &path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes)?;
    let is_whole = (bytes.len() as u64) < HEAD_BYTES;
    let mut torn = tell(history, &bytes, is_whole, &mut told);
    let prompts = is_whole.then_some(told.prompts);
    if !is_whole && size_bytes > HEAD_BYTES {
        file.seek(SeekFrom::Start(size_bytes.saturating_sub(TAIL_BYTES).max(HEAD_BYTES)))?;
        bytes.clear();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        let from = memchr::memchr(b'\n', &bytes).map_or(bytes.len(), |end| end + 1);
        // It has begun in the middle of a line.
        tell(history, &bytes[from..], true, &mut told);
    }
    if told.is_of_an_agent {
        return Ok(None);
    }
    let (Some(directory), Some(prompt)) = (told.directory, told.prompt) else {
        torn |= size_bytes > 0 && !is_whole;
        let problem = || io::Error::new(io::ErrorKind::InvalidData, "it holds something else");
        return if torn { Err(problem()) } else { Ok(None) };
    };
    let title = told.title.filter(|title| !title.trim().is_empty()).unwrap_or(prompt);
    let title = one_line(&title);
    Ok(Some(OutsideSession { id, directory, title, prompts, changed_at, size_bytes, path }))
}

/// Takes in lines; says whether one of them is no JSON. The last one may not be whole.
fn tell(history: &History, bytes: &[u8], is_whole: bool, told: &mut Told) -> bool {
    let mut is_torn = false;
    let whole = match memchr::memrchr(b'\n', bytes) {
        _ if is_whole => bytes.len(),
        end => end.unwrap_or(0),
    };
    for line in bytes[..whole].split(|byte| *byte == b'\n') {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Value>(line) {
            Ok(value) => (history.tell)(&value, told),
            Err(_) => is_torn = true,
        }
    }
    is_torn
}

/// One short line of a text that may have many, hidden characters made visible.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text::beginning(text, 4 * MAX_TITLE_BYTES).split_whitespace().collect();
    let line = text::line(&words.join(" "));
    let kept = text::beginning(&line, MAX_TITLE_BYTES);
    if kept.len() < line.len() { format!("{kept}…") } else { line }
}
