//! LLM dialects: recognise a call, set its authentication, read usage, shape errors.
//!
//! Pure parsing: nothing here opens a connection, and nothing outside this room knows whose
//! dialect a call is in. A call passes through the modules in this order:
//!
//! - [`call`]: is this one of the endpoints that are allowed, and which
//! - [`credentials`]: which of our tokens does it carry
//! - [`destination`]: does it want to say itself where it goes
//! - [`request`]: model, streaming, limits, found in the body without parsing it
//! - [`patch`]: the few bytes of the body that may change
//! - [`headers`]: what goes on to the upstream and what comes back from it
//! - [`upstream`]: where the call goes, below a provider's base URL
//! - [`usage`]: tokens, read from a copy of the answer
//! - [`usage_chunk`], [`model_name`], [`redact`]: what a client did not ask for, by which name it
//!   asked, and what it must not see
//! - [`model_list`]: lists of models, written and read
//! - [`prices`]: what those tokens cost
//! - [`refusal`]: our own errors, in the shape each dialect's clients understand
//!
//! Each dialect has one file that holds its endpoints, its fields and its error shapes:
//! `openai`, `anthropic`, `gemini`. Where a fact was observed rather than documented, the comment
//! says with which client.

pub mod call;
pub mod credentials;
pub mod destination;
pub mod headers;
pub mod model_list;
pub mod model_name;
pub mod patch;
pub mod prices;
pub mod redact;
pub mod refusal;
pub mod request;
pub mod upstream;
pub mod usage;
pub mod usage_chunk;

mod anthropic;
mod gemini;
mod json;
mod openai;
mod path;
mod sse;

pub use call::{Call, Delivery, Endpoint, Metering, recognise};
pub use model_name::{Framing, ModelNameRestorer};
pub use patch::Edit;
pub use refusal::{Answer, Refusal, Shape};
pub use request::{RequestFacts, UnreadableRequest};
pub use upstream::{BaseUrl, InvalidBaseUrl};
pub use usage::{Reading, UsageTap};
pub use usage_chunk::UsageChunkFilter;
