//! Notifications: what is written for whom, and how much of it may wait.

use std::time::Duration;

use model::notification::{
    Channel, ChannelKind, ChannelState, Notice, NoticeEvent, NoticeLanguage, NoticeState,
};
use model::{ChannelId, NoticeId};

use super::*;
use crate::notifications::notices::{GATHERS_FOR, MAX_WAITING, News};
use crate::webhooks::lanes::Due;

impl House {
    async fn add_channel(&self, events: &[NoticeEvent], state: ChannelState) -> Channel {
        let channel = Channel {
            id: ChannelId::new(NOW, &self.rng),
            tenant: self.tenant,
            user: self.user,
            name: "ours".to_owned(),
            kind: ChannelKind::Slack,
            host: "hooks.example".to_owned(),
            destination: "hooks.example:443".to_owned(),
            sealed: vec![1, 2, 3],
            events: events.to_vec(),
            shortest_turn: Duration::from_mins(1),
            language: NoticeLanguage::Zh,
            console: "https://gantline.example".to_owned(),
            state,
            put_off_because: None,
            given_up: 0,
            created_at: NOW,
            tested_at: None,
            browser: None,
        };
        let stored = channel.clone();
        let written = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.channel_put(&stored).await })
        });
        written.await.unwrap();
        channel
    }

    fn news(&self, event: NoticeEvent, took: Option<Duration>) -> News {
        News {
            event,
            tenant: self.tenant,
            owner: Some(self.user),
            administrators: false,
            machine: self.machine,
            session: Some(self.session),
            took,
        }
    }

    async fn tell(&self, news: News, now: Timestamp) {
        let seed = NoticeId::new(now, &self.rng).as_uuid().as_u64_pair().1;
        let written = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.news_add(&news, now, &CountingRng::new(seed)).await })
        });
        written.await.unwrap();
    }

    /// What is due in the lane of the channel.
    async fn notice_due(&self, now: Timestamp) -> Option<Notice> {
        let lane = self.store.lanes_due(now, 8, 100).await.unwrap().into_iter().next()?;
        match self.store.first_due(&lane, now).await.unwrap() {
            Some(Due::Notice(notice)) => Some(notice),
            _ => None,
        }
    }
}

#[tokio::test]
async fn a_channel_comes_back_as_it_was_written() {
    let house = House::build().await;
    let events = [NoticeEvent::Question, NoticeEvent::TurnEnded];
    let channel = house.add_channel(&events, ChannelState::On).await;
    let all = house.store.channels(house.user).await.unwrap();
    assert_eq!(all, std::slice::from_ref(&channel));
    assert_eq!(house.store.channel(channel.id).await.unwrap(), Some(channel));
}

#[tokio::test]
async fn what_comes_together_is_one_notice_and_only_for_who_wants_it() {
    let house = House::build().await;
    house.add_channel(&[NoticeEvent::Budget], ChannelState::On).await;
    house.add_channel(&[NoticeEvent::Question], ChannelState::Off).await;
    let channel = house.add_channel(&[NoticeEvent::Question], ChannelState::On).await;
    let soon = NOW + Duration::from_secs(1);
    house.tell(house.news(NoticeEvent::Question, None), soon).await;
    // What was asked before may be written after.
    house.tell(house.news(NoticeEvent::Question, None), NOW).await;
    assert!(house.notice_due(soon).await.is_none(), "it gathers");
    let due = house.notice_due(soon + GATHERS_FOR).await.expect("it is due");
    assert_eq!((due.channel, due.count, due.created_at), (channel.id, 2, NOW));
    assert_eq!((due.state, due.session), (NoticeState::Gathering, Some(house.session)));
}

#[tokio::test]
async fn a_short_turn_is_not_told() {
    let house = House::build().await;
    house.add_channel(&[NoticeEvent::TurnEnded], ChannelState::On).await;
    for (took_s, told) in [(59, 0), (60, 1), (61, 2)] {
        let took = Some(Duration::from_secs(took_s));
        house.tell(house.news(NoticeEvent::TurnEnded, took), NOW).await;
        let due = house.notice_due(NOW + GATHERS_FOR).await;
        assert_eq!(due.map_or(0, |notice| notice.count), told, "after {took_s} s");
    }
}

/// What waits for one channel has a bound.
#[tokio::test]
async fn a_channel_that_is_full_takes_no_more() {
    let house = House::build().await;
    house.add_channel(&[NoticeEvent::Question], ChannelState::On).await;
    for _ in 0..MAX_WAITING + 5 {
        let machine = MachineId::new(NOW, &house.rng);
        let news = News { machine, ..house.news(NoticeEvent::Question, None) };
        house.tell(news, NOW).await;
    }
    let count = "SELECT COUNT(*) FROM notices";
    let waiting: i64 = sqlx::query_scalar(count).fetch_one(&house.store.readers).await.unwrap();
    assert_eq!(waiting, i64::from(MAX_WAITING));
}
