use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use contract::machines::Done;
use control::sign_in;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, cookie};

/// Signs out. Every stream that was opened with the login ends.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", responses((status = 200, body = Done)))]
pub(super) async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
) -> Answer<Response> {
    sign_in::sign_out(&app.plane, &actor).await?;
    let mut response = Json(Done::YES).into_response();
    let cookie = cookie::LOGIN.clear(&app.config, &headers);
    response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    Ok(response)
}
