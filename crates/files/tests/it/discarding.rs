//! What is kept elsewhere and removed.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};

use files::discard;
#[cfg(unix)]
use files::{Existing, FilesError, Upload};

#[cfg(unix)]
use crate::scene::SECRET;
use crate::scene::{Scene, path};

#[test]
fn a_file_is_kept_for_its_user_alone_and_then_removed() {
    let scene = Scene::set();
    let place = scene.beside("kept");
    assert!(discard::keep(&scene.root, &path("inner/file"), &place).unwrap());
    assert_eq!(fs::read_to_string(&place).unwrap(), "inside");
    #[cfg(unix)]
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    #[cfg(windows)]
    host::private::check_file(&place).unwrap();
    assert!(discard::keep(&scene.root, &path("inner/file"), &place).is_err(), "nothing is lost");
    discard::remove(&scene.root, &path("inner/file")).unwrap();
    assert!(!scene.at("inner/file").exists());
    discard::remove(&scene.root, &path("inner/file")).unwrap();
    assert!(!discard::keep(&scene.root, &path("inner/file"), &scene.beside("other")).unwrap());
}

/// S70: neither is done through a link, nor outside.
#[cfg(unix)]
#[test]
fn nothing_outside_is_kept_or_removed() {
    let scene = Scene::set();
    symlink("../beside", scene.at("door")).unwrap();
    symlink("../beside/secret", scene.at("secret")).unwrap();
    symlink("inner/file", scene.at("short")).unwrap();
    for name in ["door/secret", "secret", "short"] {
        let kept = discard::keep(&scene.root, &path(name), &scene.beside("kept"));
        assert!(matches!(kept, Err(FilesError::Outside | FilesError::NotADirectory)), "{kept:?}");
        assert!(discard::remove(&scene.root, &path(name)).is_err(), "{name}");
    }
    for name in ["inner", ".git/config"] {
        assert!(discard::remove(&scene.root, &path(name)).is_err(), "{name}");
    }
    assert_eq!(fs::read_to_string(scene.beside("secret")).unwrap(), SECRET);
    assert!(scene.at("short").symlink_metadata().is_ok() && scene.at("inner/file").exists());
}

#[cfg(unix)]
#[test]
fn a_file_may_be_run_by_whoever_may_read_it_if_that_is_said() {
    let scene = Scene::set();
    let put = |is_executable, token| {
        let mut upload =
            Upload::begin(&scene.root, &path("run"), 1, Existing::Replace, token).unwrap();
        upload.write(0, b"x").unwrap();
        upload.set_executable(is_executable);
        upload.finish().unwrap();
        fs::metadata(scene.at("run")).unwrap().permissions().mode() & 0o777
    };
    let mode = put(true, 1);
    assert_eq!(mode & 0o111, (mode & 0o444) >> 2);
    assert_eq!(put(false, 2) & 0o111, 0);
    fs::set_permissions(scene.at("run"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(put(true, 3), 0o750);
}
