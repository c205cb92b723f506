//! Compatibility: the bytes of every message, what old and new readers make of each other, and
//! that nothing that arrives can bring a reader down.

mod bytes_on_the_wire;
mod robustness;
mod samples;
