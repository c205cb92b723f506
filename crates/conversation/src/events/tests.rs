use proptest::prelude::*;

use super::*;
use crate::update::{Notice, NoticeCode, ToolStatus, TurnOrigin, UserMessage};

fn turn(number: u8) -> TurnId {
    TurnId::from_uuid(format!("01900000-0000-7000-8000-0000000000{number:02x}").parse().unwrap())
}

fn moved(number: u8, state: TurnState) -> Update {
    Update::Turn(TurnUpdate {
        turn_id: turn(number),
        state,
        author: "Ana".to_owned(),
        origin: TurnOrigin::Prompt,
        stop_reason: (state == TurnState::Done).then(|| "end_turn".to_owned()),
        outcome: (state == TurnState::Failed).then(|| "the agent has ended".to_owned()),
    })
}

fn chunk(message: &str, text: &str) -> MessageChunk {
    MessageChunk { message_id: message.to_owned(), content: Content::text(text) }
}

fn said(message: &str, text: &str) -> Update {
    Update::AgentMessageChunk(chunk(message, text))
}

fn thought(text: &str) -> Update {
    Update::AgentThoughtChunk(chunk("t", text))
}

fn call(status: ToolStatus, output: Option<&str>) -> Update {
    let content = output.map(|text| vec![ToolContent::Content { content: Content::text(text) }]);
    Update::ToolCall(ToolCall {
        status: Some(status),
        content,
        title: Some("Read notes.txt".to_owned()),
        tool_kind: Some(ToolKind::Read),
        ..ToolCall::new("1")
    })
}

fn told(narrator: &mut Narrator, updates: impl IntoIterator<Item = Update>) -> Vec<Event> {
    updates.into_iter().flat_map(|update| narrator.take(update)).collect()
}

fn words(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| format!("{} {}", event.kind, event.content).trim().to_owned())
        .collect()
}

#[test]
fn a_turn_is_told_in_the_documented_events() {
    let events = told(
        &mut Narrator::default(),
        [
            moved(1, TurnState::Running),
            thought("hm"),
            thought(" well"),
            call(ToolStatus::Pending, None),
            call(ToolStatus::Completed, Some("line one")),
            said("a", "It "),
            said("a", "says one."),
            said("b", "Bye."),
            moved(1, TurnState::Done),
        ],
    );
    assert_eq!(
        words(&events),
        [
            "thinking_start",
            "thinking_delta hm",
            "thinking_delta  well",
            "thinking_end",
            "tool_start Read notes.txt",
            "tool_output",
            "tool_end completed",
            "output_delta It",
            "output_delta says one.",
            "output_delta \n\nBye.",
            "output_final It says one.\n\nBye.",
            "done end_turn",
        ]
    );
    assert!(events.iter().all(|event| event.turn == Some(turn(1))));
    assert_eq!(events[5].output.as_deref(), Some("line one"));
    assert_eq!(events[4].name.as_deref(), Some("read"));
}

#[test]
fn what_tools_have_read_can_be_left_out() {
    let mut narrator = Narrator::new(Reads::Suppressed);
    let events = told(&mut narrator, [call(ToolStatus::Completed, Some("secret"))]);
    assert_eq!(events[1].output.as_deref(), Some(SUPPRESSED));
    assert!(!format!("{events:?}").contains("secret"));
}

#[test]
fn a_turn_that_fails_says_why_and_is_done() {
    let notice = Notice::new(Level::Error, NoticeCode::AgentExited, "it has ended");
    let updates =
        [moved(1, TurnState::Running), Update::Notice(notice), moved(1, TurnState::Failed)];
    let events = told(&mut Narrator::default(), updates);
    assert_eq!(
        words(&events),
        ["error it has ended", "output_final", "error the agent has ended", "done failed",]
    );
}

#[test]
fn a_waiting_turn_that_is_cancelled_takes_nothing_from_the_one_that_runs() {
    let events = told(
        &mut Narrator::default(),
        [
            moved(1, TurnState::Running),
            said("a", "x"),
            moved(2, TurnState::Cancelled),
            said("a", "y"),
            moved(1, TurnState::Done),
        ],
    );
    let finals: Vec<_> =
        events.iter().filter(|event| event.kind == EventType::OutputFinal).collect();
    assert_eq!((finals[0].turn, &finals[0].content[..]), (Some(turn(2)), ""));
    assert_eq!((finals[1].turn, &finals[1].content[..]), (Some(turn(1)), "xy"));
}

#[test]
fn an_answer_without_end_is_not_kept_without_end() {
    let mut narrator = Narrator::default();
    let long = "x".repeat(MAX_FINAL_BYTES);
    told(&mut narrator, [moved(1, TurnState::Running), said("a", &long), said("a", "yz")]);
    let events = told(&mut narrator, [moved(1, TurnState::Done)]);
    assert_eq!((events[0].content.len(), events[0].cut_bytes), (MAX_FINAL_BYTES, Some(2)));
}

fn any_update() -> impl Strategy<Value = Update> {
    let text = "[a-z\n]{0,6}";
    prop_oneof![
        text.prop_map(|text| thought(&text)),
        ("[ab]", text).prop_map(|(message, text)| said(&message, &text)),
        Just(call(ToolStatus::Pending, None)),
        text.prop_map(|text| call(ToolStatus::InProgress, Some(&text))),
        Just(call(ToolStatus::Completed, None)),
        (1u8..3).prop_map(|number| {
            Update::UserMessage(UserMessage {
                message_id: "u".to_owned(),
                turn_id: turn(number),
                author: "Ana".to_owned(),
                content: Vec::new(),
            })
        }),
    ]
}

proptest! {
    /// Every beginning has its end, and the pieces are the whole.
    #[test]
    fn what_is_told_of_a_turn_is_whole(updates in proptest::collection::vec(any_update(), 0..40)) {
        let mut narrator = Narrator::default();
        let mut events = told(&mut narrator, [moved(1, TurnState::Running)]);
        let of_one = |update: &Update| !matches!(update, Update::UserMessage(_));
        events.extend(told(&mut narrator, updates.into_iter().filter(of_one)));
        events.extend(told(&mut narrator, [moved(1, TurnState::Done)]));
        let count = |kind| events.iter().filter(|event| event.kind == kind).count();
        prop_assert_eq!(count(EventType::ThinkingStart), count(EventType::ThinkingEnd));
        prop_assert!(count(EventType::ToolEnd) <= count(EventType::ToolStart));
        prop_assert_eq!(events.last().map(|event| event.kind), Some(EventType::Done));
        let deltas: String = events.iter()
            .filter(|event| event.kind == EventType::OutputDelta)
            .map(|event| event.content.as_str())
            .collect();
        let finals: Vec<_> = events.iter()
            .filter(|event| event.kind == EventType::OutputFinal)
            .map(|event| event.content.as_str())
            .collect();
        prop_assert_eq!(finals, vec![deltas.as_str()]);
    }
}
