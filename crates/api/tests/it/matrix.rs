//! Who may do what: every endpoint, called by everybody.

use std::collections::BTreeSet;

use model::Actor;
use policy::Action;
use policy::rights::{self, Scope, Verdict};

use crate::cast::{Cast, Credential, Who};
use crate::house::House;
use crate::http::Request;
use crate::table::{Entry, Object, Rule, TABLE};

/// What somebody is to get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// This refusal, and nothing is changed.
    Refused(u16),
    /// Whatever the endpoint answers to those who may.
    Served,
    /// Exactly this.
    Exactly(u16),
}

/// What somebody is to get of something that asks this.
pub(crate) fn expected(rule: Rule, cast: &Cast, who: Who) -> Expected {
    if let Rule::Open(status) = rule {
        return if status < 400 { Expected::Exactly(status) } else { Expected::Refused(status) };
    }
    if rule == Rule::Machine {
        let is_browser = who == Who::MemberInBrowser;
        return if is_browser { Expected::Refused(403) } else { Expected::Served };
    }
    let Some(actor) = cast.actor(who) else { return Expected::Refused(401) };
    let is_members = cast.user(who) == cast.user(Who::Member);
    match rule {
        Rule::Open(_) | Rule::Machine | Rule::SignedIn => Expected::Served,
        Rule::InBrowser if who == Who::MemberInBrowser => Expected::Served,
        Rule::NothingInBrowser if who == Who::MemberInBrowser => Expected::Exactly(404),
        Rule::InBrowser | Rule::NothingInBrowser => Expected::Refused(403),
        Rule::Own
            if verdict(&actor, Action::CredentialManageOwn, Object::OwnTenant, cast, who)
                != Verdict::Allowed =>
        {
            Expected::Refused(403)
        }
        Rule::Own if is_members => Expected::Served,
        Rule::Own => Expected::Refused(404),
        Rule::Right(action, object) => match verdict(&actor, action, object, cast, who) {
            Verdict::Allowed => Expected::Served,
            Verdict::Denied => Expected::Refused(403),
            Verdict::Hidden => Expected::Refused(404),
        },
    }
}

/// What the policy says, which the endpoints must not know better.
fn verdict(
    actor: &Actor,
    action: policy::Action,
    object: Object,
    cast: &Cast,
    who: Who,
) -> Verdict {
    let own_tenant = actor.tenant().unwrap();
    let assignment = Cast::assignment(who);
    match object {
        Object::OwnTenant => rights::check(actor, action, &Scope::tenant(own_tenant)),
        // Who may not do such things at all is told so before it is looked what they are about.
        Object::InTenant => match rights::check(actor, action, &Scope::tenant(own_tenant)) {
            Verdict::Allowed if own_tenant != cast.tenant => Verdict::Hidden,
            verdict => verdict,
        },
        Object::ForEverybody => rights::check(actor, action, &Scope::tenant(cast.tenant)),
        Object::Machine => rights::check(actor, action, &Scope::machine(cast.tenant, assignment)),
        Object::Session => {
            let owner = cast.user(Who::Member);
            rights::check(actor, action, &Scope::owned(cast.tenant, owner, assignment))
        }
    }
}

pub(crate) fn request(entry: &Entry, house: &House, cast: &Cast, who: Who) -> Request {
    let credential = cast.credential(who);
    let request = entry.request(cast).with(&credential);
    // A browser says from which page it opens a WebSocket.
    match credential {
        Credential::Cookie(_) => request.header("origin", house.origin()),
        _ => request,
    }
}

/// S35, S49: every endpoint by everybody, who knows what is asked for by its identifier, as the
/// policy's own table has it; whatever is refused changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_may_do_what_the_policy_says_and_nothing_else() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for entry in TABLE {
        let mut cast = Cast::assemble(&house).await;
        for who in Who::ALL {
            let expected = expected(entry.rule, &cast, who);
            let before = house.mark();
            let answer = request(entry, &house, &cast, who).send(&house).await;
            let is_right = match expected {
                Expected::Exactly(status) => answer.status == status,
                Expected::Refused(status) => {
                    answer.status == status && !answer.problem(status).is_empty()
                }
                // A machine that is offline is no answer about rights.
                Expected::Served => !matches!(answer.status, 401 | 403 | 404 | 500),
            };
            let name = format!("{} {} by {who:?}", entry.method, entry.path);
            if !is_right {
                wrong.push(format!(
                    "{name}: {} not {expected:?}: {}",
                    answer.status,
                    answer.text()
                ));
            }
            if matches!(expected, Expected::Refused(_)) {
                if house.mark() != before {
                    wrong.push(format!("{name} was refused and has changed something"));
                }
            } else {
                cast = Cast::assemble(&house).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What proxies and careless servers have believed of whoever said it.
fn claiming(request: Request, cast: &Cast) -> Request {
    let root = cast.user(Who::SystemAdmin).to_string();
    let join = if request.target().contains('?') { '&' } else { '?' };
    let target = format!("{}{join}role=system_admin&user_id={root}", request.target());
    let claims = [
        ("x-user-id", root.as_str()),
        ("x-user", "root"),
        ("x-forwarded-user", "root"),
        ("x-forwarded-email", "root@example.com"),
        ("remote-user", "root"),
        ("x-role", "system_admin"),
        ("x-tenant-id", &cast.tenant.to_string()),
        ("x-machine-id", &cast.machine.to_string()),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
        ("sec-websocket-protocol", "role.system_admin"),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    claims
        .into_iter()
        .fold(request.at(target), |request, (name, value)| request.header(name, value))
}

/// S42: what somebody says of who they are counts nowhere, where they may not do something.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_says_of_themselves_opens_nothing() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let before = house.mark();
    let mut asked = 0;
    for entry in TABLE.iter().filter(|entry| !matches!(entry.rule, Rule::Open(_))) {
        for who in [Who::Nobody, Who::Reader, Who::Newcomer, Who::Stranger] {
            let Expected::Refused(status) = expected(entry.rule, &cast, who) else { continue };
            let answer = claiming(request(entry, &house, &cast, who), &cast).send(&house).await;
            // Some endpoints refuse a question with words that they do not know, before anything else.
            let is_refused = answer.status == status || answer.status == 400;
            assert!(is_refused, "{} {} {who:?}: {}", entry.method, entry.path, answer.text());
            asked += 1;
        }
    }
    assert!(asked > 200, "{asked}");
    assert_eq!(house.mark(), before);
}

/// S35: a route that nobody has thought about is a route that anybody may call.
#[test]
fn every_route_is_in_the_table() {
    let api = api::openapi::description();
    let mut described = BTreeSet::new();
    for (path, item) in &api.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("DELETE", &item.delete),
            ("PATCH", &item.patch),
            ("HEAD", &item.head),
            ("OPTIONS", &item.options),
            ("TRACE", &item.trace),
        ];
        let methods = methods.iter().filter(|(_, operation)| operation.is_some());
        described.extend(methods.map(|(method, _)| format!("{method} {path}")));
    }
    let listed: BTreeSet<_> =
        TABLE.iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect();
    assert_eq!(listed.len(), TABLE.len(), "no route is listed twice");
    let unlisted: Vec<_> = described.difference(&listed).collect();
    assert!(unlisted.is_empty(), "routes without an entry in the table: {unlisted:?}");
    let gone: Vec<_> = listed.difference(&described).collect();
    assert!(gone.is_empty(), "entries of the table without a route: {gone:?}");
}

/// Routes that are not described escape the matrix; those that there are have tests of their own.
#[test]
fn what_is_not_described_is_known() {
    let mut files = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let ways = [".route(", ".nest(", ".route_service(", "::takes("];
        if ways.iter().any(|way| text.contains(way)) {
            found.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    // The door of models, before the router.
    assert_eq!(found, BTreeSet::from(["routes.rs".to_owned()]));
}

/// S14, S83: only the token of a session's agent leads to models, and it leads nowhere else.
#[tokio::test]
async fn only_agents_reach_models() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let body = serde_json::json!({ "model": "m", "messages": [] });
    for who in Who::ALL {
        let path = "/api/remote/llm-proxy/v1/chat/completions";
        let request = Request::post(path, &body).with(&cast.credential(who));
        let answer = request.send(&house).await;
        let is_let_in = !matches!(answer.status, 401 | 403);
        assert_eq!(is_let_in, who == Who::Agent, "{who:?}: {} {}", answer.status, answer.text());
    }
}

/// S39, S45: lists hold what one may see of each of their things, and nothing else.
#[tokio::test]
async fn lists_hold_what_one_may_see() {
    use policy::Action::{MachineView, PermissionAnswer, SessionView};
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    // Another tenant's, that nobody may find.
    let other = Cast::assemble(&house).await;
    let lists = [
        ("/api/remote/machines", MachineView, Object::Machine, cast.machine.to_string()),
        ("/api/sessions", SessionView, Object::Session, cast.chat.to_string()),
        ("/api/jobs", SessionView, Object::Session, cast.job.to_string()),
        ("/api/permissions", PermissionAnswer, Object::Session, cast.question.to_string()),
    ];
    let strangers = [
        other.machine.to_string(),
        other.chat.to_string(),
        other.job.to_string(),
        other.question.to_string(),
    ];
    for (path, action, object, id) in lists {
        for who in Who::ALL {
            let Some(actor) = cast.actor(who) else { continue };
            let answer = Request::get(path).with(&cast.credential(who)).send(&house).await;
            assert_eq!(answer.status, 200);
            let may = verdict(&actor, action, object, &cast, who) == Verdict::Allowed;
            assert_eq!(answer.text().contains(&id), may, "{path} by {who:?}");
            assert!(!strangers.iter().any(|id| answer.text().contains(id)), "{path} by {who:?}");
        }
    }
}

/// S43: the paths of both documents lead to one endpoint with one guard.
#[tokio::test]
async fn other_spellings_of_a_path_have_the_same_guard() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let (session, machine) = (cast.chat, cast.machine);
    for path in [
        "/api/remote/sessions".to_owned(),
        format!("/api/remote/sessions/{session}"),
        format!("/api/remote/sessions/{session}/turns"),
        "/api/machines".to_owned(),
        format!("/api/machines/{machine}"),
        "/api/api-keys".to_owned(),
    ] {
        let before = house.mark();
        let nobody = Request::get(&path).send(&house).await;
        nobody.problem(401);
        assert_eq!(house.mark(), before);
        let admin = Request::get(&path).with(&cast.credential(Who::TenantAdmin)).send(&house).await;
        assert_eq!(admin.status, 200, "{path}: {}", admin.text());
        let foreign = cast.credential(Who::ForeignAdmin);
        let foreign = Request::get(&path).with(&foreign).send(&house).await;
        let is_one = path.matches('-').count() > 2;
        assert_eq!(foreign.status, if is_one { 404 } else { 200 }, "{path}: {}", foreign.text());
        assert!(!foreign.text().contains(&machine.to_string()));
    }
    let prompt = serde_json::json!({ "content": "x" });
    let nothing = serde_json::json!({});
    for (verb, body) in
        [("chat", &prompt), ("prompt", &prompt), ("abort", &nothing), ("cancel", &nothing)]
    {
        let path = format!("/api/remote/sessions/{session}/{verb}");
        let colleague = cast.credential(Who::Colleague);
        Request::post(path, body).with(&colleague).send(&house).await.problem(404);
    }
}

/// S02, S125: variants of a path that a proxy or a file system would take for another are nothing.
#[tokio::test]
async fn variants_of_a_path_are_no_endpoints() {
    let house = House::open().await;
    let secret = house.link().await;
    let body = serde_json::json!({
        "secret": secret, "username": "root", "password": crate::cast::PASSWORD,
    });
    let before = house.mark();
    for path in [
        "/api/setup/",
        "/API/setup",
        "/api/SETUP",
        "//api/setup",
        "/api//setup",
        "/api/setup;x",
        "/api/setup/..%2f",
        "/api/./setup",
        "/api/x/../setup",
        "/api/%73etup",
    ] {
        let answer = Request::post(path, &body).send(&house).await;
        assert!(matches!(answer.status, 404 | 405), "{path}: {} {}", answer.status, answer.text());
        answer.problem(answer.status);
        assert_eq!(house.mark(), before, "{path}");
    }
}
