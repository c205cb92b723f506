//! Export → delete → import → read: what was written down can be read again, here or elsewhere.

use anyhow::{Context, Result, ensure};
use client::{Client, Sent, SessionFilter};
use contract::exports::{ExportFormat, ImportSession};
use contract::sessions::{ChangeSession, SessionView};
use e2e::chat::{Chat, turn_of};
use e2e::patience::{PATIENCE, within};
use e2e::{House, Setup};
use model::SessionId;
use model::permission::PermissionAnswer;
use model::session::SessionState;
use model::turn::WhenBusy;
use serde_json::{Value, json};
use tokio::sync::watch;

const AT: &str = "2026-04-03T16:37:10.007Z";

async fn export(client: &Client, session: SessionId, format: ExportFormat) -> Result<String> {
    let mut download = client.session_export(session, format).await?;
    let mut file = Vec::new();
    while let Some(piece) = download.next().await? {
        file.extend_from_slice(&piece);
    }
    Ok(String::from_utf8(file)?)
}

/// The transcript of an export, as it is written.
fn transcript(export: &str) -> Result<&str> {
    let (_, transcript) = export.split_once(",\"updates\":[").context("there is a transcript")?;
    Ok(transcript)
}

fn body(data: impl Into<String>, key: Option<&str>) -> ImportSession {
    ImportSession {
        data: data.into(),
        machine_id: None,
        project_path: None,
        idempotency_key: key.map(str::to_owned),
    }
}

async fn import(client: &Client, body: &ImportSession) -> Result<SessionView> {
    Ok(client.session_import(body, &watch::Sender::new(Sent::default())).await?)
}

/// An export with these updates.
fn written(updates: &[Value]) -> String {
    let updates: Vec<Value> = (1..)
        .zip(updates)
        .map(|(seq, update)| json!({ "seq": seq, "at": AT, "update": update }))
        .collect();
    let session = json!({
        "name": "从别处来", "tags": ["甲", "b"], "agent_name": "claude", "kind": "chat",
        "project_path": "/another/computer", "created_at": AT, "last_active_at": AT,
        "updates": updates,
    });
    json!({ "exported_at": AT, "format": "json", "version": "1.0", "session": session }).to_string()
}

#[tokio::test]
async fn a_chat_comes_back_from_its_export_as_it_was() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let mut chat = person.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt 你好").await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    chat.ended(turn).await?;
    chat.ask("/say 写好了 \u{1b}[31m\\n<b>").await?;
    chat.idle().await?;
    let (client, id) = (chat.client.clone(), chat.id());
    let name = ChangeSession {
        name: Some("笔记 one".to_owned()),
        tags: Some(vec!["旧".to_owned(), "x".to_owned()]),
        ..ChangeSession::default()
    };
    client.session_change(id, &name).await?;
    client.session_stop(id, None).await?;
    chat.state(SessionState::Stopped).await?;
    let before = export(&client, id, ExportFormat::Json).await?;
    let told = export(&client, id, ExportFormat::Markdown).await?;
    client.session_delete(id).await?;
    assert!(client.session(id).await.is_err_and(|error| error.is_not_found()));

    let session = import(&client, &body(before.clone(), None)).await?;
    assert_ne!(session.session_id, id, "identifiers of files are not taken over");
    assert_eq!(
        (session.name.as_str(), &session.tags[..]),
        ("笔记 one", &["x", "旧"].map(str::to_owned)[..])
    );
    assert_eq!((session.status, session.active), (SessionState::Stopped, false));
    assert!(session.imported_at.is_some() && session.policy.is_none());
    let known = &chat.seen.session;
    assert_eq!(
        (&session.agent_name, &session.project_path),
        (&known.agent_name, &known.project_path)
    );
    assert_eq!(session.created_at, known.created_at);

    let id = session.session_id;
    let after = export(&client, id, ExportFormat::Json).await?;
    assert_eq!(transcript(&after)?, transcript(&before)?, "byte by byte");
    let heading = |text: &str| text.split_once("\n## ").map(|(_, rest)| rest.to_owned());
    let retold = export(&client, id, ExportFormat::Markdown).await?;
    assert_eq!(heading(&retold), heading(&told));
    assert!(heading(&told).is_some_and(|told| told.contains("写好了")), "{told}");

    // It is followed, found and labelled like any other, and survives a power cut.
    let mut chat = Chat::follow(client.clone(), session);
    chat.until("read the transcript", |seen| seen.said().contains("写好了").then_some(())).await?;
    let found = SessionFilter { search: Some("ONE 笔".to_owned()), ..SessionFilter::default() };
    let found = client.sessions(&found).await?.sessions;
    assert_eq!(found.iter().map(|one| one.session_id).collect::<Vec<_>>(), [id]);
    drop(chat);
    house.kill().await?;
    house.start().await?;
    let person = house.person()?;
    person.machine().await?;
    let client = person.client.clone();
    assert_eq!(transcript(&export(&client, id, ExportFormat::Json).await?)?, transcript(&before)?);

    let prompt = turn_of("/say no", WhenBusy::Queue);
    let refused = client.prompt(id, &prompt, "key").await.expect_err("its agent is not here");
    assert_eq!(refused.code(), Some("session_imported"));
    client.session_stop(id, None).await?;
    let archive = ChangeSession { archived: Some(true), ..ChangeSession::default() };
    assert!(client.session_change(id, &archive).await?.archived);
    client.session_delete(id).await?;
    assert!(client.session(id).await.is_err_and(|error| error.is_not_found()));
    Ok(())
}

#[tokio::test]
async fn every_kind_of_content_is_kept_byte_by_byte() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let client = &person.client;
    let turn = "01900000-0000-7000-8000-000000000001";
    let image =
        json!({ "kind": "image", "data": "iVBORw0KGgo=".repeat(50_000), "mime_type": "image/png" });
    let updates = [
        json!({ "kind": "user_message", "message_id": "1", "turn_id": turn, "author": "安娜",
            "content": [{ "kind": "text", "text": "看看 \u{202e}\u{7}" }, image] }),
        json!({ "kind": "tool_call", "tool_call_id": "t", "title": "改", "tool_kind": "edit",
            "status": "completed", "raw_input": { "z": 1.50, "a": [null, "\u{0}"] }, "content": [
                { "kind": "diff", "path": "/甲.txt", "old_text": "一\n", "new_text": "二\n" }] }),
        json!({ "kind": "terminal_output", "tool_call_id": "t", "terminal_id": "1",
            "text": "\u{1b}[2J\r\n", "exit_code": 0 }),
        json!({ "kind": "permission", "request_id": turn, "state": "pending", "title": "Ask" }),
        json!({ "kind": "unknown", "raw": { "sessionUpdate": "later" } }),
        json!({ "kind": "usage", "used": 1, "size": 2, "cost": { "amount": 0.1, "currency": "USD" } }),
    ];
    // More than one part, and records near their limit.
    let large = (0..4).map(|_| {
        json!({ "kind": "agent_message_chunk", "message_id": "2",
            "content": { "kind": "text", "text": "汉".repeat(300_000) } })
    });
    let updates: Vec<Value> = updates.into_iter().chain(large).collect();
    let data = written(&updates);
    let sent = watch::Sender::new(Sent::default());
    let session = client.session_import(&body(data.clone(), None), &sent).await?;
    let progress = *sent.borrow();
    assert!(progress.bytes == progress.of && progress.of > data.len() as u64, "{progress:?}");
    let copy = export(client, session.session_id, ExportFormat::Json).await?;
    let copy: Value = serde_json::from_str(&copy)?;
    let original: Value = serde_json::from_str(&data)?;
    assert_eq!(copy["session"]["updates"], original["session"]["updates"]);

    // A question that stands in a transcript is nobody's to answer.
    assert!(client.permissions(None).await?.is_empty());
    // A second time, on one line each or not, it is the same.
    let again = import(client, &body(serde_json::to_string_pretty(&copy)?, None)).await?;
    let again = export(client, again.session_id, ExportFormat::Json).await?;
    let copy = export(client, session.session_id, ExportFormat::Json).await?;
    assert_eq!(transcript(&again)?, transcript(&copy)?);
    Ok(())
}

#[tokio::test]
async fn the_same_key_makes_one_session_however_often_and_at_once() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let client = &person.client;
    let info = json!({ "kind": "session_info", "title": "Old" });
    let asked = body(written(std::slice::from_ref(&info)), Some("key"));
    let (first, second) = tokio::join!(import(client, &asked), import(client, &asked));
    let id = first?.session_id;
    assert_eq!(second?.session_id, id);
    assert_eq!(import(client, &asked).await?.session_id, id);
    let other = body(written(&[info.clone(), info]), Some("key"));
    let refused = import(client, &other).await.expect_err("the key was used").to_string();
    assert!(refused.contains("another request"), "{refused}");
    assert_eq!(client.sessions(&SessionFilter::default()).await?.sessions.len(), 1);

    // What lost the race has left nothing on the machine.
    let transcripts = || -> Result<usize> {
        let mut found = 0;
        let mut directories = vec![house.place().at("data")];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory)? {
                let path = entry?.path();
                if path.is_dir() {
                    directories.push(path);
                } else if path.extension().is_some_and(|extension| extension == "transcript") {
                    found += 1;
                }
            }
        }
        Ok(found)
    };
    within(PATIENCE, "wait until one transcript is left", async {
        let mut beat = tokio::time::interval(std::time::Duration::from_millis(50));
        loop {
            beat.tick().await;
            if transcripts()? == 1 {
                return Ok(());
            }
        }
    })
    .await
}

/// What the gateway of the document exports reads like a chat of ours.
#[tokio::test]
async fn a_session_of_the_documented_gateway_is_taken_in() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let event = |kind: &str, rest: Value| {
        let mut event = json!({ "id": "r-1", "session_id": "demo", "version": "v1", "type": kind });
        for (name, value) in rest.as_object().into_iter().flatten() {
            event[name] = value.clone();
        }
        json!({ "id": 2, "type": "event", "request_id": "r-1", "timestamp": AT, "event": event })
    };
    let activity = [
        json!({ "id": 1, "type": "prompt", "request_id": "r-1", "timestamp": AT, "prompt": "你好" }),
        event("thinking_start", json!({})),
        event("thinking_delta", json!({ "content": "嗯" })),
        event("thinking_end", json!({})),
        event("tool_start", json!({ "name": "Read" })),
        event("tool_end", json!({ "name": "Read", "input": "a.txt", "output": "一" })),
        event("output_delta", json!({ "content": "很好" })),
        event("output_final", json!({ "content": "很好" })),
        event("done", json!({})),
        json!({ "id": 9, "type": "result", "request_id": "r-1", "timestamp": AT, "content": "很好" }),
    ];
    let export_of_theirs = json!({
        "exported_at": AT, "format": "json", "version": "1.0",
        "session": {
            "id": "demo", "channel": "cli", "account_id": "", "chat_id": "demo",
            "agent_name": "claude", "agent_session": "", "agent_session_handle": "", "name": "",
            "tags": [], "archived": false, "created_at": AT, "last_active": AT, "status": "idle",
            "first_prompt": "你好", "last_prompt": "你好", "last_output": "很好", "active": false,
            "activity": activity, "metadata": {},
        },
    });
    let data = serde_json::to_string_pretty(&export_of_theirs)?;
    let session = import(&person.client, &body(data, None)).await?;
    assert_eq!((session.name.as_str(), session.project_path.as_str()), ("你好", ""));
    let told = export(&person.client, session.session_id, ExportFormat::Markdown).await?;
    for line in ["## user\n\n你好", "> *Thinking:* 嗯", "- **Read** (completed)", "很好"] {
        ensure!(told.contains(line), "{line:?} is not in {told}");
    }
    assert_eq!(told.matches("很好").count(), 1, "{told}");
    let mut chat = Chat::follow(person.client.clone(), session);
    chat.until("read the transcript", |seen| (seen.said() == "很好").then_some(())).await?;
    Ok(())
}
