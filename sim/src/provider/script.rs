//! What the model answers.

use std::time::Duration;

use serde_json::Value;

use super::aside;
use super::demonstration;
use super::directive::{self, Directive};
use super::fault::Fault;
use super::prompt::{Language, Prompt, Wanted};
use super::schema;
use super::tools::{self, ToolCall};

/// An answer, before it is put into a dialect.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reply {
    /// The text, in the pieces in which it is streamed.
    pub(super) text: Vec<String>,
    /// The tool that is called after the text.
    pub(super) call: Option<ToolCall>,
    /// The pause between pieces, where the user asked for one.
    pub(super) every: Option<Duration>,
    /// How the answer fails, where the user asked for that.
    pub(super) fault: Option<Fault>,
    /// How it fails if nobody has asked for the same before.
    pub(super) fault_once: Option<Fault>,
}

/// Answers a prompt. The same prompt always gets the same answer.
pub(super) fn reply(prompt: &Prompt) -> Reply {
    match &prompt.wanted {
        Wanted::Json(schema) => return Reply::saying(&json(schema, prompt)),
        Wanted::Call(name) => {
            let call = tools::forced(prompt, name, &aside::title(prompt));
            return Reply { call, ..Reply::default() };
        }
        Wanted::Free => {}
    }
    if let Some(answer) = aside::answer(prompt) {
        return Reply::saying(&answer);
    }
    let asked = prompt.last_user();
    let directives = directive::read_all(asked);
    if directives.is_empty() {
        return Reply::saying(&demonstration::answer(prompt.language(), asked));
    }
    follow(prompt, &directives)
}

/// One step of what the user wants: the tool whose turn it is, or the end.
fn follow(prompt: &Prompt, directives: &[Directive]) -> Reply {
    let results = prompt.results();
    let acts = directives.iter().filter(|directive| directive.is_act());
    let mut reply = match acts.clone().nth(results.len()) {
        Some(act) => act_on(prompt, act),
        None => conclude(prompt, directives, &results),
    };
    for directive in directives {
        match directive {
            Directive::Fault(fault) => reply.fault = Some(fault.clone()),
            Directive::FaultOnce(fault) => reply.fault_once = Some(fault.clone()),
            Directive::Slow { every, .. } => reply.every = Some(*every),
            _ => {}
        }
    }
    reply
}

fn act_on(prompt: &Prompt, act: &Directive) -> Reply {
    let (text, call) = match act {
        Directive::Write { path, content } => {
            let text = match prompt.language() {
                Language::English => format!("I will write `{path}`."),
                Language::Chinese => format!("我来写入 `{path}`。"),
            };
            (text, tools::write(prompt, path, content))
        }
        Directive::Run { command } => {
            let text = match prompt.language() {
                Language::English => format!("I will run `{command}`."),
                Language::Chinese => format!("我来运行 `{command}`。"),
            };
            (text, tools::run(prompt, command))
        }
        _ => (String::new(), None),
    };
    match call {
        Some(call) => Reply { call: Some(call), ..Reply::saying(&text) },
        None => Reply::saying("No tool that was offered to me can do that."),
    }
}

fn conclude(prompt: &Prompt, directives: &[Directive], results: &[&str]) -> Reply {
    let said: Vec<&str> = directives.iter().filter_map(Directive::said).collect();
    let slow = directives.iter().find_map(|directive| match directive {
        Directive::Slow { pieces, .. } => Some(*pieces),
        _ => None,
    });
    if let Some(pieces) = slow {
        let text = (1..=pieces).map(|piece| format!("{piece} "));
        return Reply { text: text.collect(), ..Reply::default() };
    }
    if !said.is_empty() {
        return Reply::saying(&said.join("\n"));
    }
    let words: Vec<&str> = results.last().unwrap_or(&"").split_whitespace().collect();
    let last: String = words.join(" ").chars().take(300).collect();
    Reply::saying(&match (prompt.language(), last.is_empty()) {
        (Language::English, true) => "Done.".to_owned(),
        (Language::English, false) => format!("Done. The tool said: {last}"),
        (Language::Chinese, true) => "完成。".to_owned(),
        (Language::Chinese, false) => format!("完成。工具的回答:{last}"),
    })
}

fn json(schema: &Value, prompt: &Prompt) -> String {
    match schema {
        Value::Null => serde_json::json!({ "title": aside::title(prompt) }).to_string(),
        schema => schema::instance(schema, &aside::title(prompt)).to_string(),
    }
}

impl Reply {
    fn saying(text: &str) -> Self {
        Self { text: pieces(text), ..Self::default() }
    }

    /// The text as a whole.
    pub(super) fn whole_text(&self) -> String {
        self.text.concat()
    }
}

impl Directive {
    /// Whether it takes a tool.
    const fn is_act(&self) -> bool {
        matches!(self, Self::Write { .. } | Self::Run { .. })
    }

    fn said(&self) -> Option<&str> {
        match self {
            Self::Say { text } => Some(text),
            _ => None,
        }
    }
}

/// Cuts a text as a model streams it: a word at a time, and a few characters of scripts that
/// have no spaces.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for character in text.chars() {
        piece.push(character);
        let long = piece.chars().count() >= 12 || (!character.is_ascii() && piece.len() >= 9);
        if character.is_whitespace() || long {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests;
