//! Completes what is typed in a chat: commands, agents, models, modes, and files of the workspace
//! where this computer is the machine.

use std::path::{Path, PathBuf};

use conversation::update::{Commands, Selection};
use reedline::{Completer, CompletionResult, Span, Suggestion};

use super::slash;

/// How many files are offered at most.
const MOST_FILES: usize = 200;

/// What can be completed.
#[derive(Debug, Clone, Default)]
pub(super) struct Offers {
    /// The agent's slash commands.
    pub commands: Commands,
    pub agents: Vec<String>,
    pub models: Selection,
    pub modes: Selection,
    /// The directory of the session, where it is on this computer.
    pub directory: Option<PathBuf>,
}

impl Completer for Offers {
    fn complete(&mut self, line: &str, pos: usize) -> CompletionResult {
        let typed = line.get(..pos).unwrap_or(line);
        let word_at = typed.rfind(char::is_whitespace).map_or(0, |space| {
            space + typed.get(space..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)
        });
        let (before, word) = typed.split_at(word_at);
        let found = match before.trim() {
            "" if word.starts_with('/') => self.commands_like(word),
            "/agent" => like(word, self.agents.iter().map(|name| (name.clone(), None))),
            "/model" => like(word, choices(&self.models)),
            "/mode" => like(word, choices(&self.modes)),
            _ => self.files_like(word),
        };
        let span = Span::new(word_at, pos);
        let suggestions: Vec<Suggestion> = found
            .into_iter()
            .map(|(value, description)| Suggestion {
                append_whitespace: !value.ends_with('/'),
                value,
                description,
                span,
                ..Suggestion::default()
            })
            .collect();
        CompletionResult::fresh(suggestions)
    }
}

type Offer = (String, Option<String>);

impl Offers {
    fn commands_like(&self, word: &str) -> Vec<Offer> {
        let own = slash::NAMES.iter().map(|name| ((*name).to_owned(), None));
        let agents = self.commands.commands.iter();
        let agents =
            agents.map(|command| (format!("/{}", command.name), Some(command.description.clone())));
        like(word, own.chain(agents))
    }

    /// Files of the workspace: a word that begins with `@` or names a path.
    fn files_like(&self, word: &str) -> Vec<Offer> {
        let Some(directory) = &self.directory else { return vec![] };
        let (mark, path) = match word.strip_prefix('@') {
            Some(path) => ("@", path),
            None if word.contains('/') => ("", word),
            None => return vec![],
        };
        let (parent, beginning) = match path.rfind('/') {
            Some(slash) => path.split_at(slash + 1),
            None => ("", path),
        };
        let names = names_in(&directory.join(parent), beginning);
        names.into_iter().map(|name| (format!("{mark}{parent}{name}"), None)).collect()
    }
}

/// Names in a directory that begin like this; directories end with a slash. What cannot be read
/// completes nothing.
fn names_in(directory: &Path, beginning: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory) else { return vec![] };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let mut name = entry.file_name().into_string().ok()?;
            let is_hidden = name.starts_with('.') && !beginning.starts_with('.');
            if is_hidden || !name.starts_with(beginning) || !is_plain(&name) {
                return None;
            }
            if entry.path().is_dir() {
                name.push('/');
            }
            Some(name)
        })
        .take(MOST_FILES)
        .collect();
    names.sort_unstable();
    names
}

fn choices(selection: &Selection) -> impl Iterator<Item = Offer> + '_ {
    selection.available.iter().map(|choice| (choice.id.clone(), Some(choice.name.clone())))
}

fn like(word: &str, all: impl Iterator<Item = Offer>) -> Vec<Offer> {
    let mut found: Vec<Offer> = all.filter(|(name, _)| name.starts_with(word)).collect();
    // What others have named is typed and shown as it is, or not at all (S102).
    found.retain(|(name, _)| is_plain(name));
    for (_, description) in &mut found {
        *description = description.take().map(|text| crate::escape::line(&text).into_owned());
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.dedup_by(|one, other| one.0 == other.0);
    found
}

/// Whether a name can be typed and shown as it is.
fn is_plain(name: &str) -> bool {
    !name.contains(char::is_whitespace) && crate::escape::line(name) == name
}

#[cfg(test)]
mod tests {
    use conversation::update::{Selectable, SlashCommand};

    use super::*;

    fn offers() -> Offers {
        let command = |name: &str| SlashCommand {
            name: name.to_owned(),
            description: "what it does".to_owned(),
            hint: None,
        };
        let model =
            |id: &str| Selectable { id: id.to_owned(), name: id.to_uppercase(), description: None };
        Offers {
            commands: Commands { commands: vec![command("review"), command("bad\x1bname")] },
            agents: vec!["claude".to_owned(), "codex".to_owned()],
            models: Selection { current: None, available: vec![model("large"), model("small")] },
            ..Offers::default()
        }
    }

    #[track_caller]
    fn check(mut offers: Offers, typed: &str, expect: &[&str]) {
        let found = offers.complete(typed, typed.len());
        let values: Vec<&str> =
            found.suggestions().iter().map(|found| found.value.as_str()).collect();
        assert_eq!(values, expect, "{typed}");
    }

    #[test]
    fn commands_agents_and_models_are_completed_where_they_belong() {
        check(offers(), "/age", &["/agent", "/agents"]);
        check(offers(), "/re", &["/review"]);
        check(offers(), "/bad", &[]);
        check(offers(), "/agent c", &["claude", "codex"]);
        check(offers(), "/model s", &["small"]);
        check(offers(), "say /age", &[]);
    }

    #[test]
    fn files_are_completed_where_they_are_here() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("src")).unwrap();
        for name in ["notes.txt", ".hidden", "src/main.rs", "a b", "evil\x1b"] {
            std::fs::write(home.path().join(name), "").unwrap();
        }
        let here = || Offers { directory: Some(home.path().to_owned()), ..offers() };
        check(here(), "look at @", &["@notes.txt", "@src/"]);
        check(here(), "look at @src/m", &["@src/main.rs"]);
        check(here(), "look at src/", &["src/main.rs"]);
        check(here(), "@.", &["@.hidden"]);
        check(here(), "look at no", &[]);
        check(offers(), "look at @", &[]);
    }
}
