use contract::machines::Done;
use contract::provider_keys::{OneProviderKey, ProviderKeyView, ProviderKeys, TestedProviderKey};
use http::Method;
use model::provider::KeyState;
use model::{ExposeSecret, ProviderKeyId, SecretString};
use serde::{Serialize, Serializer};

use crate::http::Call;
use crate::{Client, Error};

const PATH: &str = "/api/remote/api-keys";

/// A provider key that is to be stored; what is left out is the server's to say.
#[derive(Debug, Serialize)]
pub struct NewProviderKey {
    /// `openai`, `anthropic`, `google`, or a name of one's own.
    pub provider: String,
    /// What to call it.
    pub key_name: String,
    /// The secret.
    #[serde(serialize_with = "exposed")]
    pub api_key: SecretString,
    /// Where calls go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The models that it serves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<Vec<String>>,
    /// Keys with a higher one are used before those with a lower one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// The share of sessions among keys of the same priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u32>,
}

impl Client {
    /// The provider keys of the tenant, without their secrets.
    pub async fn provider_keys(&self) -> Result<Vec<ProviderKeyView>, Error> {
        let answer: ProviderKeys = self.get(PATH.to_owned()).await?;
        Ok(answer.keys)
    }

    /// Stores a provider key.
    pub async fn provider_key_add(&self, key: &NewProviderKey) -> Result<ProviderKeyView, Error> {
        let answer: OneProviderKey = self.send(Method::POST, PATH.to_owned(), key).await?;
        Ok(answer.key)
    }

    /// Says whether a provider key is used.
    pub async fn provider_key_set_state(
        &self,
        key: ProviderKeyId,
        state: KeyState,
    ) -> Result<ProviderKeyView, Error> {
        #[derive(Serialize)]
        struct Change {
            state: KeyState,
        }
        let path = format!("{PATH}/{key}");
        let answer: OneProviderKey = self.send(Method::PATCH, path, &Change { state }).await?;
        Ok(answer.key)
    }

    /// Tries a provider key out.
    pub async fn provider_key_test(&self, key: ProviderKeyId) -> Result<TestedProviderKey, Error> {
        self.call(Call::new(Method::POST, format!("{PATH}/{key}/test"))).await
    }

    /// Removes a provider key.
    pub async fn provider_key_remove(&self, key: ProviderKeyId) -> Result<(), Error> {
        let _: Done = self.call(Call::new(Method::DELETE, format!("{PATH}/{key}"))).await?;
        Ok(())
    }
}

/// The secret goes into the request, and nowhere else.
fn exposed<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}
