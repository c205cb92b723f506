use contract::webhooks::{CreateWebhookSecret, CreatedWebhookSecret, WebhookSecretView};
use http::Method;

use crate::{Client, Error};

const PATH: &str = "/api/webhook-secret";

impl Client {
    /// Whether there is a secret that signs one's webhooks, and since when.
    pub async fn webhook_secret(&self) -> Result<WebhookSecretView, Error> {
        self.get(PATH.to_owned()).await
    }

    /// Makes the secret that signs one's webhooks.
    pub async fn webhook_secret_create(
        &self,
        body: &CreateWebhookSecret,
    ) -> Result<CreatedWebhookSecret, Error> {
        self.send(Method::POST, PATH.to_owned(), body).await
    }
}
