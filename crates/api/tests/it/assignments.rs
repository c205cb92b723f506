//! Who may work on a machine: the two particulars of the documented table, and what ends with a
//! right.

use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::House;
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

    async fn assign(&self, by: Who, whom: Who, permission: &str) -> Answer {
        let path = format!("/api/remote/machines/{}/assign", self.cast.machine);
        let body = json!({ "user_id": self.cast.user(whom), "permission": permission });
        Request::post(path, &body).with(&self.cast.credential(by)).send(&self.house).await
    }

    async fn revoke(&self, by: Who, whom: Who) -> Answer {
        let (machine, user) = (self.cast.machine, self.cast.user(whom));
        let path = format!("/api/remote/machines/{machine}/assign/{user}");
        Request::new("DELETE", path).with(&self.cast.credential(by)).send(&self.house).await
    }

    /// What somebody has on the machine, as its list says.
    async fn permission(&self, of: Who) -> Value {
        let path = format!("/api/remote/machines/{}/users", self.cast.machine);
        let admin = self.cast.credential(Who::TenantAdmin);
        let list = Request::get(path).with(&admin).send(&self.house).await.json();
        let id = json!(self.cast.user(of));
        let users = list["users"].as_array().unwrap();
        users
            .iter()
            .find(|user| user["user_id"] == id)
            .map_or(Value::Null, |user| user["permission"].clone())
    }
}

/// S36: a grant of `admin` by whoever looks after the machine is stored as `user`, and said to be.
#[tokio::test]
async fn a_machine_administrators_grant_of_admin_is_stored_as_user() {
    let place = Place::open().await;
    let answer = place.assign(Who::Keeper, Who::Newcomer, "admin").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!((&answer["success"], &answer["permission"]), (&json!(true), &json!("user")));
    assert_eq!(place.permission(Who::Newcomer).await, "user");

    let answer = place.assign(Who::TenantAdmin, Who::Newcomer, "admin").await;
    assert_eq!(answer.json()["permission"], "admin");
    assert_eq!(place.permission(Who::Newcomer).await, "admin");
}

/// S36, S43: an administrator of the machine is neither revoked by another one nor, which would be
/// the same, granted something less.
#[tokio::test]
async fn a_machine_administrator_does_not_take_admin_from_anybody() {
    let place = Place::open().await;
    place.assign(Who::TenantAdmin, Who::Newcomer, "admin").await;
    let before = place.house.mark();
    let answer = place.revoke(Who::Keeper, Who::Newcomer).await;
    assert_eq!(answer.problem(403), "machine_admin");
    assert_eq!(answer.json()["error"], "Cannot revoke admin user");
    place.assign(Who::Keeper, Who::Newcomer, "user").await.problem(403);
    place.revoke(Who::Keeper, Who::Keeper).await.problem(403);
    assert_eq!(place.house.mark(), before);
    assert_eq!(place.permission(Who::Newcomer).await, "admin");
    assert_eq!(place.revoke(Who::TenantAdmin, Who::Newcomer).await.status, 200);
    assert_eq!(place.permission(Who::Newcomer).await, Value::Null);
}

/// S37: people of another tenant do not exist here, by identifier or by number.
#[tokio::test]
async fn people_of_another_tenant_cannot_be_assigned() {
    let place = Place::open().await;
    let before = place.house.mark();
    for by in [Who::Keeper, Who::TenantAdmin, Who::SystemAdmin] {
        let answer = place.assign(by, Who::Stranger, "user").await;
        assert_eq!(answer.problem(404), "not_found");
        place.revoke(by, Who::Stranger).await.problem(404);
    }
    assert_eq!(place.house.mark(), before);
}

/// What a script prints is a number; a second grant is no second assignment, and a second revoking
/// finds none.
#[tokio::test]
async fn assigning_by_number_and_twice() {
    let place = Place::open().await;
    let admin = place.cast.credential(Who::TenantAdmin);
    place.assign(Who::TenantAdmin, Who::Newcomer, "user").await;
    let machine = place.cast.machine;
    let list = format!("/api/remote/machines/{machine}/users");
    let users = Request::get(&list).with(&admin).send(&place.house).await.json();
    let id = json!(place.cast.user(Who::Newcomer));
    let users = users["users"].as_array().unwrap();
    let number = users.iter().find(|user| user["user_id"] == id).unwrap()["number"].clone();
    let body = json!({ "user_id": number });
    let path = format!("/api/machines/{machine}/assign");
    let again = Request::post(path, &body).with(&admin).send(&place.house).await;
    assert_eq!((again.status, again.json()["permission"].clone()), (200, json!("user")));
    let path = format!("/api/remote/machines/{machine}/assign/{number}");
    let remove = || Request::new("DELETE", &path).with(&admin);
    assert_eq!(remove().send(&place.house).await.status, 200);
    let answer = remove().send(&place.house).await;
    assert_eq!(answer.problem(404), "not_found");
    assert_eq!(answer.json()["error"], "Assignment not found");
}

/// S45: who may work where is listed for whoever administers the tenant, page by page, and stops at
/// its wall.
#[tokio::test]
async fn assignments_of_a_tenant_are_listed_page_by_page() {
    let place = Place::open().await;
    let list = async |by: Who, query: &str| {
        let request = Request::get(format!("/api/remote/assignments{query}"));
        request.with(&place.cast.credential(by)).send(&place.house).await
    };
    let all = list(Who::TenantAdmin, "").await.json();
    let given = all["assignments"].as_array().unwrap();
    assert!(given.len() >= 2 && all["next_cursor"].is_null(), "{all}");
    let machine = json!(place.cast.machine);
    assert!(given.iter().all(|one| one["machine_id"] == machine), "{all}");
    let member = json!(place.cast.user(Who::Member));
    assert!(given.iter().any(|one| one["user_id"] == member && one["permission"] == "user"));
    let mut pages = Vec::new();
    let mut query = "?limit=1".to_owned();
    loop {
        let page = list(Who::TenantAdmin, &query).await.json();
        pages.extend(page["assignments"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=1&cursor={next}");
    }
    assert_eq!(&pages, given, "nothing is skipped, and nothing said twice");

    let member = place.cast.user(Who::Member);
    let own = list(Who::TenantAdmin, &format!("?user_id={member}")).await.json();
    assert_eq!(own["assignments"].as_array().unwrap().len(), 1, "{own}");
    let elsewhere = list(Who::TenantAdmin, &format!("?machine_id={member}")).await.json();
    assert_eq!(elsewhere["assignments"], json!([]));
    let strangers = list(Who::ForeignAdmin, &format!("?user_id={member}")).await.json();
    assert_eq!(strangers["assignments"], json!([]));
    assert_eq!(list(Who::TenantAdmin, "?cursor=7").await.problem(400), "invalid_cursor");
    assert_eq!(list(Who::Keeper, "").await.problem(403), "permission_denied");
}

/// S39: with the right ends what is open; the account and its tokens go on.
#[tokio::test]
async fn what_is_open_on_a_machine_ends_with_the_right() {
    let place = Place::open().await;
    let token = place.cast.credential(Who::Member);
    let mut live = Socket::open(&place.house, "/ws", &token).await;
    assert_eq!(live.json().await["method"], "connected");
    let path = format!("/api/sessions/{}/attach", place.cast.terminal);
    let mut attached = Socket::open(&place.house, &path, &token).await;
    assert_eq!(attached.json().await["type"], "attached");
    assert_eq!(place.revoke(Who::Keeper, Who::Member).await.status, 200);
    let ends = (live.ended().await, attached.ended().await);
    assert_eq!(ends, (Ended::Closed(1012), Ended::Closed(1012)));
    let me = Request::get("/api/auth/me").with(&token).send(&place.house).await;
    assert_eq!(me.status, 200);
    for path in [
        format!("/api/remote/machines/{}", place.cast.machine),
        format!("/api/sessions/{}", place.cast.chat),
    ] {
        Request::get(path).with(&token).send(&place.house).await.problem(404);
    }
    // Their sessions are told to end: nobody could speak to them any more.
    let audit = Request::get("/api/audit").with(&place.cast.credential(Who::TenantAdmin));
    let audit = audit.send(&place.house).await.json();
    let records = audit["records"].as_array().unwrap();
    let stopped: Vec<&Value> =
        records.iter().filter(|record| record["action"] == "session.stop").collect();
    assert_eq!(stopped.len(), 2, "{records:?}");
    assert!(records.iter().any(|record| record["action"] == "assignment.revoke"));
}
