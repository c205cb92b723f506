use axum::Json;
use contract::build::Build;

/// Says which build of the server this is.
#[utoipa::path(get, path = "/api/build", tag = "system", responses((status = 200, body = Build)))]
pub(super) async fn build() -> Json<Build> {
    Json(Build {
        version: contract::VERSION.to_owned(),
        commit: option_env!("GANTLINE_COMMIT").unwrap_or_default().to_owned(),
        time: option_env!("GANTLINE_BUILT_AT").unwrap_or_default().to_owned(),
    })
}
