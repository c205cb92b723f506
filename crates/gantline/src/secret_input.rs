//! Secrets that people give to the program: typed unseen at the window, or from standard input.

use std::io::{self, IsTerminal, Read};

use anstream::{eprint, eprintln};
use anyhow::Context;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use model::SecretString;

use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// The longest secret.
const MAX_SECRET_BYTES: u64 = 4096;

/// Reads a secret: after `prompt` where somebody is at the window, who is also told `before`.
pub(crate) fn read(before: &str, prompt: &str, words: &dyn Words) -> anyhow::Result<SecretString> {
    if io::stdin().is_terminal() {
        eprintln!("{before}");
        return read_hidden(prompt, words);
    }
    let mut text = String::new();
    let read = io::stdin().lock().take(MAX_SECRET_BYTES).read_to_string(&mut text);
    read.context("read standard input")?;
    Ok(SecretString::from(text.trim().to_owned()))
}

/// Reads a line that is not shown.
fn read_hidden(prompt: &str, words: &dyn Words) -> anyhow::Result<SecretString> {
    // Hidden before it is asked for: people, and what pastes for them, are fast.
    crossterm::terminal::enable_raw_mode().context("hide what is typed")?;
    eprint!("{prompt} ");
    let read = read_keys();
    crossterm::terminal::disable_raw_mode().context("show what is typed")?;
    eprintln!();
    match read? {
        Some(token) => Ok(SecretString::from(token)),
        None => Err(Refusal::new(Meaning::Interrupted, words.interrupted()).into()),
    }
}

/// The line, or `None` if it was given up.
fn read_keys() -> io::Result<Option<String>> {
    let mut line = String::new();
    loop {
        match crossterm::event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match press(&mut line, key) {
                Typing::GoesOn => {}
                Typing::Done => return Ok(Some(line.trim().to_owned())),
                Typing::GivenUp => return Ok(None),
            },
            Event::Paste(text) => line.push_str(&text),
            _ => {}
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Typing {
    GoesOn,
    Done,
    GivenUp,
}

fn press(line: &mut String, key: KeyEvent) -> Typing {
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => return Typing::Done,
        KeyCode::Char('j' | 'm') if is_control => return Typing::Done,
        KeyCode::Char('c' | 'd') if is_control => return Typing::GivenUp,
        KeyCode::Char('u') if is_control => line.clear(),
        KeyCode::Char(character) if !is_control => line.push(character),
        KeyCode::Backspace => drop(line.pop()),
        _ => {}
    }
    Typing::GoesOn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_typed_mended_and_sent_or_given_up() {
        let mut line = String::new();
        let mut type_one = |code, modifiers| press(&mut line, KeyEvent::new(code, modifiers));
        let (none, control) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
        for character in "ab".chars() {
            assert_eq!(type_one(KeyCode::Char(character), none), Typing::GoesOn);
        }
        type_one(KeyCode::Backspace, none);
        type_one(KeyCode::Char('C'), KeyModifiers::SHIFT);
        assert_eq!(type_one(KeyCode::Char('c'), control), Typing::GivenUp);
        assert_eq!(type_one(KeyCode::Enter, none), Typing::Done);
        assert_eq!(line, "aC");
    }
}
