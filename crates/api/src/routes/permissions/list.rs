use axum::Json;
use axum::extract::State;
use contract::permissions::Permissions;
use control::permissions;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Which questions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only of this session.
    session_id: Option<SessionId>,
}

/// Lists the open questions that one may answer, the oldest first.
#[utoipa::path(get, path = "/api/permissions", tag = "permissions", params(Filter),
    responses((status = 200, body = Permissions)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<Permissions>> {
    let open = permissions::permissions_open(&app.plane, &actor, filter.session_id).await?;
    let permissions = open.iter().map(views::permission).collect::<Result<_, _>>()?;
    Ok(Json(Permissions { permissions }))
}
