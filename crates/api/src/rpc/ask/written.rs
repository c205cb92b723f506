//! The answer of a turn, in the format that was asked for.

use contract::rpc::AnswerFormat;
use control::asks::{Answer, MAX_ANSWER_BYTES, Placed};
use conversation::events::EventType;
use model::SessionId;
use serde_json::value::RawValue;

use crate::views;

/// What is kept of a turn, to write its answer when it is over. At most [`MAX_ANSWER_BYTES`].
pub(super) enum Written {
    /// What the agent has said, which is kept elsewhere.
    Text,
    /// The events, one in each line, and how many bytes were left out for want of room.
    Json { lines: String, cut_bytes: u64 },
    /// How much the agent had said when it began its last tool call.
    Quiet { said_bytes: usize, before_bytes: usize },
}

impl Written {
    pub(super) const fn new(format: AnswerFormat) -> Self {
        match format {
            AnswerFormat::Text => Self::Text,
            AnswerFormat::Json => Self::Json { lines: String::new(), cut_bytes: 0 },
            AnswerFormat::Quiet => Self::Quiet { said_bytes: 0, before_bytes: 0 },
        }
    }

    /// Takes the next events of the turn.
    pub(super) fn take(&mut self, session: SessionId, id: &RawValue, events: &[Placed]) {
        match self {
            Self::Text => {}
            Self::Json { lines, cut_bytes } => {
                for Placed { seq, event } in events {
                    let event = views::turn_event(id.to_owned(), session, *seq, event.clone());
                    // What is made of texts and numbers can be written.
                    let line = serde_json::to_string(&event).unwrap_or_default();
                    if *cut_bytes > 0 || lines.len() + line.len() >= MAX_ANSWER_BYTES {
                        *cut_bytes += line.len() as u64 + 1;
                        continue;
                    }
                    lines.push_str(&line);
                    lines.push('\n');
                }
            }
            Self::Quiet { said_bytes, before_bytes } => {
                for Placed { event, .. } in events {
                    match event.kind {
                        EventType::OutputDelta => *said_bytes += event.content.len(),
                        EventType::ToolStart => *before_bytes = *said_bytes,
                        _ => {}
                    }
                }
            }
        }
    }

    /// The answer, with its content in the format.
    pub(super) fn into_answer(self, answer: Answer) -> Answer {
        match self {
            Self::Text => answer,
            Self::Json { lines, cut_bytes } => Answer { content: lines, cut_bytes, ..answer },
            Self::Quiet { before_bytes, .. } => {
                let last = answer.content.get(before_bytes..).map(str::trim_start);
                match last.filter(|last| !last.is_empty()).map(str::to_owned) {
                    Some(content) => Answer { content, ..answer },
                    None => answer,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use conversation::events::Event;
    use model::turn::TurnState;
    use serde_json::{Value, json};

    use super::*;

    fn placed(kind: EventType, content: &str) -> Placed {
        let event = Event {
            kind,
            content: content.to_owned(),
            turn: None,
            tool_call_id: None,
            name: None,
            input: None,
            output: None,
            cut_bytes: None,
        };
        Placed { seq: 1, event }
    }

    fn answer(format: AnswerFormat, events: &[Placed]) -> Answer {
        let mut written = Written::new(format);
        let id = RawValue::from_string("7".to_owned()).unwrap();
        let session = "01a1fe4a-1d6f-7d6b-99b1-e3edd7b9111f".parse().unwrap();
        written.take(session, &id, events);
        let said = events.iter().filter(|placed| placed.event.kind == EventType::OutputDelta);
        written.into_answer(Answer {
            state: TurnState::Done,
            stop_reason: None,
            outcome: None,
            content: said.map(|placed| placed.event.content.as_str()).collect(),
            cut_bytes: 0,
        })
    }

    #[test]
    fn an_answer_is_written_as_it_was_asked_for() {
        let events = [
            placed(EventType::OutputDelta, "I look."),
            placed(EventType::ToolStart, "ls"),
            placed(EventType::ToolEnd, ""),
            placed(EventType::OutputDelta, "\n\nDone."),
        ];
        assert_eq!(answer(AnswerFormat::Text, &events).content, "I look.\n\nDone.");
        assert_eq!(answer(AnswerFormat::Quiet, &events).content, "Done.");
        assert_eq!(answer(AnswerFormat::Quiet, &events[..3]).content, "I look.");
        let lines = answer(AnswerFormat::Json, &events).content;
        let lines: Vec<Value> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let types: Vec<&Value> = lines.iter().map(|line| &line["type"]).collect();
        assert_eq!(types, ["output_delta", "tool_start", "tool_end", "output_delta"]);
        assert!(lines.iter().all(|line| line["id"] == json!(7) && line["version"] == "v1"));
    }

    #[test]
    fn lines_are_whole_or_left_out_and_counted() {
        let long = "x".repeat(MAX_ANSWER_BYTES);
        let events = [placed(EventType::OutputDelta, "a"), placed(EventType::OutputDelta, &long)];
        let answer = answer(AnswerFormat::Json, &events);
        assert_eq!(answer.content.lines().count(), 1);
        assert!(answer.cut_bytes > long.len() as u64);
    }
}
