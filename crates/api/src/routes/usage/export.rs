use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;

use super::Part;
use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// Writes what was used as comma-separated values (RFC 4180). No cell can be taken for a formula.
#[utoipa::path(get, path = "/api/usage/export", tag = "usage", params(Part),
    responses((status = 200, body = String, content_type = "text/csv")))]
pub(super) async fn export(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(part): Query<Part>,
) -> Answer<impl IntoResponse> {
    let summary = part.summary(&app, &actor).await?;
    let name = format!("attachment; filename=\"usage-by-{}.csv\"", summary.by);
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, views::csv::usage(&summary)))
}
