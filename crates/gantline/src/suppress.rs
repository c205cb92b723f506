//! Leaves what an agent has read from files out of what is printed.

use conversation::update::{ToolCall, ToolKind};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// Where an update of a tool call holds what the tool has brought.
const RESULTS: [&str; 2] = ["content", "raw_output"];

/// Whether a tool call brings what stands in files.
pub(crate) fn is_read(call: &ToolCall) -> bool {
    matches!(call.tool_kind, Some(ToolKind::Read | ToolKind::Search))
}

/// An update of this tool call without what was read, and with `suppressed` in its place; `None`
/// where there is nothing to leave out.
pub(crate) fn without_what_was_read(call: &ToolCall, update: &RawValue) -> Option<Box<RawValue>> {
    if !is_read(call) {
        return None;
    }
    let Ok(Value::Object(mut update)) = serde_json::from_str(update.get()) else { return None };
    let mut is_less = false;
    for name in RESULTS {
        is_less |= update.remove(name).is_some();
    }
    if !is_less {
        return None;
    }
    update.insert("suppressed".to_owned(), Value::Bool(true));
    to_raw_value(&update).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(call: &str, update: &str) -> Option<String> {
        let call: ToolCall = serde_json::from_str(call).unwrap();
        let update = RawValue::from_string(update.to_owned()).unwrap();
        without_what_was_read(&call, &update).map(|left| left.get().to_owned())
    }

    #[test]
    fn what_was_read_is_left_out_and_that_it_was_read_is_not() {
        let read = r#"{"tool_call_id":"1","tool_kind":"read","title":"Read a"}"#;
        let update = r#"{"kind":"tool_call","tool_call_id":"1","content":[],"raw_output":{"text":"s3cret"}}"#;
        let expect = r#"{"kind":"tool_call","tool_call_id":"1","suppressed":true}"#;
        assert_eq!(left(read, update).as_deref(), Some(expect));
        let begins = r#"{"kind":"tool_call","tool_call_id":"1","status":"pending"}"#;
        assert_eq!(left(read, begins), None);
        let runs = r#"{"tool_call_id":"1","tool_kind":"execute"}"#;
        assert_eq!(left(runs, update), None);
    }
}
