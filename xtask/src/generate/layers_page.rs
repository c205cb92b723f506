//! `docs/layers.md`: the rooms and their edges as tables.

use std::fmt::Write as _;

use anyhow::Result;

use crate::layers::Layers;
use crate::manifest::Manifest;
use crate::tree::Tree;

pub(super) const OUTPUT: &str = "docs/layers.md";

const HEAD: &str = "\
# Which room leans on which

Written by `cargo xtask gen` from [`layers.toml`](layers.toml) and the manifests; the rules are
in [the decision](adr/0010-the-plan-of-rooms-is-a-checked-file.md). Floors from the top down: a
room leans only on rooms below it, or on earlier ones of its own floor.
";

pub(super) fn make(tree: &Tree) -> Result<String> {
    let layers = Layers::read(tree)?;
    let manifests = Manifest::read_all(tree)?;
    let mut page = HEAD.to_owned();
    let (beside, floors): (Vec<_>, Vec<_>) =
        layers.floors.iter().partition(|floor| floor.name == "beside");
    for floor in floors.into_iter().rev().chain(beside) {
        write!(page, "\n## {}\n\n", floor.name)?;
        page.push_str("| Room | What it is | Leans on | In tests also on | Leaned on by |\n");
        page.push_str("|---|---|---|---|---|\n");
        for room in floor.rooms.iter().rev() {
            page.push_str(&row(&layers, &manifests, room)?);
        }
    }
    Ok(page)
}

fn row(layers: &Layers, manifests: &[Manifest], room: &str) -> Result<String> {
    let manifest = manifests.iter().find(|manifest| manifest.package.name == room);
    let manifest = manifest.ok_or_else(|| anyhow::anyhow!("there is no room {room}"))?;
    let what = manifest.package.description.as_deref().unwrap_or_default();
    let below = layers.edges.get(room).map(Vec::as_slice).unwrap_or_default();
    let in_tests = layers.dev_edges.get(room).map(Vec::as_slice).unwrap_or_default();
    let above: Vec<&String> = layers
        .edges
        .iter()
        .filter(|(_, to)| to.iter().any(|to| to == room))
        .map(|(from, _)| from)
        .collect();
    let directory = &manifest.directory;
    Ok(format!(
        "| [`{room}`](../{directory}) | {what} | {} | {} | {} |\n",
        list(below.iter()),
        list(in_tests.iter()),
        list(above.into_iter()),
    ))
}

fn list<'a>(rooms: impl Iterator<Item = &'a String>) -> String {
    let rooms: Vec<&str> = rooms.map(String::as_str).collect();
    if rooms.is_empty() { "–".to_owned() } else { rooms.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_rooms_from_the_top_down() {
        let layers = "[[floor]]\nname = '0'\nrooms = ['model']\n\
                      [[floor]]\nname = '1'\nrooms = ['wire']\n\
                      [edges]\nmodel = []\nwire = ['model']\n";
        let tree = Tree::from([
            ("docs/layers.toml", layers),
            ("crates/model/Cargo.toml", "[package]\nname = 'model'\ndescription = 'Words'"),
            ("crates/wire/Cargo.toml", "[package]\nname = 'wire'\ndescription = 'Messages'"),
        ]);
        let page = make(&tree).unwrap();
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| [")).collect();
        assert_eq!(
            rows,
            [
                "| [`wire`](../crates/wire) | Messages | model | – | – |",
                "| [`model`](../crates/model) | Words | – | – | wire |",
            ]
        );
    }
}
