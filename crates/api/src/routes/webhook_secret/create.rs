use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::webhooks::{CreateWebhookSecret, CreatedWebhookSecret};
use control::webhooks::secrets;
use model::ExposeSecret;

use super::view;
use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;

/// Makes the secret that signs one's webhooks, the first one or a new one. It is shown this one
/// time.
#[utoipa::path(post, path = "/api/webhook-secret", tag = "jobs",
    request_body = CreateWebhookSecret,
    responses((status = 201, body = CreatedWebhookSecret)))]
pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<CreateWebhookSecret>,
) -> Answer<(StatusCode, Json<CreatedWebhookSecret>)> {
    let overlap = body.previous_signs_s.map_or(secrets::DEFAULT_OVERLAP, Duration::from_secs);
    let (facts, text) = secrets::webhook_secret_create(&app.plane, &actor, overlap).await?;
    let created =
        CreatedWebhookSecret { secret: text.expose_secret().to_owned(), view: view(Some(facts)) };
    Ok((StatusCode::CREATED, Json(created)))
}
