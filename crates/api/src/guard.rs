//! What every request passes before it reaches an endpoint, and every answer before it leaves.
//!
//! - [`host`]: is it us who are addressed (S22)
//! - [`origin`]: does a page of ours ask (S17, S19)
//! - [`headers`]: what browsers are told about every answer (S25)
//! - [`aliases`]: the same endpoint under the paths of both documents

pub mod aliases;
pub mod headers;
pub mod host;
pub mod origin;
