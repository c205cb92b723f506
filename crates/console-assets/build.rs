//! Tells cargo when the files to embed have changed, and when they appear.

use std::path::Path;

fn main() {
    let console = Path::new("../../console");
    let dist = console.join("dist");
    // A path that does not exist would make every build a new one.
    let watched = if dist.is_dir() { dist.as_path() } else { console };
    println!("cargo:rerun-if-changed={}", watched.display());
}
