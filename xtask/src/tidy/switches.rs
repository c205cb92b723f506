//! Every switch for safety has a test (S47): `docs/switches.toml` names it, the test begins with that
//! number, and no field of the structures that hold switches is forgotten there.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Finding;
use crate::claims::{self, Proof};
use crate::tree::Tree;

/// Where the list is.
const PATH: &str = "docs/switches.toml";

const CLAIM: &str = "S47";

/// The list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switches {
    /// Structures whose fields are switches, but for the plain ones.
    #[serde(default)]
    fields: Vec<Fields>,
    /// From a switch to the test that fails when it does nothing.
    #[serde(default)]
    switches: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    path: String,
    structure: String,
    #[serde(default)]
    plain: Vec<String>,
}

impl Switches {
    /// Reads the list from the tree; nothing if there is none.
    pub(crate) fn read(tree: &Tree) -> Result<Self> {
        let text = tree.text(PATH).unwrap_or_default();
        toml::from_str(text).with_context(|| format!("failed to read {PATH}"))
    }
}

pub(super) fn check(tree: &Tree, switches: &Switches) -> Vec<Finding> {
    let proofs = claims::proofs(tree);
    let proofs: Vec<&Proof<'_>> = proofs.iter().filter(|proof| proof.number == CLAIM).collect();
    let untested = switches
        .switches
        .iter()
        .filter(|(_, test)| proofs.iter().all(|it| it.test != *test))
        .map(|(switch, test)| {
            let text = format!("{switch} is proven by {test}, which does not begin with {CLAIM}");
            Finding::new(PATH, text)
        });
    let unlisted = proofs
        .iter()
        .filter(|proof| switches.switches.values().all(|test| test != proof.test))
        .map(|proof| {
            let text = format!("{} proves a switch that {PATH} does not name", proof.test);
            Finding::at(proof.path, proof.line, text)
        });
    let forgotten = switches.fields.iter().flat_map(|fields| forgotten(tree, switches, fields));
    untested.chain(unlisted).chain(forgotten).collect()
}

fn forgotten(tree: &Tree, switches: &Switches, fields: &Fields) -> Vec<Finding> {
    let Fields { path, structure, plain } = fields;
    let found = tree.text(path).map(|text| fields_of(text, structure)).unwrap_or_default();
    if found.is_empty() {
        return vec![Finding::new(PATH, format!("there is no {structure} in {path}"))];
    }
    let is_known = |name: &&String| {
        plain.contains(*name) || switches.switches.contains_key(&format!("{structure}.{name}"))
    };
    let forgotten = found.iter().filter(|name| !is_known(name)).map(|name| {
        let text = format!("{structure}.{name} is neither a switch with its test nor plain");
        Finding::new(path.as_str(), text)
    });
    let gone = plain
        .iter()
        .filter(|name| !found.contains(name))
        .map(|name| Finding::new(PATH, format!("{structure}.{name} is plain, and not there")));
    forgotten.chain(gone).collect()
}

/// The public fields of a structure, by name.
fn fields_of(text: &str, structure: &str) -> Vec<String> {
    let head = format!("struct {structure} {{");
    let Some((_, body)) = text.split_once(&head) else { return Vec::new() };
    let body = body.lines().take_while(|line| !line.starts_with('}'));
    let fields = body.filter_map(|line| {
        let field = line.trim().strip_prefix("pub ")?;
        field.split_once(':').map(|(name, _)| name.to_owned())
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "pub struct Policy {\n    /// Whether.\n    pub shell: bool,\n    \
                          pub name: String,\n}\n\n/// S47: no shell.\n#[test]\nfn no_shell() {}\n";

    #[track_caller]
    fn check_list(list: &str, expect: &[&str]) {
        let tree = Tree::from([(PATH, list), ("crates/a/src/a.rs", SOURCE)]);
        let findings = check(&tree, &Switches::read(&tree).unwrap());
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect);
    }

    #[test]
    fn a_switch_with_its_test_is_fine() {
        check_list(
            "[[fields]]\npath = 'crates/a/src/a.rs'\nstructure = 'Policy'\nplain = ['name']\n\
             [switches]\n'Policy.shell' = 'no_shell'\n",
            &[],
        );
    }

    #[test]
    fn a_switch_without_a_test_and_a_forgotten_one_are_found() {
        check_list(
            "[[fields]]\npath = 'crates/a/src/a.rs'\nstructure = 'Policy'\nplain = ['gone']\n\
             [switches]\n'Policy.shell' = 'nobody'\n",
            &[
                "Policy.shell is proven by nobody, which does not begin with S47",
                "no_shell proves a switch that docs/switches.toml does not name",
                "Policy.name is neither a switch with its test nor plain",
                "Policy.gone is plain, and not there",
            ],
        );
    }
}
