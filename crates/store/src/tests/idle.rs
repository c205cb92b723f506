//! Sessions that have had nothing to do for as long as they may.

use std::time::Duration;

use model::session::SessionState;

use super::*;

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
        over.iter().map(|session| session.id).collect()
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
    assert_eq!(found.unwrap().map(|session| session.id), Some(limited));
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
