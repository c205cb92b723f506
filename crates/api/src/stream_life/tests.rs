use tokio::time::{Instant, pause, sleep};

use super::*;
use crate::tests;

/// A stream of the server itself, which nobody revokes, by a clock that stands still while
/// something is done.
async fn life() -> (StreamLife, tempfile::TempDir) {
    let (app, directory) = tests::app().await;
    let mut life = StreamLife::begin(&app, Actor::System).await.unwrap();
    pause();
    life.looks.reset();
    (life, directory)
}

/// In how many seconds something comes about.
#[expect(clippy::disallowed_methods, reason = "it is this clock that stands still")]
async fn seconds<T>(work: impl Future<Output = T>) -> (u64, T) {
    let began = Instant::now();
    let done = work.await;
    (began.elapsed().as_secs(), done)
}

#[tokio::test]
async fn a_silent_viewer_is_asked_and_then_gone() {
    let (mut life, _directory) = life().await;
    assert_eq!(seconds(life.next()).await, (20, Ok(())));
    assert_eq!(seconds(life.next()).await, (20, Err(End::Gone)));
}

#[tokio::test]
async fn a_viewer_that_answers_stays() {
    let (mut life, _directory) = life().await;
    for _ in 0..10 {
        assert_eq!(seconds(life.next()).await, (20, Ok(())));
        life.heard();
    }
}

/// What a viewer says while it is written to is read only afterwards.
#[tokio::test]
async fn a_viewer_is_not_silent_while_it_is_written_to() {
    let (mut life, _directory) = life().await;
    let writing = || async {
        sleep(Duration::from_mins(2)).await;
        Ok(())
    };
    assert_eq!(life.during(writing()).await, Ok(()));
    assert_eq!(life.next().await, Ok(()), "it is asked");
    assert_eq!(life.during(writing()).await, Ok(()));
    life.heard();
    assert_eq!(life.next().await, Ok(()), "its answer counts");
}

#[tokio::test]
async fn whoever_is_written_to_is_sent_away_when_the_server_stops() {
    let (mut life, _directory) = life().await;
    life.stopping.cancel();
    let endless = std::future::pending::<Result<(), End>>();
    assert_eq!(life.during(endless).await, Err(End::Stopping));
}
