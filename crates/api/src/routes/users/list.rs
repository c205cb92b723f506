use axum::Json;
use axum::extract::State;
use contract::users::Users;
use control::users;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Which accounts.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// The number of the tenant; one's own if it is left out.
    tenant_id: Option<i64>,
}

/// Lists the accounts of a tenant.
#[utoipa::path(get, path = "/api/users", tag = "users", params(Filter),
    responses((status = 200, body = Users)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Answer<Json<Users>> {
    let accounts = users::users(&app.plane, &actor, filter.tenant_id).await?;
    Ok(Json(Users { users: accounts.iter().map(views::people::account).collect() }))
}
