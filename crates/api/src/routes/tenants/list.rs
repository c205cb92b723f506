use axum::Json;
use axum::extract::State;
use contract::users::Tenants;
use control::tenants;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the tenants that one may know of: one's own, or for whoever runs the installation all.
#[utoipa::path(get, path = "/api/tenants", tag = "users",
    responses((status = 200, body = Tenants)))]
pub(super) async fn list(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<Tenants>> {
    let tenants = tenants::tenants(&app.plane, &actor).await?;
    let view = |(tenant, counts): &(_, _)| views::people::tenant(tenant, *counts);
    Ok(Json(Tenants { tenants: tenants.iter().map(view).collect() }))
}
