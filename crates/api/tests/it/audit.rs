//! What is written into the audit log; reading it, checking it, and taking it out of the house.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use control::audit::refusals::refusals_settle;
use control::{audit, housekeeping};
use model::TenantId;
use model::audit::{AuditLog, AuditRecord};
use model::time::ManualClock;
use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::Socket;
use crate::table::TABLE;

struct Stage {
    house: House,
    cast: Cast,
}

impl Stage {
    /// A house in whose log three tokens were made and one was taken back.
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        let stage = Self { house, cast };
        for name in ["=cmd()", "two", "three"] {
            let body = serde_json::json!({ "name": name, "expires_in_days": 1 });
            let made = stage.send(Request::post("/api/auth/tokens", &body)).await;
            assert_eq!(made.status, 201, "{}", made.text());
        }
        let token = stage.cast.token;
        let gone = Request::new("DELETE", format!("/api/auth/tokens/{token}"));
        let gone = gone.with(&stage.cast.credential(Who::Member)).send(&stage.house).await;
        assert_eq!(gone.status, 200, "{}", gone.text());
        stage
    }

    async fn send(&self, request: Request) -> Answer {
        request.with(&self.cast.credential(Who::TenantAdmin)).send(&self.house).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.send(Request::get(path)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }
}

fn actions(log: &Value) -> Vec<&str> {
    let records = log["records"].as_array().unwrap();
    records.iter().map(|record| record["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_log_is_read_by_what_is_known_of_it() {
    let stage = Stage::set().await;
    let admin = stage.cast.user(Who::TenantAdmin);
    let all = stage.get("/api/audit").await;
    assert_eq!(actions(&all)[0], "api_token.revoke");
    let made = stage.get("/api/audit?action=api_token.create&limit=2").await;
    assert_eq!(actions(&made), ["api_token.create"; 2]);
    let cursor = made["next_cursor"].as_str().unwrap();
    let rest = stage.get(&format!("/api/audit?action=api_token.create&cursor={cursor}")).await;
    assert_eq!(actions(&rest), ["api_token.create"]);
    let by_admin = stage.get(&format!("/api/audit?action=api_token&actor=user:{admin}")).await;
    assert_eq!(actions(&by_admin), ["api_token.create"; 3]);
    let refused = stage.get("/api/audit?result=refused").await;
    assert_eq!(actions(&refused), [""; 0]);
    for wrong in ["result=maybe", "cursor=x", "since=yesterday", "order=asc", "limit=-1"] {
        let answer = stage.send(Request::get(format!("/api/audit?{wrong}"))).await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
    }
}

/// S111: whoever keeps what a check has said knows later that it is still the same log.
#[tokio::test]
async fn the_log_is_checked_against_what_was_kept() {
    let stage = Stage::set().await;
    let first = stage.get("/api/audit/verify").await;
    assert_eq!(first["intact"], true, "{first}");
    assert_eq!(first["position"], 4);
    let (position, hash) = (&first["position"], first["hash"].as_str().unwrap());
    assert_eq!(hash.len(), 64);
    let path = format!("/api/audit/verify?position={position}&hash=");
    assert_eq!(stage.get(&format!("{path}{hash}")).await["intact"], true);
    let other = stage.get(&format!("{path}{}", "0".repeat(64))).await;
    assert_eq!((&other["intact"], &other["broken_at"]), (&false.into(), position));
    assert_eq!(other["problem"], "changed");
    let beyond = stage.get(&format!("/api/audit/verify?position=9&hash={hash}")).await;
    assert_eq!((&beyond["intact"], &beyond["problem"]), (&false.into(), &"missing".into()));
    for wrong in ["position=1", "hash=00", "position=0&hash=00", "position=1&hash=xyz"] {
        let answer = stage.send(Request::get(format!("/api/audit/verify?{wrong}"))).await;
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
    }
}

/// S110: that somebody has taken the log out of the house stands in it.
#[tokio::test]
async fn the_whole_log_is_written_down_and_that_is_in_it() {
    let stage = Stage::set().await;
    let lines = stage.send(Request::get("/api/audit/export")).await;
    assert_eq!(lines.header("content-type"), Some("application/jsonl"));
    let text = lines.text();
    let records: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let positions: Vec<_> = records.iter().map(|it| it["position"].as_u64().unwrap()).collect();
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    assert_eq!(records[4]["action"], "audit.export");
    let table = stage.send(Request::get("/api/audit/export?format=csv")).await;
    let text = table.text();
    let head = "position,id,at,actor,action,object,result,facts,hash";
    assert_eq!(text.lines().next(), Some(head));
    assert_eq!(text.lines().count(), 7);
    for line in text.lines().skip(1) {
        assert!(!line.contains(",\"=") && !line.contains(",="), "{line}");
    }
}

/// What is written down whenever it is done, of what the table of endpoints can do without a machine.
/// The rest is looked for where a machine is: in the tests of the command line.
const WRITTEN_DOWN: &[&str] = &[
    "access.deny",
    "api_token.create",
    "api_token.revoke",
    "assignment.grant",
    "assignment.revoke",
    "audit.export",
    "budget.answer",
    "enrolment.create",
    "enrolment.revoke",
    "identity.unlink",
    "job.cancel",
    "job.submit",
    "key_ring.rotate",
    "login.end",
    "login.start",
    "machine.change",
    "machine.deregister",
    "machine.freeze",
    "machine.freeze_all",
    "notification_channel.change",
    "notification_channel.create",
    "notification_channel.delete",
    "notification_channel.test",
    "password.change",
    "password_link.create",
    "permission.answer",
    "policy.preset_delete",
    "policy.preset_put",
    "policy.rule_create",
    "policy.rule_revoke",
    "price.delete",
    "price.put",
    "provider_key.change",
    "provider_key.create",
    "provider_key.delete",
    "provider_key.test",
    "quota.delete",
    "quota.put",
    "quota.raise",
    "session.attach",
    "session.delete",
    "session.export",
    "session.share",
    "session.stop",
    "session.unshare",
    "session.view",
    "tenant.create",
    "tenant.limits",
    "tenant.rename",
    "tenant.transcripts",
    "user.change",
    "user.create",
    "user.delete",
    "webhook_secret.create",
];

/// Endpoints that change something of which nothing needs to be known later.
const NOT_WRITTEN_DOWN: &[(&str, &str)] = &[
    ("POST", "/api/auth/ticket"),
    ("POST", "/api/policy/explain"),
    ("POST", "/rpc"),
    // What is found in somebody else's session is written down as a look at it.
    ("POST", "/api/sessions/search"),
    // It does not count before a code was given.
    ("POST", "/api/auth/second-factor"),
    // There is none here that could be switched off.
    ("DELETE", "/api/users/{user_id}/second-factor"),
    // Nothing is frozen here, so there is nothing to change.
    ("DELETE", "/api/remote/machines/{machine_id}/freeze"),
    ("DELETE", "/api/tenants/{tenant_id}/freeze"),
    // There is nothing newer here that could be offered.
    ("POST", "/api/remote/machines/{machine_id}/update"),
    // Nor is a machine here that could make a key.
    ("POST", "/api/remote/machines/{machine_id}/rotate-key"),
    // Nothing is paused here either.
    ("POST", "/api/sessions/{session_id}/resume"),
    // What is said in a session is its owner's, and in its transcript.
    ("PATCH", "/api/sessions/{session_id}"),
    ("POST", "/api/sessions/{session_id}/prompt"),
    ("POST", "/api/sessions/{session_id}/cancel"),
    ("PUT", "/api/sessions/{session_id}/model"),
    ("PUT", "/api/sessions/{session_id}/mode"),
    ("PUT", "/api/sessions/{session_id}/option"),
];

async fn log_of(house: &House, tenant: Option<TenantId>) -> Vec<AuditRecord> {
    house.store().audit_after(tenant, 0, 10_000).await.unwrap()
}

/// Who of those who may do something does it.
const DOERS: [Who; 3] = [Who::MemberInBrowser, Who::TenantAdmin, Who::SystemAdmin];

/// S110: every endpoint that changes something leaves a line, but for those that are listed with
/// their reason; and there is a line of every kind that there must be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_changed_is_written_down() {
    let house = House::open().await;
    let (mut seen, mut silent) = (BTreeSet::new(), Vec::new());
    for entry in TABLE {
        let is_quiet = NOT_WRITTEN_DOWN.contains(&(entry.method, entry.path));
        let is_look = entry.method == "GET" && !entry.path.ends_with("/attach");
        for who in DOERS {
            let cast = Cast::assemble(&house).await;
            let request = entry.request(&cast).with(&cast.credential(who));
            let answer = request.header("origin", house.origin()).send(&house).await;
            let log = log_of(&house, Some(cast.tenant)).await;
            if answer.status < 300 && log.is_empty() && !is_look && !is_quiet {
                silent.push(format!("{} {} by {who:?}", entry.method, entry.path));
            }
            seen.extend(log.into_iter().map(|record| record.action));
        }
    }
    assert!(silent.is_empty(), "nothing is written down of\n{}", silent.join("\n"));
    let missing: Vec<_> = WRITTEN_DOWN.iter().filter(|action| !seen.contains(**action)).collect();
    assert!(missing.is_empty(), "{missing:?} of {seen:?}");
}

/// S113: nothing that comes over the network says where the log goes or for how long it is kept: the
/// routes of the log only read, whatever a system administrator sends makes no file and changes none of
/// the operator's, and every line is in the database still.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_over_the_network_says_where_the_log_goes() {
    let changing =
        TABLE.iter().filter(|entry| entry.path.contains("audit") && entry.method != "GET");
    assert_eq!(changing.map(|entry| entry.path).collect::<Vec<_>>(), Vec::<&str>::new());

    let house = House::open().await;
    let place = house.database().parent().unwrap().to_owned();
    let settled = place.join("server.toml");
    std::fs::write(&settled, "[audit]\nkeep_days = 400\n").unwrap();
    let before = files_of_the_operator(&place);
    let elsewhere = place.join("elsewhere.log");
    let wish = json!({
        "audit": { "path": elsewhere, "keep_days": 30 }, "audit_path": elsewhere,
        "audit_log": elsewhere, "keep_days": 30,
    });
    let mut expected = 0;
    for entry in TABLE {
        let cast = Cast::assemble(&house).await;
        for request in [entry.request(&cast), Request::new(entry.method, entry.path).json(&wish)] {
            let request = request.with(&cast.credential(Who::SystemAdmin));
            request.header("origin", house.origin()).send(&house).await;
        }
        expected += log_of(&house, Some(cast.tenant)).await.len();
    }
    for path in ["/api/audit", "/api/audit/export", "/api/audit/verify", "/api/settings/audit"] {
        let cast = Cast::assemble(&house).await;
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let request = Request::new(method, path).json(&wish);
            let request = request.with(&cast.credential(Who::SystemAdmin));
            let answer = request.header("origin", house.origin()).send(&house).await;
            assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
        }
    }
    assert!(expected > 50, "there was something to write down: {expected}");
    assert_eq!(files_of_the_operator(&place), before);
}

/// Every file beneath a server's directory with its content, but for database, keys and what machines
/// have sent.
fn files_of_the_operator(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut places = vec![place.to_owned()];
    while let Some(place) = places.pop() {
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "mirror" && name != "keys" {
                places.push(path);
            } else if path.is_file() && !name.starts_with("gantline.db") {
                found.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// S110: who was refused is written down, once a minute for the same, and how often.
#[tokio::test]
async fn refusals_are_written_down_and_counted() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let send = async |request: Request, who: Who| {
        request.with(&cast.credential(who)).send(&house).await.status
    };
    for _ in 0..5 {
        assert_eq!(send(Request::get("/api/users"), Who::Member).await, 403);
    }
    let path = format!("/api/sessions/{}", cast.chat);
    assert_eq!(send(Request::get(&path), Who::Newcomer).await, 404);
    assert_eq!(send(Request::get(path.replace('0', "1")), Who::Newcomer).await, 404);
    let params = serde_json::json!({ "session_id": cast.chat });
    let call = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "session.delete", "params": params });
    assert_eq!(send(Request::post("/rpc", &call), Who::Newcomer).await, 200);
    let told = |log: &[AuditRecord]| -> Vec<_> {
        log.iter().map(|it| (it.actor.clone(), it.object.clone(), it.result.clone())).collect()
    };
    let (member, newcomer) = (cast.user(Who::Member), cast.user(Who::Newcomer));
    let line = |user, object: &str, result: &str| {
        (format!("user:{user}"), object.to_owned(), result.to_owned())
    };
    let lines = vec![
        line(member, "GET /api/users", "permission_denied"),
        line(newcomer, "GET /api/sessions/{session_id}", "not_found"),
        line(newcomer, "session.delete", "not_found"),
    ];
    assert_eq!(told(&log_of(&house, Some(cast.tenant)).await), lines);
    refusals_settle(&house.app.plane).await.unwrap();
    let log = log_of(&house, Some(cast.tenant)).await;
    assert_eq!((log.len(), &log[3].facts[..]), (4, r#"{"repeated":4}"#));
}

/// S37: that there is such a thing in another tenant is not told by one's own log either.
#[tokio::test]
async fn who_is_refused_what_belongs_to_another_tenant_stands_in_the_log_of_the_installation() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let request = Request::get(format!("/api/sessions/{}", cast.chat));
    let answer = request.with(&cast.credential(Who::Stranger)).send(&house).await;
    assert_eq!(answer.status, 404);
    let actor = cast.actor(Who::Stranger).unwrap();
    assert_eq!(log_of(&house, actor.tenant()).await, []);
    assert_eq!(log_of(&house, Some(cast.tenant)).await, []);
    let log = log_of(&house, None).await;
    assert_eq!(log.last().unwrap().actor, format!("user:{}", cast.user(Who::Stranger)));
    for (who, status) in [(Who::SystemAdmin, 200), (Who::TenantAdmin, 403)] {
        for path in ["/api/audit", "/api/audit/verify", "/api/audit/export"] {
            let request = Request::get(format!("{path}?log=server"));
            let answer = request.with(&cast.credential(who)).send(&house).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(
                answer.text().contains("access.deny"),
                status == 200 && path != "/api/audit/verify"
            );
        }
    }
}

/// S110: who looks at what is not theirs is written down, before they see it, and once an hour.
#[tokio::test]
async fn looking_at_other_peoples_sessions_is_written_down() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    for who in [Who::Member, Who::Keeper, Who::Keeper] {
        let request = Request::get(format!("/api/sessions/{}/updates", cast.chat));
        request.with(&cast.credential(who)).send(&house).await;
    }
    let path = format!("/api/sessions/{}/attach", cast.terminal);
    let mut attached = Socket::open(&house, &path, &cast.credential(Who::Member)).await;
    assert_eq!(attached.json().await["type"], "attached");
    let log = log_of(&house, Some(cast.tenant)).await;
    let told: Vec<_> = log.into_iter().map(|it| (it.actor, it.action, it.object)).collect();
    let line = |who, action: &str, session: model::SessionId| {
        (format!("user:{}", cast.user(who)), action.to_owned(), format!("session:{session}"))
    };
    let expected = [
        line(Who::Keeper, "session.view", cast.chat),
        line(Who::Member, "session.attach", cast.terminal),
    ];
    assert_eq!(told, expected);
}

/// S111, S47: what is older than is kept goes, whole days of it, and the rest is still a chain; what
/// was kept of a line that is gone is refused, not taken for a hole.
#[tokio::test]
async fn old_lines_are_dropped_and_the_rest_can_be_checked() {
    let clock = Arc::new(ManualClock::default());
    let house = House::open_telling(clock.clone(), Vec::new()).await;
    let cast = Cast::assemble(&house).await;
    let (plane, actor) = (&house.app.plane, cast.actor(Who::TenantAdmin).unwrap());
    let verify = async |kept| audit::audit_verify(plane, &actor, AuditLog::Tenant, kept).await;
    let mut kept = Vec::new();
    for _ in 0..4 {
        audit::audit_export_begin(plane, &actor, AuditLog::Tenant).await.unwrap();
        kept.push(verify(None).await.unwrap().last);
        clock.advance(Duration::from_hours(24));
    }
    housekeeping::tidy_up(plane).await.unwrap();
    housekeeping::tidy_up(plane).await.unwrap();
    let verified = verify(Some(kept[3])).await.unwrap();
    assert_eq!((verified.dropped, verified.broken), (kept[2], None));
    let log = log_of(&house, Some(cast.tenant)).await;
    let actions: Vec<_> = log.iter().map(|record| &record.action[..]).collect();
    assert_eq!(actions, ["audit.export", "audit.drop"], "once a day");
    assert_eq!(verify(Some(kept[2])).await.unwrap().broken, None);
    assert_eq!(verify(Some(kept[1])).await.unwrap_err().code, "line_dropped");
    let forged = audit::Link { hash: [1; 32], ..kept[2] };
    assert!(verify(Some(forged)).await.unwrap().broken.is_some());
}
