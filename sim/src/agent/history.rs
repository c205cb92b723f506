//! What the agent remembers of its sessions: one file each, one JSON value per line.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How much of a conversation is remembered for the model.
const MAX_REMEMBERED: usize = 40;

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) who: Who,
    pub(super) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Who {
    Person,
    Agent,
}

/// What was said in a session, and the file in which it is kept.
#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) entries: Vec<Entry>,
    file: Option<PathBuf>,
}

impl History {
    /// Begins one; with a directory it is kept there.
    pub(super) fn begin(directory: Option<&Path>, session: &str) -> io::Result<Self> {
        let Some(directory) = directory else { return Ok(Self::default()) };
        fs::create_dir_all(directory)?;
        let file = path(directory, session);
        File::create_new(&file)?;
        Ok(Self { entries: Vec::new(), file: Some(file) })
    }

    /// Reads one that was begun before; `None` if there is none.
    pub(super) fn recall(directory: Option<&Path>, session: &str) -> Option<Self> {
        let is_plain = session.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let file = directory.filter(|_| is_plain).map(|directory| path(directory, session))?;
        let lines = BufReader::new(File::open(&file).ok()?).lines();
        // The last line may be half written, where the process was killed in the middle of it.
        let entries =
            lines.map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok());
        Some(Self { entries: entries.collect(), file: Some(file) })
    }

    pub(super) fn add(&mut self, who: Who, text: &str) -> io::Result<()> {
        let entry = Entry { who, text: text.to_owned() };
        if let Some(file) = &self.file {
            let line = serde_json::to_string(&entry)? + "\n";
            OpenOptions::new().append(true).open(file)?.write_all(line.as_bytes())?;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// The last things that were said.
    pub(super) fn recent(&self) -> &[Entry] {
        &self.entries[self.entries.len().saturating_sub(MAX_REMEMBERED)..]
    }
}

/// A name for a session that no other one in the directory has.
pub(super) fn fresh_name(directory: Option<&Path>, taken: usize) -> String {
    let is_taken =
        |number| directory.is_some_and(|directory| path(directory, &name(number)).exists());
    let mut number = taken + 1;
    while is_taken(number) {
        number += 1;
    }
    name(number)
}

fn name(number: usize) -> String {
    format!("demo-{number}")
}

fn path(directory: &Path, session: &str) -> PathBuf {
    directory.join(format!("{session}.jsonl"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_there_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let directory = Some(directory.path());
        let name = fresh_name(directory, 0);
        let mut history = History::begin(directory, &name).unwrap();
        history.add(Who::Person, "hi\nthere").unwrap();
        history.add(Who::Agent, "你好").unwrap();
        assert_eq!(History::recall(directory, &name).unwrap().entries, history.entries);
        assert_eq!(fresh_name(directory, 0), "demo-2");
        assert!(History::recall(directory, "demo-9").is_none());
        assert!(History::recall(directory, "../demo-1").is_none());
    }

    #[test]
    fn a_line_that_was_half_written_is_left_out() {
        let directory = tempfile::tempdir().unwrap();
        let whole = r#"{"who":"person","text":"hi"}"#;
        fs::write(directory.path().join("demo-1.jsonl"), format!("{whole}\n{{\"who\"")).unwrap();
        let history = History::recall(Some(directory.path()), "demo-1").unwrap();
        assert_eq!(history.entries.len(), 1);
    }
}
