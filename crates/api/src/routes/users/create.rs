use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::users::{CreateUser, UserWithLink};
use control::users::{self, NewAccount};

use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, public_url, views};

/// Makes an account. A person is invited: the answer has a link with which they choose their
/// password, shown this one time.
#[utoipa::path(post, path = "/api/users", tag = "users", request_body = CreateUser,
    responses((status = 201, body = UserWithLink)))]
pub(super) async fn create(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    Body(body): Body<CreateUser>,
) -> Answer<(StatusCode, Json<UserWithLink>)> {
    let new = NewAccount {
        tenant: body.tenant_id,
        username: body.username,
        display_name: body.display_name,
        kind: body.kind,
        role: body.role,
        hours: body.expires_in_hours,
    };
    let (user, link) = users::user_create(&app.plane, &actor, new).await?;
    let invitation = link.map(|link| public_url::password_link(&app, &headers, &link));
    let created = UserWithLink { success: true, user: views::user(&user), invitation };
    Ok((StatusCode::CREATED, Json(created)))
}
