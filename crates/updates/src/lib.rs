//! Programs that a machine runs instead of the installed one: taken, tried, kept, given up.
//!
//! They lie in `program`, in the machine's own directory, each in a folder of its own beside what was
//! signed of it. The installed program is never touched: it may lie where only administrators can
//! write, and it is what is started. What it starts then is decided here, in a file that is replaced
//! as a whole, so that a power cut at any moment leaves a program that starts.
//!
//! - [`state`]: what is decided
//! - [`store`]: the folders, and the changes of what is decided
//! - [`taking`]: a program on its way into a folder

pub mod state;
pub mod store;
mod system;
pub mod taking;

pub use state::{Outcome, Result as Verdict, State, Trial};
pub use store::{Choice, Kept, Own, Store, StoreError};
pub use taking::{TakeError, Taken, Taking};

#[cfg(test)]
mod tests;
