//! Large files: a history is cloned whole, for ever.

use super::Finding;
use crate::tree::Tree;

const LIMIT_BYTES: usize = 1024 * 1024;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sizes = tree.paths().filter_map(|path| Some((path, tree.size_bytes(path)?)));
    sizes
        .filter(|(_, bytes)| *bytes > LIMIT_BYTES)
        .map(|(path, bytes)| Finding::new(path, format!("{} KiB: make it at build", bytes / 1024)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_one_mebibyte_is_the_largest() {
        let largest = "x".repeat(LIMIT_BYTES);
        let larger = "x".repeat(LIMIT_BYTES + 1);
        assert_eq!(check(&Tree::from([("a.bin", largest.as_str())])), []);
        assert_eq!(check(&Tree::from([("a.bin", larger.as_str())])).len(), 1);
    }
}
