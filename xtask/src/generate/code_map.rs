//! The code map inside `ARCHITECTURE.md`: people write the rest of that page.

use std::fmt::Write as _;

use anyhow::{Context, Result};

use super::region;
use crate::layers::Layers;
use crate::manifest::Manifest;
use crate::tree::Tree;

pub(super) const OUTPUT: &str = "ARCHITECTURE.md";

pub(super) fn make(tree: &Tree) -> Result<String> {
    let page = tree.text(OUTPUT).with_context(|| format!("{OUTPUT} is missing"))?;
    region::replace(page, &map(&Layers::read(tree)?, &Manifest::read_all(tree)?)?)
}

fn map(layers: &Layers, manifests: &[Manifest]) -> Result<String> {
    let mut map = String::new();
    for floor in &layers.floors {
        write!(map, "\n**{}**\n\n", floor.name)?;
        for room in &floor.rooms {
            let manifest = manifests.iter().find(|manifest| manifest.package.name == *room);
            let manifest = manifest.with_context(|| format!("there is no room {room}"))?;
            let what = manifest.package.description.as_deref().unwrap_or_default();
            writeln!(map, "- [`{room}`]({}): {what}", manifest.directory)?;
        }
    }
    map.push('\n');
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_lists_rooms_from_the_ground_up() {
        let layers = "[[floor]]\nname = '0 · words'\nrooms = ['model']\n[edges]\nmodel = []\n";
        let manifest = "[package]\nname = 'model'\ndescription = 'Words'";
        let tree =
            Tree::from([("docs/layers.toml", layers), ("crates/model/Cargo.toml", manifest)]);
        let map = map(&Layers::read(&tree).unwrap(), &Manifest::read_all(&tree).unwrap()).unwrap();
        assert_eq!(map, "\n**0 · words**\n\n- [`model`](crates/model): Words\n\n");
    }
}
