use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use contract::machines::{RegisterMachine, RegisteredMachine};
use control::Error;
use control::enrolments::{self, EnrolmentRequest};
use model::MachineId;
use model::machine::MachineFacts;

use crate::App;
use crate::body::Body;
use crate::caller::Source;
use crate::problem::Answer;

/// Makes a machine of a registration token.
#[utoipa::path(post, path = "/api/remote/agent/register", tag = "agent",
    request_body = RegisterMachine, responses((status = 201, body = RegisteredMachine)))]
pub(super) async fn register(
    State(app): State<App>,
    Source(source): Source,
    Body(body): Body<RegisterMachine>,
) -> Answer<(StatusCode, Json<RegisteredMachine>)> {
    let registration = registration(body)?;
    let machine = enrolments::machine_register(&app.plane, registration, source).await?;
    let registered = RegisteredMachine {
        success: true,
        machine_id: machine.id,
        server_public_key: hex::encode(app.plane.identity.public_key()),
    };
    Ok((StatusCode::CREATED, Json(registered)))
}

fn registration(body: RegisterMachine) -> Result<EnrolmentRequest, Error> {
    if let Some(id) = &body.machine_id {
        let id = id.parse::<MachineId>();
        id.map_err(|error| Error::invalid("invalid_id", error.to_string()))?;
    }
    if body.public_key.is_empty() {
        let message = "a machine registers with a key of its own, in public_key";
        let error = Error::invalid("public_key_missing", message);
        return Err(error.with_hint(
            "run `gantline machine enroll` on it, which makes the key; the token is still good",
        ));
    }
    let mut public_key = [0; 32];
    hex::decode_to_slice(&body.public_key, &mut public_key).map_err(|_| {
        let message = "public_key must be an Ed25519 public key of 64 hexadecimal digits";
        Error::invalid("invalid_public_key", message)
    })?;
    let facts = MachineFacts {
        hostname: body.hostname,
        os: body.os_type,
        os_version: body.os_version,
        arch: body.arch,
        version: body.agent_version,
        ..MachineFacts::default()
    };
    Ok(EnrolmentRequest {
        token: body.registration_token,
        public_key,
        name: body.machine_name,
        facts,
    })
}
