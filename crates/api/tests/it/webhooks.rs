//! Webhooks, from the end of a job to a receiver over a real connection: what is sent, to whom,
//! how often, and what is known of it afterwards.

use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use control::webhooks::deliverer::deliver;
use host::SystemClock;
use model::job::JobState;
use model::time::ManualClock;
use model::webhook::DeliveryState;
use model::{Clock, JobId};
use serde_json::{Value, json};
use store::StoreError;
use tokio::io::AsyncReadExt;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::cast::{Cast, Credential, Who};
use crate::house::{DEADLINE, House};
use crate::http::{Answer, Request};
use crate::receiver::{Receiver, field};

struct Scene {
    house: House,
    cast: Cast,
    /// Sends what is due, until it is dropped.
    delivering: JoinSet<()>,
}

impl Scene {
    async fn set(receivers: &[&Receiver]) -> Self {
        Self::set_by(Arc::new(SystemClock::start()), receivers).await
    }

    async fn set_by(clock: Arc<dyn Clock>, receivers: &[&Receiver]) -> Self {
        let trusted = receivers.iter().map(|receiver| receiver.authority.clone()).collect();
        let house = House::open_telling(clock, trusted).await;
        let cast = Cast::assemble(&house).await;
        let mut scene = Self { house, cast, delivering: JoinSet::new() };
        scene.deliver();
        scene
    }

    fn deliver(&mut self) {
        self.delivering.spawn(deliver(self.house.app.plane.clone()));
    }

    async fn send(&self, who: Who, request: Request) -> Answer {
        request.with(&self.cast.credential(who)).send(&self.house).await
    }

    async fn secret(&self, who: Who, body: &Value) -> String {
        let answer = self.send(who, Request::post("/api/webhook-secret", body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["secret"].as_str().expect("a secret").to_owned()
    }

    async fn submit(&self, who: Who, webhook: Value) -> Answer {
        let body = json!({
            "prompt": "do it", "agent": "demo", "machine_id": self.cast.machine,
            "machine_wait": 3600, "webhook": webhook,
        });
        self.send(who, Request::post("/api/jobs", &body)).await
    }

    /// A job that has ended: cancelled before anything worked on it.
    async fn ended(&self, who: Who, webhook: Value) -> JobId {
        let answer = self.submit(who, webhook).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let job = answer.json()["id"].as_str().expect("an id").parse().unwrap();
        self.act(who, job, "cancel").await;
        job
    }

    async fn act(&self, who: Who, job: JobId, action: &str) -> Answer {
        let path = format!("/api/jobs/{job}");
        self.send(who, Request::post(path, &json!({ "action": action }))).await
    }

    async fn webhook(&self, who: Who, job: JobId) -> Value {
        let answer = self.send(who, Request::get(format!("/api/jobs/{job}"))).await;
        answer.json()["webhook"].clone()
    }

    /// Waits until the last delivery of a job stands so.
    async fn delivery_is(&self, job: JobId, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut listener = self.house.app.plane.bus.listen();
        let waiting = async {
            loop {
                let webhook = self.webhook(Who::Member, job).await;
                if is_so(&webhook["deliveries"][0]) {
                    return webhook["deliveries"][0].clone();
                }
                listener.next().await;
            }
        };
        timeout(DEADLINE, waiting).await.expect("what is waited for, in time")
    }
}

fn attempts(delivery: &Value) -> usize {
    delivery["attempts"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn the_end_of_a_job_is_told_and_signed() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let secret = scene.secret(Who::Member, &json!({})).await;
    let job = scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    let told = receiver.told().await;
    assert!(told.head.starts_with("POST /hooks/secret-path?x=1 HTTP/1.1\r\n"), "{}", told.head);
    assert_eq!(field(&told.head, "content-type"), "application/json");
    assert_eq!(field(&told.head, "webhook-signature"), told.signed_by(&[&secret]));
    let body = told.json();
    assert_eq!(body["type"], "job.canceled");
    assert_eq!((&body["data"]["id"], &body["data"]["status"]), (&json!(job), &json!("canceled")));
    assert_eq!(body["data"]["error"], "canceled");
    for absent in ["prompt", "result"] {
        assert!(body["data"].get(absent).is_none(), "{absent} in {body}");
    }
    let id = told.id();
    told.answer(204).await;
    let delivery = scene.delivery_is(job, |delivery| delivery["status"] == "delivered").await;
    assert_eq!((&delivery["id"], &delivery["type"]), (&json!(id), &json!("job.canceled")));
    assert_eq!(delivery["attempts"][0]["status"], 204, "{delivery}");
    assert!(delivery.get("next_attempt_at").is_none(), "{delivery}");
    let log = scene.send(Who::Member, Request::get(format!("/api/jobs/{job}/logs"))).await.json();
    let last = log["logs"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["message"], "Webhook delivered");
}

/// What is often the secret of an address is shown to the owner of the job only, and what was
/// asked only where the webhook includes it.
#[tokio::test]
async fn a_webhook_tells_no_more_than_it_is_to() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    scene.secret(Who::Member, &json!({})).await;
    let webhook = json!({ "url": receiver.url(), "include": ["prompt", "result", "prompt"] });
    let job = scene.ended(Who::Member, webhook).await;
    let told = receiver.told().await;
    assert_eq!(told.json()["data"]["prompt"], "do it");
    assert!(told.json()["data"].get("result").is_none(), "there is none");

    let own = scene.webhook(Who::Member, job).await;
    assert_eq!(own["url"], receiver.url());
    assert_eq!(own["include"], json!(["prompt", "result"]));
    for other in [Who::Keeper, Who::TenantAdmin] {
        let seen = scene.webhook(other, job).await;
        assert_eq!(seen["url"], format!("http://{}/…", receiver.authority), "{other:?}");
    }
}

/// S87, S47: a receiver is on the public internet and encrypted, or trusted by the operator.
#[tokio::test]
async fn what_cannot_be_a_webhook_is_refused() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let missing = scene.submit(Who::Member, json!({ "url": receiver.url() })).await;
    assert_eq!(missing.problem(409), "webhook_secret_missing");
    scene.secret(Who::Member, &json!({})).await;
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "https://127.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://2130706433/",
        "http://8.8.8.8/",
        "https://user:word@8.8.8.8/",
        "https://8.8.8.8/#x",
        "file:///etc/passwd",
        "example.com",
        "",
    ] {
        let refused = scene.submit(Who::Member, json!({ "url": url })).await;
        assert_eq!(refused.problem(400), "invalid_webhook", "{url}");
    }
    for webhook in [
        json!({ "url": receiver.url(), "include": ["everything"] }),
        json!({ "url": receiver.url(), "secret": "mine" }),
        json!({ "include": [] }),
        json!("https://8.8.8.8/"),
    ] {
        let refused = scene.submit(Who::Member, webhook.clone()).await;
        assert_eq!(refused.problem(400), "invalid_body", "{webhook}");
    }
    let long = json!({ "previous_signs_s": 604_801 });
    let refused = scene.send(Who::Member, Request::post("/api/webhook-secret", &long)).await;
    assert_eq!(refused.problem(400), "invalid_time");
}

#[tokio::test]
async fn a_secret_is_shown_once_and_the_one_before_it_signs_for_a_while() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let view = async || scene.send(Who::Member, Request::get("/api/webhook-secret")).await;
    assert_eq!(view().await.json(), json!({}));
    let first = scene.secret(Who::Member, &json!({})).await;
    assert!(first.starts_with("whsec_"), "{first}");
    assert!(view().await.json()["created_at"].is_string());
    let second = scene.secret(Who::Member, &json!({})).await;
    let shown = view().await;
    assert!(shown.json()["previous_until"].is_string(), "{}", shown.text());
    assert!(!shown.text().contains("whsec_"), "{}", shown.text());

    scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    let told = receiver.told().await;
    let signature = field(&told.head, "webhook-signature");
    assert_eq!(signature, told.signed_by(&[&second, &first]));
    told.answer(200).await;

    let third = scene.secret(Who::Member, &json!({ "previous_signs_s": 0 })).await;
    scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    let told = receiver.told().await;
    assert_eq!(field(&told.head, "webhook-signature"), told.signed_by(&[&third]));
    assert!(view().await.json().get("previous_until").is_none());
}

/// The clock is the test's and runs a day in moments.
#[tokio::test]
async fn a_receiver_that_never_takes_it_is_tried_eight_times() {
    let receiver = Receiver::open().await;
    let clock = Arc::new(ManualClock::default());
    let scene = Scene::set_by(clock.clone(), &[&receiver]).await;
    let plane = scene.house.app.plane.clone();
    scene.secret(Who::Member, &json!({})).await;
    let id = scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    let job = Arc::new(plane.store.job(id).await.unwrap().unwrap());
    let running = async {
        let mut moments = tokio::time::interval(Duration::from_millis(10));
        loop {
            moments.tick().await;
            clock.advance(Duration::from_mins(10));
            // Whoever sleeps by another clock looks at this one.
            plane.bus.tell(Event::JobChanged(job.clone()));
        }
    };
    let trying = async {
        let mut ids = Vec::new();
        for _ in 1..=8 {
            let told = receiver.told().await;
            ids.push(told.id());
            told.answer(500).await;
        }
        let mut changes = plane.bus.listen();
        loop {
            let delivery = plane.store.webhook_deliveries(id, 1).await.unwrap().remove(0);
            if delivery.state != DeliveryState::Pending {
                return (ids, delivery);
            }
            changes.next().await;
        }
    };
    let (ids, delivery) = tokio::select! {
        () = running => unreachable!("time does not end"),
        tried = trying => tried,
    };
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let end = (delivery.state, delivery.next_at, delivery.tries);
    assert_eq!(end, (DeliveryState::Failed, None, 8));
    assert_eq!(plane.store.webhook_attempts(id).await.unwrap().len(), 8);
}

/// A receiver that wants no more is heard; who asks for it is sent it all the same.
#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_until_somebody_asks() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    scene.secret(Who::Member, &json!({})).await;
    let nothing = scene.act(Who::Member, scene.cast.job, "send_webhook").await;
    assert_eq!(nothing.problem(409), "nothing_to_send");
    let job = scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    receiver.told().await.answer(410).await;
    scene.delivery_is(job, |delivery| delivery["status"] == "refused").await;

    end_once_more(&scene, job).await;
    let webhook = scene.webhook(Who::Member, job).await;
    assert_eq!(webhook["deliveries"].as_array().unwrap().len(), 1, "{webhook}");

    let sent = scene.act(Who::Member, job, "send_webhook").await;
    assert_eq!(sent.status, 200, "{}", sent.text());
    receiver.told().await.answer(200).await;
    let taken = scene.delivery_is(job, |delivery| delivery["status"] == "delivered").await;
    assert_eq!(attempts(&taken), 2, "{taken}");
    end_once_more(&scene, job).await;
    let webhook = scene.webhook(Who::Member, job).await;
    assert_eq!(webhook["deliveries"].as_array().unwrap().len(), 2, "{webhook}");
}

/// Puts a job back into the queue, as if it had failed and were tried again, and cancels it.
async fn end_once_more(scene: &Scene, id: JobId) {
    let queued = scene.house.store().write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let mut job = tx.job(id).await?.expect("the job is there");
            (job.state, job.finished_at) = (JobState::Queued, None);
            tx.job_put(&job).await
        })
    });
    queued.await.unwrap();
    assert_eq!(scene.act(Who::Member, id, "cancel").await.status, 200);
}

/// Receivers that do not answer hold up neither other receivers nor other people, however many they
/// are.
#[tokio::test]
async fn a_dead_receiver_holds_up_nobody() {
    let (dead, live) = (Receiver::open().await, Receiver::open().await);
    let mut many = Vec::new();
    for _ in 0..6 {
        many.push(Receiver::open().await);
    }
    let all: Vec<_> = many.iter().chain([&dead, &live]).collect();
    let scene = Scene::set(&all).await;
    for who in [Who::Member, Who::Colleague] {
        scene.secret(who, &json!({})).await;
    }
    for _ in 0..5 {
        scene.ended(Who::Member, json!({ "url": dead.url() })).await;
    }
    let held = dead.told().await;
    let job = scene.ended(Who::Member, json!({ "url": live.url() })).await;
    live.told().await.answer(200).await;
    scene.delivery_is(job, |delivery| delivery["status"] == "delivered").await;

    for receiver in &many {
        scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    }
    let mut silent = vec![held];
    for receiver in &many[..3] {
        silent.push(receiver.told().await);
    }
    let job = scene.ended(Who::Colleague, json!({ "url": dead.url() })).await;
    // Should this take so long that the first one is given up, others of that lane may come before.
    loop {
        let told = dead.told().await;
        if told.json()["data"]["id"] == json!(job) {
            return told.answer(200).await;
        }
        silent.push(told);
    }
}

/// R01: what was under way when the server ended is sent again by the next one, under the same
/// identifier.
#[tokio::test]
async fn what_was_broken_off_is_sent_again() {
    let receiver = Receiver::open().await;
    let mut scene = Scene::set(&[&receiver]).await;
    scene.secret(Who::Member, &json!({})).await;
    let job = scene.ended(Who::Member, json!({ "url": receiver.url() })).await;
    let mut broken = receiver.told().await;
    scene.delivering.shutdown().await;
    let closed = timeout(DEADLINE, broken.stream.read_to_end(&mut Vec::new())).await;
    assert!(closed.is_ok(), "the connection ends with the server");
    scene.deliver();
    let again = receiver.told().await;
    assert_eq!((again.id(), &again.body), (broken.id(), &broken.body));
    again.answer(200).await;
    let delivery = scene.delivery_is(job, |delivery| delivery["status"] == "delivered").await;
    assert_eq!(attempts(&delivery), 1, "what was broken off is not known to have been tried");
}

/// S32: whoever names the address of a webhook gets nothing into it that they did not write: what
/// looks like a place for a secret arrives as it was written, and no credential is in what is sent.
#[tokio::test]
async fn nothing_is_put_into_the_address_of_a_webhook() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let secret = scene.secret(Who::Member, &json!({})).await;
    let target = "/$GANTLINE_TOKEN/%24%7BSESSION_TOKEN%7D?t={{token}}&s=$(cat+key)&k={api_key}";
    let url = format!("http://{}{target}", receiver.authority);
    scene.ended(Who::Member, json!({ "url": url })).await;
    let told = receiver.told().await;
    let line = told.head.lines().next().unwrap();
    let asked = line.strip_prefix("POST ").and_then(|line| line.strip_suffix(" HTTP/1.1"));
    let unescaped = |text: &str| text.replace("%7B", "{").replace("%7D", "}").replace("%24", "$");
    assert_eq!(asked.map(unescaped), Some(unescaped(target)), "{line}");
    for who in [Who::Member, Who::MemberInBrowser, Who::TenantAdmin, Who::Agent] {
        let (Credential::Bearer(known) | Credential::Cookie(known)) = scene.cast.credential(who)
        else {
            continue;
        };
        assert!(!told.head.contains(&known) && !told.body.contains(&known), "{who:?}");
    }
    assert!(!told.head.contains(&secret) && !told.body.contains(&secret));
    told.answer(200).await;
}
