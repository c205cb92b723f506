//! Idle limits: a chat that nobody uses ends by itself, and one that is used does not.

use anyhow::{Context, Result, ensure};
use e2e::{House, Setup};
use http::Method;
use model::SessionId;
use model::session::SessionState;
use serde_json::{Value, json};

/// Longer than anything between the start of a session and its first prompt takes.
const LIMIT_S: u64 = 15;

async fn ask(house: &House, params: &Value) -> Result<Value> {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ask", "params": params });
    let answer = house.person()?.request(Method::POST, "/rpc", Some(&body)).await?.body;
    ensure!(answer["error"].is_null(), "{answer}");
    Ok(answer["result"].clone())
}

/// A turn that takes longer than the limit is not cut short. After it the session waits for its
/// limit, also where the server and the machine were killed meanwhile, and then ends and says why.
#[tokio::test]
async fn a_chat_ends_when_nothing_has_happened_for_its_limit() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    house.person()?.machine().await?;
    let slow = json!({ "content": "/slow 170 100ms\n/say done", "agent": "demo", "ttl": LIMIT_S });
    let answer = ask(&house, &slow).await?;
    assert!(answer["content"].as_str().is_some_and(|said| said.ends_with("done")), "{answer}");
    let session: SessionId = answer["session_id"].as_str().context("a session")?.parse()?;
    house.kill().await?;
    house.start().await?;

    let person = house.person()?;
    person.session_is(session, SessionState::Stopped).await?;
    let ended = person.client.session(session).await?;
    assert_eq!(ended.ttl, Some(LIMIT_S));
    let detail = ended.detail.context("why it has ended")?;
    assert!(detail.contains(&format!("nothing happened for {LIMIT_S} s")), "{detail}");
    house.nobody_left().await
}

/// The answer in the format that was asked for.
#[tokio::test]
async fn an_answer_has_the_format_that_was_asked_for() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    house.person()?.machine().await?;
    let prompt = "/say I look.\n/read .\n/say That was all.";
    let in_format = async |format: &str| {
        let params = json!({ "content": prompt, "agent": "demo", "format": format });
        let answer = ask(&house, &params).await?;
        let content = answer["content"].as_str().context("content")?;
        anyhow::Ok(content.trim().to_owned())
    };
    let text = in_format("text").await?;
    assert!(text.starts_with("I look.") && text.ends_with("That was all."), "{text}");
    let last = in_format("quiet").await?;
    assert!(text.len() > last.len() && text.ends_with(&last), "{last}");
    assert!(last.ends_with("That was all.") && !last.contains("I look."), "{last}");
    let lines = in_format("json").await?;
    let events: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let has = |kind: &str| events.iter().any(|event| event["type"] == kind);
    assert!(["output_delta", "tool_start", "tool_end", "done"].into_iter().all(has), "{lines}");
    Ok(())
}
