//! Setting up, signing in, tokens.

mod check;
mod choose_password;
mod link;
mod login;
mod login_end;
mod logins;
mod logout;
mod me;
mod password;
mod setup;
mod ticket;
mod token_create;
mod token_revoke;
mod tokens;
mod verify;

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::auth::SignedIn;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{App, body, cookie, views};

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(check::check))
        .routes(routes!(setup::setup))
        .routes(routes!(link::link))
        .routes(routes!(choose_password::choose_password))
        .routes(routes!(login::login))
        .routes(routes!(logout::logout))
        .routes(routes!(me::me))
        .routes(routes!(password::password))
        .routes(routes!(ticket::ticket))
        .routes(routes!(verify::verify))
        .routes(routes!(logins::logins))
        .routes(routes!(login_end::login_end))
        .routes(routes!(tokens::tokens, token_create::token_create))
        .routes(routes!(token_revoke::token_revoke))
}

/// The answer to somebody who has just signed in, with the cookie.
fn signed_in(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    done: &control::sign_in::SignedIn,
) -> Response {
    let user = views::user(&done.user);
    let mut response = body::with_status(status, SignedIn { success: true, user });
    let cookie = cookie::set(&app.config, headers, &done.cookie);
    response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    response
}
