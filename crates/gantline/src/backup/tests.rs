use std::path::Path;

use tar::{Builder, EntryType, Header};

use super::*;

fn manifest() -> Manifest {
    Manifest { layout: LAYOUT, release: "0.1.0".to_owned(), taken_at_ms: 7 }
}

fn data_directory(at: &Path) -> Sources {
    std::fs::create_dir(at.join("keys")).unwrap();
    for (name, text) in
        [("keys/server-identity.key", "identity"), (KEY_RING, "ring"), ("copy.db", "database")]
    {
        std::fs::write(at.join(name), text).unwrap();
    }
    Sources { data_directory: at.to_owned(), key_ring: None, database: at.join("copy.db") }
}

/// A directory that nobody else may look into.
fn place() -> (tempfile::TempDir, std::path::PathBuf) {
    let around = tempfile::tempdir().unwrap();
    let place = around.path().join("data");
    host::private::directory(&place).unwrap();
    (around, place)
}

fn read(at: &Path, name: &str) -> String {
    std::fs::read_to_string(at.join(name)).unwrap()
}

/// An archive of entries with any name and kind.
fn archive(entries: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    let manifest = serde_json::to_vec(&manifest()).unwrap();
    let first = (&b"manifest.json"[..], EntryType::Regular, &manifest[..]);
    for (name, kind, contents) in std::iter::once(&first).chain(entries) {
        let mut header = Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_entry_type(*kind);
        header.set_size(contents.len() as u64);
        header.set_cksum();
        archive.append(&header, *contents).unwrap();
    }
    archive.into_inner().unwrap()
}

#[test]
fn what_is_packed_is_unpacked_privately() {
    let (from, (_around, into)) = (tempfile::tempdir().unwrap(), place());
    let mut sources = data_directory(from.path());
    let elsewhere = from.path().join("ring elsewhere");
    std::fs::write(&elsewhere, "another ring").unwrap();
    sources.key_ring = Some(elsewhere);
    let packed = pack(&manifest(), &sources, Vec::new()).unwrap();
    assert_eq!(unpack(&packed[..], &into).unwrap(), manifest());
    assert_eq!(read(&into, "keys/server-identity.key"), "identity");
    assert_eq!(read(&into, KEY_RING), "another ring");
    assert_eq!(read(&into, DATABASE), "database");
    assert!(!into.join("server.toml").exists());
    assert_eq!(host::private::read(&into.join(DATABASE)).unwrap().unwrap(), b"database");
}

/// S116: an archive that somebody else made writes nowhere but where its parts belong.
#[test]
fn an_archive_puts_nothing_elsewhere() {
    let whole: [(&[u8], EntryType, &[u8]); 3] = [
        (b"keys/server-identity.key", EntryType::Regular, b"a"),
        (b"keys/key-ring.key", EntryType::Regular, b"b"),
        (b"gantline.db", EntryType::Regular, b"c"),
    ];
    let refused = |entries: &[(&[u8], EntryType, &[u8])]| {
        let (around, place) = place();
        let refused = unpack(&archive(entries)[..], &place).unwrap_err();
        assert!(refused.downcast_ref::<ArchiveError>().is_some(), "{refused:#}");
        assert_eq!(std::fs::read_dir(around.path()).unwrap().count(), 1);
    };
    for (name, kind) in [
        (&b"../gantline.db"[..], EntryType::Regular),
        (b"/tmp/gantline.db", EntryType::Regular),
        (b"keys/../gantline.db", EntryType::Regular),
        (b"server.toml\0x", EntryType::Symlink),
        (b"keys", EntryType::Directory),
        (b"gantline.db", EntryType::Regular),
    ] {
        refused(&[&whole[..], &[(name, kind, b"")]].concat());
    }
    refused(&whole[..2]);
    refused(&[]);
    let (_around, into) = place();
    unpack(&archive(&whole)[..], &into).unwrap();
}

#[test]
fn an_archive_of_a_newer_release_is_named_as_such() {
    let from = tempfile::tempdir().unwrap();
    let newer = Manifest { layout: LAYOUT + 1, release: "9.0.0".to_owned(), ..manifest() };
    let packed = pack(&newer, &data_directory(from.path()), Vec::new()).unwrap();
    let (_around, into) = place();
    let refused = unpack(&packed[..], &into).unwrap_err().to_string();
    assert!(refused.contains("release 9.0.0, which is newer"), "{refused}");
}
