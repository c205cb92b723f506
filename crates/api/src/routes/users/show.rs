use axum::Json;
use axum::extract::State;
use contract::users::{OneUser, UserRef};
use control::users;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Shows an account.
#[utoipa::path(get, path = "/api/users/{user_id}", tag = "users",
    params(("user_id" = UserRef, Path)), responses((status = 200, body = OneUser)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
) -> Answer<Json<OneUser>> {
    let account = users::user(&app.plane, &actor, user).await?;
    Ok(Json(OneUser { success: true, user: views::people::account(&account) }))
}
