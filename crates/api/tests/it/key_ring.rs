//! Changing the keys that seal provider keys and the secrets that sign webhooks.

use std::fs;

use control::SetupError;
use control::key_rotation::{Retirement, Rotation, key_ring_settle};
use model::ExposeSecret;
use model::provider::ProviderKey;
use serde_json::{Value, json};
use vault::{PushKey, RowIdentity};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::{Answer, Request};

struct Stage {
    house: House,
    cast: Cast,
}

/// Where the channel leads.
const CHANNEL: &str = "https://8.8.8.8/services/T0/B0/path";

impl Stage {
    /// A house with three keys, whose secrets are their names, a secret that signs webhooks, and a
    /// channel.
    async fn set() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        let stage = Self { house, cast };
        for name in ["one", "two", "three"] {
            let body = json!({ "provider": "cellar", "key_name": name, "api_key": name,
                "base_url": "https://203.0.114.7/v1" });
            assert_eq!(stage.post("/api/remote/api-keys", &body).await.status, 201);
        }
        assert_eq!(stage.post("/api/webhook-secret", &json!({})).await.status, 201);
        let channel = json!({ "name": "drill", "kind": "slack", "events": ["question"],
            "url": CHANNEL });
        assert_eq!(stage.post("/api/notification-channels", &channel).await.status, 201);
        stage
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = Request::post(path, body).with(&self.cast.credential(Who::SystemAdmin));
        request.send(&self.house).await
    }

    async fn rotate(&self) -> Value {
        let answer = self.post("/api/key-ring/rotate", &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn settle(&self, retirement: Retirement) -> Rotation {
        key_ring_settle(&self.house.app.plane, retirement).await.unwrap()
    }

    /// What browsers subscribe with.
    async fn push_key(&self) -> String {
        let request = Request::get("/api/notification-channels");
        let request = request.with(&self.cast.credential(Who::SystemAdmin));
        let listed = request.send(&self.house).await.json();
        listed["browsers"]["application_server_key"].as_str().unwrap().to_owned()
    }

    async fn keys(&self) -> Vec<ProviderKey> {
        let all = self.house.store().provider_keys_after(None, 100).await.unwrap();
        all.into_iter().filter(|key| key.provider.as_str() == "cellar").collect()
    }

    /// Every secret opens, and whether all were sealed with the newest key.
    async fn all_are_new(&self) -> bool {
        let keys = self.keys().await;
        let signing = self.house.store().webhook_secrets_after(None, 100).await.unwrap();
        assert_eq!((keys.len(), signing.len()), (3, 1));
        let own = self.house.store().channels(self.cast.user(Who::SystemAdmin)).await.unwrap();
        let channel = own.into_iter().next().unwrap();
        let push_key = self.house.store().setting("push_key").await.unwrap().unwrap();
        let ring = self.house.app.plane.key_ring.read().unwrap();
        for key in &keys {
            let secret = ring.open(&RowIdentity::from(key), &key.sealed).unwrap();
            assert_eq!(secret.expose_secret(), key.name);
        }
        let secret = ring.open(&RowIdentity::from(&signing[0]), &signing[0].sealed).unwrap();
        assert!(secret.expose_secret().starts_with("whsec_"));
        let secret = ring.open(&RowIdentity::from(&channel), &channel.sealed).unwrap();
        assert!(secret.expose_secret().contains(CHANNEL));
        let secret = ring.open(&RowIdentity::PushKey, &push_key).unwrap();
        assert!(PushKey::parse(&secret).is_ok());
        let others = [&signing[0].sealed, &channel.sealed, &push_key];
        let mut sealed = keys.iter().map(|key| &key.sealed).chain(others);
        !sealed.any(|sealed| ring.needs_resealing(sealed))
    }

    fn keys_in_file(&self) -> usize {
        let text = fs::read_to_string(self.house.key_ring_file()).unwrap();
        text.lines().filter(|line| line.starts_with("key ")).count()
    }
}

/// S98: while the server runs everything is sealed anew, and the older key stays as long as
/// something may still need it.
#[tokio::test]
async fn a_rotation_seals_everything_anew() {
    let stage = Stage::set().await;
    let push_key = stage.push_key().await;
    let rotated = stage.rotate().await;
    assert_eq!((&rotated["resealed"], &rotated["older_keys"]), (&json!(6), &json!(1)));
    assert!(stage.all_are_new().await);
    stage.settle(Retirement::WhileServing).await;
    assert_eq!(stage.keys_in_file(), 2, "what was sealed a moment ago may still be stored");
    let settled = stage.settle(Retirement::AtStart).await;
    assert_eq!((settled.resealed, settled.older_keys, stage.keys_in_file()), (0, 0, 1));
    assert!(stage.all_are_new().await);
    assert!(stage.house.plane_of_another_life().await.is_ok());
    assert_eq!(stage.push_key().await, push_key, "browsers stay subscribed");
}

/// S98: a server that is killed at any step finishes at its next start what it had begun.
#[tokio::test]
async fn a_rotation_that_was_interrupted_is_finished() {
    let stage = Stage::set().await;
    let plane = &stage.house.app.plane;
    // Killed when the new key was in the file and nothing was sealed with it.
    plane.key_ring.write().unwrap().add_key(&**plane.rng()).unwrap();
    assert!(!stage.all_are_new().await);
    let next_life = stage.house.plane_of_another_life().await.unwrap();
    let settled = key_ring_settle(&next_life, Retirement::AtStart).await.unwrap();
    assert_eq!((settled.resealed, settled.older_keys), (6, 0));
    assert_eq!(stage.keys_in_file(), 1);
    // Once more is nothing more.
    let again = key_ring_settle(&next_life, Retirement::AtStart).await.unwrap();
    assert_eq!(again, Rotation { resealed: 0, ..settled });
    drop(next_life);
    assert!(stage.house.plane_of_another_life().await.is_ok());
}

/// S98: another ring than the one the database was made with stops the start and says why; so does
/// the ring of before a rotation, once nothing is sealed with it any more.
#[tokio::test]
async fn a_wrong_ring_stops_the_start() {
    let stage = Stage::set().await;
    let before = fs::read(stage.house.key_ring_file()).unwrap();
    let plane = &stage.house.app.plane;
    plane.key_ring.write().unwrap().add_key(&**plane.rng()).unwrap();
    stage.settle(Retirement::AtStart).await;
    let replace = |bytes: &[u8]| fs::write(stage.house.key_ring_file(), bytes).unwrap();
    let after = fs::read(stage.house.key_ring_file()).unwrap();
    let stranger = fs::read(House::open().await.key_ring_file()).unwrap();
    for wrong in [&before[..], &stranger, b"nonsense"] {
        replace(wrong);
        let refused = stage.house.plane_of_another_life().await.unwrap_err();
        assert!(matches!(refused, SetupError::KeyFile(_)), "{refused}");
        assert!(refused.to_string().contains("key-ring.key"), "{refused}");
    }
    fs::remove_file(stage.house.key_ring_file()).unwrap();
    let missing = stage.house.plane_of_another_life().await.unwrap_err().to_string();
    assert!(missing.contains("put it back from its copy"), "{missing}");
    replace(&after);
}
