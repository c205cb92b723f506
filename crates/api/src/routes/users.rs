//! Accounts of people and of programs, for their administrators.

mod change;
mod create;
mod list;
mod login_end;
mod logins;
mod logins_end;
mod password_link;
mod remove;
mod second_factor_reset;
mod show;
mod token_create;
mod token_revoke;
mod token_rotate;
mod tokens;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

/// The endpoints.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(password_link::password_link))
        .routes(routes!(logins::logins, logins_end::logins_end))
        .routes(routes!(login_end::login_end))
        .routes(routes!(second_factor_reset::second_factor_reset))
        .routes(routes!(tokens::tokens, token_create::token_create))
        .routes(routes!(token_revoke::token_revoke))
        .routes(routes!(token_rotate::token_rotate))
}
