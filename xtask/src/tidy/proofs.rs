//! Tests that name a claim which nobody makes, and claims made twice.

use super::Finding;
use crate::claims::{self, Claims};
use crate::tree::Tree;

pub(super) fn check(tree: &Tree, claims: &Claims) -> Vec<Finding> {
    let unknown =
        claims::proofs(tree).into_iter().filter(|proof| !claims.has(proof.number)).map(|proof| {
            let text = format!(
                "{} proves {}, which {} does not list",
                proof.test,
                proof.number,
                claims::PATH
            );
            Finding::at(proof.path, proof.line, text)
        });
    unknown.chain(twice(claims)).collect()
}

fn twice(claims: &Claims) -> Vec<Finding> {
    let mut numbers: Vec<&str> =
        claims.groups.iter().flat_map(|group| &group.claims).map(|(n, _)| n.as_str()).collect();
    numbers.sort_unstable();
    let same = numbers.windows(2).filter(|pair| pair[0] == pair[1]);
    same.map(|pair| Finding::new(claims::PATH, format!("{} is listed twice", pair[0]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_claims(claims: &str, expect: &[&str]) {
        let claims = format!("[[group]]\npage = 'p'\ntitle = 't'\nclaims = [{claims}]");
        let test = "/// R09: windows double.\n#[test]\nfn windows_double() {}\n";
        let tree = Tree::from([(claims::PATH, claims.as_str()), ("crates/link/src/a.rs", test)]);
        let findings = check(&tree, &Claims::read(&tree).unwrap());
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect);
    }

    #[test]
    fn a_proof_of_what_is_claimed_once_is_fine() {
        check_claims("['R09', 'Spread'], ['R10', 'Noticed']", &[]);
    }

    #[test]
    fn a_proof_of_nothing_and_a_double_claim_are_found() {
        check_claims(
            "['R10', 'Noticed'], ['R10', 'Seen']",
            &[
                "windows_double proves R09, which docs/claims.toml does not list",
                "R10 is listed twice",
            ],
        );
    }
}
