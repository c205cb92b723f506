use ::metrics::exposition::CONTENT_TYPE as TEXT;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use control::metrics;

use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Numbers of the whole server as Prometheus reads them (text format 0.0.4), for system
/// administrators. No user, session or machine is in them.
#[utoipa::path(get, path = "/metrics", tag = "system",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn metrics(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<impl IntoResponse> {
    let mut exposition = metrics::metrics_view(&app.plane, &actor).await?;
    app.gateway.write_metrics(&mut exposition);
    Ok(([(CONTENT_TYPE, TEXT)], exposition.into_text()))
}
