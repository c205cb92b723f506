//! Webhooks: what is due to whom, and what is kept of it.

use std::time::Duration;

use model::job::JobState;
use model::webhook::{
    DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookPart, WebhookSecret,
};
use model::{JobId, WebhookDeliveryId, WebhookSecretId};

use super::*;
use crate::webhooks::attempts::MAX_ATTEMPTS;
use crate::webhooks::lanes::Due;
use crate::{Tx, TxFuture};

impl House {
    async fn write<F>(&self, work: F)
    where
        F: for<'tx> FnOnce(&'tx mut Tx) -> TxFuture<'tx, Result<(), StoreError>> + Send + 'static,
    {
        self.store.write(work).await.unwrap();
    }

    async fn add_user(&self, name: &str) -> UserId {
        let id = UserId::new(NOW, &self.rng);
        let user = NewUser { id, ..self.new_user(name) };
        self.write(move |tx| Box::pin(async move { tx.user_insert(&user).await })).await;
        id
    }

    fn delivery(&self, job: JobId, destination: &str, next_at: Timestamp) -> WebhookDelivery {
        WebhookDelivery {
            id: WebhookDeliveryId::new(NOW, &self.rng),
            job,
            owner: self.user,
            destination: destination.to_owned(),
            url: format!("https://{destination}/hook"),
            event: JobState::Completed,
            state: DeliveryState::Pending,
            tries: 0,
            created_at: NOW,
            next_at: Some(next_at),
        }
    }

    async fn add_delivery(&self, delivery: &WebhookDelivery) {
        let delivery = delivery.clone();
        self.write(move |tx| {
            Box::pin(async move { tx.webhook_delivery_insert(&delivery, "{}").await })
        })
        .await;
    }

    async fn add_attempt(&self, delivery: WebhookDeliveryId, status: Option<u16>) {
        let attempt = WebhookAttempt {
            number: 0,
            at: NOW,
            took: Duration::from_millis(7),
            status,
            error: None,
        };
        self.write(move |tx| {
            Box::pin(async move { tx.webhook_attempt_insert(delivery, &attempt).await })
        })
        .await;
    }

    async fn due(&self, now: Timestamp, per_owner: u32) -> Vec<(UserId, String)> {
        let lanes = self.store.lanes_due(now, per_owner, 100).await.unwrap();
        lanes.into_iter().map(|lane| (lane.owner, lane.destination)).collect()
    }
}

const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[tokio::test]
async fn a_webhook_and_its_deliveries_come_back_as_they_went_in() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    assert_eq!(house.store.webhook(job.id).await.unwrap(), None);
    let hook = Webhook {
        url: "https://a.example/hook".to_owned(),
        include: vec![WebhookPart::Prompt, WebhookPart::Result],
    };
    let stored = hook.clone();
    house.write(move |tx| Box::pin(async move { tx.webhook_insert(job.id, &stored).await })).await;
    assert_eq!(house.store.webhook(job.id).await.unwrap(), Some(hook));

    let delivery = house.delivery(job.id, "a.example:443", NOW);
    house.add_delivery(&delivery).await;
    for status in [Some(500), None] {
        house.add_attempt(delivery.id, status).await;
    }
    let attempts = house.store.webhook_attempts(job.id).await.unwrap();
    let seen: Vec<_> =
        attempts.iter().map(|(id, attempt)| (*id, attempt.number, attempt.status)).collect();
    assert_eq!(seen, [(delivery.id, 1, Some(500)), (delivery.id, 2, None)]);
    assert_eq!(house.store.webhook_deliveries(job.id, 10).await.unwrap(), [delivery]);
}

#[tokio::test]
async fn everything_of_a_webhook_goes_with_its_job() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    let delivery = house.delivery(job.id, "a.example:443", NOW);
    house.add_delivery(&delivery).await;
    house.add_attempt(delivery.id, None).await;
    house.write(move |tx| Box::pin(async move { tx.job_delete(job.id).await })).await;
    assert!(house.due(LATER, 10).await.is_empty());
    assert!(house.store.webhook_attempts(job.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_oldest_attempts_are_dropped() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    let delivery = house.delivery(job.id, "a.example:443", NOW);
    house.add_delivery(&delivery).await;
    for _ in 0..MAX_ATTEMPTS + 3 {
        house.add_attempt(delivery.id, None).await;
    }
    let attempts = house.store.webhook_attempts(job.id).await.unwrap();
    let numbers: Vec<_> = attempts.iter().map(|(_, attempt)| attempt.number).collect();
    assert_eq!(numbers, (4..=MAX_ATTEMPTS + 3).collect::<Vec<_>>());
}

/// However much one person has to send, the first of everybody else comes before their second.
#[tokio::test]
async fn lanes_are_due_in_turns() {
    let house = House::build().await;
    let job = house.job();
    house.add_job(&job).await;
    let other = house.add_user("ben").await;
    for (destination, next_at) in [("a:1", 10), ("a:1", 11), ("b:1", 12), ("c:1", 13), ("d:1", 99)]
    {
        house.add_delivery(&house.delivery(job.id, destination, at(next_at))).await;
    }
    let late = WebhookDelivery { owner: other, ..house.delivery(job.id, "a:1", at(50)) };
    house.add_delivery(&late).await;

    let (me, them) = (house.user, other);
    let lane = |owner, destination: &str| (owner, destination.to_owned());
    assert!(house.due(at(9), 2).await.is_empty());
    assert_eq!(house.due(at(10), 2).await, [lane(me, "a:1")]);
    let expected = [lane(me, "a:1"), lane(them, "a:1"), lane(me, "b:1")];
    assert_eq!(house.due(at(50), 2).await, expected);
    assert_eq!(house.store.next_due(at(50)).await.unwrap(), Some(at(99)));
    assert_eq!(house.store.next_due(at(99)).await.unwrap(), None);

    let lanes = house.store.lanes_due(at(50), 2, 1).await.unwrap();
    let Some(Due::Webhook(first, body)) = house.store.first_due(&lanes[0], at(50)).await.unwrap()
    else {
        panic!("a webhook is due");
    };
    assert_eq!((first.next_at, body.as_str()), (Some(at(10)), "{}"));
    let done = WebhookDelivery { state: DeliveryState::Delivered, next_at: None, ..first };
    house.write(move |tx| Box::pin(async move { tx.webhook_delivery_put(&done).await })).await;
    let Some(Due::Webhook(next, _)) = house.store.first_due(&lanes[0], at(50)).await.unwrap()
    else {
        panic!("another webhook is due");
    };
    assert_eq!(next.next_at, Some(at(11)));
}

#[tokio::test]
async fn a_new_secret_retires_the_one_before_it() {
    let house = House::build().await;
    let secret = |sealed: u8| WebhookSecret {
        id: WebhookSecretId::new(NOW, &house.rng),
        tenant: house.tenant,
        user: house.user,
        sealed: vec![sealed],
        created_at: NOW,
        retires_at: None,
    };
    let put = async |sealed: u8, retires_at: i64| {
        let secret = secret(sealed);
        house
            .write(move |tx| {
                Box::pin(async move { tx.webhook_secret_put(&secret, at(retires_at)).await })
            })
            .await;
    };
    let signing = async |now: i64| {
        let secrets = house.store.webhook_secrets(house.user, at(now)).await.unwrap();
        secrets.iter().map(|secret| secret.sealed[0]).collect::<Vec<_>>()
    };
    assert!(signing(0).await.is_empty());
    put(1, 0).await;
    assert_eq!(signing(0).await, [1]);
    put(2, 100).await;
    assert_eq!((signing(99).await, signing(100).await), (vec![2, 1], vec![2]));
    put(3, 200).await;
    assert_eq!(signing(50).await, [3, 2], "never more than two");
    house.write(move |tx| Box::pin(async move { tx.webhook_secrets_forget(at(200)).await })).await;
    assert_eq!(signing(50).await, [3]);
}
