//! A chat from end to end without a network between: the state machine, the connection, and an
//! agent that is an independent reader of the protocol.
#![expect(clippy::unwrap_used, reason = "the helpers of a test are part of it")]

mod chat;
mod stage;
