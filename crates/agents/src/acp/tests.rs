//! A peer on one side, hostile agents on the other, pipes between them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf,
    WriteHalf,
};

use super::*;

const SOON: Duration = Duration::from_secs(30);

/// The agent's end of the pipes.
struct Agent {
    input: Lines<BufReader<ReadHalf<DuplexStream>>>,
    output: WriteHalf<DuplexStream>,
}

impl Agent {
    async fn reads(&mut self) -> Value {
        let line = self.input.next_line().await.unwrap().expect("the input was closed");
        serde_json::from_str(&line).unwrap()
    }

    async fn writes(&mut self, line: impl std::fmt::Display) {
        self.output.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    async fn answers(&mut self, result: &Value) {
        let id = self.reads().await["id"].clone();
        self.writes(json!({ "jsonrpc": "2.0", "id": id, "result": result })).await;
    }
}

fn pipes(limits: Limits, pipe_bytes: usize) -> (Connection, Agent) {
    let (ours, theirs) = tokio::io::duplex(pipe_bytes);
    let (output, input) = tokio::io::split(ours);
    let connection = connect(input, output, tokio::io::empty(), limits);
    let (input, output) = tokio::io::split(theirs);
    (connection, Agent { input: BufReader::new(input).lines(), output })
}

fn connected() -> (Connection, Agent) {
    pipes(Limits::default(), 64 * 1024)
}

#[tokio::test]
async fn questions_are_answered_whatever_is_said_between() {
    let (mut connection, mut agent) = connected();
    let peer = connection.peer.clone();
    let params = json!({ "x": 1 });
    let (answer, ()) = tokio::join!(peer.call("initialize", &params, SOON), async {
        let question = agent.reads().await;
        assert_eq!((&question["method"], &question["params"]), (&json!("initialize"), &params));
        agent.writes(json!({ "method": "session/update" })).await;
        agent.writes("Debugger attached.").await;
        agent.writes(json!({ "id": question["id"], "result": { "ok": true } })).await;
    });
    assert_eq!(answer.unwrap(), json!({ "ok": true }));
    let message = connection.incoming.next().await.unwrap();
    assert_eq!(&*message.line, r#"{"method":"session/update"}"#);
}

#[tokio::test]
async fn answers_find_their_questions_in_any_order() {
    let (connection, mut agent) = connected();
    let peer = &connection.peer;
    let params = Value::Null;
    let (first, second, ()) =
        tokio::join!(peer.call("a", &params, SOON), peer.call("b", &params, SOON), async {
            let (one, two) = (agent.reads().await, agent.reads().await);
            for question in [two, one] {
                let result = question["method"].clone();
                agent.writes(json!({ "id": question["id"], "result": result })).await;
            }
        });
    assert_eq!((first.unwrap(), second.unwrap()), (json!("a"), json!("b")));
}

#[tokio::test]
async fn what_the_agent_says_is_kept_byte_for_byte() {
    let (mut connection, mut agent) = connected();
    let line = r#"{"id":7,  "result":{"big":123456789012345678901234567890,"z":1,"a":2.50}}"#;
    agent.writes(line).await;
    assert_eq!(&*connection.incoming.next().await.unwrap().line, line);
}

#[tokio::test]
async fn an_error_is_what_the_agent_made_of_it() {
    let (connection, mut agent) = connected();
    let (answer, ()) = tokio::join!(connection.peer.call("x", &Value::Null, SOON), async {
        let id = agent.reads().await["id"].clone();
        agent
            .writes(json!({ "id": id, "error": { "code": 401, "message": "no key",
                "data": { "details": "at all" } } }))
            .await;
    });
    let error = answer.unwrap_err();
    assert_eq!(error.to_string(), "no key: at all");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn junk_is_skipped() {
    let (mut connection, mut agent) = connected();
    for junk in ["", "{", "[1,", "\u{1b}[2J", "plain text", "null garbage", "\"open"] {
        agent.writes(junk).await;
    }
    agent.output.write_all(b"\xff\xfe\n").await.unwrap();
    agent.writes(json!({ "method": "m" })).await;
    assert_eq!(&*connection.incoming.next().await.unwrap().line, r#"{"method":"m"}"#);
}

#[tokio::test]
async fn an_answer_that_nobody_waits_for_is_dropped() {
    let (mut connection, mut agent) = connected();
    agent.writes(json!({ "id": "gantline-99", "result": 1 })).await;
    agent.writes(json!({ "id": 99, "result": 1 })).await;
    assert_eq!(&*connection.incoming.next().await.unwrap().line, r#"{"id":99,"result":1}"#);
}

#[tokio::test]
async fn a_line_without_end_ends_the_connection_and_costs_no_memory() {
    let limits = Limits { line_bytes: 10_000, ..Limits::default() };
    let (mut connection, mut agent) = pipes(limits, 4_096);
    let written = tokio::spawn(async move {
        let piece = vec![b'x'; 1_000];
        let mut written = 0;
        while written < 100_000_000 && agent.output.write_all(&piece).await.is_ok() {
            written += piece.len();
        }
        written
    });
    assert!(connection.incoming.next().await.is_none());
    let ended = connection.incoming.ended().await;
    assert_eq!(ended, Ended::LineTooLong { limit_bytes: 10_000 });
    assert!(ended.for_people().contains("10000 bytes"));
    let call = connection.peer.call("x", &Value::Null, SOON).await;
    assert!(matches!(call, Err(CallError::Ended)));
    drop(connection);
    assert!(written.await.unwrap() < 100_000);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_answers_is_told_that_it_need_not() {
    let (connection, mut agent) = connected();
    let error = connection.peer.call("x", &Value::Null, SOON).await.unwrap_err();
    assert!(matches!(error, CallError::Unanswered { .. }) && error.is_retryable());
    let question = agent.reads().await;
    let told = agent.reads().await;
    assert_eq!(told["method"], "$/cancel_request");
    assert_eq!(told["params"]["requestId"], question["id"]);
}

#[tokio::test]
async fn a_question_that_is_dropped_is_taken_back() {
    let (connection, mut agent) = connected();
    let params = Value::Null;
    tokio::select! {
        _ = connection.peer.call("x", &params, SOON) => panic!("nobody has answered"),
        question = agent.reads() => assert_eq!(question["method"], "x"),
    }
    assert_eq!(agent.reads().await["method"], "$/cancel_request");
}

#[tokio::test]
async fn an_agent_that_dies_fails_its_questions_at_once() {
    let (mut connection, mut agent) = connected();
    let peer = connection.peer.clone();
    let (answer, ()) = tokio::join!(peer.call("x", &Value::Null, SOON), async {
        agent.reads().await;
        drop(agent);
    });
    assert!(matches!(answer, Err(CallError::Ended)));
    assert!(connection.incoming.next().await.is_none());
    assert_eq!(connection.incoming.ended().await, Ended::Closed);
    assert_eq!(Ended::Closed.for_people(), "");
}

#[tokio::test]
async fn more_questions_than_are_kept_are_refused() {
    let (connection, _agent) = connected();
    let params = Value::Null;
    let mut open = Vec::new();
    for _ in 0..64 {
        let mut call = Box::pin(connection.peer.call("x", &params, SOON));
        assert!(futures_util::poll!(call.as_mut()).is_pending());
        open.push(call);
    }
    let refused = connection.peer.call("x", &params, SOON).await;
    assert!(matches!(refused, Err(CallError::TooMany)));
}

/// An agent that says more than anybody takes in has to wait, and nothing of it is lost.
#[tokio::test]
async fn a_flood_waits_until_somebody_takes_it_in() {
    const CHUNKS: usize = 100_000;
    let limits = Limits { messages: 100, ..Limits::default() };
    let (mut connection, mut agent) = pipes(limits, 4_096);
    let written = Arc::new(AtomicUsize::new(0));
    let count = written.clone();
    let flood = tokio::spawn(async move {
        for number in 0..CHUNKS {
            agent.writes(json!({ "method": "session/update", "params": number })).await;
            count.store(number, Ordering::Relaxed);
        }
    });
    let first = connection.incoming.next().await.unwrap();
    // Let everything run that can.
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    assert!(written.load(Ordering::Relaxed) < 2_000, "nobody had to wait");
    drop(first);
    for number in 1..CHUNKS {
        let message = connection.incoming.next().await.unwrap();
        let message: Value = serde_json::from_str(&message.line).unwrap();
        assert_eq!(message["params"], number);
    }
    flood.await.unwrap();
}

/// Few but large messages are bounded by their size.
#[tokio::test]
async fn large_messages_wait_for_room() {
    let limits = Limits { line_bytes: 1_000_000, bytes: 2_000_000, ..Limits::default() };
    let (mut connection, mut agent) = pipes(limits, 4_096);
    let written = Arc::new(AtomicUsize::new(0));
    let count = written.clone();
    let large = "x".repeat(900_000);
    let flood = tokio::spawn(async move {
        for number in 1..=10 {
            agent.writes(json!({ "method": large })).await;
            count.store(number, Ordering::Relaxed);
        }
    });
    let first = connection.incoming.next().await.unwrap();
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    assert!(written.load(Ordering::Relaxed) <= 4);
    drop(first);
    for _ in 2..=10 {
        connection.incoming.next().await.unwrap();
    }
    flood.await.unwrap();
}

/// An agent that does not read makes the sender wait, not the memory grow.
#[tokio::test(start_paused = true)]
async fn an_agent_that_does_not_read_makes_the_sender_wait() {
    let limits = Limits { outgoing: 4, ..Limits::default() };
    let (connection, agent) = pipes(limits, 1_024);
    let message = || serde_json::value::to_raw_value(&"x".repeat(1_000)).unwrap();
    let mut sent = 0;
    while tokio::time::timeout(SOON, connection.peer.send(message())).await.is_ok() {
        sent += 1;
        assert!(sent < 20, "nothing bounds what waits to be written");
    }
    drop(agent);
}

#[tokio::test]
async fn closing_the_input_comes_after_what_waits_to_be_written() {
    let (mut connection, mut agent) = connected();
    for number in 0..10 {
        let message = serde_json::value::to_raw_value(&json!({ "n": number })).unwrap();
        assert!(connection.peer.send(message).await);
    }
    connection.close_input();
    for number in 0..10 {
        assert_eq!(agent.reads().await["n"], number);
    }
    assert!(agent.input.next_line().await.unwrap().is_none());
    drop(agent);
    connection.finished().await;
    assert!(!connection.peer.send(serde_json::value::to_raw_value(&1).unwrap()).await);
}

#[tokio::test]
async fn complaints_are_kept_beside() {
    let (ours, theirs) = tokio::io::duplex(64);
    let (output, input) = tokio::io::split(ours);
    let errors = &b"Error: no key\n"[..];
    let mut connection =
        connect(input, output, errors.chain(tokio::io::empty()), Limits::default());
    drop(theirs);
    connection.close_input();
    connection.finished().await;
    assert_eq!(connection.complaint.text(), "Error: no key");
}

#[tokio::test]
async fn an_agent_may_ask_us() {
    let (mut connection, mut agent) = connected();
    agent.writes(json!({ "id": "q1", "method": "session/request_permission" })).await;
    let asked = connection.incoming.next().await.unwrap();
    assert!(asked.line.contains("q1"));
    let answer = serde_json::value::to_raw_value(&json!({ "id": "q1", "result": {} })).unwrap();
    connection.peer.send(answer).await;
    assert_eq!(agent.reads().await["id"], "q1");
    let (params, five) = (Value::Null, json!(5));
    let ((), answer) = tokio::join!(agent.answers(&five), connection.peer.call("x", &params, SOON));
    assert_eq!(answer.unwrap(), 5);
}
