//! What comes from the server piece by piece, written to where it is wanted.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use client::Download;

/// Writes to a file that is not there yet, or to standard output.
pub(crate) async fn save(download: Download, output: Option<&Path>) -> anyhow::Result<()> {
    match output {
        None => copy(download, io::stdout().lock()).await,
        Some(path) => copy_into(download, path).await,
    }
}

/// Half a file is worse than none.
async fn copy_into(download: Download, path: &Path) -> anyhow::Result<()> {
    let file = File::create_new(path).with_context(|| format!("make {}", path.display()))?;
    let copied = copy(download, file).await;
    if copied.is_err() {
        // What cannot be removed either is seen by its length.
        let _ = fs::remove_file(path);
    }
    copied
}

async fn copy(mut download: Download, mut file: impl Write) -> anyhow::Result<()> {
    while let Some(piece) = download.next().await? {
        file.write_all(&piece)?;
    }
    Ok(file.flush()?)
}
