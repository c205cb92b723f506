//! How long a login lasts.

use std::sync::Arc;
use std::time::Duration;

use control::credentials::{LOGIN_IDLES, LOGIN_LASTS};
use model::time::ManualClock;

use crate::cast::{Cast, Credential};
use crate::house::House;
use crate::http::Request;
use crate::revocation::sign_in;

struct Stage {
    house: House,
    clock: Arc<ManualClock>,
    login: Credential,
}

impl Stage {
    async fn set() -> Self {
        let clock = Arc::new(ManualClock::default());
        clock.advance(Duration::from_hours(24 * 365));
        let house = House::open_telling(clock.clone(), Vec::new()).await;
        let cast = Cast::assemble(&house).await;
        let login = sign_in(&house, &cast).await;
        Self { house, clock, login }
    }

    async fn is_signed_in(&self) -> bool {
        let asked = Request::get("/api/auth/me").with(&self.login);
        match asked.send(&self.house).await.status {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    }
}

/// S11: a login that nobody uses ends.
#[tokio::test]
async fn a_login_ends_after_idleness() {
    let stage = Stage::set().await;
    assert!(stage.is_signed_in().await);
    stage.clock.advance(LOGIN_IDLES.saturating_sub(Duration::from_hours(1)));
    assert!(stage.is_signed_in().await, "used in time");
    stage.clock.advance(LOGIN_IDLES);
    assert!(!stage.is_signed_in().await);
}

/// S11: a login that is used every day ends all the same.
#[tokio::test]
async fn a_login_ends_at_a_fixed_age() {
    let stage = Stage::set().await;
    let day = Duration::from_hours(24);
    let mut age = Duration::ZERO;
    while age < LOGIN_LASTS {
        assert!(stage.is_signed_in().await, "after {age:?}");
        stage.clock.advance(day);
        age += day;
    }
    stage.clock.advance(Duration::from_millis(1));
    assert!(!stage.is_signed_in().await);
}

/// S11: signing out happens on the server: whoever kept the cookie has nothing.
#[tokio::test]
async fn a_login_that_was_signed_out_is_dead() {
    let stage = Stage::set().await;
    let out = Request::new("POST", "/api/auth/logout").with(&stage.login);
    let out = out.send(&stage.house).await;
    assert!((200..300).contains(&out.status), "{}", out.text());
    assert!(!stage.is_signed_in().await);
}
