use axum::Json;

/// The description of all endpoints, as OpenAPI 3.1.
#[utoipa::path(get, path = "/api/openapi.json", tag = "system",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(super) async fn description() -> Json<utoipa::openapi::OpenApi> {
    Json(crate::openapi::description())
}
