//! The calls that agents make behind the user's back. Each gets a plain answer of the kind that
//! is asked for, so that no agent takes it for the answer to its user.

use super::directive::{self, Directive};
use super::prompt::{Language, Prompt, Turn, language_of};

/// The answer, if the request is such a call.
pub(super) fn answer(prompt: &Prompt) -> Option<String> {
    let asked = prompt.last_user();
    let lower = asked.to_ascii_lowercase();
    if wants_title(prompt, &lower) {
        return Some(title(prompt));
    }
    // Claude Code and Qwen Code: what might the user type next?
    if asked.starts_with("[SUGGESTION MODE") {
        return Some("show me what changed".to_owned());
    }
    // Qwen Code: is there something worth remembering?
    if lower.starts_with("managed memory") {
        return Some("Nothing to remember.".to_owned());
    }
    // Compaction, in every agent's own words.
    if SUMMARIES.iter().any(|words| lower.contains(words)) {
        return Some(summary(prompt));
    }
    None
}

/// What the conversation is about, in a few words.
pub(super) fn title(prompt: &Prompt) -> String {
    let asked = subject(prompt.last_user());
    let chinese = language_of(asked) == Language::Chinese;
    let title = match directive::read_all(asked).first() {
        Some(Directive::Write { path, .. }) if chinese => format!("写入 {path}"),
        Some(Directive::Write { path, .. }) => format!("Write {path}"),
        Some(Directive::Run { command }) if chinese => format!("运行 {command}"),
        Some(Directive::Run { command }) => format!("Run {command}"),
        _ => directive::strip(asked),
    };
    let words: Vec<&str> = title.split_whitespace().take(6).collect();
    let title: String = words.join(" ").chars().take(40).collect();
    let title = title.trim_matches(['"', '.', ' ']);
    if title.is_empty() { "Scripted session".to_owned() } else { title.to_owned() }
}

/// How the instructions for a title begin: opencode, Claude Code, Codex, and others.
const TITLES: [&str; 8] = [
    "title generator",
    "generate a title",
    "naming a coding session",
    "very short title",
    "generate a concise",
    "short title",
    "brief title",
    "title for this conversation",
];

const SUMMARIES: [&str; 4] = [
    "detailed summary of the conversation",
    "summary of our conversation",
    "summarize the conversation",
    "<state_snapshot>",
];

/// A title is asked for without tools, at the start of what the agent says.
fn wants_title(prompt: &Prompt, asked: &str) -> bool {
    let system: String = prompt.system.chars().take(1_500).collect();
    let instructions = format!("{} {asked}", system.to_ascii_lowercase());
    prompt.tools.is_empty() && TITLES.iter().any(|words| instructions.contains(words))
}

/// What was said to the agent, taken out of what the agent says around it.
fn subject(asked: &str) -> &str {
    if let Some((_, after)) = asked.split_once("<session>") {
        return after.split("</session>").next().unwrap_or(after).trim();
    }
    asked.split_once("first message:").map_or(asked, |(_, after)| after.trim())
}

fn summary(prompt: &Prompt) -> String {
    let said = prompt.turns.iter().filter(|turn| matches!(turn, Turn::User(_))).count();
    let results = prompt.turns.iter().filter(|turn| matches!(turn, Turn::ToolResult(_))).count();
    format!(
        "The user spoke {said} times and tools answered {results} times. Everything that was \
         asked for has been done; nothing is pending."
    )
}
