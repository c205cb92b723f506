use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::exports::ImportSession;
use contract::sessions::SessionView;

use crate::body::ImportBody;
use crate::caller::Caller;
use crate::params::IdempotencyKey;
use crate::problem::Answer;
use crate::{App, imports, views};

/// Takes in a session that was written down as JSON, here or by the gateway whose document this
/// interface follows, at most 32 MiB. It becomes a session of one's own, under a new identifier, that
/// is over and can be read, searched, tagged, exported and deleted like any other. Once this has
/// answered, its transcript is on the machine for good. With the header `Idempotency-Key` the same
/// request sent again makes no second session.
#[utoipa::path(post, path = "/api/sessions/import", tag = "sessions",
    params(("idempotency-key" = Option<String>, Header)),
    request_body = ImportSession, responses((status = 201, body = SessionView)))]
pub(super) async fn import(
    State(app): State<App>,
    Caller(actor): Caller,
    IdempotencyKey(key): IdempotencyKey,
    request: ImportBody<ImportSession>,
) -> Answer<(StatusCode, Json<SessionView>)> {
    let (mut body, _place) = request.into_parts();
    body.idempotency_key = key.or(body.idempotency_key);
    let session = imports::import(&app.plane, &actor, body).await?;
    Ok((StatusCode::CREATED, Json(views::session(&app.plane, &session).await?)))
}
