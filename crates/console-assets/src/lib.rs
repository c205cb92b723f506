//! The built console, ready to serve.
//!
//! - [`mod@find`]: which file answers a path, or the first page for the console's own paths
//! - `encoding`: which compressed form of it the browser takes
//! - `kind`: what it is, and how long it may be kept
//! - `files`: what was embedded when this was built; without Node nothing was, and a page says so

mod encoding;
mod files;
mod find;
mod kind;

pub use self::find::{Asset, Cache, find};
