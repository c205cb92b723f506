//! Gantline.

fn main() {}
