//! What is there.

use std::fs;

use files::{FilesError, Kind, listing, reading};

use crate::scene::{Scene, path};

#[test]
fn a_directory_is_listed_by_name_and_part_by_part() {
    let scene = Scene::set();
    for name in ["b", "a", "文", ".hidden"] {
        fs::write(scene.at(name), name).unwrap();
    }
    let page = listing::list(&scene.root, &path(""), "", 3).unwrap();
    let names: Vec<_> = page.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!((names.as_slice(), page.has_more), (&[".hidden", "a", "b"][..], true));
    let page = listing::list(&scene.root, &path(""), "b", 3).unwrap();
    let names: Vec<_> = page.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!((names.as_slice(), page.has_more), (&["inner", "文"][..], false));
    assert_eq!(page.entries[0].facts.kind, Kind::Directory);
    assert_eq!(page.entries[1].facts.size_bytes, 3);
    assert!(page.entries[1].facts.modified_at_ms > 1_600_000_000_000);
    let refused = listing::list(&scene.root, &path("inner/file"), "", 3).unwrap_err();
    assert!(matches!(refused, FilesError::NotADirectory), "{refused:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn links_are_listed_as_what_they_lead_to_inside() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let scene = Scene::set();
    symlink("inner/file", scene.at("1-file")).unwrap();
    symlink("inner", scene.at("2-directory")).unwrap();
    symlink("../beside/secret", scene.at("3-out")).unwrap();
    symlink("gone", scene.at("4-nowhere")).unwrap();
    fs::write(scene.at("").join(std::ffi::OsStr::from_bytes(b"5-\xff")), "x").unwrap();
    let page = listing::list(&scene.root, &path(""), "", 5).unwrap();
    let kinds: Vec<_> = page.entries.iter().map(|entry| entry.facts.kind).collect();
    assert_eq!(kinds, [Kind::File, Kind::Directory, Kind::Link, Kind::Link, Kind::Other]);
    assert_eq!(page.entries[0].facts.size_bytes, 6);
}

#[test]
fn a_file_is_read_part_by_part() {
    let scene = Scene::set();
    let content: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    fs::write(scene.at("file"), &content).unwrap();
    let (mut read, mut version) = (Vec::new(), None);
    loop {
        let offset = read.len() as u64;
        let part = reading::read(&scene.root, &path("file"), offset, 4_096, version.as_ref());
        let part = part.unwrap();
        if part.data.is_empty() {
            break;
        }
        version = Some(part.version);
        read.extend(part.data);
    }
    assert_eq!(read, content);
    let behind = reading::read(&scene.root, &path("file"), u64::MAX, 10, None).unwrap();
    assert!(behind.data.is_empty());
}

#[test]
fn parts_of_two_files_are_not_mixed() {
    let scene = Scene::set();
    fs::write(scene.at("file"), "one").unwrap();
    let first = reading::read(&scene.root, &path("file"), 0, 2, None).unwrap();
    let again = || reading::read(&scene.root, &path("file"), 2, 2, Some(&first.version));
    assert_eq!(again().unwrap().data, b"e");
    fs::write(scene.at("next"), "two").unwrap();
    fs::rename(scene.at("next"), scene.at("file")).unwrap();
    assert!(matches!(again(), Err(FilesError::Changed)));
}

#[test]
fn a_file_that_grows_is_read_on() {
    use std::io::Write;
    let scene = Scene::set();
    fs::write(scene.at("log"), "one\n").unwrap();
    let first = reading::read(&scene.root, &path("log"), 0, 4, None).unwrap();
    let mut log = fs::File::options().append(true).open(scene.at("log")).unwrap();
    log.write_all(b"two\n").unwrap();
    let next = reading::read(&scene.root, &path("log"), 4, 100, Some(&first.version)).unwrap();
    assert_eq!(next.data, b"two\n");
}
