//! What happens, told to every part of the server that wants to know.
//!
//! The bus tells that something has changed and what it is now; it is not the place where things
//! are kept. Whoever falls behind is told so and looks things up afresh, so nothing depends on an
//! event having been heard.
//!
//! - [`event`]: what can be told
//! - [`bus`]: telling and listening

pub mod bus;
pub mod event;

pub use bus::{Bus, Heard, Listener};
pub use event::{Event, JobPlace, Place, Revocation};
