//! A file as it was committed, so that it can be put back.

use std::ffi::OsString;

use crate::git::Look;
use crate::{Git, RepositoryError, Workspace};

/// Larger files are put back by whoever sits at the machine.
const MAX_CONTENT_BYTES: usize = 64 * 1024 * 1024;

/// The most that git may say of one file.
const MAX_SAID_BYTES: usize = 16 * 1024;

/// What was committed under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// Nothing.
    Absent,
    /// A file.
    File {
        /// What it says, with the ends of its lines as the repository wants them here.
        content: Vec<u8>,
        /// Whether it may be run.
        is_executable: bool,
    },
}

/// What is known of an entry of a commit.
struct Entry {
    mode: String,
    name: String,
}

/// Reads what was committed under a path from the workspace down.
pub async fn committed(
    git: &Git,
    workspace: &Workspace,
    path: &str,
) -> Result<Committed, RepositoryError> {
    git.look(workspace, async |look| {
        let asked = asked(look, path)?;
        let Some(entry) = entry(look, &asked).await? else { return Ok(Committed::Absent) };
        let is_executable = match entry.mode.as_str() {
            "100644" => false,
            "100755" => true,
            _ => return Err(RepositoryError::NotRestorable("it was no file")),
        };
        if is_filtered(look, &asked).await? {
            let problem = "a program of the repository changes it on its way";
            return Err(RepositoryError::NotRestorable(problem));
        }
        let object = format!("{}:{asked}", look.base());
        let said = look.ask(["cat-file", "--filters", &object], MAX_CONTENT_BYTES).await?;
        if said.is_cut {
            return Err(RepositoryError::NotRestorable("it is larger than 64 MiB"));
        }
        Ok(Committed::File { content: said.whole()?, is_executable })
    })
    .await
}

/// Makes git forget what it was told of a path since the last commit. The only thing that is
/// changed in a repository: one entry of its index, by git itself and under its lock.
pub async fn unstage(git: &Git, workspace: &Workspace, path: &str) -> Result<(), RepositoryError> {
    git.look(workspace, async |look| {
        let asked = asked(look, path)?;
        let arguments = ["diff-index", "--cached", "--quiet", "--ignore-submodules=dirty"];
        let path: [OsString; 3] = [look.base().into(), "--".into(), asked.clone().into()];
        let compared = arguments.into_iter().map(Into::into).chain(path);
        if look.ask(compared, MAX_SAID_BYTES).await?.is_done {
            return Ok(());
        }
        let line = match entry(look, &asked).await? {
            Some(Entry { mode, name }) => format!("{mode} {name} 0\t{asked}\0"),
            None => format!("0 {}\t{asked}\0", "0".repeat(look.base().len())),
        };
        look.change_index(&["update-index", "-z", "--index-info"], line.as_bytes()).await
    })
    .await
}

/// A path as git has it.
fn asked(look: &Look<'_>, path: &str) -> Result<String, RepositoryError> {
    if path.is_empty() {
        return Err(RepositoryError::NotChanged);
    }
    if look.is_withheld(path.as_bytes()) {
        return Err(RepositoryError::Withheld);
    }
    Ok(look.in_repository(path))
}

async fn entry(look: &Look<'_>, asked: &str) -> Result<Option<Entry>, RepositoryError> {
    let arguments = ["ls-tree", "-z", "--full-tree", look.base(), "--", asked];
    let said = look.ask(arguments, MAX_SAID_BYTES).await?.whole()?;
    let said = String::from_utf8(said).map_err(|_| RepositoryError::Unreadable)?;
    // `mode kind name TAB path NUL`, and nothing for what is not there.
    let Some((facts, _)) = said.split_once('\t') else { return Ok(None) };
    let facts: Vec<_> = facts.split(' ').collect();
    let [mode, _, name] = facts[..] else { return Err(RepositoryError::Unreadable) };
    Ok(Some(Entry { mode: mode.to_owned(), name: name.to_owned() }))
}

/// Whether an attribute names a filter. Which program that would be is not asked.
async fn is_filtered(look: &Look<'_>, asked: &str) -> Result<bool, RepositoryError> {
    let said = look.ask(["check-attr", "-z", "filter", "--", asked], MAX_SAID_BYTES).await?;
    let said = said.whole()?;
    let value = said.split(|byte| *byte == 0).nth(2).unwrap_or_default();
    Ok(!matches!(value, b"unspecified" | b"unset"))
}
