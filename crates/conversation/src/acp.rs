//! What is said to agents and what is understood of them: ACP v1, read with tolerance.
//!
//! Agents differ in members, spellings and order, and newer ones say things that no type here
//! knows. Reading therefore picks members out of plain JSON and keeps what it does not know; it
//! never decodes a whole message into a type and writes it again.

pub mod call;
pub mod message;
pub mod prompt;
pub mod read;
pub mod update;

pub use call::Call;
pub use message::{Incoming, NotAMessage, RpcError};
