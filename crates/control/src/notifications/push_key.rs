//! By what push services know this server: a key pair that is made once and kept sealed. Browsers
//! subscribe with its public half, so that another one would end every subscription.

use store::{Store, StoreError};
use vault::{KeyRing, PushKey, RowIdentity};

use crate::SetupError;
use model::Rng;

/// Under which name the database remembers it, sealed.
pub(crate) const PUSH_KEY_SETTING: &str = "push_key";

/// Opens the key pair, or makes it at the first start.
pub(crate) async fn start(
    store: &Store,
    rng: &dyn Rng,
    ring: &KeyRing,
) -> Result<PushKey, SetupError> {
    if let Some(sealed) = store.setting(PUSH_KEY_SETTING).await? {
        let text = ring.open(&RowIdentity::PushKey, &sealed);
        let text = text.map_err(|error| SetupError::PushKey(error.to_string()))?;
        return PushKey::parse(&text).map_err(|error| SetupError::PushKey(error.to_string()));
    }
    let key = PushKey::generate(rng);
    let sealed = ring.seal(rng, &RowIdentity::PushKey, &key.text());
    let sealed = sealed.map_err(|error| SetupError::PushKey(error.to_string()))?;
    store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.setting_put(PUSH_KEY_SETTING, &sealed).await })
        })
        .await?;
    Ok(key)
}
