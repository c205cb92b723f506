use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use contract::single_sign_on::SentToProvider;
use control::single_sign_on;

use super::sent_away;
use crate::App;
use crate::caller::{Caller, Source};
use crate::params::Path;
use crate::problem::Answer;

/// Begins to link who one is at a provider to one's own account, as signing in with it begins.
#[utoipa::path(post, path = "/api/auth/providers/{provider_name}/link", tag = "auth",
    params(("provider_name" = String, Path)), responses((status = 200, body = SentToProvider)))]
pub(super) async fn provider_link(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    Source(source): Source,
    Path(provider): Path<String>,
) -> Answer<Response> {
    let back = super::return_address(&app, &headers);
    let sent = single_sign_on::link_begin(&app.plane, &actor, &provider, back, source).await?;
    Ok(sent_away(&app, &headers, &sent))
}
