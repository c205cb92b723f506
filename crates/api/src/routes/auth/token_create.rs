use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::auth::{CreateApiToken, CreatedApiToken};
use control::api_tokens::{self, TokenRequest};
use model::ExposeSecret;

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Makes an API token. Its text is shown this one time.
#[utoipa::path(post, path = "/api/auth/tokens", tag = "auth", request_body = CreateApiToken,
    responses((status = 201, body = CreatedApiToken)))]
pub(super) async fn token_create(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<CreateApiToken>,
) -> Answer<(StatusCode, Json<CreatedApiToken>)> {
    let CreateApiToken { name, expires_in_days: days, scopes } = body;
    let (token, text) =
        api_tokens::api_token_create(&app.plane, &actor, TokenRequest { name, days, scopes })
            .await?;
    let created =
        CreatedApiToken { token: text.expose_secret().to_owned(), view: views::api_token(&token) };
    Ok((StatusCode::CREATED, Json(created)))
}
