//! Sessions, their turns and their output.

mod archived;
mod attach;
mod cancel;
mod change;
mod changes;
mod create;
mod export;
mod files;
mod import;
mod kept;
mod list;
mod mode;
mod model;
mod option;
mod pause;
mod presence;
mod prompt;
mod remove;
mod resume;
mod search;
mod shares;
mod show;
mod stop;
mod turns;
mod updates;
mod usage;
mod worktree;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(archived::archived))
        .routes(routes!(export::export))
        .routes(routes!(import::import))
        .routes(routes!(search::search))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(stop::stop))
        .routes(routes!(pause::pause))
        .routes(routes!(resume::resume))
        .routes(routes!(prompt::prompt))
        .routes(routes!(cancel::cancel))
        .routes(routes!(model::model))
        .routes(routes!(mode::mode))
        .routes(routes!(option::option))
        .routes(routes!(turns::turns))
        .routes(routes!(updates::updates))
        .routes(routes!(usage::usage))
        .routes(routes!(presence::presence))
        .routes(routes!(worktree::remove))
        .routes(routes!(kept::remove))
        .routes(routes!(attach::attach))
        .merge(files::router())
        .merge(changes::router())
        .merge(shares::router())
}
