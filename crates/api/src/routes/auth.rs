//! Setting up, signing in, tokens.

mod check;
mod choose_password;
mod identities;
mod identity_unlink;
mod link;
mod login;
mod login_end;
mod logins;
mod logout;
mod me;
mod passkey_add;
mod passkey_begin;
mod passkey_challenge;
mod passkey_remove;
mod passkey_rename;
mod passkeys;
mod password;
mod provider_link;
mod provider_return;
mod provider_sign_in;
mod second_factor;
mod second_factor_begin;
mod second_factor_confirm;
mod second_factor_remove;
mod second_factor_renew;
mod setup;
mod step_code;
mod step_passkey;
mod step_passkey_add;
mod step_passkey_ask;
mod step_passkey_begin;
mod step_set_up;
mod step_set_up_confirm;
mod step_ways;
mod ticket;
mod token_create;
mod token_revoke;
mod token_rotate;
mod tokens;
mod verify;

use axum::Json;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::auth::SignedIn;
use contract::single_sign_on::SentToProvider;
use control::Error;
use control::second_step::{Entered, Halfway, Step};
use control::single_sign_on::Sent;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::{App, body, cookie, public_url, views};

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(check::check))
        .routes(routes!(setup::setup))
        .routes(routes!(link::link))
        .routes(routes!(choose_password::choose_password))
        .routes(routes!(login::login))
        .routes(routes!(step_ways::step_ways))
        .routes(routes!(step_code::step_code))
        .routes(routes!(step_passkey_ask::step_passkey_ask))
        .routes(routes!(step_passkey::step_passkey))
        .routes(routes!(step_set_up::step_set_up))
        .routes(routes!(step_set_up_confirm::step_set_up_confirm))
        .routes(routes!(step_passkey_begin::step_passkey_begin))
        .routes(routes!(step_passkey_add::step_passkey_add))
        .routes(routes!(logout::logout))
        .routes(routes!(me::me))
        .routes(routes!(password::password))
        .routes(routes!(second_factor::second_factor, second_factor_begin::second_factor_begin))
        .routes(routes!(second_factor_confirm::second_factor_confirm))
        .routes(routes!(second_factor_renew::second_factor_renew))
        .routes(routes!(second_factor_remove::second_factor_remove))
        .routes(routes!(passkeys::passkeys, passkey_begin::passkey_begin))
        .routes(routes!(passkey_add::passkey_add))
        .routes(routes!(passkey_challenge::passkey_challenge))
        .routes(routes!(passkey_rename::passkey_rename))
        .routes(routes!(passkey_remove::passkey_remove))
        .routes(routes!(provider_sign_in::provider_sign_in))
        .routes(routes!(provider_link::provider_link))
        .routes(routes!(provider_return::provider_return))
        .routes(routes!(identities::identities))
        .routes(routes!(identity_unlink::identity_unlink))
        .routes(routes!(ticket::ticket))
        .routes(routes!(verify::verify))
        .routes(routes!(logins::logins))
        .routes(routes!(login_end::login_end))
        .routes(routes!(tokens::tokens, token_create::token_create))
        .routes(routes!(token_revoke::token_revoke))
        .routes(routes!(token_rotate::token_rotate))
}

/// The answer to somebody who has made the first step.
fn entered(app: &App, headers: &HeaderMap, entered: &Entered) -> Response {
    match entered {
        Entered::SignedIn(done) => signed_in(app, headers, StatusCode::OK, done),
        Entered::Halfway(halfway) => second_step(app, headers, halfway),
    }
}

/// Nobody is signed in before the second step.
fn second_step(app: &App, headers: &HeaderMap, halfway: &Halfway) -> Response {
    let needed = match halfway.step {
        Step::Show => {
            let message = "a second factor is needed, too";
            Error::unauthenticated("second_factor_needed", message).with_hint(
                "send a code to POST /api/auth/login/code with the cookie of this answer; \
                 a passkey is shown in a browser, and programs use API tokens",
            )
        }
        Step::SetUp => {
            let message = "everybody here must have a second factor, and this account has none";
            Error::unauthenticated("second_factor_setup_needed", message).with_hint(
                "set one up with POST /api/auth/login/second-factor and the cookie of this answer",
            )
        }
    };
    let mut response = Problem(needed).into_response();
    let cookie = cookie::STEP.set(&app.config, headers, &halfway.secret);
    response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// Where providers send people back to: a page of the console, which takes the secret out of its
/// address before anything else.
fn return_address(app: &App, headers: &HeaderMap) -> String {
    format!("{}/sign-in/return", public_url::server(app, headers))
}

/// The answer to a browser that is to go to a provider.
fn sent_away(app: &App, headers: &HeaderMap, sent: &Sent) -> Response {
    let mut response = Json(SentToProvider { url: sent.url.clone() }).into_response();
    let cookie = cookie::AWAY.set(&app.config, headers, &sent.secret);
    response.headers_mut().extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// The cookies of somebody who is in: a login, and no step any more.
fn login_cookies(app: &App, headers: &HeaderMap, done: &control::sign_in::SignedIn) -> HeaderMap {
    let login = cookie::LOGIN.set(&app.config, headers, &done.cookie);
    let step = cookie::STEP.of(headers).and_then(|_| cookie::STEP.clear(&app.config, headers));
    let mut cookies = HeaderMap::new();
    for cookie in login.into_iter().chain(step) {
        cookies.append(SET_COOKIE, cookie);
    }
    cookies
}

/// The answer to somebody who has just signed in, with the cookie.
fn signed_in(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    done: &control::sign_in::SignedIn,
) -> Response {
    let user = views::user(&done.user);
    let second_factor_reset = done.reset.as_ref().map(views::second_factors::reset);
    let mut response =
        body::with_status(status, SignedIn { success: true, user, second_factor_reset });
    response.headers_mut().extend(login_cookies(app, headers, done));
    response
}
