//! Writing an archive.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use tar::{Builder, EntryType, Header};

use super::{DATABASE, KEY_RING, MANIFEST, Manifest, PARTS, Sources};

/// Writes the archive; answers where it was written to.
pub(crate) fn pack<W: Write>(manifest: &Manifest, sources: &Sources, into: W) -> anyhow::Result<W> {
    let mut archive = Builder::new(into);
    let text = serde_json::to_vec(manifest)?;
    append(&mut archive, MANIFEST, text.len() as u64, &text[..])?;
    for part in &PARTS {
        let path = sources.path_of(part.name);
        let opened = File::open(&path);
        if !part.is_needed && is_missing(&opened) {
            continue;
        }
        let added = opened.and_then(|file| {
            let bytes = file.metadata()?.len();
            // What grows meanwhile is not in it.
            append(&mut archive, part.name, bytes, file.take(bytes))
        });
        added.with_context(|| format!("add {}", path.display()))?;
    }
    Ok(archive.into_inner()?)
}

fn is_missing(opened: &io::Result<File>) -> bool {
    matches!(opened, Err(error) if error.kind() == io::ErrorKind::NotFound)
}

fn append<W: Write>(
    archive: &mut Builder<W>,
    name: &str,
    bytes: u64,
    contents: impl Read,
) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_size(bytes);
    archive.append_data(&mut header, name, contents)
}

impl Sources {
    fn path_of(&self, name: &str) -> PathBuf {
        match (name, &self.key_ring) {
            (DATABASE, _) => self.database.clone(),
            (KEY_RING, Some(elsewhere)) => elsewhere.clone(),
            _ => self.data_directory.join(name),
        }
    }
}
