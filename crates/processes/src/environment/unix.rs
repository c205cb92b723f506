//! Names of variables on Unix.

/// What only these systems know.
pub(super) const INHERITED: &[&str] = &[];

pub(super) fn is_same_name(name: &str, known: &str) -> bool {
    name == known
}
