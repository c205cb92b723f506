//! Deleting accounts: what goes, and what stays.

use std::collections::BTreeSet;

use model::CommandId;
use serde_json::json;
use store::StoreError;
use store::commands::NewCommand;

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::{Ended, Socket};
use crate::stolen::rows;

/// Where a deleted account may still be named: in its own row, in what was used and done, and as who has
/// made what belongs to the tenant.
const NAMED_IN: [&str; 10] = [
    "audit_records",
    "commands",
    "enrolments",
    "policy_presets",
    "policy_rules",
    "prices",
    "provider_keys",
    "quotas",
    "usage_records",
    "users",
];

/// A word in a rule of the member's own.
const RULED: &str = "a-word-of-the-members-own-rule";

const SAID: &str = "what the member said and nobody else should ever read";

async fn send(house: &House, cast: &Cast, who: Who, request: Request) -> Answer {
    request.with(&cast.credential(who)).send(house).await
}

/// Has the member leave something everywhere.
async fn fill(house: &House, cast: &Cast) {
    let (now, rng) = (house.app.plane.clock().now(), house.app.plane.rng());
    // A prompt that its machine has not taken yet.
    let order = NewCommand {
        id: CommandId::new(now, &**rng),
        machine: cast.machine,
        session: cast.chat,
        actor: format!("user:{}", cast.user(Who::Member)),
        body: SAID.as_bytes().to_vec(),
        not_after: None,
        created_at: now,
    };
    let waits = house.store().write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.command_append(&order).await })
    });
    assert!(waits.await.unwrap().is_some());
    let job = json!({ "machine_id": cast.machine, "agent": "demo", "prompt": SAID, "machine_wait": 3600 });
    let job = Request::post("/api/jobs", &job).header("idempotency-key", "once");
    let submitted = send(house, cast, Who::Member, job).await;
    assert_eq!(submitted.status, 201, "{}", submitted.text());
    let rule = json!({
        "effect": "allow", "tool": "Bash", "machine_id": cast.machine,
        "matches": { "kind": "prefix", "words": ["make", RULED] },
    });
    let ruled = send(house, cast, Who::Member, Request::post("/api/policy/rules", &rule)).await;
    assert!(ruled.status < 300, "{}", ruled.text());
    let secret = Request::post("/api/webhook-secret", &json!({}));
    assert_eq!(send(house, cast, Who::Member, secret).await.status, 201);
    let named = Request::new("PATCH", format!("/api/sessions/{}", cast.chat));
    let named = send(house, cast, Who::Member, named.json(&json!({ "name": SAID }))).await;
    assert_eq!(named.status, 200, "{}", named.text());
}

/// Which tables hold one of these.
async fn tables_with(house: &House, needles: &[Vec<u8>]) -> BTreeSet<String> {
    let holds = |value: &[u8]| {
        needles.iter().any(|needle| value.windows(needle.len()).any(|part| part == needle))
    };
    let rows = rows(house).await.into_iter();
    let with = rows.filter(|(_, values)| values.iter().any(|value| holds(value)));
    with.map(|(table, _)| table).collect()
}

/// S115: with an account go its sessions, prompts that wait, jobs, credentials and settings, out of
/// every table; what was done and used stays, and the log goes on saying who it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_account_leaves_its_name_and_nothing_else() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    fill(&house, &cast).await;
    let member = cast.user(Who::Member);
    let content = [SAID, RULED].map(|text| text.as_bytes().to_vec());
    for part in &content {
        assert!(!tables_with(&house, std::slice::from_ref(part)).await.is_empty());
    }
    let credentials = [Who::Member, Who::MemberInBrowser].map(|who| cast.credential(who));
    let mut live = Socket::open(&house, "/ws", &credentials[0]).await;
    assert_eq!(live.json().await["method"], "connected");

    let path = format!("/api/users/{member}");
    let deleted = send(&house, &cast, Who::TenantAdmin, Request::new("DELETE", &path)).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text());

    assert_eq!(live.ended().await, Ended::Closed(1008));
    for credential in &credentials {
        Request::get("/api/auth/me").with(credential).send(&house).await.problem(401);
    }
    send(&house, &cast, Who::TenantAdmin, Request::get(&path)).await.problem(404);
    send(&house, &cast, Who::TenantAdmin, Request::new("DELETE", &path)).await.problem(404);
    let list = send(&house, &cast, Who::TenantAdmin, Request::get("/api/users")).await;
    assert!(!list.text().contains(&member.to_string()), "{}", list.text());

    let [said, ruled] = &content;
    assert_eq!(tables_with(&house, std::slice::from_ref(said)).await, BTreeSet::new());
    // That somebody was allowed something is what the log is for.
    let log = BTreeSet::from(["audit_records".to_owned()]);
    assert_eq!(tables_with(&house, std::slice::from_ref(ruled)).await, log);
    let id = [member.as_uuid().as_bytes().to_vec(), member.to_string().into_bytes()];
    let named: Vec<String> = tables_with(&house, &id).await.into_iter().collect();
    let unexpected: Vec<_> =
        named.iter().filter(|table| !NAMED_IN.contains(&table.as_str())).collect();
    assert!(unexpected.is_empty(), "{unexpected:?} still know of the account");

    let log = send(&house, &cast, Who::TenantAdmin, Request::get("/api/audit")).await.json();
    let name = format!("user:{member}");
    assert_eq!(log["names"][&name], cast.username.as_str());
    let lines = log["records"].as_array().unwrap();
    let line = lines.iter().find(|line| line["action"] == "user.delete").unwrap();
    assert_eq!(
        (&line["object"], &line["facts"]["username"]),
        (&json!(name), &json!(cast.username))
    );
}

/// The name of a deleted account can be given again, to another account.
#[tokio::test]
async fn the_name_of_a_deleted_account_is_free() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let body = json!({ "username": cast.username });
    let invite = || Request::post("/api/users", &body);
    let taken = send(&house, &cast, Who::TenantAdmin, invite()).await;
    assert_eq!(taken.problem(409), "username_taken");
    let path = format!("/api/users/{}", cast.user(Who::Member));
    let deleted = send(&house, &cast, Who::TenantAdmin, Request::new("DELETE", &path)).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text());
    let again = send(&house, &cast, Who::TenantAdmin, invite()).await;
    assert_eq!(again.status, 201, "{}", again.text());
    assert_ne!(again.json()["user"]["user_id"], json!(cast.user(Who::Member)));
}

/// Nobody deletes themselves or somebody above them, and somebody must be left to run the
/// installation.
#[tokio::test]
async fn nobody_deletes_themselves_or_whoever_is_above() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let delete = |whom| Request::new("DELETE", format!("/api/users/{}", cast.user(whom)));
    let own = send(&house, &cast, Who::TenantAdmin, delete(Who::TenantAdmin)).await;
    assert_eq!(own.problem(409), "own_account");
    let above = send(&house, &cast, Who::TenantAdmin, delete(Who::SystemAdmin)).await;
    above.problem(403);
    let foreign = send(&house, &cast, Who::ForeignAdmin, delete(Who::Member)).await;
    foreign.problem(404);
}
