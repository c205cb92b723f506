//! What may be done without a person.

mod explain;
mod preset_put;
mod preset_remove;
mod presets;
mod rule_create;
mod rule_revoke;
mod rules;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(explain::explain))
        .routes(routes!(rules::rules, rule_create::rule_create))
        .routes(routes!(rule_revoke::rule_revoke))
        .routes(routes!(presets::presets))
        .routes(routes!(preset_put::preset_put, preset_remove::preset_remove))
}
