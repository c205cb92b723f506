use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use bytes::Bytes;
use control::{ControlPlane, Error, audit};
use futures_util::stream;
use model::Actor;
use model::audit::{AuditFormat, AuditLog};
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// As what.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Form {
    /// Whose: `tenant`, or `server` for that of the installation [default: tenant].
    log: Option<AuditLog>,
    /// `jsonl` or `csv` [default: jsonl].
    format: Option<AuditFormat>,
}

/// Writes the whole audit log down, the oldest first, and in it that this was done.
#[utoipa::path(get, path = "/api/audit/export", tag = "audit", params(Form),
    responses((status = 200, content((String = "application/jsonl"), (String = "text/csv")))))]
pub(super) async fn export(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(form): Query<Form>,
) -> Answer<impl IntoResponse> {
    let log = form.log.unwrap_or_default();
    audit::audit_export_begin(&app.plane, &actor, log).await?;
    let format = form.format.unwrap_or(AuditFormat::Jsonl);
    let media_type = match format {
        AuditFormat::Jsonl => "application/jsonl",
        AuditFormat::Csv => "text/csv; charset=utf-8",
    };
    let name = format!("attachment; filename=\"audit.{format}\"");
    let headers = [(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pages(app.plane, actor, log, format))))
}

/// Page by page, so that a long log needs no more memory than a short one. One that cannot be read
/// on cuts the answer short.
fn pages(
    plane: Arc<ControlPlane>,
    actor: Actor,
    log: AuditLog,
    format: AuditFormat,
) -> impl stream::Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold(Some(0), move |after| {
        let plane = plane.clone();
        async move {
            let Some(after) = after else { return Ok(None) };
            let page = audit::audit_export_page(&plane, &actor, log, after).await?;
            let mut text = match format {
                AuditFormat::Csv if after == 0 => views::csv::audit_head(),
                _ => String::new(),
            };
            for record in &page {
                let view = views::audit(record)?;
                text.push_str(&match format {
                    AuditFormat::Csv => views::csv::audit(&view),
                    AuditFormat::Jsonl => line(&view)?,
                });
            }
            let next = page.last().map(|last| last.position);
            Ok(Some((Bytes::from(text), next)))
        }
    })
}

fn line(view: &contract::audit::AuditView) -> Result<String, Error> {
    let text = serde_json::to_string(view).map_err(Error::internal)?;
    Ok(format!("{text}\n"))
}
