use axum::Json;
use axum::extract::State;
use contract::build::Health;

use crate::App;

/// Says that the server lives.
#[utoipa::path(get, path = "/health", tag = "system", responses((status = 200, body = Health)))]
pub(super) async fn health(State(app): State<App>) -> Json<Health> {
    Json(Health { status: "ok".to_owned(), time: app.plane.clock().now().into() })
}
