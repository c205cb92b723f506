//! JSON-RPC 2.0 over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use contract::rpc::{RpcRequest, RpcResponse};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::body::JsonText;
use crate::caller::Caller;
use crate::rpc::message::Message;
use crate::rpc::{self, Calling};

/// The endpoint.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(call))
}

/// Calls a method, or several, over JSON-RPC 2.0. Refusals are in the answer, whose status is 200;
/// where no answer is wanted it is 204. Methods that say more than one thing need `/ws`.
#[utoipa::path(post, path = "/rpc", tag = "rpc", request_body = RpcRequest,
    responses((status = 200, body = RpcResponse), (status = 204, description = "Notifications")))]
pub(super) async fn call(
    State(app): State<App>,
    Caller(actor): Caller,
    JsonText(text): JsonText,
) -> Response {
    let message = Message::read(&text);
    let calling = Calling { app, actor, connection: None };
    match rpc::answer(calling, message).await {
        Some(answer) => {
            ([(CONTENT_TYPE, "application/json")], answer.get().to_owned()).into_response()
        }
        None => StatusCode::NO_CONTENT.into_response(),
    }
}
