use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use contract::Time;
use contract::usage::{Usage, UsageFormat};
use control::usage::{self, UsageQuery};
use model::usage::UsageGrouping;
use model::{MachineId, SessionId, UserId};
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;
use crate::{App, views};

/// How many attempts are in an answer if nothing is said.
const DEFAULT_LIMIT: u32 = 100;

/// Which usage, and how it is told.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// By what it is added up [default: day].
    by: Option<UsageGrouping>,
    /// From when [default: 30 days before the end].
    since: Option<Time>,
    /// Until when, without that moment [default: now].
    until: Option<Time>,
    /// Only this user's. Without it administrators see everybody's, others their own.
    user_id: Option<UserId>,
    /// Only from this machine.
    machine_id: Option<MachineId>,
    /// Only in this session.
    session_id: Option<SessionId>,
    /// Only those that asked for this model, as `by=model` names it.
    model: Option<String>,
    /// How many of the last attempts are listed besides, 0 to 1000 [default: 100].
    limit: Option<u32>,
    /// How it is written [default: json].
    format: Option<UsageFormat>,
}

impl Part {
    fn query(self) -> UsageQuery {
        UsageQuery {
            since: self.since.map(|time| time.0),
            until: self.until.map(|time| time.0),
            user: self.user_id,
            machine: self.machine_id,
            session: self.session_id,
            model: self.model,
        }
    }
}

/// Adds up what was used, and lists the last LLM calls: everybody's for administrators, else one's
/// own. As comma-separated values (RFC 4180) it is a line for each group, and no cell can be taken
/// for a formula.
#[utoipa::path(get, path = "/api/usage", tag = "usage", params(Part), responses((status = 200,
    content((Usage = "application/json"), (String = "text/csv")))))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(part): Query<Part>,
) -> Answer<Response> {
    let by = part.by.unwrap_or(UsageGrouping::Day);
    if part.format == Some(UsageFormat::Csv) {
        let summary = usage::usage_summary(&app.plane, &actor, by, part.query()).await?;
        let text = views::csv::usage(&views::usage::summary(summary));
        let name = format!("attachment; filename=\"usage-by-{by}.csv\"");
        let headers =
            [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
        return Ok((headers, text).into_response());
    }
    let limit = part.limit.unwrap_or(DEFAULT_LIMIT);
    let (summary, records) = usage::usage(&app.plane, &actor, by, part.query(), limit).await?;
    let usage = records.iter().map(views::usage::usage).collect();
    Ok(Json(Usage { summary: views::usage::summary(summary), usage }).into_response())
}
