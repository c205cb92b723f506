//! `docs/layers.toml`: the floors of the house, and which room may lean on which.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::tree::Tree;

/// Where the file lies.
pub(crate) const PATH: &str = "docs/layers.toml";

/// The floor whose rooms stand beside the house: tests lean on them from everywhere, so its edges
/// point neither up nor down.
const BESIDE: &str = "beside";

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Layers {
    /// From the ground up.
    #[serde(rename = "floor")]
    pub(crate) floors: Vec<Floor>,
    /// What each room leans on.
    pub(crate) edges: Edges,
    /// What a room leans on in its tests only.
    #[serde(default)]
    pub(crate) dev_edges: Edges,
}

/// From a room to the rooms it leans on.
pub(crate) type Edges = BTreeMap<String, Vec<String>>;

/// Rooms of one height.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Floor {
    /// For people.
    pub(crate) name: String,
    /// In the order in which they may lean on each other: later ones on earlier ones.
    pub(crate) rooms: Vec<String>,
}

impl Layers {
    /// Reads the file from the tree.
    pub(crate) fn read(tree: &Tree) -> Result<Self> {
        let text = tree.text(PATH).with_context(|| format!("{PATH} is missing"))?;
        toml::from_str(text).with_context(|| format!("failed to read {PATH}"))
    }

    /// Every room, from the ground up.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = &str> {
        self.floors.iter().flat_map(|floor| &floor.rooms).map(String::as_str)
    }

    /// Whether there is such a room.
    pub(crate) fn has_room(&self, name: &str) -> bool {
        self.rooms().any(|room| room == name)
    }

    /// Whether an edge points down, or to an earlier room of the same floor.
    pub(crate) fn points_down(&self, from: &str, to: &str) -> bool {
        match (self.height(from), self.height(to)) {
            (Some(from), Some(to)) => to < from,
            (None, _) | (_, None) => true,
        }
    }

    /// Floor and place on it; `None` for what stands beside the house.
    fn height(&self, room: &str) -> Option<(usize, usize)> {
        self.floors.iter().enumerate().filter(|(_, floor)| floor.name != BESIDE).find_map(
            |(level, floor)| {
                let place = floor.rooms.iter().position(|name| name == room)?;
                Some((level, place))
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers() -> Layers {
        let text = r#"
            [[floor]]
            name = "0"
            rooms = ["model"]
            [[floor]]
            name = "1"
            rooms = ["wire", "link"]
            [[floor]]
            name = "beside"
            rooms = ["sim"]
            [edges]
            model = []
        "#;
        toml::from_str(text).unwrap()
    }

    #[test]
    fn rooms_lean_down_and_back() {
        let layers = layers();
        assert!(layers.points_down("link", "model"));
        assert!(layers.points_down("link", "wire"));
        assert!(!layers.points_down("wire", "link"));
        assert!(!layers.points_down("model", "wire"));
    }

    #[test]
    fn what_stands_beside_may_be_leaned_on_from_anywhere() {
        assert!(layers().points_down("model", "sim"));
        assert!(layers().points_down("sim", "link"));
    }
}
