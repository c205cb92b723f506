//! JSON-RPC 2.0: one table of methods for `POST /rpc` and the live WebSocket. A method takes its
//! parameters apart, calls the use case that its HTTP twin calls, and answers what that answers.
//!
//! - [`message`]: requests, answers, batches
//! - [`error`]: refusals and their codes
//! - [`call`]: what a method is called with, and the table's rows
//! - [`connection`], [`subscriptions`]: what only a WebSocket has
//! - [`ask`], [`sessions`], [`subscribe`], [`agents`], [`jobs`]: the methods, one file for each noun

pub mod call;
pub mod connection;
pub mod error;
pub mod message;
pub mod subscriptions;

mod agents;
mod ask;
mod begin;
mod jobs;
mod sessions;
mod subscribe;

use control::audit::refusals::refusal_note;
use model::Actor;
use serde_json::value::RawValue;

use crate::App;
use call::{Call, Door, Method, Pace};
use connection::Connection;
use error::RpcError;
use message::{Message, Request, Response};

/// Every method, by noun.
const NOUNS: &[&[Method]] =
    &[ask::METHODS, sessions::METHODS, subscribe::METHODS, agents::METHODS, jobs::METHODS];

/// Every method.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    NOUNS.iter().flat_map(|methods| methods.iter())
}

/// Who calls, and over what.
#[derive(Debug, Clone)]
pub struct Calling {
    /// What methods work with.
    pub app: App,
    /// Who calls.
    pub actor: Actor,
    /// The WebSocket, if it is one.
    pub connection: Option<Connection>,
}

/// Whether a message can be answered at once or may take as long as somebody else needs.
pub fn pace(message: &Message) -> Pace {
    let is_long =
        |request: &Request| find(&request.method).is_some_and(|method| method.pace == Pace::Beside);
    if message.requests().any(is_long) { Pace::Beside } else { Pace::InTurn }
}

/// Does what a message asks and answers it; `None` where no answer is wanted. The requests of a
/// batch are done one after the other.
pub async fn answer(calling: Calling, message: Message) -> Option<Box<RawValue>> {
    match message {
        Message::One(request) => {
            let response = respond(&calling, request).await;
            response.map(|response| message::write(&response))
        }
        Message::Batch(requests) => {
            let mut responses = Vec::with_capacity(requests.len());
            for request in requests {
                responses.extend(respond(&calling, request).await);
            }
            (!responses.is_empty()).then(|| message::write(&responses))
        }
    }
}

async fn respond(
    calling: &Calling,
    request: Result<Request, message::Malformed>,
) -> Option<Response> {
    let request = match request {
        Ok(request) => request,
        Err(malformed) => return Some(Response::new(malformed.id, Err(malformed.error))),
    };
    let id = request.id.clone();
    let outcome = run(calling, request).await;
    // One without an id wants no answer, not even to an error.
    id.map(|id| Response::new(id, outcome))
}

async fn run(calling: &Calling, request: Request) -> call::Outcome {
    let found = find(&request.method);
    let method = found.filter(|method| method.door == Door::Every || calling.connection.is_some());
    let Some(method) = method else {
        return Err(RpcError::no_such_method(&request.method, found.is_some()));
    };
    let Calling { app, actor, connection } = calling.clone();
    let call = Call { app, actor, connection, id: request.id, params: request.params };
    let outcome = (method.run)(call).await;
    if let Err(RpcError { refusal: Some(refusal), .. }) = &outcome {
        refusal_note(&calling.app.plane, &calling.actor, method.name, *refusal).await;
    }
    outcome
}

fn find(name: &str) -> Option<&'static Method> {
    methods().find(|method| method.name == name)
}
