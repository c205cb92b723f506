use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::auth::{CreateApiToken, CreatedApiToken};
use contract::users::UserRef;
use control::api_tokens::{self, TokenRequest};
use model::ExposeSecret;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Makes an API token for a service account. Its text is shown this one time. People make their
/// own.
#[utoipa::path(post, path = "/api/users/{user_id}/tokens", tag = "users",
    params(("user_id" = UserRef, Path)), request_body = CreateApiToken,
    responses((status = 201, body = CreatedApiToken)))]
pub(super) async fn token_create(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
    Body(body): Body<CreateApiToken>,
) -> Answer<(StatusCode, Json<CreatedApiToken>)> {
    let CreateApiToken { name, expires_in_days: days, scopes } = body;
    let request = TokenRequest { name, days, scopes };
    let (token, text) = api_tokens::api_token_create_for(&app.plane, &actor, user, request).await?;
    let created =
        CreatedApiToken { token: text.expose_secret().to_owned(), view: views::api_token(&token) };
    Ok((StatusCode::CREATED, Json(created)))
}
