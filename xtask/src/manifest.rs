//! `Cargo.toml` of each room, as far as the house has rules about it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::tree::Tree;

/// One room's manifest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Manifest {
    /// Name, description and our own metadata.
    pub(crate) package: Package,
    #[serde(default)]
    dependencies: Dependencies,
    #[serde(default)]
    dev_dependencies: Dependencies,
    #[serde(default)]
    build_dependencies: Dependencies,
    #[serde(default)]
    target: BTreeMap<String, Target>,
    /// Feature to what it switches on.
    #[serde(default)]
    pub(crate) features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    lints: Lints,
    /// Where it lies: a directory below the root.
    #[serde(skip)]
    pub(crate) directory: String,
}

type Dependencies = BTreeMap<String, toml::Value>;

/// `[package]`.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// The room's name.
    pub(crate) name: String,
    /// One line.
    pub(crate) description: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    mutants: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Target {
    #[serde(default)]
    dependencies: Dependencies,
    #[serde(default)]
    dev_dependencies: Dependencies,
}

#[derive(Debug, Default, Deserialize)]
struct Lints {
    #[serde(default)]
    workspace: bool,
}

impl Manifest {
    /// Every room's manifest, by directory.
    pub(crate) fn read_all(tree: &Tree) -> Result<Vec<Self>> {
        let rooms = tree.paths().filter_map(|path| path.strip_suffix("/Cargo.toml"));
        rooms.map(|directory| Self::read(tree, directory)).collect()
    }

    fn read(tree: &Tree, directory: &str) -> Result<Self> {
        let path = format!("{directory}/Cargo.toml");
        let text = tree.text(&path).with_context(|| format!("{path} is not text"))?;
        let mut manifest: Self =
            toml::from_str(text).with_context(|| format!("failed to read {path}"))?;
        directory.clone_into(&mut manifest.directory);
        Ok(manifest)
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> String {
        format!("{}/Cargo.toml", self.directory)
    }

    /// What the shipped code leans on, on any system.
    pub(crate) fn dependencies(&self) -> BTreeSet<&str> {
        let targets = self.target.values().map(|target| &target.dependencies);
        names([&self.dependencies, &self.build_dependencies].into_iter().chain(targets))
    }

    /// What only the tests lean on, on any system.
    pub(crate) fn dev_dependencies(&self) -> BTreeSet<&str> {
        let targets = self.target.values().map(|target| &target.dev_dependencies);
        names(std::iter::once(&self.dev_dependencies).chain(targets))
    }

    /// Whether the workspace's lints hold here.
    pub(crate) const fn has_workspace_lints(&self) -> bool {
        self.lints.workspace
    }

    /// Features that break a promise on purpose, and the test that each must turn red.
    pub(crate) const fn mutants(&self) -> &BTreeMap<String, String> {
        &self.package.metadata.mutants
    }
}

fn names<'a>(tables: impl Iterator<Item = &'a Dependencies>) -> BTreeSet<&'a str> {
    tables.flat_map(BTreeMap::keys).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_every_system_count() {
        let tree = Tree::from([(
            "crates/pty/Cargo.toml",
            r#"
                [package]
                name = "pty"
                [dependencies]
                bytes = "1"
                [target."cfg(unix)".dependencies]
                rustix = "1"
                [target."cfg(unix)".dev-dependencies]
                tempfile = "3"
                [package.metadata.mutants]
                mutant-deaf = "tests::hears"
            "#,
        )]);
        let manifests = Manifest::read_all(&tree).unwrap();
        let [manifest] = manifests.as_slice() else { panic!("one manifest was given") };
        assert_eq!(manifest.path(), "crates/pty/Cargo.toml");
        assert_eq!(manifest.dependencies(), ["bytes", "rustix"].into());
        assert_eq!(manifest.dev_dependencies(), ["tempfile"].into());
        assert_eq!(manifest.mutants()["mutant-deaf"], "tests::hears");
        assert!(!manifest.has_workspace_lints());
    }
}
