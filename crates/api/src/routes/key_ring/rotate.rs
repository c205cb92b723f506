use axum::Json;
use axum::extract::State;
use contract::key_ring::RotatedKeyRing;
use control::key_rotation::key_ring_rotate;

use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Adds a key to the key ring and seals every provider key anew with it. What was sealed before
/// opens all the time; the older key leaves the ring's file within about an hour, or at the next
/// start. Keep a copy of the file afterwards.
#[utoipa::path(post, path = "/api/key-ring/rotate", tag = "provider keys",
    responses((status = 200, body = RotatedKeyRing)))]
pub(super) async fn rotate(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<RotatedKeyRing>> {
    let rotation = key_ring_rotate(&app.plane, &actor).await?;
    Ok(Json(RotatedKeyRing {
        success: true,
        key: rotation.key,
        resealed: rotation.resealed,
        older_keys: rotation.older_keys,
    }))
}
