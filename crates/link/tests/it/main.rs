//! Two ends of a link, connected by whatever the test wants between them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod established;
mod handshake;
mod hostile;
mod pair;
mod silence;
mod world;
