//! Trying keys out.

use model::provider::{KeyTrial, ProviderKey, TriedKey};

use crate::house::{CANARY, House, Plan};

async fn tried(house: &House, provider: &str, secret: &str, base_url: &str) -> TriedKey {
    let id = house.add_key_at(provider, secret, base_url).await;
    let keys = house.store.provider_keys(house.tenant).await.unwrap();
    let key: &ProviderKey = keys.iter().find(|key| key.id == id).unwrap();
    let tried = house.gateway.try_key(key).await;
    assert!(!tried.message.contains(secret), "{tried:?}");
    tried
}

#[tokio::test]
async fn a_key_that_works_says_which_models_there_are() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    let base = house.provider.base_url();
    for (provider, base_url, model) in [
        ("openai", house.provider.openai_base_url(), "gpt-5.5"),
        ("cellar", house.provider.openai_base_url(), "gpt-5.5"),
        ("anthropic", base.clone(), "claude-sonnet-4-5-20250929"),
        ("google", base, "gemini-2.5-pro"),
    ] {
        let good = tried(&house, provider, CANARY, &base_url).await;
        assert_eq!((good.result, good.http_status), (KeyTrial::Works, Some(200)), "{good:?}");
        assert!(good.models.contains(&model.to_owned()), "{good:?}");
        let bad = tried(&house, provider, "sk-wrong-0123456789", &base_url).await;
        assert_eq!((bad.result, bad.http_status), (KeyTrial::Rejected, Some(401)), "{bad:?}");
        assert!(bad.models.is_empty());
    }
    assert_eq!(house.close().await, [], "it costs nothing");
}

/// S87: a trial goes where calls may go, and nowhere else.
#[tokio::test]
async fn a_trial_says_why_it_could_not_be_made() {
    let house = House::with(Plan { providers: &[], ..Plan::default() }).await;
    let port = house.provider.address().port();
    for (base_url, result) in [
        (format!("http://localhost:{port}/v1"), KeyTrial::Forbidden),
        (format!("https://127.0.0.1:{}/v1", port ^ 1), KeyTrial::Forbidden),
        ("https://169.254.169.254/latest".to_owned(), KeyTrial::Forbidden),
        ("https://[::ffff:10.0.0.1]/v1".to_owned(), KeyTrial::Forbidden),
        ("https://nobody.invalid/v1".to_owned(), KeyTrial::Unreachable),
        // It is trusted, and speaks no TLS.
        (format!("https://127.0.0.1:{port}/v1"), KeyTrial::Unreachable),
    ] {
        let tried = tried(&house, "cellar", CANARY, &base_url).await;
        assert_eq!(tried.result, result, "{base_url}: {tried:?}");
        assert!(tried.message.len() > 10, "{tried:?}");
    }
}
