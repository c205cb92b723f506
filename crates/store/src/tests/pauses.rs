//! Sessions that are to stand still.

use std::time::Duration;

use model::job::{Job, JobState};
use model::session::{Pause, SessionState};

use super::*;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

impl House {
    async fn pause(&self, at: Timestamp) -> (bool, CommandId) {
        let (session, by) = (self.session, self.user);
        let command = CommandId::new(at, &self.rng);
        let paused = self.store.write(move |tx| {
            Box::pin(async move { tx.session_pause(session, Pause { at, by }, command).await })
        });
        (paused.await.unwrap(), command)
    }

    async fn go_on(&self, at: Timestamp) -> bool {
        let session = self.session;
        let ended = self
            .store
            .write(move |tx| Box::pin(async move { tx.session_pause_end(session, at).await }));
        ended.await.unwrap()
    }

    async fn state(&self, state: SessionState) {
        let session = self.session;
        self.store
            .write(move |tx| {
                Box::pin(async move { tx.session_set_state(session, state, None, NOW).await })
            })
            .await
            .unwrap();
    }

    async fn now(&self) -> Session {
        self.store.session(self.session).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn who_paused_a_session_first_is_kept_until_it_goes_on() {
    let house = House::build().await;
    house.state(SessionState::Running).await;
    let (is_new, first) = house.pause(NOW).await;
    assert!(is_new);
    let (is_new, second) = house.pause(NOW + HOUR).await;
    assert!(!is_new, "once is enough");
    let session = house.session;
    let found = house.store.write(move |tx| {
        Box::pin(async move {
            let first = tx.session_paused_by(session, first).await?;
            Ok::<_, StoreError>((first, tx.session_paused_by(session, second).await?))
        })
    });
    let (by_first, by_second) = found.await.unwrap();
    let pause = Pause { at: NOW, by: house.user };
    assert_eq!(by_first.and_then(|session| session.pause), Some(pause));
    assert_eq!(by_second, None);

    assert!(house.go_on(NOW + HOUR).await);
    assert!(!house.go_on(NOW + HOUR * 2).await);
    assert_eq!((house.now().await.pause, house.now().await.paused_for), (None, HOUR));
    house.state(SessionState::Stopped).await;
    assert!(!house.pause(NOW + HOUR * 3).await.0, "it is over");
}

/// A time-out is for work, and nothing works while the session stands still.
#[tokio::test]
async fn the_time_of_a_job_does_not_pass_while_its_session_is_paused() {
    let house = House::build().await;
    house.state(SessionState::Running).await;
    let command = house.command();
    let turn = Turn {
        id: TurnId::new(NOW, &house.rng),
        session: house.session,
        author: house.user,
        state: TurnState::Running,
        stop_reason: None,
        outcome: None,
        created_at: NOW,
        finished_at: None,
    };
    let job = Job {
        state: JobState::Running,
        started_at: Some(NOW),
        timeout: Some(HOUR),
        session: Some(house.session),
        turn: Some(turn.id),
        ..house.job()
    };
    house
        .store
        .write(move |tx| Box::pin(async move { tx.turn_insert(&turn, command.id).await }))
        .await
        .unwrap();
    house.add_job(&job).await;
    let ended = async |at| house.store.jobs_ended(at, DAY, at).await.unwrap().len();
    let next = async || house.store.jobs_next_timeout().await.unwrap();
    assert_eq!((ended(NOW + HOUR).await, next().await), (1, Some(NOW + HOUR)));

    house.pause(NOW + HOUR / 2).await;
    assert_eq!((ended(NOW + HOUR * 5).await, next().await), (0, None));
    house.go_on(NOW + HOUR * 10).await;
    let end = NOW + HOUR / 2 + HOUR * 10;
    assert_eq!((ended(NOW + HOUR * 10).await, next().await), (0, Some(end)));
    assert_eq!(ended(end).await, 1);
}
