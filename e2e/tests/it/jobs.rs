//! Work that nobody watches: from the submission to the result, and every way in which it ends
//! without one.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::JobFilter;
use contract::PolicyOptions;
use contract::jobs::{JobView, SubmitJob};
use e2e::jobs::{job_ended, job_ended_as, job_is, job_of};
use e2e::patience::within;
use e2e::{House, Setup};
use http::{Method, StatusCode};
use model::job::{JobFailure, JobState};
use model::permission::PermissionAnswer;
use model::session::SessionState;
use serde_json::{Value, json};

/// The document's own requests, and every field that it prints.
#[tokio::test]
async fn a_job_is_done_as_documented() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let body = json!({ "prompt": "/say 项目结构分析结果...", "agent": "demo" });
    let answer = person.request(Method::POST, "/api/jobs", Some(&body)).await?;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let submitted = &answer.body;
    for (field, expected) in
        [("status", "queued"), ("prompt", "/say 项目结构分析结果..."), ("agent_name", "demo")]
    {
        assert_eq!(submitted[field], expected, "{field} of {submitted}");
    }
    let id = submitted["id"].as_str().context("an id")?.parse()?;
    job_ended_as(&person.client, id, JobState::Completed).await?;

    let path = format!("/api/jobs/{id}");
    let job = person.request(Method::GET, &path, None).await?.body;
    assert_eq!(job["result"], "项目结构分析结果...", "{job}");
    assert!(job.get("error").is_none(), "{job}");
    let times = ["created_at", "started_at", "finished_at"].map(|field| job[field].as_str());
    assert!(times.iter().all(Option::is_some) && times.is_sorted(), "{times:?}");
    let logs = job["logs"].as_array().context("logs")?;
    let messages: Vec<_> = logs.iter().filter_map(|line| line["message"].as_str()).collect();
    for message in ["Job submitted", "Job started", "Job completed successfully"] {
        assert!(messages.contains(&message), "{message} in {messages:?}");
    }
    assert!(logs.iter().all(|line| line["level"] == "info" && line["timestamp"].is_string()));
    let list = person.request(Method::GET, "/api/jobs", None).await?.body;
    let listed = &list["jobs"][0];
    assert_eq!((&listed["id"], &listed["status"]), (&job["id"], &json!("completed")), "{list}");

    // The session in which it was done is over, and its transcript can be read.
    let session = job["session_id"].as_str().context("a session")?.parse()?;
    person.session_is(session, SessionState::Stopped).await?;
    assert!(!person.client.updates(session, 0, None).await?.updates.is_empty());

    let removed = person.request(Method::DELETE, &path, None).await?.body;
    assert_eq!(removed["success"], true, "{removed}");
    let gone = person.request(Method::GET, &path, None).await?;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    Ok(())
}

/// The document's requests over JSON-RPC.
#[tokio::test]
async fn a_job_is_done_over_json_rpc() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let call = async |method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = person.request(Method::POST, "/rpc", Some(&body)).await?.body;
        ensure!(answer["error"].is_null(), "{method}: {answer}");
        anyhow::Ok(answer["result"].clone())
    };
    let job = call("job.submit", json!({ "prompt": "/say done", "agent": "demo" })).await?;
    let id = job["id"].as_str().context("an id")?.parse()?;
    job_ended_as(&person.client, id, JobState::Completed).await?;
    assert_eq!(call("job.get", json!({ "job_id": id })).await?["result"], "done");
    assert_eq!(call("job.list", json!({})).await?["jobs"][0]["id"], job["id"]);
    assert_eq!(call("job.delete", json!({ "job_id": id })).await?["success"], true);
    Ok(())
}

/// R21: what cannot be done ends with its reason, and what waits behind it is done.
#[tokio::test]
async fn a_job_that_cannot_be_done_stops_no_other() -> Result<()> {
    let one_at_a_time = ["--jobs-per-machine", "1"].map(Into::into).to_vec();
    let house = House::up(Setup { arguments: one_at_a_time, ..Setup::demo() }).await?;
    let person = house.person()?;
    person.machine().await?;
    let nowhere = SubmitJob { project_path: Some("/nowhere".to_owned()), ..job_of("/say x") };
    let poisons = [
        (job_of("/crash 3"), JobFailure::TurnFailed),
        (job_of("/error -32603 boom"), JobFailure::TurnFailed),
        (job_of("/stop max_tokens"), JobFailure::StoppedEarly),
        (nowhere, JobFailure::NotStarted),
    ];
    let mut failing = Vec::new();
    for (number, (poison, failure)) in poisons.iter().enumerate() {
        let job = person.client.job_submit(poison, &format!("poison-{number}")).await?;
        failing.push((job.summary.id, *failure));
    }
    let good = person.client.job_submit(&job_of("/say fine"), "good").await?.summary.id;
    let good = job_ended_as(&person.client, good, JobState::Completed).await?;
    assert_eq!(good.result.as_deref(), Some("fine"));
    for (id, failure) in &failing {
        let job = job_ended_as(&person.client, *id, JobState::Failed).await?;
        assert_eq!(job.summary.error_code, Some(*failure), "{:?}", job.summary.error);
        let last = job.logs.last().context("a log")?;
        assert!(last.message.starts_with("Job failed: "), "{}", last.message);
    }
    // A failed one is tried again, in a session of its own, and its log goes on.
    let (id, _) = failing[1];
    assert_eq!(person.client.job_retry(id).await?.summary.attempt, 2);
    let job = job_ended_as(&person.client, id, JobState::Failed).await?;
    let sessions: Vec<_> = job.attempts.iter().map(|attempt| attempt.session_id).collect();
    assert!(sessions.len() == 2 && sessions[0] != sessions[1], "{sessions:?}");
    assert_eq!(job.logs.iter().filter(|line| line.message == "Job started").count(), 2);
    Ok(())
}

/// Nobody can be asked, so what needs a person is not done, unless the job was allowed to.
#[tokio::test]
async fn a_job_does_what_its_policy_allows() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let careful = person.client.job_submit(&job_of("/write a.txt a"), "careful").await?;
    job_ended(&person.client, careful.summary.id).await?;
    assert_eq!(house.file("a.txt"), None);
    let policy = contract::PolicyOptions::of_preset("full-auto");
    let bold = SubmitJob { policy, ..job_of("/write b.txt b") };
    let bold = person.client.job_submit(&bold, "bold").await?;
    job_ended_as(&person.client, bold.summary.id, JobState::Completed).await?;
    assert_eq!(house.file("b.txt").as_deref(), Some("b"));
    Ok(())
}

/// R23: cancelled at once and for good, and the agent is gone within 11 s though it does not heed
/// cancelling; so does a job whose time is up.
#[tokio::test]
async fn the_agent_of_a_job_that_is_over_is_gone() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let hanging = person.client.job_submit(&job_of("/hang"), "hang").await?.summary.id;
    let short = SubmitJob { timeout: Some(1), ..job_of("/hang") };
    let short = person.client.job_submit(&short, "short").await?.summary.id;
    let begun =
        |id| job_is(&person.client, id, "runs", |job| job.summary.status == JobState::Running);
    begun(hanging).await?;
    let short = job_ended_as(&person.client, short, JobState::Failed).await?;
    assert_eq!(short.summary.error_code, Some(JobFailure::TimedOut));

    let canceled = person.client.job_cancel(hanging).await?;
    assert_eq!(canceled.summary.status, JobState::Canceled);
    assert_eq!(person.client.job_cancel(hanging).await?, canceled, "the second time as the first");
    let gone = async {
        for job in [&short, &canceled] {
            let session = job.summary.session_id.context("a session")?;
            person.session_is(session, SessionState::Stopped).await?;
        }
        house.nobody_left().await
    };
    within(Duration::from_secs(11), "wait until the agents are gone", gone).await?;
    assert_eq!(person.client.job(hanging).await?.summary.status, JobState::Canceled);
    Ok(())
}

/// A higher priority goes first, and what is equal in the order in which it came.
#[tokio::test]
async fn jobs_are_done_by_priority_and_in_order() -> Result<()> {
    let one_at_a_time = ["--jobs-per-machine", "1"].map(Into::into).to_vec();
    let house = House::up(Setup { arguments: one_at_a_time, ..Setup::demo() }).await?;
    let person = house.person()?;
    person.machine().await?;
    let first = person.client.job_submit(&job_of("/slow 20 50ms"), "first").await?.summary.id;
    job_is(&person.client, first, "runs", |job| job.summary.status == JobState::Running).await?;
    let mut last = first;
    for (line, priority) in [("low", -1), ("one", 0), ("two", 0), ("high", 1)] {
        let job = job_of(&format!("/append order.txt {line}"));
        let job = SubmitJob { priority: Some(priority), ..job };
        let id = person.client.job_submit(&job, line).await?.summary.id;
        if line == "low" {
            last = id;
        }
    }
    job_ended_as(&person.client, last, JobState::Completed).await?;
    assert_eq!(house.file("order.txt").as_deref(), Some("high\none\ntwo\nlow\n"));
    Ok(())
}

/// R01: jobs that were acknowledged are there after a kill, and each is done at most once.
#[tokio::test]
async fn acknowledged_jobs_survive_a_kill() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let mut jobs = Vec::new();
    for number in 0..6 {
        let job = job_of(&format!("/slow 4 20ms\n/append log.txt line-{number}"));
        jobs.push(person.client.job_submit(&job, &format!("key-{number}")).await?.summary.id);
    }
    job_is(&person.client, jobs[0], "runs", |job| job.summary.status != JobState::Queued).await?;
    house.kill().await?;
    house.start().await?;
    let file = |house: &House| house.file("log.txt").unwrap_or_default();
    for (number, id) in jobs.iter().enumerate() {
        let job = job_ended(&house.person()?.client, *id).await?;
        let line = format!("line-{number}");
        let times = file(&house).lines().filter(|found| *found == line).count();
        match job.summary.status {
            JobState::Completed => assert_eq!(times, 1, "{line}"),
            state => {
                assert_eq!(state, JobState::Failed);
                assert!(times <= 1, "{line} is there {times} times");
                let code = job.summary.error_code;
                assert!(code.is_some(), "{:?}", job.summary.error);
            }
        }
    }
    let all = house.person()?.client.jobs(&JobFilter::default()).await?;
    assert_eq!(all.jobs.len(), jobs.len());
    Ok(())
}

/// What the agent of an interactive job asks waits for a person, and no longer than the job may
/// take.
#[tokio::test]
async fn a_person_answers_for_a_job_that_is_interactive() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    person.machine().await?;
    let asking = |file: &str| SubmitJob {
        interactive: true,
        policy: PolicyOptions::of_preset("ask"),
        ..job_of(&format!("/write {file} hello"))
    };
    let answered = person.client.job_submit(&asking("yes.txt"), "answered").await?.summary.id;
    let running = |job: &JobView| job.summary.status == JobState::Running;
    let job = job_is(&person.client, answered, "runs", running).await?;
    assert!(job.summary.interactive);
    let mut chat = person.follow(job.summary.session_id.context("a session")?).await?;
    let question = chat.question().await?;
    assert_eq!(house.file("yes.txt"), None);
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    job_ended_as(&person.client, answered, JobState::Completed).await?;
    assert_eq!(house.file("yes.txt").as_deref(), Some("hello"));

    let short = SubmitJob { timeout: Some(2), ..asking("no.txt") };
    let unanswered = person.client.job_submit(&short, "unanswered").await?.summary.id;
    let job = job_ended_as(&person.client, unanswered, JobState::Failed).await?;
    assert_eq!(job.summary.error_code, Some(JobFailure::TimedOut));
    let session = job.summary.session_id.context("a session")?;
    person.session_is(session, SessionState::Stopped).await?;
    assert_eq!(person.client.permissions(Some(session)).await?.len(), 0);
    assert_eq!(house.file("no.txt"), None);
    Ok(())
}
