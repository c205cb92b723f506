//! Jobs over HTTP, with a machine that is away: what is taken, what is refused, and what a job is
//! before anything works on it.

use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

struct Scene {
    house: House,
    cast: Cast,
}

impl Scene {
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn send(&self, request: Request) -> Answer {
        request.with(&self.cast.credential(Who::Member)).send(&self.house).await
    }

    /// A submission that is taken although the machine is away.
    fn submission(&self) -> Value {
        json!({
            "prompt": "帮我分析项目结构", "agent": "codex",
            "machine_id": self.cast.machine, "machine_wait": 3600,
        })
    }

    async fn submit(&self, body: &Value) -> Answer {
        self.send(Request::post("/api/jobs", body)).await
    }

    async fn act(&self, job: &str, action: &str) -> Answer {
        self.send(Request::post(format!("/api/jobs/{job}"), &json!({ "action": action }))).await
    }
}

fn id(job: &Value) -> String {
    job["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_job_is_as_documented_from_the_moment_it_is_submitted() {
    let scene = Scene::set().await;
    let answer = scene.submit(&scene.submission()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let job = answer.json();
    assert_eq!(job["status"], "queued");
    assert_eq!(job["prompt"], "帮我分析项目结构");
    assert_eq!(job["agent_name"], "codex");
    assert!(job["created_at"].as_str().unwrap().ends_with('Z'), "{job}");
    for absent in ["started_at", "finished_at", "result", "error"] {
        assert!(job.get(absent).is_none(), "{absent} in {job}");
    }
    let line = &job["logs"][0];
    assert_eq!((&line["level"], &line["message"]), (&json!("info"), &json!("Job submitted")));
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");

    let path = format!("/api/jobs/{}", id(&job));
    let again = scene.send(Request::get(&path)).await.json();
    assert_eq!(again, job);
    let list = scene.send(Request::get("/api/jobs?limit=1")).await.json();
    assert_eq!(list["jobs"][0]["id"], job["id"]);
    assert!(list["jobs"][0].get("logs").is_none(), "{list}");
    let cursor = list["next_cursor"].as_str().expect("a cursor");
    let rest = scene.send(Request::get(format!("/api/jobs?cursor={cursor}"))).await.json();
    assert_eq!(rest["jobs"][0]["id"], scene.cast.job.to_string());
    let logs = scene.send(Request::get(format!("{path}/logs?after=1"))).await.json();
    assert_eq!(logs, json!({ "logs": [], "last": 1 }));
}

#[tokio::test]
async fn the_same_key_makes_one_job() {
    let scene = Scene::set().await;
    let submit = |body: Value| {
        let request = Request::post("/api/jobs", &body).header("idempotency-key", "key-1");
        scene.send(request)
    };
    let (first, second) = tokio::join!(submit(scene.submission()), submit(scene.submission()));
    assert_eq!((first.status, second.status), (201, 201), "{} {}", first.text(), second.text());
    assert_eq!(first.json(), second.json());
    let mut other = scene.submission();
    other["prompt"] = json!("something else");
    assert_eq!(submit(other).await.problem(409), "idempotency_key_reused");
    let all = scene.send(Request::get("/api/jobs")).await.json();
    assert_eq!(all["jobs"].as_array().unwrap().len(), 2, "one, and that of the cast: {all}");
}

#[tokio::test]
async fn what_cannot_be_a_job_is_refused() {
    let scene = Scene::set().await;
    let without = |field: &str| {
        let mut body = scene.submission();
        body.as_object_mut().unwrap().remove(field);
        body
    };
    let with = |field: &str, value: Value| {
        let mut body = scene.submission();
        body[field] = value;
        body
    };
    let refused = scene.submit(&without("prompt")).await;
    assert_eq!(refused.json()["error"], "prompt is required");
    for (body, status, code) in [
        (without("prompt"), 400, "prompt_required"),
        (with("prompt", json!("  ")), 400, "prompt_required"),
        (with("prompt", json!([])), 400, "prompt_required"),
        (with("prompt", json!(7)), 400, "invalid_body"),
        (with("promt", json!("x")), 400, "invalid_body"),
        (with("priority", json!(101)), 400, "invalid_priority"),
        (with("timeout", json!(604_801)), 400, "invalid_time"),
        (with("permission_preset", json!("bold")), 400, "unknown_preset"),
        (with("allowed_tools", json!(["Bsh"])), 400, "invalid_body"),
        (with("machine_id", json!(scene.cast.tenant)), 404, "not_found"),
        (without("machine_wait"), 503, "machine_offline"),
    ] {
        let answer = scene.submit(&body).await;
        assert_eq!(answer.problem(status), code, "{body}");
    }
    let answer = scene.submit(&with("prompt", json!("x".repeat(4 * 1024 * 1024 + 1)))).await;
    assert_eq!(answer.problem(400), "prompt_too_large");
}

#[tokio::test]
async fn a_job_is_cancelled_once_and_then_removed() {
    let scene = Scene::set().await;
    let job = id(&scene.submit(&scene.submission()).await.json());
    let path = format!("/api/jobs/{job}");
    assert_eq!(scene.act(&job, "retry").await.problem(409), "job_not_failed");
    let unknown = scene.act(&job, "explode").await;
    assert_eq!(unknown.json()["error"], "unknown action");

    let removed = scene.send(Request::new("DELETE", &path)).await.json();
    assert_eq!((&removed["success"], &removed["outcome"]), (&json!(true), &json!("canceled")));
    let canceled = scene.send(Request::get(&path)).await.json();
    assert_eq!(canceled["status"], "canceled");
    assert!(canceled["finished_at"].is_string(), "{canceled}");
    assert_eq!(scene.act(&job, "cancel").await.json(), canceled, "the second time as the first");
    assert_eq!(scene.act(&job, "retry").await.problem(409), "job_not_failed");

    let removed = scene.send(Request::new("DELETE", &path)).await.json();
    assert_eq!((&removed["success"], &removed["outcome"]), (&json!(true), &json!("deleted")));
    assert_eq!(scene.send(Request::get(&path)).await.problem(404), "not_found");
    assert_eq!(scene.send(Request::new("DELETE", &path)).await.problem(404), "not_found");
}

/// S37: a job is tried again by its owner only, because it is done in their name.
#[tokio::test]
async fn only_its_owner_tries_a_job_again() {
    let scene = Scene::set().await;
    let path = format!("/api/jobs/{}", scene.cast.job);
    for (who, status) in [
        (Who::Colleague, 404),
        (Who::Stranger, 404),
        (Who::ForeignAdmin, 404),
        (Who::Keeper, 403),
        (Who::TenantAdmin, 403),
        (Who::Member, 409),
    ] {
        let request = Request::post(&path, &json!({ "action": "retry" }));
        let answer = request.with(&scene.cast.credential(who)).send(&scene.house).await;
        assert_eq!(answer.status, status, "{who:?}: {}", answer.text());
    }
}

/// What ended longer ago than it is kept goes, and it is written down that it went.
#[tokio::test]
async fn old_jobs_are_deleted_and_that_is_audited() {
    let scene = Scene::set().await;
    let fresh = id(&scene.submit(&scene.submission()).await.json());
    let old = id(&scene.submit(&scene.submission()).await.json());
    for job in [&fresh, &old] {
        assert_eq!(scene.act(job, "cancel").await.status, 200);
    }
    let plane = &scene.house.app.plane;
    let mut job = plane.store.job(old.parse().unwrap()).await.unwrap().unwrap();
    let days = std::time::Duration::from_hours(48);
    let long_ago = job.finished_at.unwrap().as_millis() - i64::try_from(days.as_millis()).unwrap();
    job.finished_at = Some(model::Timestamp::from_millis(long_ago));
    plane.store.write(move |tx| Box::pin(async move { tx.job_put(&job).await })).await.unwrap();

    control::housekeeping::tidy_up(plane).await.unwrap();
    let status =
        async |job: &str| scene.send(Request::get(format!("/api/jobs/{job}"))).await.status;
    assert_eq!((status(&old).await, status(&fresh).await), (404, 200));
    let log = Request::get("/api/audit").with(&scene.cast.credential(Who::TenantAdmin));
    let log = log.send(&scene.house).await.json();
    let records = log["records"].as_array().unwrap();
    let object = format!("job:{old}");
    let record = records.iter().find(|record| record["object"] == object.as_str()).unwrap();
    assert_eq!((&record["action"], &record["actor"]), (&json!("job.delete"), &json!("system")));
}
