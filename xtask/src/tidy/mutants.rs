//! Features named `mutant-…` break a promise on purpose; each names the test it turns red.

use super::Finding;
use crate::manifest::Manifest;

/// How such a feature begins.
pub(crate) const PREFIX: &str = "mutant-";

pub(super) fn check(manifests: &[Manifest]) -> Vec<Finding> {
    manifests.iter().flat_map(check_one).collect()
}

fn check_one(manifest: &Manifest) -> Vec<Finding> {
    let features = manifest.features.keys().filter(|feature| feature.starts_with(PREFIX));
    let unproven = features.filter(|feature| !manifest.mutants().contains_key(*feature)).map(|f| {
        let text = format!("name the test that {f} turns red in `[package.metadata.mutants]`");
        Finding::new(manifest.path(), text)
    });
    let unknown =
        manifest.mutants().keys().filter(|f| !manifest.features.contains_key(*f)).map(|f| {
            let text = format!("`[package.metadata.mutants]` names {f}, which is no feature");
            Finding::new(manifest.path(), text)
        });
    unproven.chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    #[track_caller]
    fn check_manifest(rest: &str, expect: &[&str]) {
        let text = format!("[package]\nname = 'journal'\n{rest}");
        let tree = Tree::from([("crates/journal/Cargo.toml", text.as_str())]);
        let findings = check(&Manifest::read_all(&tree).unwrap());
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect);
    }

    #[test]
    fn a_mutant_with_its_test_is_fine() {
        check_manifest(
            "[features]\nmutant-lazy = []\nschema = []\n\
             [package.metadata.mutants]\nmutant-lazy = 'tests::waits'",
            &[],
        );
    }

    #[test]
    fn a_mutant_without_a_test_and_a_test_without_a_mutant_are_found() {
        check_manifest(
            "[features]\nmutant-lazy = []\n[package.metadata.mutants]\nmutant-deaf = 't'",
            &[
                "name the test that mutant-lazy turns red in `[package.metadata.mutants]`",
                "`[package.metadata.mutants]` names mutant-deaf, which is no feature",
            ],
        );
    }
}
