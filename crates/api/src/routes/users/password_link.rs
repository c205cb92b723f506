use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::users::{CreatePasswordLink, UserRef, UserWithLink};
use control::password_links;

use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, public_url, views};

/// Makes a link with which a person chooses a new password, or accepts an invitation that has run
/// out. The links made before stop working, the password when this one is used.
#[utoipa::path(post, path = "/api/users/{user_id}/password-link", tag = "users",
    params(("user_id" = UserRef, Path)), request_body = CreatePasswordLink,
    responses((status = 201, body = UserWithLink)))]
pub(super) async fn password_link(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
    OptionalBody(body): OptionalBody<CreatePasswordLink>,
) -> Answer<(StatusCode, Json<UserWithLink>)> {
    let hours = body.expires_in_hours;
    let (user, link) =
        password_links::password_link_create(&app.plane, &actor, user, hours).await?;
    let invitation = Some(public_url::password_link(&app, &headers, &link));
    let made = UserWithLink { success: true, user: views::user(&user), invitation };
    Ok((StatusCode::CREATED, Json(made)))
}
