use axum::Json;
use axum::extract::State;
use contract::users::{ChangeUser, OneUser, UserRef};
use control::users::{self, UserChange};

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Changes an account: its name, its role, whether it may act. With another role, or disabled,
/// whatever its user could act with ends within seconds.
#[utoipa::path(patch, path = "/api/users/{user_id}", tag = "users",
    params(("user_id" = UserRef, Path)), request_body = ChangeUser,
    responses((status = 200, body = OneUser)))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
    Body(body): Body<ChangeUser>,
) -> Answer<Json<OneUser>> {
    let ChangeUser { display_name, role, enabled } = body;
    let change = UserChange { display_name, role, enabled };
    let account = users::user_change(&app.plane, &actor, user, change).await?;
    Ok(Json(OneUser { success: true, user: views::people::account(&account) }))
}
