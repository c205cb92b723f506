//! Sessions that have had nothing to do for as long as they may.

use std::time::Duration;

use model::job::{Job, JobState};
use model::session::SessionState;
use model::session_limits::SessionLimits;

use super::*;
use crate::sessions::idle::IdleLimitOf;

const LIMIT: Duration = Duration::from_mins(5);

impl House {
    /// One more session, idle since `NOW`.
    async fn add_idle(&self, limit: Option<Duration>, state: SessionState) -> SessionId {
        let id = SessionId::new(NOW, &self.rng);
        let session = Session { id, idle_limit: limit, state, ..self.session() };
        self.store
            .write(move |tx| Box::pin(async move { tx.session_insert(&session).await }))
            .await
            .unwrap();
        id
    }

    async fn idled_out(&self, now: Timestamp) -> Vec<SessionId> {
        let over = self.store.sessions_idled_out(now, 10).await.unwrap();
        over.iter().map(|over| over.session.id).collect()
    }
}

#[tokio::test]
async fn a_session_that_had_nothing_to_do_for_its_limit_is_found_then_and_not_before() {
    let house = House::build().await;
    let limited = house.add_idle(Some(LIMIT), SessionState::Idle).await;
    house.add_idle(None, SessionState::Idle).await;
    house.add_idle(Some(LIMIT), SessionState::Running).await;
    house.add_idle(Some(LIMIT), SessionState::Waiting).await;
    house.add_idle(Some(LIMIT), SessionState::Stopped).await;
    let end = NOW + LIMIT;
    let just_before = Timestamp::from_millis(end.as_millis() - 1);
    assert_eq!(house.idled_out(just_before).await, []);
    assert_eq!(house.store.sessions_next_idle_end(just_before).await.unwrap(), Some(end));
    assert_eq!(house.idled_out(end).await, [limited]);
    assert_eq!(house.store.sessions_next_idle_end(end).await.unwrap(), None);

    let touched_at = just_before;
    house
        .store
        .write(move |tx| Box::pin(async move { tx.session_touch(limited, touched_at).await }))
        .await
        .unwrap();
    assert_eq!(house.idled_out(end).await, []);
    let found = house
        .store
        .write(move |tx| {
            Box::pin(async move { tx.session_idled_out(limited, touched_at + LIMIT).await })
        })
        .await;
    assert_eq!(found.unwrap().map(|over| over.session.id), Some(limited));
}

#[tokio::test]
async fn a_session_with_an_open_turn_or_order_has_something_to_do() {
    let house = House::build().await;
    let (asked, ordered) = (
        house.add_idle(Some(LIMIT), SessionState::Idle).await,
        house.add_idle(Some(LIMIT), SessionState::Idle).await,
    );
    let turn = Turn {
        id: TurnId::new(NOW, &house.rng),
        session: asked,
        author: house.user,
        state: TurnState::Sent,
        stop_reason: None,
        outcome: None,
        created_at: NOW,
        finished_at: None,
    };
    let (turn_id, command) = (turn.id, house.command());
    let order = NewCommand { session: ordered, ..house.command() };
    house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.turn_insert(&turn, command.id).await?;
                tx.command_append(&order).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    assert_eq!(house.idled_out(NOW + LIMIT).await, []);
    house
        .store
        .write(move |tx| {
            Box::pin(
                async move { tx.turn_set_state(turn_id, TurnState::Done, None, None, LATER).await },
            )
        })
        .await
        .unwrap();
    assert_eq!(house.idled_out(NOW + LIMIT).await, [asked]);
}

impl House {
    async fn limit(&self, limits: SessionLimits) {
        let tenant = self.tenant;
        self.store
            .write(move |tx| Box::pin(async move { tx.session_limits_put(tenant, limits).await }))
            .await
            .unwrap();
    }
}

/// The shorter limit is the one that was reached; one that the tenant lifts holds no more.
#[tokio::test]
async fn a_tenants_limit_holds_for_every_chat() {
    let house = House::build().await;
    let plain = house.add_idle(None, SessionState::Idle).await;
    let shorter = house.add_idle(Some(LIMIT / 2), SessionState::Idle).await;
    let longer = house.add_idle(Some(LIMIT * 2), SessionState::Idle).await;
    house.add_idle(None, SessionState::Waiting).await;
    house.add_idle(None, SessionState::Paused).await;
    house.limit(SessionLimits { idle: Some(LIMIT), ..SessionLimits::default() }).await;
    assert_eq!(house.store.sessions_next_idle_end(NOW).await.unwrap(), Some(NOW + LIMIT / 2));
    assert_eq!(house.idled_out(NOW + LIMIT / 2).await, [shorter]);

    let over = house.store.sessions_idled_out(NOW + LIMIT, 10).await.unwrap();
    let mut of: Vec<_> = over.iter().map(|it| (it.session.id, it.limit, it.of)).collect();
    of.sort_by_key(|(id, ..)| *id);
    let expected = [
        (plain, LIMIT, IdleLimitOf::Tenant),
        (shorter, LIMIT / 2, IdleLimitOf::Session),
        (longer, LIMIT, IdleLimitOf::Tenant),
    ];
    assert_eq!(of, expected);

    house.limit(SessionLimits::default()).await;
    assert_eq!(house.idled_out(NOW + LIMIT).await, [shorter]);
}

/// A terminal's work is not seen; that of a running job is ended by its job.
#[tokio::test]
async fn a_tenants_limit_ends_neither_terminals_nor_what_is_done_for_a_job() {
    let house = House::build().await;
    house.limit(SessionLimits { idle: Some(LIMIT), ..SessionLimits::default() }).await;
    let terminal = Session {
        id: SessionId::new(NOW, &house.rng),
        kind: SessionKind::Terminal,
        state: SessionState::Idle,
        ..house.session()
    };
    house
        .store
        .write(move |tx| Box::pin(async move { tx.session_insert(&terminal).await }))
        .await
        .unwrap();
    let chat = house.add_idle(None, SessionState::Idle).await;
    let job = Job { state: JobState::Running, session: Some(chat), ..house.job() };
    house.add_job(&job).await;
    assert_eq!(house.idled_out(NOW + LIMIT).await, []);
}
