//! Measurements of ours and the peers, side by side.

fn main() {}
