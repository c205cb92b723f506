use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use contract::single_sign_on::{ReturnFromProvider, ReturnedFromProvider};
use control::second_step::Entered;
use control::single_sign_on::{self, Brought, CameBack};

use super::{login_cookies, second_step};
use crate::body::Body;
use crate::caller::{Source, UserAgent};
use crate::problem::Answer;
use crate::{App, caller, cookie, views};

/// Takes in what a provider has given to the browser that was sent there: signs in, with the same
/// second step as after a password, or links. Works once, and in no other browser.
#[utoipa::path(post, path = "/api/auth/providers/return", tag = "auth",
    request_body = ReturnFromProvider, responses((status = 200, body = ReturnedFromProvider)))]
pub(super) async fn provider_return(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    UserAgent(user_agent): UserAgent,
    Body(body): Body<ReturnFromProvider>,
) -> Answer<Response> {
    let ReturnFromProvider { state, code, iss: issuer, error, error_description } = body;
    let refusal = error.map(|error| [Some(error), error_description]);
    let refusal = refusal.map(|words| words.into_iter().flatten().collect::<Vec<_>>().join(": "));
    let brought = Brought { state, code, issuer, refusal };
    let away = cookie::AWAY.of(&headers).unwrap_or_default();
    let actor = caller::signed_in(&app, &headers).await;
    let back =
        single_sign_on::come_back(&app.plane, &away, brought, actor.as_ref(), &user_agent, source)
            .await?;
    let mut response = match back {
        CameBack::Entered(Entered::Halfway(halfway)) => second_step(&app, &headers, &halfway),
        CameBack::Entered(Entered::SignedIn(done)) => {
            let user = Some(views::user(&done.user));
            let answer = ReturnedFromProvider { success: true, linked: false, user };
            (login_cookies(&app, &headers, &done), Json(answer)).into_response()
        }
        CameBack::Linked => {
            let answer = ReturnedFromProvider { success: true, linked: true, user: None };
            Json(answer).into_response()
        }
    };
    if let Some(cookie) = cookie::AWAY.clear(&app.config, &headers) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
