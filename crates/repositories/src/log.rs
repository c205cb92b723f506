//! What was committed.

use std::ffi::OsString;

use crate::{Git, RepositoryError, Workspace};

/// The most that git may say of commits.
const MAX_SAID_BYTES: usize = 1024 * 1024;

/// What is asked of each commit: its name, when it was made, by whom, and the first line of what is
/// said of it (git-log(1), pretty formats).
const FORMAT: &str = "--format=tformat:%H%x00%ct%x00%an%x00%s";

/// How many fields that are.
const FIELDS: usize = 4;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name, in hexadecimal.
    pub id: String,
    /// When it was made, in seconds since the Unix epoch; whoever made it says so.
    pub committed_at_s: i64,
    /// Who wrote it, as they say.
    pub author: String,
    /// The first line of what is said of it.
    pub subject: String,
}

/// Which commits are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPart<'a> {
    /// From which commit on, in hexadecimal; the last one if it is left out.
    pub from: Option<&'a str>,
    /// How many of them are passed over.
    pub skip: u32,
    /// At most so many.
    pub most: u32,
}

/// A part of what was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// From which commit on it was read; `None` before the first one.
    pub from: Option<String>,
    /// The commits, the last one first.
    pub commits: Vec<Commit>,
    /// Whether there are more behind them.
    pub has_more: bool,
}

/// What was committed of a workspace's files.
pub async fn log(
    git: &Git,
    workspace: &Workspace,
    part: LogPart<'_>,
) -> Result<Log, RepositoryError> {
    git.look(workspace, async |look| {
        let from = part.from.filter(|name| is_name(name)).map(ToOwned::to_owned);
        let Some(from) = from.or_else(|| look.head.clone()) else {
            return Ok(Log { from: None, commits: vec![], has_more: false });
        };
        let arguments: [OsString; 10] = [
            "log".into(),
            "-z".into(),
            FORMAT.into(),
            "--no-color".into(),
            "--no-show-signature".into(),
            "--no-notes".into(),
            "--no-mailmap".into(),
            format!("--skip={}", part.skip).into(),
            // One more, to know whether there is one.
            format!("--max-count={}", part.most.saturating_add(1)).into(),
            from.clone().into(),
        ];
        let arguments = arguments.into_iter().chain(look.paths());
        let (said, is_cut) = look.ask(arguments, MAX_SAID_BYTES).await?.part()?;
        let mut commits = read(&said);
        let most = part.most as usize;
        let has_more = is_cut || commits.len() > most;
        commits.truncate(most);
        Ok(Log { from: Some(from), commits, has_more })
    })
    .await
}

fn is_name(name: &str) -> bool {
    [40, 64].contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads commits whose fields end with a NUL each. What is cut off is left out.
fn read(said: &[u8]) -> Vec<Commit> {
    let fields: Vec<_> = said.split(|byte| *byte == 0).collect();
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    // Behind the last NUL is nothing, or a part of a field.
    let whole = fields[..fields.len() - 1].chunks_exact(FIELDS);
    let commits = whole.map(|fields| Commit {
        id: text(fields[0]),
        committed_at_s: text(fields[1]).parse().unwrap_or_default(),
        author: text(fields[2]),
        subject: text(fields[3]),
    });
    commits.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_read_whatever_is_said_of_them() {
        let said = b"aa\x0017\0Ada\0a: b\tc\0bb\0x\0\0\0cc\x0018\0cut o";
        let seen = read(said);
        assert_eq!(seen.len(), 2);
        assert_eq!((seen[0].committed_at_s, &*seen[0].subject), (17, "a: b\tc"));
        assert_eq!((seen[1].committed_at_s, &*seen[1].author), (0, ""));
        assert!(read(b"").is_empty());
    }

    #[test]
    fn only_the_name_of_a_commit_is_one() {
        assert!(is_name(&"a0".repeat(20)) && is_name(&"0f".repeat(32)));
        for other in ["HEAD", "--all", "", &"g".repeat(40), &"a".repeat(39)] {
            assert!(!is_name(other), "{other}");
        }
    }
}
