//! What was used.

mod export;
mod list;
mod summary;

use contract::Time;
use contract::usage::UsageSummary;
use control::{Error, usage};
use model::Actor;
use model::usage::UsageGrouping;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{App, views};

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(summary::summary))
        .routes(routes!(export::export))
}

/// Which usage, and how it is added up.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Part {
    /// By what it is added up [default: day].
    by: Option<UsageGrouping>,
    /// From when [default: 30 days before the end].
    since: Option<Time>,
    /// Until when, without that moment [default: now].
    until: Option<Time>,
}

impl Part {
    /// What was used.
    async fn summary(&self, app: &App, actor: &Actor) -> Result<UsageSummary, Error> {
        let by = self.by.unwrap_or(UsageGrouping::Day);
        let (since, until) = (self.since.map(|time| time.0), self.until.map(|time| time.0));
        let summary = usage::usage_summary(&app.plane, actor, by, since, until).await?;
        Ok(views::usage::summary(summary))
    }
}
