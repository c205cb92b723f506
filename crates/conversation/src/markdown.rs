//! A transcript as Markdown, for people who read it elsewhere.

use std::collections::HashMap;
use std::fmt::Write as _;

use model::permission::PermissionState;
use model::turn::TurnState;

use crate::text;
use crate::update::{
    Content, Level, MessageChunk, Notice, PermissionUpdate, Plan, ToolCall, ToolContent,
    TurnUpdate, UserMessage,
};
use crate::{Update, update};

/// Tool calls that are kept at a time; of an agent that begins more and ends none, the rest is
/// written when it appears.
const MOST_OPEN_CALLS: usize = 1_000;

/// Writes a transcript, update by update.
#[derive(Debug, Default)]
pub struct Narrator {
    calls: HashMap<String, ToolCall>,
    speaking: Speaking,
    plan: Plan,
}

/// Whose words are being written.
#[derive(Debug, Default, PartialEq, Eq)]
enum Speaking {
    #[default]
    Nobody,
    /// The agent, beneath its heading, but not in the middle of a message.
    Agent,
    Message(String),
    Thought(String),
}

impl Narrator {
    /// Adds what an update says.
    pub fn take(&mut self, update: Update, out: &mut String) {
        match update {
            Update::UserMessage(message) => self.person(&message, out),
            Update::AgentMessageChunk(chunk) => self.message(&chunk, out),
            Update::AgentThoughtChunk(chunk) => self.thought(&chunk, out),
            Update::ToolCall(call) => self.call(call, out),
            Update::Plan(plan) => self.plan(plan, out),
            Update::Permission(permission) => self.question(&permission, out),
            Update::PolicyDecision(decision) if !decision.allowed => {
                self.aside(&format!("The policy has refused: {}", decision.reason), out);
            }
            Update::Notice(notice) => self.notice(&notice, out),
            Update::Turn(turn) => self.turn(&turn, out),
            _ => {}
        }
    }

    fn person(&mut self, message: &UserMessage, out: &mut String) {
        self.speaking = Speaking::Nobody;
        let _ = write!(out, "\n## {}\n", line(&message.author));
        for content in &message.content {
            let _ = write!(out, "\n{}\n", said(content));
        }
    }

    fn message(&mut self, chunk: &MessageChunk, out: &mut String) {
        let speaking = Speaking::Message(chunk.message_id.clone());
        if self.speaking != speaking {
            self.agent(out);
            self.speaking = speaking;
        }
        out.push_str(&said(&chunk.content));
    }

    fn thought(&mut self, chunk: &MessageChunk, out: &mut String) {
        let speaking = Speaking::Thought(chunk.message_id.clone());
        if self.speaking != speaking {
            self.agent(out);
            out.push_str("> *Thinking:* ");
            self.speaking = speaking;
        }
        out.push_str(&said(&chunk.content).replace('\n', "\n> "));
    }

    /// Begins a paragraph of the agent's.
    fn agent(&mut self, out: &mut String) {
        out.push_str(match self.speaking {
            Speaking::Nobody => "\n## Agent\n\n",
            Speaking::Agent => "\n",
            Speaking::Message(_) | Speaking::Thought(_) => "\n\n",
        });
        self.speaking = Speaking::Agent;
    }

    fn call(&mut self, news: ToolCall, out: &mut String) {
        let id = news.tool_call_id.clone();
        let mut call = self.calls.remove(&id).unwrap_or_else(|| ToolCall::new(id.clone()));
        call.absorb(news);
        let is_over = call.status.is_some_and(|status| !status.is_open());
        if !is_over && self.calls.len() < MOST_OPEN_CALLS {
            self.calls.insert(id, call);
            return;
        }
        self.agent(out);
        let title = call.title.as_deref().or(call.name.as_deref()).unwrap_or("Tool");
        let status = call.status.map_or("", update::ToolStatus::as_str);
        let _ = writeln!(out, "- **{}** ({status})", line(title));
        for content in call.content.iter().flatten() {
            tool_content(content, out);
        }
    }

    fn plan(&mut self, plan: Plan, out: &mut String) {
        if plan == self.plan {
            return;
        }
        self.agent(out);
        for entry in &plan.entries {
            let mark = if entry.status.as_deref() == Some("completed") { 'x' } else { ' ' };
            let _ = writeln!(out, "- [{mark}] {}", line(&entry.content));
        }
        self.plan = plan;
    }

    fn question(&mut self, permission: &PermissionUpdate, out: &mut String) {
        let title = permission.title.as_deref().map(line);
        match (permission.state, title) {
            (PermissionState::Pending, Some(title)) => {
                self.aside(&format!("The agent asks: {title}"), out);
            }
            (_, _) if permission.answer.is_some() => {
                let answer = permission.answer.map(|answer| answer.as_str().replace('_', " "));
                let by = permission.by.as_deref().map(line).unwrap_or_default();
                self.aside(&format!("Answer: {} {by}", answer.unwrap_or_default()), out);
            }
            _ => {}
        }
    }

    fn notice(&mut self, notice: &Notice, out: &mut String) {
        if notice.level != Level::Info {
            self.aside(&notice.text, out);
        }
    }

    fn turn(&mut self, turn: &TurnUpdate, out: &mut String) {
        if matches!(turn.state, TurnState::Cancelled | TurnState::Failed | TurnState::Unknown) {
            let why = turn.outcome.as_deref().unwrap_or_default();
            self.aside(&format!("The turn is {}. {why}", turn.state), out);
        }
    }

    /// A line that nobody has said.
    fn aside(&mut self, text: &str, out: &mut String) {
        if matches!(self.speaking, Speaking::Message(_) | Speaking::Thought(_)) {
            out.push('\n');
        }
        let _ = writeln!(out, "\n*{}*", line(text.trim()));
        if self.speaking != Speaking::Nobody {
            self.speaking = Speaking::Agent;
        }
    }
}

/// Foreign text as one line in which nothing is Markdown.
pub fn line(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text::line(text).chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// What was said, in the Markdown in which it was said; what is no text is named.
fn said(content: &Content) -> String {
    match content {
        Content::Text { text } => text.clone(),
        Content::Image { mime_type, .. } | Content::Audio { mime_type, .. } => {
            format!("[{}]", line(mime_type))
        }
        Content::ResourceLink { name, uri, .. } => format!("{} (`{}`)", line(name), code(uri)),
        Content::Resource { uri, text, .. } => {
            format!("`{}`\n\n{}", code(uri), fenced("", text))
        }
        Content::Blob { uri, .. } => format!("`{}`", code(uri)),
        Content::Omitted { what, bytes, .. } => format!("[{}, {bytes} bytes]", line(what)),
        Content::Unknown { .. } => String::new(),
    }
}

fn tool_content(content: &ToolContent, out: &mut String) {
    match content {
        ToolContent::Content { content: Content::Text { text } } => {
            let _ = write!(out, "\n{}", fenced("", text));
        }
        ToolContent::Content { content } => {
            let _ = write!(out, "\n{}\n", said(content));
        }
        ToolContent::Diff { path, old_text, new_text } => {
            let mut diff = String::new();
            for removed in old_text.iter().flat_map(|text| text.lines()) {
                let _ = writeln!(diff, "-{removed}");
            }
            for added in new_text.lines() {
                let _ = writeln!(diff, "+{added}");
            }
            let _ = write!(out, "\n`{}`\n\n{}", code(path), fenced("diff", &diff));
        }
        ToolContent::Terminal { .. } | ToolContent::Unknown { .. } => {}
    }
}

/// Text between backticks, which cannot hold any.
fn code(text: &str) -> String {
    text::line(text).replace('`', "'")
}

/// A block that its content cannot end: its fence is longer than any run of backticks in it
/// (`CommonMark`, "Fenced code blocks").
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrated(lines: &[&str]) -> String {
        let (mut narrator, mut out) = (Narrator::default(), String::new());
        for line in lines {
            narrator.take(Update::from_json(line.as_bytes()).unwrap(), &mut out);
        }
        out
    }

    const TURN: &str = "01900000-0000-7000-8000-000000000001";

    #[test]
    fn a_turn_reads_like_a_conversation() {
        let user = format!(
            r#"{{"kind":"user_message","message_id":"u","turn_id":"{TURN}","author":"Ana","content":[{{"kind":"text","text":"Fix it"}}]}}"#
        );
        let text = narrated(&[
            &user,
            r#"{"kind":"agent_thought_chunk","message_id":"t","content":{"kind":"text","text":"hm\nwell"}}"#,
            r#"{"kind":"agent_message_chunk","message_id":"a","content":{"kind":"text","text":"On "}}"#,
            r#"{"kind":"agent_message_chunk","message_id":"a","content":{"kind":"text","text":"it."}}"#,
            r#"{"kind":"tool_call","tool_call_id":"1","title":"Edit *a*","status":"pending"}"#,
            r#"{"kind":"tool_call","tool_call_id":"1","status":"completed","content":[{"kind":"diff","path":"a.txt","old_text":"x\n","new_text":"y\n"}]}"#,
            r#"{"kind":"agent_message_chunk","message_id":"b","content":{"kind":"text","text":"Done."}}"#,
        ]);
        assert_eq!(
            text,
            "\n## Ana\n\nFix it\n\n## Agent\n\n> *Thinking:* hm\n> well\n\nOn it.\n\n\
             - **Edit \\*a\\*** (completed)\n\n`a.txt`\n\n```diff\n-x\n+y\n```\n\nDone."
        );
    }

    #[test]
    fn output_cannot_end_its_own_block() {
        assert_eq!(fenced("", "a\n````\nb"), "`````\na\n````\nb\n`````\n");
    }

    #[test]
    fn foreign_lines_have_no_meaning() {
        assert_eq!(line("# <b>[x](y)`"), r"\# \<b\>\[x\](y)\`");
    }
}
