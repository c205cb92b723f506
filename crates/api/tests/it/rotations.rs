//! API tokens that are replaced while something uses them.

use std::sync::Arc;
use std::time::Duration;

use api::ApiConfig;
use control::housekeeping;
use model::time::ManualClock;
use serde_json::{Value, json};

use crate::cast::{Cast, Credential, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::{Ended, Socket};

struct Place {
    house: House,
    cast: Cast,
    clock: Arc<ManualClock>,
}

impl Place {
    async fn open() -> Self {
        let clock = Arc::new(ManualClock::default());
        let house = House::open_by(ApiConfig::default(), clock.clone()).await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast, clock }
    }

    async fn send(&self, who: Who, request: Request) -> Answer {
        request.with(&self.cast.credential(who)).send(&self.house).await
    }

    /// A new token of the member's, and its identifier.
    async fn token(&self, body: Value) -> (Credential, String) {
        let made = self.send(Who::Member, Request::post("/api/auth/tokens", &body)).await;
        assert_eq!(made.status, 201, "{}", made.text());
        parts(&made.json())
    }

    async fn rotate(&self, id: &str, body: Value) -> Answer {
        let path = format!("/api/auth/tokens/{id}/rotate");
        self.send(Who::Member, Request::post(path, &body)).await
    }

    /// How many tokens of this name there are.
    async fn tokens(&self) -> usize {
        let user = self.cast.user(Who::Member);
        let tokens = self.house.store().api_tokens(user).await.unwrap();
        tokens.iter().filter(|token| token.name == "deploy").count()
    }

    async fn status(&self, token: &Credential) -> u16 {
        Request::get("/api/auth/me").with(token).send(&self.house).await.status
    }
}

fn parts(made: &Value) -> (Credential, String) {
    let text = made["token"].as_str().unwrap().to_owned();
    (Credential::Bearer(text), made["token_id"].as_str().unwrap().to_owned())
}

/// S62: while both work either opens what the other does; once the overlap is over the old one is
/// refused everywhere, and what it had open ends, without a restart.
#[tokio::test]
async fn a_replaced_token_works_for_the_overlap_and_no_longer() {
    let place = Place::open().await;
    let body = json!({ "name": "deploy", "expires_in_days": 30, "scopes": ["sessions"] });
    let (old, id) = place.token(body).await;
    let mut stream = Socket::open(&place.house, "/ws", &old).await;
    assert_eq!(stream.json().await["method"], "connected");

    let rotated = place.rotate(&id, json!({ "overlap_minutes": 5 })).await;
    assert_eq!(rotated.status, 201, "{}", rotated.text());
    let rotated = rotated.json();
    let (new, _) = parts(&rotated);
    assert_eq!(rotated["name"], "deploy");
    assert_eq!(rotated["scopes"], json!(["sessions"]), "it may do what the old one may");
    assert_eq!(rotated["previous"]["token_id"], json!(id));
    assert_eq!((place.status(&old).await, place.status(&new).await), (200, 200));

    place.clock.advance(Duration::from_mins(4));
    assert_eq!((place.status(&old).await, place.status(&new).await), (200, 200));
    let still = Socket::open(&place.house, "/ws", &old).await.json().await;
    assert_eq!(still["method"], "connected");
    // The stream is there still; it goes on to be looked after by what the rotation has said.
    stream.send_text(r#"{"jsonrpc":"2.0","id":1,"method":"none"}"#).await;
    stream.answer(&json!(1)).await;

    place.clock.advance(Duration::from_secs(61));
    assert_eq!((place.status(&old).await, place.status(&new).await), (401, 200));
    assert_eq!(stream.ended().await, Ended::Closed(1008));
    let again = place.rotate(&id, json!({})).await;
    assert_eq!(again.problem(404), "not_found", "what has ended is not replaced");
    assert_eq!(place.tokens().await, 2);
    // As long as the old one was made for; that one is forgotten.
    place.clock.advance(Duration::from_hours(29 * 24));
    assert_eq!(place.status(&new).await, 200);
    housekeeping::tidy_up(&place.house.app.plane).await.unwrap();
    assert_eq!(place.tokens().await, 1);
}

/// S62: of a token that is replaced without an overlap nothing stays open; nobody replaces another
/// person's token, and no overlap is longer than an hour.
#[tokio::test]
async fn what_cannot_be_replaced_stays_as_it_is() {
    let place = Place::open().await;
    let (old, id) = place.token(json!({ "name": "deploy" })).await;
    let before = place.house.mark();
    for body in [
        json!({ "overlap_minutes": 61 }),
        json!({ "overlap_minutes": -1 }),
        json!({ "expires_in_days": 0 }),
        json!({ "expires_in_days": 366 }),
        json!({ "scopes": ["full"] }),
    ] {
        place.rotate(&id, body).await.problem(400);
    }
    let path = format!("/api/auth/tokens/{id}/rotate");
    place.send(Who::Colleague, Request::post(&*path, &json!({}))).await.problem(404);
    let member = place.cast.user(Who::Member);
    let path = format!("/api/users/{member}/tokens/{id}/rotate");
    let refused = place.send(Who::TenantAdmin, Request::post(path, &json!({}))).await;
    assert_eq!(refused.problem(409), "not_a_service_account");
    assert_eq!(place.house.mark(), before);

    let mut stream = Socket::open(&place.house, "/ws", &old).await;
    assert_eq!(stream.json().await["method"], "connected");
    assert_eq!(place.rotate(&id, json!({ "overlap_minutes": 0 })).await.status, 201);
    assert_eq!(stream.ended().await, Ended::Closed(1008));
    assert_eq!(place.status(&old).await, 401);
}
