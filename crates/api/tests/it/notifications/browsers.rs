//! Browsers that are told: by a push service that is pretended and really decrypts and verifies.

use model::audit::AuditRecord;
use model::user::Login;
use model::{ExposeSecret, LoginId};
use vault::Token;
use vault::token::Login as LoginKind;

use super::*;
use crate::cast::Credential;
use crate::push::{AUTH, Browser, P256DH, verified};
use crate::receiver::Told;
use crate::revocation::sign_in;

const BROWSER: &str = "/api/notification-channels/browser";

impl Scene {
    /// The browser of a login asks to be told.
    async fn subscribe(&self, login: &Credential, body: &Value) -> Answer {
        let request = Request::new("PUT", BROWSER).json(body).with(login);
        request.send(&self.house).await
    }

    async fn subscribed(&self, login: &Credential, browser: &Browser) -> ChannelId {
        let answer = self.subscribe(login, &browser.subscription()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.text().contains(&browser.endpoint), "{}", answer.text());
        answer.json()["id"].as_str().unwrap().parse().unwrap()
    }

    fn member(&self) -> Credential {
        self.cast.credential(Who::MemberInBrowser)
    }

    async fn second_login(&self, who: Who) -> Credential {
        let (now, rng) = (self.clock.now(), self.house.app.plane.rng());
        let token = Token::<LoginKind>::mint(&**rng, LoginId::new(now, &**rng));
        let row = Login {
            id: token.id(),
            user: self.cast.user(who),
            created_at: now,
            last_used_at: now,
            expires_at: now + Duration::from_hours(1),
            user_agent: "a browser".to_owned(),
        };
        let hash = *token.digest().as_bytes();
        let stored = self.house.store().write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.login_insert(&row, &hash).await })
        });
        stored.await.unwrap();
        Credential::Cookie(token.text().expose_secret().to_owned())
    }

    /// What the server's key is that browsers subscribe with.
    async fn key(&self) -> String {
        let listed = self.send(Who::MemberInBrowser, Request::get(PATH)).await.json();
        listed["browsers"]["application_server_key"].as_str().unwrap().to_owned()
    }

    /// Where the channels of the member lead, in the database.
    async fn destinations(&self, who: Who) -> Vec<String> {
        let channels = self.house.store().channels(self.cast.user(who)).await.unwrap();
        let browsers = channels.into_iter().filter(|channel| channel.browser.is_some());
        browsers.map(|channel| channel.destination).collect()
    }
}

fn opened(browser: &Browser, told: &Told) -> Value {
    browser.open(&told.bytes)
}

/// A question that waits is pushed to the browser: nobody but it can read that, it says nothing of what
/// is asked, and the push service knows who tells it, for how long and how urgent it is.
#[tokio::test]
async fn a_question_is_pushed_and_only_the_browser_reads_it() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let browser = Browser::at(&receiver, "first");
    let channel = scene.subscribed(&scene.member(), &browser).await;
    scene.ask(scene.cast.chat).await;
    let told = scene.told(&receiver).await;
    assert!(told.head.starts_with("POST /push/first HTTP/1.1\r\n"), "{}", told.head);
    for (name, value) in [("content-encoding", "aes128gcm"), ("ttl", "14400"), ("urgency", "high")]
    {
        assert_eq!(field(&told.head, name), value);
    }
    assert_eq!(field(&told.head, "topic").len(), 32);
    let session = scene.cast.chat.to_string();
    assert!(!told.head.contains(&session) && !told.head.contains("cookie"), "{}", told.head);
    let claims = verified(&told, &scene.key().await);
    assert_eq!(claims["aud"], format!("http://{}", receiver.authority));
    let lasts = claims["exp"].as_i64().unwrap() - scene.clock.now().as_millis() / 1_000;
    assert!((1..=24 * 60 * 60).contains(&lasts), "{claims}");
    assert!(claims.get("sub").is_none(), "an address without TLS is nobody's business: {claims}");
    let message = opened(&browser, &told);
    assert_eq!(message["path"], format!("/sessions/{session}"));
    assert_eq!(message["tag"], format!("question:{session}"));
    let body = message["body"].as_str().unwrap();
    assert!(body.ends_with("asks you something.") && !body.contains("Gantline"), "{body}");
    assert!(!message.to_string().contains(CANARY), "{message}");
    told.answer(201).await;
    let seen =
        scene.until(Who::MemberInBrowser, channel, |channel| last(channel)["status"] == 201).await;
    assert_eq!((&seen["kind"], &seen["host"]), (&json!("browser"), &json!("127.0.0.1")));
}

/// What follows in the same session replaces what was not passed on yet, and what is about another one
/// does not.
#[tokio::test]
async fn a_newer_message_replaces_an_older_one_of_the_same_session() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let browser = Browser::at(&receiver, "first");
    scene.subscribed(&scene.member(), &browser).await;
    let mut topics = Vec::new();
    for session in [scene.cast.chat, scene.cast.chat, scene.cast.terminal] {
        scene.ask(session).await;
        let told = scene.told(&receiver).await;
        topics.push(field(&told.head, "topic").to_owned());
        told.answer(201).await;
    }
    assert_eq!(topics[0], topics[1]);
    assert_ne!(topics[0], topics[2]);
}

/// What a push service answers: it is asked again later, not followed anywhere, and told the same until
/// it has it.
#[tokio::test]
async fn a_push_service_that_cannot_take_it_is_asked_again() {
    let (receiver, elsewhere) = (Receiver::open().await, Receiver::open().await);
    let scene = Scene::set(&[&receiver, &elsewhere]).await;
    let browser = Browser::at(&receiver, "first");
    let channel = scene.subscribed(&scene.member(), &browser).await;
    scene.ask(scene.cast.chat).await;
    let before = scene.told(&receiver).await;
    let first = opened(&browser, &before);
    let redirect = format!("location: http://{}/push/first\r\n", elsewhere.authority);
    before.answer_beside(307, &redirect).await;
    let asked = scene.clock.now();
    let again = scene.told(&receiver).await;
    again.answer_beside(429, "retry-after: 120\r\n").await;
    let third = scene.told(&receiver).await;
    assert!(scene.clock.now().since(asked) >= Duration::from_mins(2), "it wants to be left alone");
    assert_eq!(opened(&browser, &third), first);
    third.answer(500).await;
    let fourth = scene.meanwhile(Duration::from_mins(1), receiver.told()).await;
    // Broken off without an answer.
    drop(fourth);
    let fifth = scene.meanwhile(Duration::from_mins(1), receiver.told()).await;
    assert_eq!(opened(&browser, &fifth), first);
    fifth.answer(413).await;
    // Tokens do not last as long as this takes.
    let store = scene.house.store();
    let waiting = async {
        while store.channel(channel).await.unwrap().unwrap().given_up == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.expect("it is given up in time");
    let attempts = store.channel_attempts(channel).await.unwrap();
    let statuses: Vec<_> = attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, [Some(413), None, Some(500), Some(429), Some(307)]);
    let nobody = tokio::time::timeout(Duration::from_millis(50), elsewhere.told()).await;
    assert!(nobody.is_err(), "a redirect is not followed");
}

/// A browser that is gone is forgotten at once, and that is written down.
#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten() {
    for status in [404, 410] {
        let receiver = Receiver::open().await;
        let scene = Scene::set(&[&receiver]).await;
        let browser = Browser::at(&receiver, "first");
        let channel = scene.subscribed(&scene.member(), &browser).await;
        scene.ask(scene.cast.chat).await;
        scene.told(&receiver).await.answer(status).await;
        scene.until(Who::MemberInBrowser, channel, Value::is_null).await;
        let log = scene.house.store().audit_page(Some(scene.cast.tenant), None, 100).await.unwrap();
        let is_it = |record: &&AuditRecord| record.object.ends_with(&channel.to_string());
        let line = log.iter().find(is_it).unwrap();
        assert_eq!((&*line.action, &*line.actor), ("notification_channel.delete", "system"));
        // The test finds it out too.
        let channel = scene.subscribed(&scene.member(), &browser).await;
        let path = format!("{PATH}/{channel}/test");
        let request = Request::post(path, &json!({}));
        let (answer, ()) = tokio::join!(scene.send(Who::MemberInBrowser, request), async {
            let told = receiver.told().await;
            assert_eq!(opened(&browser, &told)["path"], "/settings/notifications");
            told.answer(status).await;
        });
        assert_eq!(answer.json()["delivered"], false, "{}", answer.text());
        assert_eq!(scene.channel(Who::MemberInBrowser, channel).await, Value::Null);
    }
}

/// S48: a browser is told as long as its login lasts, and one person at a time, however it was left.
#[tokio::test]
async fn a_browser_is_told_as_long_as_it_is_signed_in() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let browser = Browser::at(&receiver, "shared");
    let login = sign_in(&scene.house, &scene.cast).await;
    let first = scene.subscribed(&login, &browser).await;
    let listed = Request::get(PATH).with(&login).send(&scene.house).await.json();
    assert_eq!(listed["browsers"]["this_one"], json!(first));
    let elsewhere = scene.send(Who::MemberInBrowser, Request::get(PATH)).await.json();
    assert!(elsewhere["browsers"].get("this_one").is_none(), "that is another browser");
    // It has another address now, and stays what it was.
    let moved = Browser::at(&receiver, "moved");
    let mut body = moved.subscription();
    body.as_object_mut().unwrap().remove("name");
    let answer = scene.subscribe(&login, &body).await.json();
    assert_eq!((&answer["id"], &answer["name"]), (&json!(first), &json!("Firefox · Linux")));
    // Somebody else signs in without the first having signed out.
    let admin = scene.second_login(Who::TenantAdmin).await;
    scene.subscribed(&admin, &moved).await;
    assert!(scene.destinations(Who::Member).await.is_empty(), "it is somebody else's now");
    // Signing out ends it, and what would come back by itself does not.
    let out = Request::new("POST", "/api/auth/logout").with(&admin).send(&scene.house).await;
    assert!((200..300).contains(&out.status), "{}", out.text());
    assert!(scene.destinations(Who::TenantAdmin).await.is_empty());
    assert_eq!(scene.subscribe(&login, &body).await.status, 404, "it was taken over meanwhile");
    assert!(scene.destinations(Who::Member).await.is_empty());
}

/// S87: the address is a client's word, and so leads nowhere but to the public internet; and what makes
/// no sense is refused.
#[tokio::test]
async fn what_cannot_be_a_browser_is_refused() {
    let receiver = Receiver::open().await;
    let scene = Scene::set(&[&receiver]).await;
    let good = json!({ "endpoint": "https://8.8.8.8/push/a", "p256dh": P256DH, "auth": AUTH,
        "name": "mine" });
    let login = scene.member();
    for (field, value, code) in [
        ("endpoint", "https://127.0.0.1/push", "invalid_webhook"),
        ("endpoint", "https://[::ffff:169.254.169.254]/push", "invalid_webhook"),
        ("endpoint", "http://8.8.8.8/push", "invalid_webhook"),
        ("endpoint", "javascript:alert(1)", "invalid_webhook"),
        ("p256dh", AUTH, "invalid_subscription"),
        ("p256dh", "", "invalid_subscription"),
        ("auth", "AAAA", "invalid_subscription"),
        ("name", " ", "invalid_name"),
        ("language", "fr", "invalid_body"),
        ("user_id", "1", "invalid_body"),
    ] {
        let mut body = good.clone();
        body[field] = json!(value);
        let refused = scene.subscribe(&login, &body).await;
        assert_eq!(refused.problem(400), code, "{body}");
    }
    let foreign = Request::new("PUT", BROWSER).json(&good).with(&login);
    let foreign = foreign.header("origin", "https://evil.example").send(&scene.house).await;
    assert_eq!(foreign.status, 403, "another page cannot ask in its name");
    let token = scene.subscribe(&scene.cast.credential(Who::Member), &good).await;
    assert_eq!(token.problem(403), "not_a_login");
    let by_hand = json!({ "name": "x", "kind": "browser", "url": "https://8.8.8.8/", "events":
        ["question"] });
    let by_hand = scene.send(Who::Member, Request::post(PATH, &by_hand)).await;
    assert_eq!(by_hand.problem(400), "invalid_kind");
    let channel = scene.subscribe(&login, &good).await.json();
    let id: ChannelId = channel["id"].as_str().unwrap().parse().unwrap();
    let moved = scene.change(Who::Member, id, &json!({ "url": "https://8.8.4.4/" })).await;
    assert_eq!(moved.problem(400), "invalid_kind");
    let renamed = scene.change(Who::Member, id, &json!({ "name": "laptop" })).await;
    assert_eq!(renamed.json()["name"], "laptop", "{}", renamed.text());
    // Five others are not in their way, and ten are the most.
    for number in 1..=10 {
        let login = sign_in(&scene.house, &scene.cast).await;
        let mut body = good.clone();
        body["endpoint"] = json!(format!("https://8.8.8.8/push/{number}"));
        let answer = scene.subscribe(&login, &body).await;
        match number {
            10 => assert_eq!(answer.problem(409), "too_many_browsers"),
            _ => assert_eq!(answer.status, 200, "{}", answer.text()),
        }
    }
}

/// Those who drive a session for its owner are told that it waits for an answer, for as long as they
/// may give one; who only watches is not.
#[tokio::test]
async fn who_drives_a_session_is_told_that_it_waits() {
    let (own, driver, other) =
        (Receiver::open().await, Receiver::open().await, Receiver::open().await);
    let scene = Scene::set(&[&own, &driver, &other]).await;
    scene.make_for(Who::Member, "slack", &own, "question").await;
    scene.make_for(Who::Colleague, "slack", &driver, "question").await;
    let lent = async |who: Who, level: &str, lasts_s: u64| {
        let body = json!({ "level": level, "expires_in": lasts_s,
            "username": format!("user-{}", scene.cast.user(who)) });
        let path = format!("/api/sessions/{}/shares", scene.cast.chat);
        let shared = scene.send(Who::Member, Request::post(path, &body)).await;
        assert!((200..300).contains(&shared.status), "{}", shared.text());
    };
    lent(Who::Colleague, "drive", 3_600).await;
    lent(Who::Keeper, "watch", 3_600).await;
    scene.make_for(Who::Keeper, "slack", &other, "question").await;
    scene.ask(scene.cast.chat).await;
    let told = scene.told(&driver).await;
    let text = told.json()["text"].as_str().unwrap().to_owned();
    assert!(text.contains(" of ") && text.contains("asks you something"), "{text}");
    told.answer(200).await;
    scene.told(&own).await.answer(200).await;
    // A session that is not lent is not told; nor is one whose time is over.
    scene.ask(scene.cast.terminal).await;
    scene.told(&own).await.answer(200).await;
    scene.clock.advance(Duration::from_hours(1));
    scene.ask(scene.cast.chat).await;
    scene.told(&own).await.answer(200).await;
    for receiver in [&driver, &other] {
        let nobody = scene.meanwhile(Duration::from_secs(1), async {
            tokio::time::timeout(Duration::from_millis(200), receiver.told()).await
        });
        assert!(nobody.await.is_err(), "nobody else is told");
    }
}
