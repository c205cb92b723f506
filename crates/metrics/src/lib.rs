//! What is counted and timed, and how Prometheus is told.
//!
//! What runs often adds to a number and goes on: no lock, no allocation, no look-up of a name. A
//! name and labels are put to the numbers when somebody asks for them, which is every few seconds.
//!
//! - [`counter`]: how often
//! - [`histogram`]: how long
//! - [`exposition`]: all of it as text
//!
//! The value of a label is a `&'static str`, a word that stands in the program. So there are as
//! many series as there are words, and no user, session or machine can become one.

pub mod counter;
pub mod exposition;
pub mod histogram;

pub use counter::Counter;
pub use exposition::{Exposition, Family, Kind, Label};
pub use histogram::{Histogram, Observed};
