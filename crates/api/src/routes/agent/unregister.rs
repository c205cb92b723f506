use axum::Json;
use axum::extract::State;
use contract::machines::{Done, UnregisterMachine};
use control::Error;
use control::machines::{self, Leaving};
use model::Timestamp;

use crate::App;
use crate::body::Body;
use crate::problem::Answer;

/// Removes a machine that proves with its key that it wants to leave.
#[utoipa::path(post, path = "/api/remote/agent/unregister", tag = "agent",
    request_body = UnregisterMachine, responses((status = 200, body = Done)))]
pub(super) async fn unregister(
    State(app): State<App>,
    Body(body): Body<UnregisterMachine>,
) -> Answer<Json<Done>> {
    let signature = hex::decode(&body.signature)
        .map_err(|_| Error::invalid("invalid_signature", "signature must be hexadecimal"))?;
    let leaving =
        Leaving { machine: body.machine_id, at: Timestamp::from_millis(body.at_ms), signature };
    machines::machine_leave(&app.plane, leaving).await?;
    Ok(Json(Done::YES))
}
