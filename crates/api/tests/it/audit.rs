//! Reading the audit log, checking it, and taking it out of the house.

use serde_json::Value;

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

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
