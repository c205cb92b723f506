//! The end of a job, told to a server that knows nothing of us.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use client::Client;
use contract::webhooks::WebhookDeliveryView;
use e2e::house::{Place, TOKEN};
use e2e::jobs::job_ended_as;
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Setup};
use model::JobId;
use model::job::JobState;
use model::webhook::DeliveryState;
use serde_json::Value;

/// What a command of the program prints.
async fn gantline(house: &House, arguments: &[&str]) -> Result<String> {
    let server = format!("http://{}", house.address());
    let before = ["--server", &server, "--token", TOKEN];
    let arguments: Vec<_> = arguments.iter().chain(&before).collect();
    let running = house.place().gantline(&arguments, &[])?.kill_on_drop(true).output();
    let ended = tokio::time::timeout(PATIENCE, running).await.context("the command ends")??;
    let complained = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.success(), "{arguments:?}: {}\n{complained}", ended.status);
    Ok(String::from_utf8(ended.stdout)?.trim().to_owned())
}

/// The server that is told, and its port.
async fn receiver(place: &Place) -> Result<(Program, u16)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/webhooks/receiver.py");
    let mut command = place.command(Path::new("python3"), &[script], &[])?;
    command.env("SECRET", place.at("secret"));
    let mut program = Program::start("receiver", command)?;
    let port = program.said("wait for the receiver", |line| line.parse().ok()).await?;
    Ok((program, port))
}

/// Waits until the delivery of a job stands so.
async fn delivery_is(
    client: &Client,
    job: JobId,
    what: &str,
    is_so: impl Fn(&WebhookDeliveryView) -> bool,
) -> Result<WebhookDeliveryView> {
    let mut live = client.live();
    within(PATIENCE, &format!("wait until the webhook of job {job} {what}"), async {
        loop {
            let webhook = client.job(job).await?.webhook.context("it has a webhook")?;
            match webhook.deliveries.into_iter().next().filter(&is_so) {
                Some(delivery) => return Ok(delivery),
                None => drop(live.next().await?),
            }
        }
    })
    .await
}

/// R01: the end of a job is told although the receiver cannot take it and the server is killed
/// before it can, and the receiver can verify who tells it.
#[tokio::test]
async fn the_end_of_a_job_is_told_whatever_happens_in_between() -> Result<()> {
    let place = Place::new()?;
    let (mut receiver, port) = receiver(&place).await?;
    let arguments = vec!["--trusted-webhook".into(), format!("127.0.0.1:{port}").into()];
    let mut house = House::up(Setup { arguments, ..Setup::demo() }).await?;
    house.person()?.machine().await?;
    let secret = gantline(&house, &["webhook", "secret", "--format", "quiet"]).await?;
    ensure!(secret.starts_with("whsec_"), "{secret}");
    let url = format!("http://127.0.0.1:{port}/hooks/gantline");
    let submit = ["job", "submit", "/say all is well", "--agent", "demo", "--format", "quiet"];
    let webhook = ["--webhook", &url, "--webhook-include", "result"];
    let id = gantline(&house, &[&submit[..], &webhook[..]].concat()).await?;
    let job: JobId = id.parse()?;
    let client = house.person()?.client;
    job_ended_as(&client, job, JobState::Completed).await?;
    let tried =
        delivery_is(&client, job, "was tried", |delivery| !delivery.attempts.is_empty()).await?;
    assert_eq!(tried.status, DeliveryState::Pending);
    assert_eq!(tried.attempts[0].status, Some(503));

    house.kill().await?;
    std::fs::write(place.at("secret"), &secret)?;
    house.start().await?;
    let is_told = |line: &str| serde_json::from_str(line).ok().filter(Value::is_object);
    let told = receiver.said("wait to be told", is_told).await?;
    assert_eq!((&told["id"], &told["genuine"]), (&tried.id.to_string().into(), &true.into()));
    let body = &told["body"];
    assert_eq!((&body["type"], &body["data"]["id"]), (&"job.completed".into(), &id.clone().into()));
    assert_eq!(body["data"]["result"], "all is well", "{body}");

    let client = house.person()?.client;
    let is_delivered = |delivery: &WebhookDeliveryView| delivery.status == DeliveryState::Delivered;
    let delivered = delivery_is(&client, job, "is delivered", is_delivered).await?;
    assert_eq!(delivered.attempts.last().context("an attempt")?.status, Some(204));
    let shown = gantline(&house, &["job", "status", &id]).await?;
    ensure!(shown.contains(&url) && shown.contains("delivered"), "{shown}");

    // Once more, because somebody asks for it: the receiver knows it again by its identifier.
    gantline(&house, &["job", "send-webhook", &id]).await?;
    let sent = delivered.attempts.len() + 1;
    let again = |delivery: &WebhookDeliveryView| delivery.attempts.len() == sent;
    delivery_is(&client, job, "is sent again", again).await?;
    let ids: Vec<Value> = receiver.lines().iter().filter_map(|line| is_told(line)).collect();
    assert!(ids.len() >= 2 && ids.iter().all(|told| told["id"] == ids[0]["id"]), "{ids:?}");
    Ok(())
}
