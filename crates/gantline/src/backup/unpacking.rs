//! Taking an archive on.

use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use tar::{Archive, Entry, EntryType};

use super::{ArchiveError, LAYOUT, MANIFEST, Manifest, PARTS, Part};

/// The largest manifest.
const MANIFEST_BYTES: u64 = 64 * 1024;

/// Writes what is in an archive below a directory that is empty, privately and durably, and reads it to
/// its end.
pub(crate) fn unpack<R: Read>(from: R, into: &Path) -> anyhow::Result<Manifest> {
    let mut archive = Archive::new(from);
    let mut manifest = None;
    let mut there = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type() != EntryType::Regular {
            return Err(ArchiveError::Foreign("it holds something else than files").into());
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if manifest.is_none() {
            manifest = Some(read_manifest(&name, &mut entry)?);
            continue;
        }
        let part = PARTS.iter().find(|part| part.name == name);
        let part = part.ok_or(ArchiveError::Foreign("it holds something unknown"))?;
        if there.contains(&part.name) {
            return Err(ArchiveError::Foreign("it holds something twice").into());
        }
        put(part, &mut entry, into)?;
        there.push(part.name);
    }
    // Only its end says that nothing is missing.
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    if PARTS.iter().any(|part| part.is_needed && !there.contains(&part.name)) {
        return Err(ArchiveError::Foreign("something is missing in it").into());
    }
    Ok(manifest.ok_or(ArchiveError::Foreign("it is empty"))?)
}

fn read_manifest<R: Read>(name: &str, entry: &mut Entry<'_, R>) -> anyhow::Result<Manifest> {
    if name != MANIFEST || entry.size() > MANIFEST_BYTES {
        return Err(ArchiveError::Foreign("it does not begin with a manifest").into());
    }
    let mut text = Vec::new();
    entry.read_to_end(&mut text)?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|_| ArchiveError::Foreign("its manifest cannot be read"))?;
    if manifest.layout > LAYOUT {
        return Err(ArchiveError::Newer { release: manifest.release }.into());
    }
    Ok(manifest)
}

fn put<R: Read>(part: &Part, entry: &mut Entry<'_, R>, into: &Path) -> anyhow::Result<()> {
    if entry.size() > part.most_bytes {
        return Err(ArchiveError::Foreign("a part of it is too large").into());
    }
    // A name of ours, not the archive's.
    let path = into.join(part.name);
    if let Some(directory) = path.parent() {
        host::private::directory(directory)?;
    }
    let mut write = || -> io::Result<()> {
        let mut file = host::private::create_file(&path)?;
        io::copy(entry, &mut file)?;
        file.sync_all()
    };
    write().with_context(|| format!("write {}", path.display()))
}
