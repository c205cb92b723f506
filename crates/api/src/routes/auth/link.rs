use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use contract::auth::{RedeemLink, RedeemedLink};
use control::sign_in::{self, Redeemed};

use crate::body::Body;
use crate::caller::{Source, UserAgent};
use crate::problem::Answer;
use crate::{App, cookie, views};

const NOTHING: RedeemedLink =
    RedeemedLink { setup: false, password: false, username: None, user: None };

/// Signs in with a one-time link, or says what else it is for: setting up, or choosing a password.
#[utoipa::path(post, path = "/api/auth/link", tag = "auth", request_body = RedeemLink,
    responses((status = 200, body = RedeemedLink)))]
pub(super) async fn link(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    UserAgent(user_agent): UserAgent,
    Body(body): Body<RedeemLink>,
) -> Answer<Response> {
    match sign_in::link_redeem(&app.plane, &body.secret, &user_agent, source).await? {
        Redeemed::Setup => Ok(Json(RedeemedLink { setup: true, ..NOTHING }).into_response()),
        Redeemed::Password(user) => {
            let username = Some(user.username);
            let answer = RedeemedLink { password: true, username, ..NOTHING };
            Ok(Json(answer).into_response())
        }
        Redeemed::SignedIn(signed_in) => {
            let user = Some(views::user(&signed_in.user));
            let mut response = Json(RedeemedLink { user, ..NOTHING }).into_response();
            let cookie = cookie::LOGIN.set(&app.config, &headers, &signed_in.cookie);
            response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
            Ok(response)
        }
    }
}
