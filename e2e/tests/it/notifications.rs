//! What waits for a person, told to a server that knows nothing of us.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::Client;
use contract::notifications::{ChannelAttemptView, CreateChannel};
use contract::webhooks::CreateWebhookSecret;
use e2e::house::Place;
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Setup};
use model::notification::{ChannelKind, NoticeEvent};
use serde_json::Value;

/// Nothing of this leaves the server that way.
const CANARY: &str = "canary-of-what-is-done";

/// How long to wait between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// The server that is told, and its port.
async fn receiver(place: &Place) -> Result<(Program, u16)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/webhooks/receiver.py");
    let mut command = place.command(Path::new("python3"), &[script], &[])?;
    command.env("SECRET", place.at("secret"));
    let mut program = Program::start("receiver", command)?;
    let port = program.said("wait for the receiver", |line| line.parse().ok()).await?;
    Ok((program, port))
}

/// The channel's last attempt, once it stands so.
async fn last_is(
    client: &Client,
    what: &str,
    is_so: impl Fn(&ChannelAttemptView) -> bool,
) -> Result<()> {
    let mut live = client.live();
    within(PATIENCE, what, async {
        loop {
            let listed = client.channels().await?.channels;
            let attempts = &listed.first().context("a channel")?.attempts;
            if attempts.first().is_some_and(&is_so) {
                return Ok(());
            }
            // Nobody is told of attempts; something else may happen before the next look.
            drop(tokio::time::timeout(BETWEEN_LOOKS, live.next()).await);
        }
    })
    .await
}

/// A question that waits is told although the receiver cannot take it at first, so that the receiver
/// can verify who tells it, and without anything of what is asked.
#[tokio::test]
async fn a_question_is_told_to_whoever_can_verify_it() -> Result<()> {
    let place = Place::new()?;
    let (mut receiver, port) = receiver(&place).await?;
    let arguments = vec!["--trusted-webhook".into(), format!("127.0.0.1:{port}").into()];
    let house = House::up(Setup { arguments, ..Setup::demo() }).await?;
    let client = house.person()?.client;
    let secret = client.webhook_secret_create(&CreateWebhookSecret::default()).await?.secret;
    let body = CreateChannel {
        name: "ours".to_owned(),
        kind: ChannelKind::Generic,
        url: format!("http://127.0.0.1:{port}/hooks/gantline"),
        secret: None,
        events: vec![NoticeEvent::Question],
        shortest_turn_s: None,
        language: None,
    };
    let channel = client.channel_create(&body).await?;
    let tested = client.channel_test(channel.id).await?;
    ensure!(!tested.delivered && tested.status == Some(503), "{tested:?}");

    let mut chat = house.person()?.chat("demo").await?;
    chat.prompt(&format!("/write {CANARY}.txt {CANARY}")).await?;
    let question = chat.question().await?;
    let is_question = |last: &ChannelAttemptView| last.event == Some(NoticeEvent::Question);
    last_is(&client, "wait until it was tried", is_question).await?;
    std::fs::write(place.at("secret"), &secret)?;
    let is_told = |line: &str| serde_json::from_str::<Value>(line).ok().filter(Value::is_object);
    let told = receiver.said("wait to be told", is_told).await?;
    assert_eq!(
        (&told["genuine"], &told["body"]["type"]),
        (&true.into(), &"notice.question".into())
    );
    let data = &told["body"]["data"];
    assert_eq!(data["session_id"], question.session_id.to_string());
    assert_eq!((&data["agent_name"], &data["count"]), (&"demo".into(), &1.into()));
    ensure!(!told.to_string().contains(CANARY), "{told}");
    last_is(&client, "wait until it is seen that it was told", |last| last.status == Some(204))
        .await
}
