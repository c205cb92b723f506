use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use contract::single_sign_on::SentToProvider;
use control::single_sign_on;

use super::sent_away;
use crate::App;
use crate::caller::Source;
use crate::params::Path;
use crate::problem::Answer;

/// Begins to sign in with a provider: the browser goes to the address of the answer, and comes back to
/// `/sign-in/return`.
#[utoipa::path(post, path = "/api/auth/providers/{provider_name}/sign-in", tag = "auth",
    params(("provider_name" = String, Path)), responses((status = 200, body = SentToProvider)))]
pub(super) async fn provider_sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    Path(provider): Path<String>,
) -> Answer<Response> {
    let back = super::return_address(&app, &headers);
    let sent = single_sign_on::sign_in_begin(&app.plane, &provider, back, source).await?;
    Ok(sent_away(&app, &headers, &sent))
}
