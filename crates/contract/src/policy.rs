//! What a session, a job or a call may do without a person.

pub use policy::{PolicyOptions, ToolList};
