//! Sessions taken in, as far as no machine is needed for it; what a machine makes of them is a
//! walkthrough.

use contract::exports::MAX_IMPORT_BYTES;
use control::housekeeping;
use model::rng::CountingRng;
use model::{SessionId, Timestamp};
use serde_json::{Value, json};
use store::StoreError;

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::methods::export;

struct Scene {
    house: House,
    cast: Cast,
    before: u32,
}

impl Scene {
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        let before = house.mark();
        Self { house, cast, before }
    }

    async fn import(&self, body: Value) -> Answer {
        let credential = self.cast.credential(Who::Member);
        let request = Request::post("/api/sessions/import", &body).with(&credential);
        request.send(&self.house).await
    }

    /// An export with something else in its session.
    fn with(&self, name: &str, value: Value) -> Value {
        let mut data: Value = serde_json::from_str(&export()).unwrap();
        data["session"][name] = value;
        json!({ "machine_id": self.cast.machine, "data": data.to_string() })
    }

    async fn check(&self, body: Value, status: u16, code: &str) {
        let answer = self.import(body).await;
        assert_eq!(answer.problem(status), code, "{}", answer.text());
        assert_eq!(self.house.mark(), self.before, "{code}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_in_is_refused_and_changes_nothing() {
    let scene = Scene::set().await;
    let machine = scene.cast.machine;
    let body = |data: &str| json!({ "machine_id": machine, "data": data });
    let update = |seq: u64| {
        let update = json!({ "kind": "session_info" });
        json!({ "seq": seq, "at": "2026-04-03T16:37:10.007Z", "update": update })
    };
    let giant = json!({ "kind": "session_info", "title": "x".repeat(1024 * 1024) });
    let giant = json!({ "seq": 1, "at": "2026-04-03T16:37:10.007Z", "update": giant });
    let many: Vec<String> = (0..33).map(|n| n.to_string()).collect();
    for (body, status, code) in [
        (body("# Markdown"), 400, "invalid_export"),
        (scene.with("updates", json!([])), 400, "invalid_export"),
        (scene.with("updates", json!([update(2)])), 400, "invalid_export"),
        (scene.with("updates", json!([update(1), update(3)])), 400, "invalid_export"),
        (scene.with("updates", json!([giant])), 400, "invalid_export"),
        (scene.with("activity", json!([])), 400, "invalid_export"),
        (scene.with("name", json!("a\u{1b}[2J")), 400, "invalid_name"),
        (scene.with("name", json!("x".repeat(201))), 400, "invalid_name"),
        (scene.with("project_path", json!("a\nb")), 400, "invalid_name"),
        (scene.with("tags", json!(["a\u{0}"])), 400, "invalid_name"),
        (scene.with("tags", json!(many)), 400, "too_many_tags"),
        (scene.with("agent_name", json!("../x")), 400, "agent_unknown"),
        (json!({ "machine_id": "nobody", "data": export() }), 404, "not_found"),
        (json!({ "machine_id": machine, "data": { "session": {} } }), 400, "invalid_body"),
        // All is well, but for the machine.
        (scene.with("name", json!("好")), 503, "machine_offline"),
        (json!({ "data": export() }), 503, "machine_offline"),
    ] {
        scene.check(body, status, code).await;
    }
    let key = "x".repeat(201);
    let mut keyed = body(&export());
    keyed["idempotency_key"] = json!(key);
    scene.check(keyed, 400, "invalid_name").await;
}

/// S119: what is larger than any import is refused with the limit, and so is who comes while as
/// many are read as there is memory for.
#[tokio::test]
async fn imports_are_bounded_in_size_and_number() {
    let scene = Scene::set().await;
    let large = json!({ "data": "x".repeat(MAX_IMPORT_BYTES) });
    let answer = scene.import(large).await;
    assert_eq!(answer.problem(413), "body_too_large");
    assert!(answer.text().contains(&MAX_IMPORT_BYTES.to_string()), "{}", answer.text());

    let places = scene.house.app.import_places.clone();
    let all = u32::try_from(places.available_permits()).unwrap();
    let taken = places.acquire_many_owned(all).await.unwrap();
    let answer = scene.import(json!({ "data": export() })).await;
    assert_eq!(answer.problem(503), "too_many_imports");
    assert_eq!(answer.header("retry-after"), Some("5"));
    drop(taken);
    scene.check(scene.with("name", json!("again")), 503, "machine_offline").await;
    assert_eq!(scene.house.app.import_places.available_permits(), all as usize, "given back");
}

/// Who breaks off in the middle leaves nothing behind for ever: the machine is told to forget.
#[tokio::test]
async fn what_an_import_has_left_behind_is_forgotten() {
    let scene = Scene::set().await;
    let (store, plane, machine) = (scene.house.store(), &scene.house.app.plane, scene.cast.machine);
    let rng = CountingRng::default();
    let now = plane.clock().now();
    let long_ago = Timestamp::from_millis(now.as_millis() - 3_600_000);
    let [left, fresh] = [long_ago, now].map(|begun_at| (SessionId::new(begun_at, &rng), begun_at));
    for (session, begun_at) in [left, fresh] {
        let noted = store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.import_begin(session, machine, begun_at).await })
        });
        noted.await.unwrap();
    }
    housekeeping::tidy_up(plane).await.unwrap();
    let ever = Timestamp::from_millis(i64::MAX);
    assert_eq!(store.imports_begun_before(ever).await.unwrap(), [(fresh.0, machine)]);
    let orders = store.commands_pending(machine, 0, 10).await.unwrap();
    let forgotten: Vec<_> = orders.iter().map(|order| order.session).collect();
    assert_eq!(forgotten, [left.0]);
}

/// S50: what would be a pattern is text, and there are only so many words.
#[tokio::test]
async fn a_search_is_for_a_bounded_number_of_plain_words() {
    let scene = Scene::set().await;
    let credential = scene.cast.credential(Who::Member);
    let path = format!("/api/sessions/{}", scene.cast.chat);
    let title = json!({ "title": "100% of_it [a-z]*" });
    let titled = Request::new("PATCH", path).json(&title).with(&credential);
    assert_eq!(titled.send(&scene.house).await.status, 200);
    for (query, found) in [
        ("100%25", 1),
        ("of_it", 1),
        ("[a-z]*", 1),
        ("1%25of", 0),
        ("of%25it", 0),
        ("o__it", 0),
        ("%25%25%25", 0),
        ("[a-z]%2B", 0),
        (".*", 0),
    ] {
        let request = Request::get(format!("/api/sessions?q={query}")).with(&credential);
        let answer = request.send(&scene.house).await;
        let sessions = answer.json()["sessions"].as_array().unwrap().len();
        assert_eq!(sessions, found, "{query}: {}", answer.text());
    }
    for (words, status) in [(16, 200), (17, 400)] {
        let query = vec!["a"; words].join("%20");
        let request = Request::get(format!("/api/sessions?q={query}")).with(&credential);
        let answer = request.send(&scene.house).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(status == 200 || answer.problem(status) == "too_many_words");
    }
}
