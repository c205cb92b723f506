use axum::Json;
use axum::extract::State;
use contract::auth::IssuedTicket;
use control::tickets::{self, TICKET_LASTS};
use model::ExposeSecret;

use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Gives a ticket for one WebSocket, for pages that have a token and no login: they can send no
/// header with it. Opened as `/ws?ticket=…` within half a minute, it works once.
#[utoipa::path(post, path = "/api/auth/ticket", tag = "auth",
    responses((status = 200, body = IssuedTicket)))]
pub(super) async fn ticket(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<IssuedTicket>> {
    let ticket = tickets::ticket_issue(&app.plane, &actor)?;
    let ticket = ticket.expose_secret().to_owned();
    Ok(Json(IssuedTicket { ticket, expires_in_s: TICKET_LASTS.as_secs() }))
}
