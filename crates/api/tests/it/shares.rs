//! Sessions that are lent: what that opens, what it does not, and when it ends.

use serde_json::{Value, json};

use crate::cast::{Cast, DIGEST, Who};
use crate::house::{DEADLINE, House};
use crate::http::{Answer, Request};
use crate::socket::{Ended, Socket};

struct Place {
    house: House,
    cast: Cast,
}

impl Place {
    async fn open() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn send(&self, by: Who, request: Request) -> Answer {
        request.with(&self.cast.credential(by)).send(&self.house).await
    }

    async fn get(&self, by: Who, path: &str) -> Answer {
        self.send(by, Request::get(path)).await
    }

    /// The chat's address, and what is below it.
    fn chat(&self, below: &str) -> String {
        format!("/api/sessions/{}{below}", self.cast.chat)
    }

    async fn share(&self, by: Who, with: Who, mut body: Value) -> Answer {
        body["username"] = json!(format!("user-{}", self.cast.user(with)));
        self.send(by, Request::post(self.chat("/shares"), &body)).await
    }

    async fn unshare(&self, by: Who, with: Who) -> Answer {
        let path = self.chat(&format!("/shares/{}", self.cast.user(with)));
        self.send(by, Request::new("DELETE", path)).await
    }

    async fn prompt(&self, by: Who) -> Answer {
        self.send(by, Request::post(self.chat("/prompt"), &json!({ "content": "hello" }))).await
    }

    async fn answer(&self, by: Who, body: Value) -> Answer {
        let path = format!("/api/permissions/{}/answer", self.cast.question);
        self.send(by, Request::post(path, &body)).await
    }
}

/// S36, S37: who watches sees the session and nothing else: not its files, not its machine.
#[tokio::test]
async fn who_watches_sees_the_session_and_nothing_else() {
    let place = Place::open().await;
    let watcher = Who::Newcomer;
    place.get(watcher, &place.chat("")).await.problem(404);
    let shared = place.share(Who::Member, watcher, json!({})).await;
    assert_eq!(shared.status, 200, "{}", shared.text());
    let share = &shared.json()["share"];
    assert_eq!((&share["level"], &share["may_drive"]), (&json!("watch"), &json!(false)));

    assert_eq!(place.get(watcher, &place.chat("")).await.status, 200);
    let listed = place.get(watcher, "/api/sessions").await;
    assert!(listed.text().contains(&place.cast.chat.to_string()));
    assert!(!listed.text().contains(&place.cast.terminal.to_string()), "the other is not lent");
    let before = place.house.mark();
    for path in ["/files", "/changes"] {
        place.get(watcher, &place.chat(path)).await.problem(403);
    }
    place.get(watcher, &format!("/api/remote/machines/{}", place.cast.machine)).await.problem(404);
    place.prompt(watcher).await.problem(403);
    place
        .answer(watcher, json!({ "answer": "allow_once", "digest": hex::encode(DIGEST) }))
        .await
        .problem(403);
    for verb in ["/stop", "/pause"] {
        let request = Request::post(place.chat(verb), &json!({}));
        place.send(watcher, request).await.problem(403);
    }
    place.share(watcher, Who::Reader, json!({})).await.problem(403);
    place.unshare(watcher, Who::Member).await.problem(403);
    let questions = place.get(watcher, "/api/permissions").await;
    assert!(!questions.text().contains(&place.cast.question.to_string()));
    assert_eq!(place.house.mark(), before);

    assert_eq!(place.unshare(Who::Member, watcher).await.status, 200);
    place.get(watcher, &place.chat("")).await.problem(404);
    place.unshare(Who::Member, watcher).await.problem(404);
    // Who only looks changes nothing, not even by giving back.
    place.share(Who::Member, Who::Reader, json!({})).await;
    place.unshare(Who::Reader, Who::Reader).await.problem(403);
}

/// S36: who drives prompts and answers for now; what always holds, and the session's life, is the
/// owner's.
#[tokio::test]
async fn who_drives_prompts_and_answers_and_no_more() {
    let place = Place::open().await;
    let driver = Who::Colleague;
    place.prompt(driver).await.problem(404);
    place.share(Who::Member, driver, json!({ "level": "drive" })).await;
    // The machine is offline, which is no answer about rights.
    assert_eq!(place.prompt(driver).await.problem(503), "machine_offline");
    let questions = place.get(driver, "/api/permissions").await;
    assert!(questions.text().contains(&place.cast.question.to_string()), "{}", questions.text());
    let before = place.house.mark();
    let always = json!({ "within": "workspace", "reach": "tool" });
    let body = json!({ "answer": "allow_once", "digest": hex::encode(DIGEST), "always": always });
    let refused = place.answer(driver, body).await;
    assert_eq!(refused.problem(403), "not_yours", "{}", refused.text());
    for verb in ["/stop", "/pause"] {
        let request = Request::post(place.chat(verb), &json!({}));
        place.send(driver, request).await.problem(403);
    }
    place.share(driver, Who::Newcomer, json!({})).await.problem(403);
    assert_eq!(place.house.mark(), before);
    let body = json!({ "answer": "allow_once", "digest": hex::encode(DIGEST) });
    let answered = place.answer(driver, body).await;
    assert_eq!(answered.status, 200, "{}", answered.text());

    // To drive is to work on the machine, which is not the owner's to allow.
    let path =
        format!("/api/remote/machines/{}/assign/{}", place.cast.machine, place.cast.user(driver));
    let taken = place.send(Who::Keeper, Request::new("DELETE", path)).await;
    assert_eq!(taken.status, 200);
    place.prompt(driver).await.problem(403);
    assert_eq!(place.get(driver, &place.chat("")).await.status, 200, "it is lent all the same");
    let shares = place.get(Who::Member, &place.chat("/shares")).await.json();
    let id = json!(place.cast.user(driver));
    let shares = shares["shares"].as_array().unwrap();
    let theirs = shares.iter().find(|share| share["user_id"] == id).unwrap();
    assert_eq!((&theirs["level"], &theirs["may_drive"]), (&json!("drive"), &json!(false)));
}

/// S37: nobody of another tenant, nobody who is not there, nobody who could not work there
/// anyway, not for ever, not the owner; and who administers shares nobody else's session.
#[tokio::test]
async fn what_cannot_be_lent_is_refused() {
    let place = Place::open().await;
    let before = place.house.mark();
    place.share(Who::Member, Who::Stranger, json!({})).await.problem(404);
    let nobody = json!({ "username": "nobody-at-all" });
    let request = Request::post(place.chat("/shares"), &nobody);
    place.send(Who::Member, request).await.problem(404);
    for who in [Who::Newcomer, Who::Reader] {
        let refused = place.share(Who::Member, who, json!({ "level": "drive" })).await;
        assert_eq!(refused.problem(409), "not_on_machine", "{who:?}");
    }
    let own = place.share(Who::Member, Who::Member, json!({})).await;
    assert_eq!(own.problem(400), "own_session");
    for expires_in in [json!(0), json!(2_592_001), json!(u64::MAX), json!(-1), json!("1")] {
        let body = json!({ "expires_in": expires_in });
        place.share(Who::Member, Who::Colleague, body).await.problem(400);
    }
    let body = json!({ "level": "own" });
    place.share(Who::Member, Who::Colleague, body).await.problem(400);
    for admin in [Who::TenantAdmin, Who::SystemAdmin, Who::Keeper] {
        place.share(admin, Who::Colleague, json!({})).await.problem(403);
    }
    assert_eq!(place.house.mark(), before);
    place.share(Who::Member, Who::Colleague, json!({})).await;
    assert_eq!(place.unshare(Who::TenantAdmin, Who::Colleague).await.status, 200);
}

/// S39: what somebody has open ends with the share, taken back by its owner or over by itself; who
/// holds one may also give it back.
#[tokio::test]
async fn what_is_open_ends_with_the_share() {
    for ends in ["taken back", "given back", "over"] {
        let place = Place::open().await;
        let watch = tokio::spawn(control::shares::watch(place.house.app.plane.clone()));
        let (watcher, chat) = (Who::Newcomer, place.cast.chat.to_string());
        let token = place.cast.credential(watcher);
        let mut live = Socket::open(&place.house, "/ws", &token).await;
        assert_eq!(live.json().await["method"], "connected");
        let lasts = if ends == "over" { 2 } else { 3_600 };
        place.share(Who::Member, watcher, json!({ "expires_in": lasts })).await;
        // It is told of the session as soon as it may see it.
        let heard = async { while !live.json().await.to_string().contains(&chat) {} };
        tokio::time::timeout(DEADLINE, heard).await.expect(ends);
        let by = match ends {
            "taken back" => Some(Who::Member),
            "given back" => Some(watcher),
            _ => None,
        };
        if let Some(by) = by {
            assert_eq!(place.unshare(by, watcher).await.status, 200, "{ends}");
        }
        assert_eq!(live.ended().await, Ended::Closed(1012), "{ends}");
        let gone = async { while place.get(watcher, &place.chat("")).await.status != 404 {} };
        tokio::time::timeout(DEADLINE, gone).await.expect(ends);
        let listed = place.get(watcher, "/api/sessions").await;
        assert!(!listed.text().contains(&place.cast.chat.to_string()), "{ends}");
        watch.abort();
    }
}
