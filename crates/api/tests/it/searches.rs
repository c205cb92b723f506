//! Looking for what was said: whose sessions are looked through, and what is refused.

use model::session::SessionKind;
use policy::Action;
use policy::rights::{self, Scope, Verdict};
use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

async fn search(house: &House, cast: &Cast, by: Who, body: &Value) -> Answer {
    let request = Request::post("/api/sessions/search", body).with(&cast.credential(by));
    request.send(house).await
}

/// S36, S39, S45: only sessions that one may see are looked for on machines, and nothing is said of the
/// others, not even that there are any.
#[tokio::test]
async fn whoever_searches_asks_about_what_they_may_see() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let other = Cast::assemble(&house).await;
    let session = house.store().session(cast.chat).await.unwrap().unwrap();
    assert_eq!(session.kind, SessionKind::Chat);
    let mut sees = 0;
    for who in Who::ALL {
        let answer = search(&house, &cast, who, &json!({ "words": "x" })).await;
        let Some(actor) = cast.actor(who) else {
            assert!([401, 403].contains(&answer.status), "{who:?}: {}", answer.text());
            continue;
        };
        let scope = Scope::owned(session.tenant, session.owner, Cast::assignment(who));
        let lent =
            house.store().session_shares(session.id, house.app.plane.clock().now()).await.unwrap();
        let lent = lent.into_iter().find(|one| Some(one.user.id) == actor.user());
        let scope = scope.lent(lent.map(|one| one.share.level));
        let may = rights::check(&actor, Action::SessionView, &scope) == Verdict::Allowed
            && actor.tenant() == Some(session.tenant);
        assert_eq!(answer.status, 200, "{who:?}: {}", answer.text());
        // The machine is offline, and says so of what would have been looked through.
        let not = answer.json()["not_searched"].clone();
        assert_eq!(not.as_array().is_some_and(|not| !not.is_empty()), may, "{who:?}: {not}");
        let one = json!({ "words": "x", "session_id": cast.chat });
        let one = search(&house, &cast, who, &one).await;
        if may {
            sees += 1;
            assert_eq!(not[0]["machine_id"], json!(cast.machine), "{who:?}");
            assert_eq!(not[0]["reason"], "offline");
            assert_eq!(one.status, 200, "{who:?}: {}", one.text());
        } else if actor.tenant() != Some(session.tenant) && one.status == 200 {
            assert_eq!(
                who,
                Who::SystemAdmin,
                "who runs the installation may ask about one session"
            );
        } else {
            one.problem(404);
        }
        let text = answer.text();
        assert!(!text.contains(&other.machine.to_string()), "{who:?}: {text}");
    }
    assert!(sees > 3, "{sees}");
}

/// S36: what is lent is looked through until the share ends; its machine stays without a name.
#[tokio::test]
async fn what_is_lent_is_searched_until_the_share_ends() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let borrower = Who::Newcomer;
    let not_searched = async || {
        let answer = search(&house, &cast, borrower, &json!({ "words": "x" })).await;
        answer.json()["not_searched"].clone()
    };
    assert_eq!(not_searched().await, json!([]));
    let path = format!("/api/sessions/{}/shares", cast.chat);
    let body = json!({ "username": format!("user-{}", cast.user(borrower)) });
    let shared = Request::post(&path, &body).with(&cast.credential(Who::Member)).send(&house).await;
    assert_eq!(shared.status, 200, "{}", shared.text());
    let expect = json!([{ "machine_id": cast.machine, "reason": "offline", "sessions": 1 }]);
    assert_eq!(not_searched().await, expect);
    let path = format!("{path}/{}", cast.user(borrower));
    let ended = Request::new("DELETE", path).with(&cast.credential(Who::Member)).send(&house).await;
    assert_eq!(ended.status, 200, "{}", ended.text());
    assert_eq!(not_searched().await, json!([]));
}

#[tokio::test]
async fn what_cannot_be_searched_is_refused() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let before = house.mark();
    for (body, status, code) in [
        (json!({ "words": " \n" }), 400, "invalid_search"),
        (json!({ "words": "字".repeat(201) }), 400, "invalid_search"),
        (json!({ "words": "x", "before": 3 }), 400, "invalid_search"),
        (json!({ "words": "x", "session_id": cast.chat, "limit": 3 }), 400, "invalid_search"),
        (json!({ "words": "x", "cursor": "x" }), 400, "invalid_cursor"),
        (json!({ "words": "x", "session_id": cast.terminal }), 409, "not_a_chat"),
    ] {
        let answer = search(&house, &cast, Who::Member, &body).await;
        assert_eq!(answer.problem(status), code, "{body}");
    }
    assert_eq!(house.mark(), before);
}
