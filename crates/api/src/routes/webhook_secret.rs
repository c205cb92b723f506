//! What signs one's webhooks.

mod create;
mod show;

use contract::webhooks::WebhookSecretView;
use control::webhooks::secrets::SecretFacts;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show::show, create::create))
}

fn view(facts: Option<SecretFacts>) -> WebhookSecretView {
    WebhookSecretView {
        created_at: facts.map(|facts| facts.created_at.into()),
        previous_until: facts.and_then(|facts| facts.previous_until).map(Into::into),
    }
}
