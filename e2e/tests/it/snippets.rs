//! The examples that the gateway document prints for programs, run as they are printed but for host
//! and port. Who runs them is said where such programs look for it, not in the example. Its agent
//! `codex` is the scripted one, under that name.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use e2e::house::TOKEN;
use e2e::jobs::{job_ended_as, job_of};
use e2e::program::Program;
use e2e::{House, Setup};
use http::{Method, StatusCode};
use model::JobId;
use model::job::JobState;
use serde_json::{Deserializer, Value, json};

/// The address in all examples.
const PRINTED_ADDRESS: &str = "localhost:8080";

/// The identifier in all examples.
const PRINTED_ID: &str = "019d527d-34ed-7272-b336-f67fd49024db";

/// What the examples ask for.
const PROMPT: &str = "分析项目结构";

/// Debian's own, which has the packages that Debian installs.
const PYTHON: &str = "/usr/bin/python3";

/// A house in which `codex` is there, and its machine ready.
async fn house(arguments: &[&str]) -> Result<House> {
    let arguments = arguments.iter().map(Into::into).collect();
    let house = House::up(Setup { scripted_as: vec!["codex"], arguments, ..Setup::demo() }).await?;
    house.person()?.machine().await?;
    Ok(house)
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snippets").join(name)
}

/// Starts an example for a house.
fn start(house: &House, program: &str, options: &[&str], name: &str) -> Result<Program> {
    let printed = std::fs::read_to_string(example(name))?;
    ensure!(printed.contains(PRINTED_ADDRESS), "{name} does not say where");
    let place = house.place();
    let file = place.at(name);
    std::fs::write(&file, printed.replace(PRINTED_ADDRESS, &house.address().to_string()))?;
    let arguments: Vec<&str> = options.iter().copied().chain(file.to_str()).collect();
    let mut command = place.command(Path::new(program), &arguments, &[])?;
    command.env("TOKEN", TOKEN);
    Program::start(name, command)
}

/// The values in lines of JSON text.
fn values(lines: &[String]) -> Result<Vec<Value>> {
    let text = lines.join("\n");
    let values: Result<Vec<Value>, _> = Deserializer::from_str(&text).into_iter().collect();
    values.with_context(|| format!("read {text}"))
}

/// The shell example: submits, asks, cancels. Another job keeps the machine busy, so that this one
/// waits until it is cancelled. curl finds its token in `~/.curlrc`.
#[tokio::test]
async fn the_curl_example_works_as_printed() -> Result<()> {
    let house = house(&["--jobs-per-machine", "1"]).await?;
    let person = house.person()?;
    person.client.job_submit(&job_of("/hang"), "before").await?;
    let header = format!("header = \"Authorization: Bearer {TOKEN}\"\nno-progress-meter\n");
    std::fs::write(house.place().at("home/.curlrc"), header)?;

    let ended = start(&house, "sh", &[], "jobs.sh")?.ended().await?;
    ensure!(ended.status.success(), "{}", ended.text());
    let id: JobId = ended.said[0].strip_prefix("Job ID: ").context("an id")?.parse()?;
    let said = values(&ended.said[1..])?;
    let [job, removed] = &said[..] else { anyhow::bail!("{said:?}") };
    assert_eq!(job["id"], json!(id), "{job}");
    for (field, expected) in [("status", "queued"), ("prompt", PROMPT), ("agent_name", "codex")] {
        assert_eq!(job[field], expected, "{field} of {job}");
    }
    assert!(job["created_at"].is_string(), "{job}");
    assert_eq!((&removed["success"], &removed["outcome"]), (&json!(true), &json!("canceled")));
    job_ended_as(&person.client, id, JobState::Canceled).await?;
    Ok(())
}

/// The Python example: submits, asks until it has ended, prints the result. The package `requests`
/// finds its token in `~/.netrc`.
#[tokio::test]
async fn the_python_example_works_as_printed() -> Result<()> {
    let house = house(&[]).await?;
    let netrc = format!("machine {} login token password {TOKEN}\n", house.address().ip());
    std::fs::write(house.place().at("home/.netrc"), netrc)?;

    let ended = start(&house, PYTHON, &[], "jobs.py")?.ended().await?;
    ensure!(ended.status.success(), "{}", ended.text());
    let id: JobId = ended.said[0].strip_prefix("Job ID: ").context("an id")?.parse()?;
    let job = job_ended_as(&house.person()?.client, id, JobState::Completed).await?;
    let result = job.result.context("a result")?;
    assert!(!result.is_empty());
    let (said, printed) = (ended.text(), format!("Status: completed\nResult: {result}"));
    assert!(said.trim_end().ends_with(printed.trim_end()), "{said}");
    Ok(())
}

/// The JavaScript example: submits over the WebSocket, and asks every two seconds for ever.
#[tokio::test]
async fn the_javascript_example_works_as_printed() -> Result<()> {
    let house = house(&[]).await?;
    let sign_in = format!("--import={}", example("signed_in.mjs").display());
    // Older releases of Node.js have the WebSocket of browsers behind this flag.
    let options = ["--experimental-websocket", &sign_in];
    let mut running = start(&house, "node", &options, "jobs.js")?;
    let answer = |id: &str, status: &str, lines: &[String]| {
        let text = lines.join("\n");
        let (id, status) = (format!("\n  id: {id}"), format!("\n    status: '{status}'"));
        let is_it = |said: &str| said.contains(&id) && said.contains(&status);
        text.split("Response: ").any(is_it).then_some(())
    };
    running.has_said("answer the submission", |lines| answer("1", "queued", lines)).await?;
    running.has_said("answer that it is done", |lines| answer("2", "completed", lines)).await?;
    Ok(())
}

/// The requests over HTTP, and every field of the answers that are printed beside them.
#[tokio::test]
async fn the_printed_requests_get_the_printed_answers() -> Result<()> {
    let house = house(&[]).await?;
    let person = house.person()?;
    let body = json!({ "prompt": "帮我分析项目结构", "agent": "codex" });
    let answer = person.request(Method::POST, "/api/jobs", Some(&body)).await?;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let submitted = answer.body;
    for (field, expected) in
        [("status", "queued"), ("prompt", "帮我分析项目结构"), ("agent_name", "codex")]
    {
        assert_eq!(submitted[field], expected, "{field} of {submitted}");
    }
    let id: JobId = submitted["id"].as_str().context("an id")?.parse()?;
    job_ended_as(&person.client, id, JobState::Completed).await?;

    let path = format!("/api/jobs/{id}");
    let job = person.request(Method::GET, &path, None).await?.body;
    for field in ["id", "prompt", "agent_name", "created_at"] {
        assert_eq!(job[field], submitted[field], "{field} of {job}");
    }
    for field in ["started_at", "finished_at", "result"] {
        assert!(job[field].is_string(), "{field} of {job}");
    }
    let logs = job["logs"].as_array().context("logs")?;
    for message in ["Job submitted", "Job started", "Job completed successfully"] {
        let line = logs.iter().find(|line| line["message"] == message).context(message)?;
        assert!(line["level"] == "info" && line["timestamp"].is_string(), "{line}");
    }
    let listed = person.request(Method::GET, "/api/jobs", None).await?.body;
    for field in ["id", "status", "prompt", "agent_name", "created_at"] {
        assert_eq!(listed["jobs"][0][field], job[field], "{field} of {listed}");
    }
    let removed = person.request(Method::DELETE, &path, None).await?;
    assert_eq!(removed.body["success"], true, "{removed:?}");
    Ok(())
}

/// The requests of JSON-RPC, in the order in which they are printed, about a job that waits.
#[tokio::test]
async fn the_printed_messages_get_answers() -> Result<()> {
    let house = house(&["--jobs-per-machine", "1"]).await?;
    let person = house.person()?;
    person.client.job_submit(&job_of("/hang"), "before").await?;
    let mut printed = std::fs::read_to_string(example("requests.json"))?;
    let messages = printed.matches("jsonrpc").count();
    let mut answered = Vec::new();
    for at in 0..messages {
        let message: Value =
            Deserializer::from_str(&printed).into_iter().nth(at).context("one more message")??;
        let answer = person.request(Method::POST, "/rpc", Some(&message)).await?.body;
        assert_eq!(answer["id"], message["id"], "{answer}");
        assert!(answer["error"].is_null(), "{message}: {answer}");
        if let Some(id) = answer["result"]["id"].as_str() {
            printed = printed.replace(PRINTED_ID, id);
        }
        answered.push(answer["result"].clone());
    }
    let [submitted, shown, listed, canceled, deleted] = &answered[..] else {
        anyhow::bail!("{answered:?}")
    };
    assert_eq!(
        (&submitted["status"], &submitted["agent_name"]),
        (&json!("queued"), &json!("codex"))
    );
    assert_eq!(shown["id"], submitted["id"]);
    assert_eq!(listed["jobs"][0]["id"], submitted["id"], "{listed}");
    assert_eq!(canceled["status"], "canceled");
    assert_eq!(deleted["success"], true);
    Ok(())
}
