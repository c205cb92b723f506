//! What an agent said last: after its last tool call, or all of it where it said nothing after
//! that. It is the result of work that nobody has watched.

use std::collections::BTreeSet;

use crate::update::{Content, MessageChunk, Update};

/// Collects what an agent says, in the order of its transcript.
#[derive(Debug, Clone)]
pub struct LastWords {
    max_bytes: usize,
    all: Words,
    since_tool: Words,
    /// A tool call is told of many times; only the first begins it.
    tools: BTreeSet<String>,
}

/// The text, and whether there was more of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The text.
    pub text: String,
    /// Whether that is only the beginning.
    pub is_longer: bool,
    message: String,
}

impl LastWords {
    /// Keeps at most so many bytes.
    pub fn new(max_bytes: usize) -> Self {
        let (all, since_tool) = (Words::default(), Words::default());
        Self { max_bytes, all, since_tool, tools: BTreeSet::new() }
    }

    /// Takes the next update of the transcript.
    pub fn take(&mut self, update: &Update) {
        match update {
            Update::AgentMessageChunk(chunk) => {
                self.all.take(chunk, self.max_bytes);
                self.since_tool.take(chunk, self.max_bytes);
            }
            Update::ToolCall(call) if self.tools.insert(call.tool_call_id.clone()) => {
                self.since_tool = Words::default();
            }
            _ => {}
        }
    }

    /// What was said; `None` if that was nothing.
    pub fn into_words(self) -> Option<Words> {
        let said = |words: &Words| !words.text.trim().is_empty();
        [self.since_tool, self.all].into_iter().find(said)
    }
}

impl Words {
    fn take(&mut self, chunk: &MessageChunk, max_bytes: usize) {
        let Content::Text { text } = &chunk.content else { return };
        if self.message != chunk.message_id && !self.text.is_empty() {
            self.push("\n\n", max_bytes);
        }
        self.message.clone_from(&chunk.message_id);
        self.push(text, max_bytes);
    }

    fn push(&mut self, text: &str, max_bytes: usize) {
        let room = max_bytes.saturating_sub(self.text.len());
        let fits = text.floor_char_boundary(room);
        self.is_longer |= fits < text.len();
        self.text.push_str(&text[..fits]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::update::ToolCall;

    fn said(message: &str, text: &str) -> Update {
        let content = Content::text(text);
        Update::AgentMessageChunk(MessageChunk { message_id: message.to_owned(), content })
    }

    fn tool(id: &str) -> Update {
        Update::ToolCall(ToolCall::new(id))
    }

    #[track_caller]
    fn check(updates: &[Update], expect: Option<&str>) {
        let mut words = LastWords::new(20);
        for update in updates {
            words.take(update);
        }
        let words = words.into_words();
        assert_eq!(words.as_ref().map(|words| words.text.as_str()), expect);
    }

    #[test]
    fn what_follows_the_last_tool_call_counts() {
        check(
            &[said("1", "Let me "), said("1", "look."), tool("a"), said("2", "Done.")],
            Some("Done."),
        );
        // The end of a tool call is told while the agent speaks already.
        check(&[tool("a"), said("1", "All "), tool("a"), said("1", "well.")], Some("All well."));
    }

    #[test]
    fn without_last_words_all_words_count() {
        check(&[said("1", "I write."), tool("a"), said("2", " \n")], Some("I write.\n\n \n"));
        check(&[tool("a"), said("1", " ")], None);
        check(&[], None);
    }

    #[test]
    fn messages_are_apart_and_too_much_is_cut_between_characters() {
        check(&[said("1", "One."), said("2", "Two.")], Some("One.\n\nTwo."));
        let mut words = LastWords::new(4);
        words.take(&said("1", "äöü"));
        let words = words.into_words().unwrap();
        assert_eq!((words.text.as_str(), words.is_longer), ("äö", true));
    }
}
