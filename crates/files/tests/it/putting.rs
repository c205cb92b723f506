//! What is put there.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

use files::{Existing, FilesError, Upload, directories};

use crate::scene::{Scene, path};

fn begin(scene: &Scene, name: &str, size: u64, existing: Existing) -> Result<Upload, FilesError> {
    Upload::begin(&scene.root, &path(name), size, existing, 7)
}

#[test]
fn a_file_appears_when_it_is_whole() {
    let scene = Scene::set();
    let mut upload = begin(&scene, "new", 6, Existing::Keep).unwrap();
    assert_eq!(upload.write(0, b"one").unwrap(), 3);
    assert!(!scene.names().contains(&"new".to_owned()));
    assert_eq!(upload.write(0, b"one").unwrap(), 3, "a part may come again");
    assert_eq!(upload.write(3, b"two").unwrap(), 6);
    assert_eq!(upload.finish().unwrap().size_bytes, 6);
    assert_eq!(scene.names(), ["inner", "new"]);
    assert_eq!(fs::read_to_string(scene.at("new")).unwrap(), "onetwo");
}

#[test]
fn what_does_not_arrive_leaves_nothing_behind() {
    let scene = Scene::set();
    fs::write(scene.at("old"), "old").unwrap();
    let mut upload = begin(&scene, "old", 3, Existing::Replace).unwrap();
    upload.write(0, b"n").unwrap();
    assert_eq!(scene.names().len(), 3);
    drop(upload);
    let mut upload = begin(&scene, "old", 3, Existing::Replace).unwrap();
    upload.write(0, b"n").unwrap();
    assert!(matches!(upload.finish(), Err(FilesError::OutOfOrder)), "it is not whole");
    assert_eq!(scene.names(), ["inner", "old"]);
    assert_eq!(fs::read_to_string(scene.at("old")).unwrap(), "old");
}

#[test]
fn parts_come_in_order_and_no_more_than_was_said() {
    let scene = Scene::set();
    let mut upload = begin(&scene, "new", 4, Existing::Keep).unwrap();
    assert!(matches!(upload.write(1, b"x"), Err(FilesError::OutOfOrder)));
    upload.write(0, b"ab").unwrap();
    assert!(matches!(upload.write(1, b"xyz"), Err(FilesError::OutOfOrder)));
    assert!(matches!(upload.write(2, b"xyz"), Err(FilesError::TooLarge { limit: 4, .. })));
    upload.write(2, b"cd").unwrap();
    upload.finish().unwrap();
    assert_eq!(fs::read_to_string(scene.at("new")).unwrap(), "abcd");
}

#[test]
fn a_file_that_is_there_stays_unless_it_is_to_be_replaced() {
    let scene = Scene::set();
    fs::write(scene.at("old"), "old").unwrap();
    #[cfg(unix)]
    fs::set_permissions(scene.at("old"), fs::Permissions::from_mode(0o750)).unwrap();
    assert!(matches!(begin(&scene, "old", 0, Existing::Keep), Err(FilesError::Exists)));
    let upload = begin(&scene, "late", 0, Existing::Keep).unwrap();
    fs::write(scene.at("late"), "somebody was faster").unwrap();
    assert!(matches!(upload.finish(), Err(FilesError::Exists)));
    assert_eq!(fs::read_to_string(scene.at("late")).unwrap(), "somebody was faster");

    let mut upload = begin(&scene, "old", 3, Existing::Replace).unwrap();
    upload.write(0, b"new").unwrap();
    upload.finish().unwrap();
    assert_eq!(fs::read_to_string(scene.at("old")).unwrap(), "new");
    #[cfg(unix)]
    {
        let mode = fs::metadata(scene.at("old")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o750, "it may be run as before");
    }
    assert_eq!(scene.names(), ["inner", "late", "old"]);
    for existing in [Existing::Keep, Existing::Replace] {
        assert!(matches!(begin(&scene, "inner", 0, existing), Err(FilesError::NotAFile)));
    }
}

#[test]
fn directories_are_made_one_at_a_time() {
    let scene = Scene::set();
    directories::create(&scene.root, &path("inner/新")).unwrap();
    assert!(scene.at("inner/新").is_dir());
    for (attempt, code) in [
        ("inner/新", "file_exists"),
        ("inner/file", "file_exists"),
        ("inner/file/x", "not_a_directory"),
        ("no/where", "file_missing"),
        (".git", "path_reserved"),
    ] {
        let refused = directories::create(&scene.root, &path(attempt)).unwrap_err();
        assert_eq!(refused.code(), code, "{attempt}");
    }
}
