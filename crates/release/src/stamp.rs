//! Which release this program is, and which root keys it trusts.
//!
//! Both stand at one place of the program's file, behind a mark by which it can be found. So a test
//! makes two releases of one build, by writing other words there into a copy. This opens nothing:
//! whoever can write to a program can have it do anything.

use std::hint::black_box;
use std::str::FromStr;

use crate::{Roots, Version};

/// Stands before the stamp in the program's file, and nowhere else.
pub const MARK: &[u8; 32] = b"<gantline: release, root keys ->";

/// How much room there is for the version; what is left of it is spaces.
pub const VERSION_BYTES: usize = 32;

/// How much room there is for the root keys, as [`Roots::read`] reads them.
pub const ROOTS_BYTES: usize = 2_048;

/// The root keys with which it is built.
const ROOTS: &str = match option_env!("GANTLINE_RELEASE_ROOTS") {
    Some(keys) => keys,
    None => include_str!("../roots.txt"),
};

#[repr(C)]
struct Stamp {
    mark: [u8; MARK.len()],
    version: [u8; VERSION_BYTES],
    roots: [u8; ROOTS_BYTES],
}

#[used]
static STAMP: Stamp =
    Stamp { mark: *MARK, version: padded(env!("CARGO_PKG_VERSION")), roots: padded(ROOTS) };

/// Which release this program is, such as `0.1.0`.
pub fn version_text() -> &'static str {
    text(&black_box(&STAMP).version)
}

/// The same, to be compared.
pub fn version() -> Version {
    // It is the version of our own manifest, which a test reads.
    Version::from_str(version_text()).expect("the version of this build is three numbers")
}

/// The root keys that this program trusts.
pub fn roots() -> Roots {
    // They are in our own file, which a test reads.
    Roots::read(text(&black_box(&STAMP).roots)).expect("the root keys of this build are keys")
}

/// Whether this program is compiled with the mark where it belongs.
pub fn is_marked() -> bool {
    black_box(&STAMP).mark.starts_with(b"<")
}

fn text(bytes: &'static [u8]) -> &'static str {
    std::str::from_utf8(bytes).unwrap_or_default().trim()
}

/// The text with spaces behind it. One that does not fit does not compile.
const fn padded<const SIZE: usize>(text: &str) -> [u8; SIZE] {
    let mut padded = [b' '; SIZE];
    let (place, _) = padded.split_at_mut(text.len());
    place.copy_from_slice(text.as_bytes());
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_build_has_a_version_and_readable_roots() {
        assert_eq!(version().to_string(), env!("CARGO_PKG_VERSION"));
        assert_eq!(roots(), Roots::read(ROOTS).unwrap());
    }
}
