//! What people have answered once and for all.

use contract::policy::{RuleView, Rules};
use model::permission::{PermissionRequest, PermissionState};
use model::session::{Worktree, WorktreeState};
use model::{PermissionRequestId, PolicyRuleId};
use policy::{Rule, RuleEffect, RuleMatch, SessionPolicy};
use prost::Message;
use serde_json::{Value, json};
use wire::Command;
use wire::command::{Answer as Given, Order};

use crate::cast::{Cast, DIGEST, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::Socket;

struct Stage {
    house: House,
    cast: Cast,
}

impl Stage {
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn send(&self, request: Request, who: Who) -> Answer {
        request.with(&self.cast.credential(who)).send(&self.house).await
    }

    /// The agent of the member's chat wants to run a command.
    async fn ask(&self, words: &[&str]) -> PermissionRequestId {
        let plane = &self.house.app.plane;
        let id = PermissionRequestId::new(plane.clock().now(), &**plane.rng());
        let offer = json!({ "tool": "Bash", "digest": "0a".repeat(32), "words": words });
        let question = PermissionRequest {
            id,
            tenant: self.cast.tenant,
            machine: self.cast.machine,
            session: self.cast.chat,
            turn: None,
            title: words.join(" "),
            details: json!({ "always": offer }).to_string(),
            digest: DIGEST,
            state: PermissionState::Pending,
            answer: None,
            note: None,
            answered_by: None,
            asked_at: plane.clock().now(),
            answered_at: None,
        };
        let stored = self
            .house
            .store()
            .write(move |tx| Box::pin(async move { tx.permission_insert(&question).await }));
        stored.await.unwrap();
        id
    }

    async fn answer(&self, id: PermissionRequestId, mut body: Value) -> Answer {
        body["digest"] = json!(hex::encode(DIGEST));
        self.send(Request::post(format!("/api/permissions/{id}/answer"), &body), Who::Member).await
    }

    async fn rules(&self, path: &str, who: Who) -> Vec<RuleView> {
        let answer = self.send(Request::get(path), who).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        serde_json::from_value::<Rules>(answer.json()).unwrap().rules
    }

    async fn create(&self, body: &Value, who: Who) -> Answer {
        self.send(Request::post("/api/policy/rules", body), who).await
    }

    async fn revoke(&self, rule: PolicyRuleId, who: Who) -> Answer {
        self.send(Request::new("DELETE", format!("/api/policy/rules/{rule}")), who).await
    }

    /// The orders that wait for the machine.
    async fn orders(&self) -> Vec<Order> {
        let store = self.house.store();
        let pending = store.commands_pending(self.cast.machine, 1, 100).await.unwrap();
        let order = |body: &[u8]| Command::decode(body).unwrap().order.unwrap();
        pending.iter().map(|command| order(&command.body)).collect()
    }

    /// The rules that the machine was sent last.
    async fn sent(&self) -> Vec<Rule> {
        let orders = self.orders().await;
        let last = orders.iter().rev().find_map(|order| match order {
            Order::SetRules(set) => Some(serde_json::from_slice(&set.rules_json).unwrap()),
            _ => None,
        });
        last.expect("no rules were sent")
    }

    fn of_machine(&self, effect: &str, tool: &str) -> Value {
        json!({
            "effect": effect, "tool": tool, "matches": { "kind": "tool" },
            "machine_id": self.cast.machine,
        })
    }
}

#[tokio::test]
async fn an_answer_can_hold_for_the_first_words_of_a_command_from_then_on() {
    let stage = Stage::set().await;
    let question = stage.ask(&["npm", "run", "test"]).await;
    let always = json!({ "reach": "prefix", "first_words": 2, "within": "workspace",
        "expires_in_s": 3600 });
    let answer = stage.answer(question, json!({ "answer": "allow_once", "always": always })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let path = format!("/api/policy/rules?session_id={}", stage.cast.chat);
    let listed = stage.rules(&path, Who::Member).await;
    let [for_all, rule] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(for_all.effect, RuleEffect::Never);
    assert_eq!((rule.effect, rule.title.as_str()), (RuleEffect::Allow, "npm run …"));
    assert_eq!(rule.owner_id, Some(stage.cast.user(Who::Member)));
    assert_eq!(rule.created_by, stage.cast.user(Who::Member));
    assert_eq!(rule.project_path.as_deref(), Some("/srv/project"));
    assert_eq!((rule.request_id, rule.session_id), (Some(question), None));
    assert!(rule.expires_at.is_some() && rule.last_used_at.is_none());
    // The rule is there before the agent goes on.
    let orders = stage.orders().await;
    let [.., Order::SetRules(_), Order::AnswerPermission(answer)] = orders.as_slice() else {
        panic!("{orders:?}")
    };
    assert_eq!(answer.answer(), Given::AllowOnce);
    let words = ["npm", "run"].map(str::to_owned).to_vec();
    let sent = stage.sent().await;
    let allow = sent.iter().find(|one| one.id == rule.rule_id).unwrap();
    assert_eq!(allow.matches, RuleMatch::Prefix { words });
    assert!(allow.expires_at_ms.is_some());
}

/// A worktree is the repository's once more: rules about its directory hold in it, and what is
/// answered there holds for the directory.
#[tokio::test]
async fn rules_about_a_directory_hold_in_its_worktrees() {
    let stage = Stage::set().await;
    let (chat, source) = (stage.cast.chat, "/srv/repository");
    let worktree = Worktree {
        source: source.to_owned(),
        branch: "gantline/one".to_owned(),
        base: "0a".repeat(20),
        state: WorktreeState::InUse,
        files: 0,
        commits: 0,
        detail: None,
    };
    let stored = stage
        .house
        .store()
        .write(move |tx| Box::pin(async move { tx.session_set_worktree(chat, &worktree).await }));
    stored.await.unwrap();
    let mut deny = stage.of_machine("deny", "Write");
    deny["project_path"] = source.into();
    let made = stage.create(&deny, Who::Member).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(stage.sent().await.iter().any(|rule| rule.effect == RuleEffect::Deny));
    let path = format!("/api/policy/rules?session_id={chat}");
    let of_source = |rule: &RuleView| rule.project_path.as_deref() == Some(source);
    assert_eq!(
        stage.rules(&path, Who::Member).await.iter().filter(|rule| of_source(rule)).count(),
        1
    );

    let question = stage.ask(&["make"]).await;
    let always = json!({ "reach": "exact", "within": "workspace" });
    let answer = stage.answer(question, json!({ "answer": "allow_once", "always": always })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rules = stage.rules(&path, Who::Member).await;
    assert!(rules.iter().any(|rule| rule.request_id == Some(question) && of_source(rule)));
}

#[tokio::test]
async fn consent_for_the_session_is_a_rule_like_any_other() {
    let stage = Stage::set().await;
    let question = stage.ask(&["make"]).await;
    let answer = stage.answer(question, json!({ "answer": "allow_session" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rules = stage.rules("/api/policy/rules", Who::Member).await;
    let rule = rules.iter().find(|rule| rule.session_id == Some(stage.cast.chat)).unwrap();
    assert!(matches!(rule.matches, RuleMatch::Exact { .. }));
    assert_eq!(rule.title, "make");
    assert_eq!(stage.revoke(rule.rule_id, Who::Colleague).await.status, 404);
    assert_eq!(stage.revoke(rule.rule_id, Who::Member).await.status, 200);
    assert!(stage.sent().await.iter().all(|one| one.id != rule.rule_id));
    assert_eq!(stage.revoke(rule.rule_id, Who::Member).await.status, 200, "it can be repeated");
}

#[tokio::test]
async fn a_denial_can_hold_for_a_tool() {
    let stage = Stage::set().await;
    let question = stage.ask(&["make"]).await;
    let always = json!({ "reach": "tool", "within": "machine" });
    let answer = stage.answer(question, json!({ "answer": "deny", "always": always })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let sent = stage.sent().await;
    let deny = sent.iter().find(|rule| rule.effect == RuleEffect::Deny).unwrap();
    assert_eq!(deny.matches, RuleMatch::Tool);
    let rules = stage.rules("/api/policy/rules", Who::Member).await;
    assert!(rules.iter().any(|rule| rule.rule_id == deny.id && rule.project_path.is_none()));
}

#[tokio::test]
async fn an_answer_that_was_not_offered_changes_nothing() {
    let stage = Stage::set().await;
    let question = stage.ask(&["bash", "-c"]).await;
    let prefix = |words: usize| {
        let always = json!({ "reach": "prefix", "first_words": words, "within": "machine" });
        json!({ "answer": "allow_once", "always": always })
    };
    for (words, status, code) in [
        (0, 409, "always_not_offered"),
        (3, 409, "always_not_offered"),
        (2, 400, "prefix_runs_anything"),
    ] {
        let answer = stage.answer(question, prefix(words)).await;
        assert_eq!(answer.problem(status), code);
    }
    let lasts = json!({ "reach": "exact", "within": "machine", "expires_in_s": 0 });
    let answer = stage.answer(question, json!({ "answer": "deny", "always": lasts })).await;
    assert_eq!(answer.problem(400), "invalid_lifetime");
    assert!(stage.orders().await.is_empty());
    let answer = stage.answer(question, json!({ "answer": "deny" })).await;
    assert_eq!(answer.status, 200, "it is still open: {}", answer.text());
}

/// What an administrator never allows holds for everybody, and nobody else takes it back.
#[tokio::test]
async fn what_is_never_allowed_is_said_by_administrators_for_everybody() {
    let stage = Stage::set().await;
    let never = json!({
        "effect": "never", "tool": "Bash",
        "matches": { "kind": "prefix", "words": ["git", "push"] },
    });
    for who in [Who::Reader, Who::Member, Who::Colleague, Who::Keeper] {
        stage.create(&never, who).await.problem(403);
    }
    let made = stage.create(&never, Who::TenantAdmin).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let rule: RuleView = serde_json::from_value(made.json()["rule"].clone()).unwrap();
    assert_eq!((rule.owner_id, rule.machine_id), (None, None));
    assert!(stage.sent().await.iter().any(|one| one.id == rule.rule_id));
    // The cast has one about a tool as a whole.
    let explain = Request::post("/api/policy/explain", &json!({ "preset": "full-auto" }));
    let explained = stage.send(explain, Who::Member).await.json();
    let fetch = explained["tools"].as_array().unwrap().iter().find(|one| one["tool"] == "WebFetch");
    assert_eq!(fetch.unwrap()["effect"], "deny", "{explained}");
    assert_eq!(explained["tools"][0]["effect"], "allow", "{explained}");
    assert_eq!(stage.revoke(rule.rule_id, Who::Member).await.status, 403);
    assert_eq!(stage.revoke(rule.rule_id, Who::ForeignAdmin).await.status, 404);
    for who in [Who::Member, Who::Newcomer] {
        let rules = stage.rules("/api/policy/rules", who).await;
        assert!(rules.iter().any(|one| one.rule_id == rule.rule_id), "{who:?} is told");
    }
    let foreign = stage.rules("/api/policy/rules", Who::ForeignAdmin).await;
    assert!(foreign.is_empty(), "{foreign:?}");
    assert_eq!(stage.revoke(rule.rule_id, Who::TenantAdmin).await.status, 200);
}

#[tokio::test]
async fn rules_of_ones_own_are_ones_own() {
    let stage = Stage::set().await;
    let made = stage.create(&stage.of_machine("allow", "Write"), Who::Member).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let rule: RuleView = serde_json::from_value(made.json()["rule"].clone()).unwrap();
    for who in [Who::Colleague, Who::Keeper] {
        let rules = stage.rules("/api/policy/rules", who).await;
        assert!(rules.iter().all(|one| one.rule_id != rule.rule_id), "{who:?}");
        assert_eq!(stage.revoke(rule.rule_id, who).await.status, 404, "{who:?}");
    }
    let all = stage.rules("/api/policy/rules", Who::TenantAdmin).await;
    assert!(all.iter().any(|one| one.rule_id == rule.rule_id), "administrators see all");
    for (body, code) in [
        (stage.of_machine("allow", "other"), "too_wide"),
        (
            json!({ "effect": "allow", "tool": "Write", "matches": { "kind": "tool" } }),
            "machine_missing",
        ),
        (stage.of_machine("allow", "write"), "invalid_body"),
        (
            json!({ "effect": "allow", "tool": "Write", "matches": {}, "machine_id": stage.cast.machine }),
            "invalid_body",
        ),
        (
            json!({ "effect": "allow", "tool": "Bash", "machine_id": stage.cast.machine,
                "matches": { "kind": "prefix", "words": [] } }),
            "invalid_words",
        ),
    ] {
        assert_eq!(stage.create(&body, Who::Member).await.problem(400), code, "{body}");
    }
}

#[tokio::test]
async fn presets_of_the_tenant_are_starting_points() {
    let stage = Stage::set().await;
    let put = |name: &str, body: &Value| {
        Request::new("PUT", format!("/api/policy/presets/{name}")).json(body)
    };
    let body = json!({ "description": "No shell", "preset": "full-auto", "denied_tools": "Bash" });
    let made = stage.send(put("no-shell", &body), Who::TenantAdmin).await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(made.json()["preset"]["policy"]["denied_tools"], json!(["Bash"]));
    let explain = Request::post("/api/policy/explain", &json!({ "preset": "no-shell" }));
    let explained = stage.send(explain, Who::Member).await;
    assert_eq!(explained.json()["tools"][0]["effect"], "deny", "{}", explained.text());
    let explain = Request::post("/api/policy/explain", &json!({ "preset": "no-shell" }));
    let foreign = stage.send(explain, Who::ForeignAdmin).await;
    assert_eq!(foreign.problem(400), "unknown_preset");
    let listed = stage.send(Request::get("/api/policy/presets"), Who::Newcomer).await.json();
    let names: Vec<&str> = listed["presets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|preset| preset["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["safe-readonly", "ask", "dev-default", "full-auto", "careful", "no-shell"]);
    for (name, body, status, code) in [
        ("ask", json!({}), 409, "preset_is_built_in"),
        ("Big", json!({}), 400, "invalid_preset_name"),
        ("wide", json!({ "allowed_tools": [] }), 400, "empty_allowed_tools"),
        ("tower", json!({ "preset": "no-shell" }), 400, "preset_on_preset"),
        ("odd", json!({ "allow": "Bash" }), 400, "invalid_body"),
    ] {
        let refused = stage.send(put(name, &body), Who::TenantAdmin).await;
        assert_eq!(refused.problem(status), code, "{name}");
    }
}

/// A policy that travels without rules is what machines of earlier releases read.
#[test]
fn a_policy_without_rules_says_nothing_of_them() {
    let policy = SessionPolicy::of_preset(policy::Preset::Ask);
    assert!(serde_json::to_value(policy).unwrap().get("rules").is_none());
}

/// Who may see a rule hears at once that it was given and that it was taken back, and nobody else.
#[tokio::test]
async fn rules_are_told_to_those_who_may_see_them() {
    let stage = Stage::set().await;
    let open = async |who| Socket::open(&stage.house, "/ws", &stage.cast.credential(who)).await;
    let (mut member, mut admin) = (open(Who::Member).await, open(Who::TenantAdmin).await);
    let mut colleague = open(Who::Colleague).await;
    // A listener listens from its snapshot on.
    for socket in [&mut member, &mut admin, &mut colleague] {
        told(socket, "permission.snapshot").await;
    }
    let machine = stage.cast.machine;
    let own = json!({
        "effect": "allow", "tool": "Write", "matches": { "kind": "tool" }, "machine_id": machine,
    });
    let created = stage.create(&own, Who::Member).await.json();
    let rule = &created["rule"]["rule_id"];
    for socket in [&mut member, &mut admin] {
        assert_eq!(told(socket, "rule.updated").await, created["rule"]);
    }
    let id: PolicyRuleId = rule.as_str().unwrap().parse().unwrap();
    for _ in 0..2 {
        assert_eq!(stage.revoke(id, Who::Member).await.status, 200);
    }
    for socket in [&mut member, &mut admin] {
        assert_eq!(told(socket, "rule.deleted").await, json!({ "rule_id": rule }));
    }
    let never = json!({ "effect": "never", "tool": "WebFetch", "matches": { "kind": "tool" } });
    let never = stage.create(&never, Who::TenantAdmin).await.json();
    assert_eq!(told(&mut colleague, "rule.updated").await, never["rule"], "the first it hears");
    assert_eq!(told(&mut member, "rule.updated").await, never["rule"], "revoked once, told once");
}

/// The next notification about rules, or the one that is waited for.
async fn told(socket: &mut Socket, method: &str) -> Value {
    loop {
        let said = socket.json().await;
        let is_rule = said["method"].as_str().is_some_and(|method| method.starts_with("rule."));
        if said["method"] == method || is_rule {
            assert_eq!(said["method"], method, "{said}");
            return said["params"].clone();
        }
    }
}
