//! What a method is called with, and the rows of the table.

use futures_util::future::BoxFuture;
use model::Actor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::connection::Connection;
use super::error::RpcError;
use super::message::Id;
use crate::App;

/// What a method answers.
pub type Outcome = Result<Box<RawValue>, RpcError>;

/// Over what a method can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `POST /rpc` and the WebSocket.
    Every,
    /// The WebSocket only: it is about the connection, or says more than one thing.
    Socket,
}

/// How long a method may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// It waits for nobody; requests of one connection are done in the order in which they come.
    InTurn,
    /// It waits for a machine or an agent, beside the other requests of its connection.
    Beside,
}

/// A method.
#[derive(Debug)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Over what it can be called.
    pub door: Door,
    /// How long it may take.
    pub pace: Pace,
    pub(super) run: fn(Call) -> BoxFuture<'static, Outcome>,
}

impl Method {
    /// A method that waits for nobody.
    pub(super) const fn new(
        name: &'static str,
        run: fn(Call) -> BoxFuture<'static, Outcome>,
    ) -> Self {
        Self { name, door: Door::Every, pace: Pace::InTurn, run }
    }

    /// It waits for a machine or an agent.
    pub const fn beside(self) -> Self {
        Self { pace: Pace::Beside, ..self }
    }

    /// It needs a WebSocket.
    pub(super) const fn on_socket(self) -> Self {
        Self { door: Door::Socket, ..self }
    }
}

/// What a method is called with.
#[derive(Debug)]
pub struct Call {
    /// What methods work with.
    pub app: App,
    /// Who calls.
    pub actor: Actor,
    /// The WebSocket, if it is one.
    pub connection: Option<Connection>,
    /// The request's identifier; a notification has none.
    pub id: Option<Id>,
    pub(super) params: Option<Box<RawValue>>,
}

impl Call {
    /// The parameters, by name.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, RpcError> {
        let text = self.params.as_deref().map_or("{}", RawValue::get);
        // An array would be taken for the fields in their order, where no name can be wrong.
        if !text.starts_with('{') {
            return Err(RpcError::invalid_params("they must be an object"));
        }
        serde_json::from_str(text).map_err(|error| RpcError::unreadable_params(&error))
    }

    /// The WebSocket of a method that needs one.
    pub fn connection(&self) -> Result<&Connection, RpcError> {
        // Whoever runs a method has looked at its door.
        self.connection
            .as_ref()
            .ok_or_else(|| control::Error::internal("a method without its connection").into())
    }
}

/// What a method answers.
pub fn answer(value: &impl Serialize) -> Outcome {
    to_raw_value(value).map_err(|error| control::Error::internal(error).into())
}
