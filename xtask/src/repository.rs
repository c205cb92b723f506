//! Where we are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// A checkout of this repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The checkout that the current directory lies in.
    pub(crate) fn find() -> Result<Self> {
        let here = std::env::current_dir().context("failed to read the current directory")?;
        let root = here
            .ancestors()
            .find(|directory| directory.join("docs/layers.toml").is_file())
            .context("this is not inside a checkout of Gantline: docs/layers.toml was not found")?;
        Ok(Self { root: root.to_owned() })
    }

    /// The directory of the root manifest.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The Rust version that the root manifest asks for.
    pub(crate) fn rust_version(&self) -> Result<String> {
        let path = self.path("Cargo.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("failed to read {}", path.display()))?;
        let manifest: RootManifest = toml::from_str(&text).context("failed to read Cargo.toml")?;
        Ok(manifest.workspace.package.rust_version)
    }
}

#[derive(Deserialize)]
struct RootManifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    package: WorkspacePackage,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct WorkspacePackage {
    rust_version: String,
}
