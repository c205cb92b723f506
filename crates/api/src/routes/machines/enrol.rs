use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::machines::{CreateEnrolment, CreatedEnrolment};
use control::enrolments;
use model::ExposeSecret;

use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, public_url};

/// Makes a registration token. Its text is shown this one time.
#[utoipa::path(post, path = "/api/remote/machines/register", tag = "machines",
    request_body = CreateEnrolment, responses((status = 201, body = CreatedEnrolment)))]
pub(super) async fn enrol(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    OptionalBody(body): OptionalBody<CreateEnrolment>,
) -> Answer<(StatusCode, Json<CreatedEnrolment>)> {
    let (enrolment, token) =
        enrolments::enrolment_create(&app.plane, &actor, body.tenant_id, body.expires_in_minutes)
            .await?;
    let created = CreatedEnrolment {
        success: true,
        registration_token: token.expose_secret().to_owned(),
        enrolment_id: enrolment.id,
        expires_at: enrolment.expires_at.into(),
        command: format!("gantline machine enroll --server {}", public_url::server(&app, &headers)),
    };
    Ok((StatusCode::CREATED, Json(created)))
}
