//! Channels, from what a machine reports to a receiver over a real connection: what is told, to whom,
//! how often, and what is known of it afterwards.

mod browsers;

use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use bytes::Bytes;
use control::reception::ServerReception;
use control::webhooks::deliverer::deliver;
use model::job::Job;
use model::notification::ChannelState;
use model::time::ManualClock;
use model::turn::{Turn, TurnState};
use model::{ChannelId, Clock, CommandId, PermissionRequestId, SessionId, TurnId};
use relay::{LinkId, Reception};
use serde_json::{Value, json};
use store::StoreError;
use tokio::task::JoinSet;
use wire::Report;
use wire::report::{Fact, PermissionAsked, PermissionClosed, SessionChanged, TurnChanged};

use crate::cast::{Cast, Who};
use crate::house::{DEADLINE, House};
use crate::http::{Answer, Request};
use crate::receiver::{Receiver, field};

/// What nobody outside may read.
const CANARY: &str = "canary-of-what-is-done";

const PATH: &str = "/api/notification-channels";

struct Scene {
    house: House,
    cast: Cast,
    clock: Arc<ManualClock>,
    reception: ServerReception,
    link: LinkId,
    reported: std::sync::atomic::AtomicU64,
    /// Sends what is due, until it is dropped.
    delivering: JoinSet<()>,
    any_job: Arc<Job>,
}

impl Scene {
    async fn set(receivers: &[&Receiver]) -> Self {
        let trusted = receivers.iter().map(|receiver| receiver.authority.clone()).collect();
        let clock = Arc::new(ManualClock::default());
        let house = House::open_telling(clock.clone(), trusted).await;
        let cast = Cast::assemble(&house).await;
        // What the cast has asked was asked before.
        clock.advance(Duration::from_secs(1));
        let plane = &house.app.plane;
        let reception = ServerReception::new(
            house.store().clone(),
            plane.bus.clone(),
            plane.mirrors.clone(),
            clock.clone(),
            plane.rng().clone(),
        );
        let machine = cast.machine;
        let up =
            reception.link_up(machine, [7; 32], crate::links::NOTHING_YET).await.unwrap().unwrap();
        let any_job = Arc::new(house.store().job(cast.job).await.unwrap().unwrap());
        let mut scene = Self {
            link: LinkId { machine, epoch: up.epoch },
            reported: up.received_reports.into(),
            delivering: JoinSet::new(),
            house,
            cast,
            clock,
            reception,
            any_job,
        };
        scene.deliver();
        scene
    }

    fn deliver(&mut self) {
        self.delivering.spawn(deliver(self.house.app.plane.clone()));
    }

    /// Time passes for as long as something is waited for, and only then.
    async fn meanwhile<T>(&self, step: Duration, waiting: impl Future<Output = T>) -> T {
        let passing = async {
            let mut moments = tokio::time::interval(Duration::from_millis(10));
            loop {
                moments.tick().await;
                self.clock.advance(step);
                // Whoever sleeps by another clock looks at this one.
                self.house.app.plane.bus.tell(Event::JobChanged(self.any_job.clone()));
            }
        };
        tokio::select! {
            () = passing => unreachable!("time does not end"),
            done = waiting => done,
        }
    }

    async fn told(&self, receiver: &Receiver) -> crate::receiver::Told {
        self.meanwhile(Duration::from_secs(1), receiver.told()).await
    }

    async fn send(&self, who: Who, request: Request) -> Answer {
        request.with(&self.cast.credential(who)).send(&self.house).await
    }

    async fn make(&self, who: Who, body: &Value) -> ChannelId {
        let answer = self.send(who, Request::post(PATH, body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().expect("an id").parse().unwrap()
    }

    async fn make_for(&self, who: Who, kind: &str, receiver: &Receiver, event: &str) -> ChannelId {
        let body = json!({ "name": "ours", "kind": kind, "url": receiver.url(),
            "events": [event], "shortest_turn_s": 60 });
        self.make(who, &body).await
    }

    async fn channel(&self, who: Who, id: ChannelId) -> Value {
        let listed = self.send(who, Request::get(PATH)).await.json();
        let all = listed["channels"].as_array().unwrap();
        all.iter().find(|one| one["id"] == json!(id)).cloned().unwrap_or(Value::Null)
    }

    async fn change(&self, who: Who, id: ChannelId, body: &Value) -> Answer {
        let request = Request::new("PATCH", format!("{PATH}/{id}")).json(body);
        self.send(who, request).await
    }

    /// Waits until a channel stands so.
    async fn until(&self, who: Who, id: ChannelId, is_so: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let channel = self.channel(who, id).await;
                if is_so(&channel) {
                    return channel;
                }
                tokio::task::yield_now().await;
            }
        };
        let waiting = tokio::time::timeout(DEADLINE, waiting);
        self.meanwhile(Duration::from_millis(1), waiting)
            .await
            .expect("what is waited for, in time")
    }

    async fn report(&self, fact: Fact) {
        let seq = self.reported.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        let report = Report { seq, at_ms: 0, fact: Some(fact) };
        self.reception.take_reports(self.link, vec![report]).await.unwrap();
    }

    /// The agent of a session asks something.
    async fn ask(&self, session: SessionId) -> PermissionRequestId {
        let plane = &self.house.app.plane;
        let id = PermissionRequestId::new(plane.clock().now(), &**plane.rng());
        let details = format!(r#"{{"command":"{CANARY}"}}"#);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, details.as_bytes());
        self.report(Fact::PermissionAsked(PermissionAsked {
            request_id: Bytes::copy_from_slice(id.as_bytes()),
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            turn_id: Bytes::new(),
            title: CANARY.to_owned(),
            details_json: Bytes::from(details),
            digest: Bytes::copy_from_slice(digest.as_ref()),
        }))
        .await;
        id
    }

    /// Somebody else has answered, or it does not matter any more.
    async fn close(&self, question: PermissionRequestId) {
        self.report(Fact::PermissionClosed(PermissionClosed {
            request_id: Bytes::copy_from_slice(question.as_bytes()),
            state: "withdrawn".to_owned(),
        }))
        .await;
    }

    /// A session could not go on.
    async fn fail(&self, session: SessionId) {
        self.report(Fact::SessionChanged(SessionChanged {
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            state: "failed".to_owned(),
            title: CANARY.to_owned(),
            detail: CANARY.to_owned(),
        }))
        .await;
    }

    /// A turn of the member's that has taken so long.
    async fn turn(&self, session: SessionId, took: Duration) {
        let plane = &self.house.app.plane;
        let now = plane.clock().now();
        let turn = Turn {
            id: TurnId::new(now, &**plane.rng()),
            session,
            author: self.cast.user(Who::Member),
            state: TurnState::Running,
            stop_reason: None,
            outcome: None,
            created_at: now,
            finished_at: None,
        };
        let (id, command) = (turn.id, CommandId::new(now, &**plane.rng()));
        let stored = self.house.store().write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.turn_insert(&turn, command).await })
        });
        stored.await.unwrap();
        self.clock.advance(took);
        self.report(Fact::TurnChanged(TurnChanged {
            session_id: Bytes::copy_from_slice(session.as_bytes()),
            turn_id: Bytes::copy_from_slice(id.as_bytes()),
            state: "done".to_owned(),
            outcome: CANARY.to_owned(),
            stop_reason: "end_turn".to_owned(),
        }))
        .await;
    }
}

fn last(channel: &Value) -> &Value {
    &channel["attempts"][0]
}

/// A question that waits is told in the shape of the receiver, without anything of what is
/// asked, and that it was told is seen.
#[tokio::test]
async fn a_question_is_told_and_nothing_of_what_it_asks() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let channel = scene.make_for(Who::Member, "slack", &receiver, "question").await;
    scene.ask(scene.cast.chat).await;
    let told = scene.told(&receiver).await;
    assert!(told.head.starts_with("POST /hooks/secret-path?x=1 HTTP/1.1\r\n"), "{}", told.head);
    assert_eq!(field(&told.head, "content-type"), "application/json");
    let text = told.json()["text"].as_str().unwrap().to_owned();
    let page = format!("\n{}/sessions/{}", scene.house.origin(), scene.cast.chat);
    assert!(text.starts_with("Gantline: ") && text.ends_with(&page), "{text}");
    assert!(text.contains("asks you something"), "{text}");
    assert!(!told.body.contains(CANARY) && !told.head.contains(CANARY), "{}", told.body);
    told.answer(200).await;
    let seen = scene.until(Who::Member, channel, |channel| last(channel)["status"] == 200).await;
    assert!(last(&seen).get("error").is_none(), "{seen}");
    assert_eq!(last(&seen)["event"], "question");
    assert_eq!(seen["host"], "127.0.0.1");
    assert!(!seen.to_string().contains("secret-path"), "{seen}");
}

/// What comes together is told together, and what was answered meanwhile is not told.
#[tokio::test]
async fn questions_are_gathered_and_those_that_were_answered_are_not_told() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let channel = scene.make_for(Who::Member, "generic", &receiver, "question");
    let missing = json!({ "name": "x", "kind": "generic", "url": receiver.url(),
        "events": ["question"] });
    let refused = scene.send(Who::Member, Request::post(PATH, &missing)).await;
    assert_eq!(refused.problem(409), "webhook_secret_missing");
    let secret = scene.send(Who::Member, Request::post("/api/webhook-secret", &json!({}))).await;
    let secret = secret.json()["secret"].as_str().unwrap().to_owned();
    channel.await;

    let answered = scene.ask(scene.cast.terminal).await;
    let gone = scene.ask(scene.cast.chat).await;
    for _ in 0..3 {
        scene.ask(scene.cast.chat).await;
    }
    scene.close(answered).await;
    scene.close(gone).await;
    let told = scene.told(&receiver).await;
    assert_eq!(field(&told.head, "webhook-signature"), told.signed_by(&[&secret]));
    let body = told.json();
    assert_eq!(body["type"], "notice.question");
    assert_eq!(body["data"]["count"], 3, "{body}");
    assert_eq!(body["data"]["session_id"], json!(scene.cast.chat), "the other one was answered");
    assert!(!told.body.contains(CANARY), "{body}");
    told.answer(204).await;

    scene.ask(scene.cast.chat).await;
    let next = scene.told(&receiver).await;
    assert_eq!(next.json()["data"]["count"], 1, "what was told is not told again");
}

/// R01: what was under way when the server ended is told by the next one, under the same identifier;
/// and what is answered before it is tried again is not.
#[tokio::test]
async fn what_was_broken_off_is_told_again() {
    let receiver = Receiver::open().await;
    let mut scene = Scene::set(&[&receiver]).await;
    scene.send(Who::Member, Request::post("/api/webhook-secret", &json!({}))).await;
    scene.make_for(Who::Member, "generic", &receiver, "question").await;
    let question = scene.ask(scene.cast.chat).await;
    let broken = scene.told(&receiver).await;
    scene.delivering.shutdown().await;
    scene.deliver();
    let again = scene.told(&receiver).await;
    assert_eq!((again.id(), &again.body), (broken.id(), &broken.body));
    again.answer(500).await;
    let third = scene.told(&receiver).await;
    assert_eq!(third.id(), broken.id());
    scene.close(question).await;
    third.answer(500).await;
    scene.ask(scene.cast.terminal).await;
    let other = scene.told(&receiver).await;
    assert_ne!(other.id(), broken.id(), "what was answered is not told any more");
}

/// A receiver that says only in its body that it has not taken it has not; and after three that were
/// given up its channel is put off, and says why.
#[tokio::test]
async fn a_channel_whose_receiver_takes_nothing_is_put_off() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let channel = scene.make_for(Who::Member, "feishu", &receiver, "question").await;
    let store = scene.house.store();
    let step = Duration::from_mins(1);
    for given_up in 1..=3 {
        scene.ask(scene.cast.chat).await;
        for _ in 1..=5 {
            let told = scene.meanwhile(step, receiver.told()).await;
            told.answer_with(200, r#"{"code":19024,"msg":"Key Words Not Found"}"#).await;
        }
        // Tokens do not last as long as this takes.
        let waiting = async {
            while store.channel(channel).await.unwrap().unwrap().given_up < given_up {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, waiting).await.expect("it is given up in time");
        let attempts = store.channel_attempts(channel).await.unwrap();
        let error = attempts[0].error.as_deref().unwrap();
        assert!(error.contains("19024") && !error.contains("Key Words"), "{error}");
    }
    let seen = store.channel(channel).await.unwrap().unwrap();
    assert_eq!(seen.state, ChannelState::PutOff);
    assert!(seen.put_off_because.unwrap().contains("19024"));
}

/// Nothing is kept for a channel that is off, and one that was put off is switched on by its owner.
#[tokio::test]
async fn a_channel_that_is_off_is_told_nothing_of_that_time() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let channel = scene.make_for(Who::Member, "slack", &receiver, "question").await;
    scene.ask(scene.cast.chat).await;
    let off = scene.change(Who::Member, channel, &json!({ "enabled": false })).await;
    assert_eq!(off.json()["state"], "off", "{}", off.text());
    scene.ask(scene.cast.chat).await;
    let on = scene.change(Who::Member, channel, &json!({ "enabled": true })).await;
    assert_eq!(on.json()["state"], "on", "{}", on.text());
    scene.ask(scene.cast.terminal).await;
    let told = scene.told(&receiver).await;
    assert!(told.body.contains(&scene.cast.terminal.to_string()), "{}", told.body);
}

/// An address that is gone is left alone at once.
#[tokio::test]
async fn a_channel_whose_address_is_gone_is_put_off_at_once() {
    for status in [404, 410] {
        let receiver = Receiver::open().await;
        let scene = Scene::set(&[&receiver]).await;
        let channel = scene.make_for(Who::Member, "slack", &receiver, "question").await;
        scene.ask(scene.cast.chat).await;
        scene.told(&receiver).await.answer(status).await;
        let is_put_off = |seen: &Value| seen["state"] == "put_off";
        let seen = scene.until(Who::Member, channel, is_put_off).await;
        let why = seen["put_off_because"].as_str().unwrap();
        assert!(why.contains(&status.to_string()), "{why}");
    }
}

/// A turn that was short does not ring; one that was long does, and so does a session that fails.
#[tokio::test]
async fn the_end_of_a_long_turn_is_told_and_a_failure() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let body = json!({ "name": "ours", "kind": "dingtalk", "url": receiver.url(), "language": "zh",
        "events": ["turn_ended", "session_failed"], "secret": "SECdemo" });
    scene.make(Who::Member, &body).await;
    scene.turn(scene.cast.terminal, Duration::from_secs(59)).await;
    scene.turn(scene.cast.chat, Duration::from_mins(1)).await;
    let told = scene.told(&receiver).await;
    let signed = told.head.lines().next().unwrap();
    assert!(signed.contains("?x=1&timestamp=") && signed.contains("&sign="), "{signed}");
    let text = told.json()["text"]["content"].as_str().unwrap().to_owned();
    assert!(text.contains("完成了一个轮次"), "{text}");
    assert!(text.contains(&scene.cast.chat.to_string()) && !text.contains(CANARY), "{text}");
    told.answer_with(200, r#"{"errcode":0,"errmsg":"ok"}"#).await;
    scene.fail(scene.cast.chat).await;
    let told = scene.told(&receiver).await;
    assert!(told.body.contains("失败") && !told.body.contains(CANARY), "{}", told.body);
}

/// A machine that goes offline is told to administrators, unless it is back before that.
#[tokio::test]
async fn a_machine_that_goes_offline_is_told_to_administrators() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let body = json!({ "name": "ours", "kind": "slack", "url": receiver.url(),
        "events": ["machine_offline"] });
    let refused = scene.send(Who::Member, Request::post(PATH, &body)).await;
    assert_eq!(refused.problem(403), "permission_denied");
    scene.make(Who::TenantAdmin, &body).await;
    scene.reception.went_offline(scene.cast.machine).await;
    let told = scene.told(&receiver).await;
    assert!(told.body.contains("has gone offline"), "{}", told.body);
    assert!(told.body.contains(&format!("/machines/{}", scene.cast.machine)), "{}", told.body);
}

/// S48: nobody is told what is not theirs: neither others, nor whoever may not act any more.
#[tokio::test]
async fn what_is_somebody_elses_is_told_to_nobody_else() {
    let (own, foreign) = (Receiver::open().await, Receiver::open().await);
    let scene = Scene::set(&[&own, &foreign]).await;
    scene.make_for(Who::Member, "slack", &own, "question").await;
    for who in [Who::Colleague, Who::Keeper, Who::TenantAdmin, Who::ForeignAdmin] {
        scene.make_for(who, "slack", &foreign, "question").await;
    }
    scene.ask(scene.cast.chat).await;
    let later = scene.house.app.plane.clock().now() + Duration::from_hours(1);
    let lanes = scene.house.store().lanes_due(later, 8, 100).await.unwrap();
    let owners: Vec<_> = lanes.into_iter().map(|lane| lane.owner).collect();
    assert_eq!(owners, [scene.cast.user(Who::Member)]);
    let told = scene.told(&own).await;
    assert!(told.body.contains("asks you something"), "{}", told.body);
}

/// S48: whoever may not act any more is told nothing that was still to be told.
#[tokio::test]
async fn who_was_disabled_is_told_nothing_more() {
    let (own, other) = (Receiver::open().await, Receiver::open().await);
    let scene = Scene::set(&[&own, &other]).await;
    scene.make_for(Who::Member, "slack", &own, "session_failed").await;
    let budget = json!({ "name": "ours", "kind": "slack", "url": other.url(),
        "events": ["machine_offline"] });
    scene.make(Who::TenantAdmin, &budget).await;
    scene.fail(scene.cast.chat).await;
    let path = format!("/api/users/{}", scene.cast.user(Who::Member));
    let disable = Request::new("PATCH", path).json(&json!({ "enabled": false }));
    let disabled = scene.send(Who::TenantAdmin, disable).await;
    assert_eq!(disabled.status, 200, "{}", disabled.text());
    // What is due later is told; the first one was passed over before that.
    scene.clock.advance(Duration::from_secs(1));
    scene.reception.went_offline(scene.cast.machine).await;
    scene.told(&other).await.answer(200).await;
    let store = scene.house.store();
    let waiting = async {
        let later = scene.clock.now() + Duration::from_hours(1);
        while !store.lanes_due(later, 8, 100).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.expect("nothing waits any more");
    let member = scene.cast.user(Who::Member);
    for channel in store.channels(member).await.unwrap() {
        assert!(store.channel_attempts(channel.id).await.unwrap().is_empty());
    }
}

/// S87: an address is on the public internet and encrypted, or trusted by the operator; and what
/// makes no sense is refused.
#[tokio::test]
async fn what_cannot_be_a_channel_is_refused() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let good = json!({ "name": "ours", "kind": "slack", "url": receiver.url(),
        "events": ["question"] });
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "https://127.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "http://8.8.8.8/",
        "https://user:word@8.8.8.8/",
        "file:///etc/passwd",
        "",
    ] {
        let body = with("url", json!(url));
        let refused = scene.send(Who::Member, Request::post(PATH, &body)).await;
        assert_eq!(refused.problem(400), "invalid_webhook", "{url}");
    }
    for (field, value, code) in [
        ("events", json!([]), "no_events"),
        ("events", json!(["everything"]), "invalid_body"),
        ("kind", json!("pager"), "invalid_body"),
        ("name", json!(" "), "invalid_name"),
        ("secret", json!("SEC"), "invalid_secret"),
        ("shortest_turn_s", json!(86_401), "invalid_time"),
        ("user_id", json!(1), "invalid_body"),
    ] {
        let body = with(field, value);
        let refused = scene.send(Who::Member, Request::post(PATH, &body)).await;
        assert_eq!(refused.problem(400), code, "{body}");
    }
    // One is the member's from the beginning.
    for _ in 1..5 {
        scene.make(Who::Member, &good).await;
    }
    let refused = scene.send(Who::Member, Request::post(PATH, &good)).await;
    assert_eq!(refused.problem(409), "too_many_channels");
}

/// A test is sent at once and says what was answered; another one waits a moment.
#[tokio::test]
async fn a_test_says_what_was_answered() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let id = scene.make_for(Who::Member, "dingtalk", &receiver, "question").await;
    let test =
        async |who| scene.send(who, Request::post(format!("{PATH}/{id}/test"), &json!({}))).await;
    let (answer, ()) = tokio::join!(test(Who::Member), async {
        let told = receiver.told().await;
        assert!(told.body.contains("this is a test"), "{}", told.body);
        told.answer_with(200, r#"{"errcode":310000,"errmsg":"keywords not in content"}"#).await;
    });
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!((&answer["delivered"], &answer["status"]), (&json!(false), &json!(200)));
    assert!(answer["error"].as_str().unwrap().contains("310000"), "{answer}");
    let seen = scene.channel(Who::Member, id).await;
    assert!(
        last(&seen).get("event").is_none() && last(&seen)["error"] == answer["error"],
        "{seen}"
    );
    assert_eq!(test(Who::Member).await.status, 429);
    assert_eq!(test(Who::TenantAdmin).await.status, 404, "it is somebody else's");
    assert_eq!(scene.channel(Who::TenantAdmin, id).await, Value::Null);
}

/// S87: another address is not signed with what the one before was signed with.
#[tokio::test]
async fn another_address_does_not_inherit_the_secret() {
    let (before, after) = (Receiver::open().await, Receiver::open().await);
    let scene = Scene::set(&[&before, &after]).await;
    let body = json!({ "name": "ours", "kind": "feishu", "url": before.url(),
        "events": ["question"], "secret": "demo" });
    let id = scene.make(Who::Member, &body).await;
    scene.ask(scene.cast.chat).await;
    let changed = scene.change(Who::Member, id, &json!({ "url": after.url() })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let told = scene.told(&after).await;
    assert!(told.json().get("sign").is_none(), "{}", told.body);
}
