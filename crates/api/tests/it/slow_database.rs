//! A database that somebody else holds.

use std::time::Duration;

use serde_json::json;
use sqlx::{Connection, SqliteConnection};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};
use crate::socket::Socket;

/// Far more than a write waits for whoever holds the file.
const BOUND: Duration = Duration::from_secs(30);

/// Requests at once, more than the database has connections for readers.
const CROWD: usize = 40;

/// R13: while another process holds the database, what would change something waits for a bounded
/// time, is told to come back, and has changed nothing; whoever only looks is served; and when the
/// database is free again, everything goes on without a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_database_is_waited_for_within_bounds() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let member = cast.credential(Who::Member);
    let titled = |title: &str| {
        let path = format!("/api/sessions/{}", cast.chat);
        Request::new("PATCH", path).json(&json!({ "title": title })).with(&member)
    };
    let look = || Request::get("/api/sessions").with(&member);
    assert_eq!(titled("before").send(&house).await.status, 200);

    let url = format!("sqlite://{}", house.database().display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let changes: Vec<_> = (0..CROWD).map(|n| titled(&format!("held {n}"))).collect();
    let changes = futures_util::future::join_all(changes.iter().map(|change| change.send(&house)));
    let looks = async {
        for _ in 0..CROWD {
            assert_eq!(look().send(&house).await.status, 200);
            assert_eq!(Request::get("/health").send(&house).await.status, 200);
        }
        drop(Socket::open(&house, "/ws", &member).await);
    };
    let (refused, ()) = tokio::time::timeout(BOUND, async { tokio::join!(changes, looks) })
        .await
        .expect("nobody waits for ever");
    for answer in refused {
        is_told_to_come_back(&answer);
    }
    let shown = look().send(&house).await.text();
    assert!(shown.contains("before") && !shown.contains("held"), "{shown}");

    other.close().await.unwrap();
    assert_eq!(titled("after").send(&house).await.status, 200);
    assert!(look().send(&house).await.text().contains("after"));
}

fn is_told_to_come_back(answer: &Answer) {
    assert_eq!(answer.problem(503), "busy", "{}", answer.text());
    let wait = answer.header("retry-after").expect("when to come back");
    assert!((1..=30).contains(&wait.parse::<u64>().unwrap()), "{wait}");
}
