//! Rooms and edges: the manifests against `docs/layers.toml`, both ways.

use std::collections::BTreeSet;

use super::Finding;
use crate::layers::{self, Edges, Layers};
use crate::manifest::Manifest;
use crate::tree::Tree;

/// Every room is listed, every listed room exists; every edge is listed and points down, every
/// listed edge exists.
pub(super) fn check(layers: &Layers, manifests: &[Manifest]) -> Vec<Finding> {
    let mut findings = listing(layers, manifests);
    for manifest in manifests {
        let room = manifest.package.name.as_str();
        let shipped = inner(layers, &manifest.dependencies());
        let in_tests: BTreeSet<&str> =
            inner(layers, &manifest.dev_dependencies()).difference(&shipped).copied().collect();
        findings.extend(edges(manifest, room, &shipped, &layers.edges, "edges"));
        findings.extend(edges(manifest, room, &in_tests, &layers.dev_edges, "dev-edges"));
    }
    findings.extend(upward(layers));
    findings
}

fn listing(layers: &Layers, manifests: &[Manifest]) -> Vec<Finding> {
    let built: BTreeSet<&str> = manifests.iter().map(|m| m.package.name.as_str()).collect();
    let listed: BTreeSet<&str> = layers.rooms().collect();
    let unlisted = built.difference(&listed).map(|room| {
        Finding::new(layers::PATH, format!("the room {room} stands on no floor: add it"))
    });
    let gone = listed.difference(&built).map(|room| {
        Finding::new(layers::PATH, format!("there is no room {room}: remove it from its floor"))
    });
    let misplaced = manifests.iter().filter(|manifest| {
        manifest.directory.rsplit('/').next() != Some(manifest.package.name.as_str())
    });
    let misplaced = misplaced
        .map(|manifest| Finding::new(manifest.path(), "the folder and the room differ in name"));
    unlisted.chain(gone).chain(misplaced).collect()
}

fn inner<'a>(layers: &Layers, dependencies: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    dependencies.iter().copied().filter(|name| layers.has_room(name)).collect()
}

fn edges(
    manifest: &Manifest,
    room: &str,
    real: &BTreeSet<&str>,
    listed: &Edges,
    table: &str,
) -> Vec<Finding> {
    let listed: BTreeSet<&str> =
        listed.get(room).into_iter().flatten().map(String::as_str).collect();
    let unlisted = real.difference(&listed).map(|to| {
        let text = format!("{room} leans on {to}, which `[{table}]` of the plan does not allow");
        Finding::new(manifest.path(), text)
    });
    let stale = listed.difference(real).map(|to| {
        let text = format!("`[{table}]` lets {room} lean on {to}, but it does not: remove it");
        Finding::new(layers::PATH, text)
    });
    unlisted.chain(stale).collect()
}

fn upward(layers: &Layers) -> Vec<Finding> {
    let all = layers.edges.iter().chain(&layers.dev_edges);
    let pairs = all.flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| !layers.points_down(from, to))
        .map(|(from, to)| Finding::new(layers::PATH, format!("{from} leans up on {to}")))
        .collect()
}

/// Every room says what it is, in its manifest and on its first line, and keeps the lints.
pub(super) fn check_furnishing(tree: &Tree, manifests: &[Manifest]) -> Vec<Finding> {
    manifests.iter().flat_map(|manifest| furnishing(tree, manifest)).collect()
}

fn furnishing(tree: &Tree, manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    if manifest.package.description.as_deref().unwrap_or_default().is_empty() {
        findings.push(Finding::new(manifest.path(), "add a `description` of one line"));
    }
    if !manifest.has_workspace_lints() {
        findings.push(Finding::new(manifest.path(), "add `[lints] workspace = true`"));
    }
    let directory = &manifest.directory;
    let doors = ["lib.rs", "main.rs"].map(|file| format!("{directory}/src/{file}"));
    let opening = doors.iter().find_map(|path| Some((path, tree.text(path)?)));
    if let Some((path, _)) = opening.filter(|(_, text)| !text.starts_with("//! ")) {
        findings.push(Finding::new(path, "open with one sentence of purpose (`//! …`)"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: &str = "
        [[floor]]
        name = '0'
        rooms = ['model']
        [[floor]]
        name = '1'
        rooms = ['wire', 'link']
        [edges]
        model = []
        wire = ['model']
        link = ['model']
        [dev-edges]
        link = ['wire']
    ";

    fn manifest(name: &str, rest: &str) -> String {
        let head = "description = 'd'\n[lints]\nworkspace = true";
        format!("[package]\nname = '{name}'\n{head}\n{rest}")
    }

    #[track_caller]
    fn check_link(link: &str, expect: &[&str]) {
        let model = manifest("model", "");
        let wire = manifest("wire", "[dependencies]\nmodel = '0'\nbytes = '1'");
        let link = manifest("link", link);
        let tree = Tree::from([
            (layers::PATH, LAYERS),
            ("crates/model/Cargo.toml", &model),
            ("crates/wire/Cargo.toml", &wire),
            ("crates/link/Cargo.toml", &link),
        ]);
        let manifests = Manifest::read_all(&tree).unwrap();
        let findings = check(&Layers::read(&tree).unwrap(), &manifests);
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(texts, expect);
    }

    #[test]
    fn a_house_as_planned_has_no_findings() {
        check_link("[dependencies]\nmodel = '0'\n[dev-dependencies]\nwire = '0'", &[]);
    }

    #[test]
    fn an_edge_that_is_not_planned_is_found() {
        check_link(
            "[dependencies]\nmodel = '0'\nwire = '0'",
            &[
                "link leans on wire, which `[edges]` of the plan does not allow",
                "`[dev-edges]` lets link lean on wire, but it does not: remove it",
            ],
        );
    }

    #[test]
    fn a_planned_edge_that_is_gone_is_found() {
        check_link(
            "[dev-dependencies]\nwire = '0'",
            &["`[edges]` lets link lean on model, but it does not: remove it"],
        );
    }

    #[test]
    fn an_edge_that_points_up_is_found_even_if_planned() {
        let text = LAYERS.replace("model = []", "model = ['wire']");
        let layers = Layers::read(&Tree::from([(layers::PATH, text.as_str())])).unwrap();
        assert_eq!(upward(&layers), [Finding::new(layers::PATH, "model leans up on wire")]);
    }

    #[test]
    fn rooms_and_floors_must_agree() {
        let model = manifest("models", "");
        let tree = Tree::from([(layers::PATH, LAYERS), ("crates/model/Cargo.toml", &model)]);
        let manifests = Manifest::read_all(&tree).unwrap();
        let findings = listing(&Layers::read(&tree).unwrap(), &manifests);
        let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "the room models stands on no floor: add it",
                "there is no room link: remove it from its floor",
                "there is no room model: remove it from its floor",
                "there is no room wire: remove it from its floor",
                "the folder and the room differ in name",
            ]
        );
    }

    #[test]
    fn a_bare_room_is_told_what_it_lacks() {
        let good = manifest("model", "");
        let tree = Tree::from([
            ("crates/model/Cargo.toml", good.as_str()),
            ("crates/model/src/lib.rs", "//! The words.\n"),
            ("crates/wire/Cargo.toml", "[package]\nname = 'wire'"),
            ("crates/wire/src/lib.rs", "pub mod frame;\n"),
        ]);
        let findings = check_furnishing(&tree, &Manifest::read_all(&tree).unwrap());
        let places: Vec<&str> = findings.iter().map(|finding| finding.place.as_str()).collect();
        let manifest = "crates/wire/Cargo.toml";
        assert_eq!(places, [manifest, manifest, "crates/wire/src/lib.rs"]);
    }
}
