use axum::Json;
use axum::extract::State;
use contract::webhooks::WebhookSecretView;
use control::webhooks::secrets;

use super::view;
use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Says whether there is a secret that signs one's webhooks, and since when.
#[utoipa::path(get, path = "/api/webhook-secret", tag = "jobs",
    responses((status = 200, body = WebhookSecretView)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<WebhookSecretView>> {
    Ok(Json(view(secrets::webhook_secret(&app.plane, &actor).await?)))
}
