//! Nothing leads out of the workspace (S70), by what Windows makes of names.

use std::fs;
use std::path::Path;
use std::process::Command;

use files::{Existing, FilesError, Kind, RelativePath, Upload, directories, discard, listing};

use crate::scene::{SECRET, Scene, path};

/// What Windows would take for something else than a file of that name in the workspace.
const ELSEWHERE: &[&str] = &[
    "..",
    ".",
    "../beside/secret",
    "inner/../../beside/secret",
    "/beside/secret",
    "//server/share/secret",
    "..\\beside\\secret",
    "inner\\file",
    "\\beside\\secret",
    "C:",
    "C:secret",
    "C:\\Windows\\win.ini",
    "C:/Windows/win.ini",
    "\\\\server\\share\\secret",
    "\\\\?\\C:\\Windows\\win.ini",
    "\\\\.\\C:",
    "\\??\\C:\\Windows\\win.ini",
    "inner/file:stream",
    "inner/file::$DATA",
    "inner::$INDEX_ALLOCATION/file",
    "NUL",
    "inner/nul",
    "con",
    "aux.txt",
    "COM1",
    "LPT\u{b9}.log",
    "CONIN$",
    "inner/file.",
    "inner/file ",
    "inner./file",
    "inner /file",
    "INNER~1/file",
    "GIT~1/config",
    "inner/f*",
    "inner/fil?",
    "inner/\u{1}",
    "inner/file\0",
];

/// S70: whatever a name says to Windows, what it leads to is in the workspace or is not read.
#[test]
fn no_name_leads_out_on_windows() {
    let scene = Scene::set();
    let absolute = scene.beside("secret");
    for attempt in ELSEWHERE.iter().copied().chain(absolute.to_str()) {
        let refused = scene.read(attempt).expect_err(attempt);
        assert!(matches!(refused, FilesError::Malformed(_)), "{attempt:?}: {refused:?}");
    }
    for (attempt, code) in [
        ("inner/none", "file_missing"),
        ("none/file", "file_missing"),
        ("inner/file/x", "not_a_directory"),
        ("inner", "not_a_file"),
        ("", "not_a_file"),
    ] {
        assert_eq!(scene.read(attempt).unwrap_err().code(), code, "{attempt}");
    }
    assert_eq!(scene.read("inner/file").unwrap().data, b"inside");
}

/// S70: nor is anything put there, made there or removed there.
#[test]
fn nothing_is_put_outside_on_windows() {
    let scene = Scene::set();
    for attempt in ELSEWHERE {
        let done = RelativePath::parse(attempt).and_then(|path| {
            Upload::begin(&scene.root, &path, 1, Existing::Replace, 1)?;
            directories::create(&scene.root, &path)?;
            discard::remove(&scene.root, &path)
        });
        assert!(done.is_err(), "{attempt:?}");
    }
    for attempt in [".git/hooks/pre-commit", ".GIT/config", "inner/.Git/x"] {
        let put = Upload::begin(&scene.root, &path(attempt), 1, Existing::Replace, 1);
        assert!(matches!(put, Err(FilesError::Reserved)), "{attempt}");
    }
    assert_eq!(scene.names(), ["inner"]);
    assert_eq!(fs::read_dir(scene.beside("")).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(scene.beside("secret")).unwrap(), SECRET);
}

/// What a program that takes names as they are has made is listed, and leads nowhere.
#[test]
fn a_name_that_leads_elsewhere_is_listed_as_nothing() {
    let scene = Scene::set();
    fs::write(scene.at("draft~1.md"), "long, and called so").unwrap();
    let page = listing::list(&scene.root, &path(""), "", 10).unwrap();
    let kinds: Vec<_> =
        page.entries.iter().map(|entry| (entry.name.as_str(), entry.facts.kind)).collect();
    assert_eq!(kinds, [("draft~1.md", Kind::Other), ("inner", Kind::Directory)]);
    assert!(scene.read("draft~1.md").is_err());
}

/// Letters are compared as Windows compares them, and neither is a file made twice for that.
#[test]
fn the_case_of_letters_does_not_matter() {
    let scene = Scene::set();
    assert_eq!(scene.read("INNER/File").unwrap().data, b"inside");
    let put = Upload::begin(&scene.root, &path("inner/FILE"), 0, Existing::Keep, 1);
    assert!(matches!(put, Err(FilesError::Exists)), "{put:?}");
}

/// What is withheld is not reached by any name, whatever the case of its letters.
#[test]
fn what_is_withheld_is_not_reached() {
    let mut scene = Scene::set();
    fs::create_dir_all(scene.at("inner/own/keys")).unwrap();
    fs::write(scene.at("inner/own/keys/key"), SECRET).unwrap();
    fs::write(scene.at("inner/ownership"), "not withheld").unwrap();
    let withheld = fs::canonicalize(scene.at("inner/own")).unwrap();
    scene.root = scene.root.withholding(vec![withheld]);
    for name in ["inner/own/keys/key", "INNER/OWN/keys/key"] {
        let refused = scene.read(name).unwrap_err();
        assert!(matches!(refused, FilesError::NotPermitted), "{refused:?}");
    }
    for name in ["inner/own", "inner/Own/keys"] {
        assert!(listing::list(&scene.root, &path(name), "", 10).is_err(), "{name}");
        let put = path(name).join("new").unwrap();
        assert!(Upload::begin(&scene.root, &put, 0, Existing::Keep, 1).is_err(), "{name}");
        assert!(directories::create(&scene.root, &put).is_err(), "{name}");
    }
    assert_eq!(scene.read("inner/ownership").unwrap().data, b"not withheld");
}

/// S70: nothing is written through a second name: the file that is there is replaced, not changed.
#[test]
fn what_has_two_names_is_replaced_under_one() {
    let scene = Scene::set();
    fs::hard_link(scene.beside("secret"), scene.at("twin")).unwrap();
    let mut upload = Upload::begin(&scene.root, &path("twin"), 3, Existing::Replace, 1).unwrap();
    upload.write(0, b"new").unwrap();
    upload.finish().unwrap();
    assert_eq!(fs::read_to_string(scene.at("twin")).unwrap(), "new");
    assert_eq!(fs::read_to_string(scene.beside("secret")).unwrap(), SECRET);
}

/// Whoever could not read a file before cannot when another one has come in its place.
#[test]
fn what_comes_in_the_place_of_a_private_file_is_private() {
    let scene = Scene::set();
    drop(host::private::create_file(&scene.at("private")).unwrap());
    let mut upload = Upload::begin(&scene.root, &path("private"), 1, Existing::Replace, 1).unwrap();
    upload.write(0, b"x").unwrap();
    upload.finish().unwrap();
    host::private::check_file(&scene.at("private")).unwrap();
    assert_eq!(scene.read("private").unwrap().data, b"x");
}

/// S70: junctions and symbolic links are not followed, wherever they lead.
#[test]
fn no_link_is_followed() {
    let scene = Scene::set();
    if !make_junction(&scene.at("door"), &scene.beside(""))
        || !make_junction(&scene.at("short"), &scene.at("inner"))
    {
        assert!(is_wine(), "Windows makes junctions for everybody");
        return;
    }
    for name in ["door/secret", "short/file", "door", "short"] {
        let refused = scene.read(name).unwrap_err();
        assert!(matches!(refused, FilesError::Outside), "{name}: {refused:?}");
    }
    for name in ["door/new", "short/new"] {
        let put = Upload::begin(&scene.root, &path(name), 1, Existing::Replace, 1);
        assert!(matches!(put, Err(FilesError::Outside)), "{put:?}");
        let made = directories::create(&scene.root, &path(name));
        assert!(matches!(made, Err(FilesError::Outside)), "{made:?}");
    }
    let removed = discard::remove(&scene.root, &path("door/secret"));
    assert!(matches!(removed, Err(FilesError::Outside)), "{removed:?}");
    let page = listing::list(&scene.root, &path(""), "", 10).unwrap();
    let kinds: Vec<_> = page.entries.iter().map(|entry| entry.facts.kind).collect();
    assert_eq!(kinds, [Kind::Link, Kind::Directory, Kind::Link]);
    assert_eq!(fs::read_to_string(scene.beside("secret")).unwrap(), SECRET);
}

fn make_junction(at: &Path, to: &Path) -> bool {
    let mut mklink = Command::new("cmd.exe");
    mklink.args(["/d", "/c", "mklink", "/J"]).arg(at).arg(to);
    let _ = mklink.output().unwrap();
    fs::symlink_metadata(at).is_ok_and(|metadata| metadata.is_symlink())
}

/// Wine 8 makes no junctions.
fn is_wine() -> bool {
    Path::new(r"C:\windows\system32\winecfg.exe").exists()
}
