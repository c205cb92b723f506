//! A call that a quota stops waits until somebody grants more, says no, or it is too late.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use model::quota::{AtStop, BudgetRequest, BudgetState, QuotaMeasure, QuotaSubject};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::client::{Answered, Ask, DEADLINE};
use crate::house::{House, Plan};

/// Long enough for everything here; what waits so long without a reason fails a test.
const HELD: Duration = Duration::from_mins(2);

async fn house(held: Duration) -> Arc<House> {
    let mut plan = Plan::default();
    plan.limits.budget_within = held;
    plan.limits.budget_declined_for = Duration::from_hours(1);
    Arc::new(House::with(plan).await)
}

fn ask(house: &House) -> Ask {
    let messages = json!([{ "role": "user", "content": "hello" }]);
    let body = json!({ "model": "m", "max_tokens": 9, "messages": messages });
    Ask::post("/v1/messages", &body).bearer(&house.token)
}

fn call(house: &House) -> JoinHandle<Answered> {
    let (ask, address) = (ask(house), house.address());
    tokio::spawn(async move { ask.answer(address).await })
}

/// The only request for a larger budget, once it is there.
async fn waiting(house: &House) -> BudgetRequest {
    let waiting = async {
        loop {
            let mut all =
                house.store.budget_requests_pending(house.tenant, None, None).await.unwrap();
            assert!(all.len() <= 1, "a session asks once: {all:?}");
            if let Some(request) = all.pop() {
                return request;
            }
        }
    };
    tokio::time::timeout(DEADLINE, waiting).await.unwrap()
}

async fn pending(house: &House) -> Vec<BudgetRequest> {
    house.store.budget_requests_pending(house.tenant, None, None).await.unwrap()
}

async fn state(house: &House, request: &BudgetRequest) -> BudgetState {
    house.store.budget_request(request.id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn a_call_goes_on_when_more_is_granted() {
    let house = house(HELD).await;
    let quota = house.set_quota(QuotaMeasure::Requests, 0).await;
    let held = call(&house);
    let request = waiting(&house).await;
    assert_eq!((request.quota, request.limit, request.asked), (quota, 0, 1));
    assert!(house.provider.exchanges().is_empty(), "nothing is forwarded before");
    house.grant(&request, 1).await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(state(&house, &request).await, BudgetState::Granted);
    let records = house.close().await;
    assert_eq!(records.len(), 1, "one attempt, one record");
}

#[tokio::test]
async fn a_call_that_nobody_grants_is_refused_at_once_when_somebody_says_so() {
    let house = house(HELD).await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    let held = call(&house);
    let request = waiting(&house).await;
    house.answer_budget(&request, BudgetState::Declined).await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert_eq!(answered.status, StatusCode::PAYMENT_REQUIRED);
    // A client that sends it again is told the same, and nobody is asked anew.
    let again = ask(&house).answer(house.address()).await;
    assert_eq!(again.status, StatusCode::PAYMENT_REQUIRED);
    assert!(pending(&house).await.is_empty());
    assert!(house.provider.exchanges().is_empty());
}

/// A quota that is changed answers the question, too.
#[tokio::test]
async fn a_call_goes_on_when_there_is_enough_for_another_reason() {
    let house = house(HELD).await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    let held = call(&house);
    let request = waiting(&house).await;
    house.set_quota(QuotaMeasure::Requests, 5).await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(state(&house, &request).await, BudgetState::Withdrawn);
}

/// What was granted is not enough: the session asks again, and its call is still held.
#[tokio::test]
async fn a_grant_that_is_too_small_is_not_the_end() {
    let house = house(HELD).await;
    house.set_quota(QuotaMeasure::Tokens, 0).await;
    let held = call(&house);
    let first = waiting(&house).await;
    house.grant(&first, 1).await;
    let second = waiting(&house).await;
    assert_ne!(first.id, second.id);
    house.grant(&second, 1_000_000).await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert_eq!(answered.status, StatusCode::OK);
}

/// S83: a session that ends takes its calls with it, also those that wait.
#[tokio::test]
async fn the_end_of_the_session_ends_the_wait() {
    let house = house(HELD).await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    let held = call(&house);
    waiting(&house).await;
    house.revoke().await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert!(answered.text().contains("has ended"), "{}", answered.text());
    assert!(house.close().await.is_empty());
}

/// Who is not held asks all the same, once for all calls of a session.
#[tokio::test]
async fn a_session_asks_once_however_often_it_calls() {
    let house = house(Duration::ZERO).await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    for _ in 0..5 {
        let answered = ask(&house).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::PAYMENT_REQUIRED);
    }
    let request = waiting(&house).await;
    house.grant(&request, 1).await;
    let served = async {
        // A grant is seen within a second.
        while ask(&house).answer(house.address()).await.status != StatusCode::OK {}
    };
    tokio::time::timeout(DEADLINE, served).await.unwrap();
}

/// Where a quota is not to be raised, nobody is asked, and its agent stops at once.
#[tokio::test]
async fn a_quota_may_say_that_nobody_is_asked() {
    let house = house(HELD).await;
    let measure = QuotaMeasure::Requests;
    house.set_quota_with(QuotaSubject::Session, None, measure, 0, AtStop::Refuse).await;
    let answered = ask(&house).answer(house.address()).await;
    assert_eq!(answered.status, StatusCode::PAYMENT_REQUIRED);
    assert!(pending(&house).await.is_empty());
}

/// A call for which only what others have reserved is missing waits for those, and asks nobody.
#[tokio::test]
async fn a_call_waits_for_what_others_give_back() {
    let house = house(HELD).await;
    house.set_quota(QuotaMeasure::Tokens, 1_500).await;
    let messages = json!([{ "role": "user", "content": "[[slow 40 50ms]]" }]);
    let body = json!({ "model": "m", "max_tokens": 1_000, "messages": messages, "stream": true });
    let ask = || Ask::post("/v1/messages", &body).bearer(&house.token);
    let first = ask().send(house.address()).await;
    assert_eq!(first.status, StatusCode::OK);
    let (first, second) = tokio::join!(first.rest(), ask().answer(house.address()));
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    let records = house.store.audit_page(Some(house.tenant), None, 10).await.unwrap();
    assert!(records.iter().all(|record| record.action != "budget.ask"), "{records:?}");
}

/// The question outlives the server: whoever answers it then lets the next call through.
#[tokio::test]
async fn a_question_is_there_after_a_restart() {
    let mut house = Arc::into_inner(house(HELD).await).unwrap();
    house.set_quota(QuotaMeasure::Requests, 0).await;
    let (asking, address) = (ask(&house), house.address());
    let held = tokio::spawn(async move { asking.answer(address).await });
    let request = waiting(&house).await;
    house.close().await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert_eq!(answered.status, StatusCode::BAD_GATEWAY, "its client comes again");
    house.restart().await;
    assert_eq!(waiting(&house).await.id, request.id);
    house.grant(&request, 1).await;
    assert_eq!(ask(&house).answer(house.address()).await.status, StatusCode::OK);
}

/// A key that was taken back while a call was held is not used for it.
#[tokio::test]
async fn a_key_that_is_removed_meanwhile_is_not_used() {
    let house = house(HELD).await;
    house.set_quota(QuotaMeasure::Requests, 0).await;
    let held = call(&house);
    let request = waiting(&house).await;
    house.remove_keys().await;
    house.grant(&request, 1).await;
    let answered = tokio::time::timeout(DEADLINE, held).await.unwrap().unwrap();
    assert_eq!(answered.status, StatusCode::BAD_GATEWAY);
    assert!(house.provider.exchanges().is_empty());
}
