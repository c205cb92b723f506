//! Nothing leads out of the workspace (S70).

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

use files::{Existing, FilesError, RelativePath, Upload, directories, listing, reading};

use crate::scene::{SECRET, Scene, path};

/// S70: whatever a path says, what it leads to is in the workspace or is not read.
#[test]
fn no_name_leads_out() {
    let scene = Scene::set();
    let absolute = scene.beside("secret");
    for (name, target) in [
        ("up", "..".into()),
        ("beside", "../beside".into()),
        ("secret", "../beside/secret".into()),
        ("absolute", absolute.clone()),
        ("slash", "/".into()),
        ("inner/deep", "../../beside".into()),
        ("twice", "up".into()),
        ("proc-root", "/proc/self/root".into()),
        ("proc-cwd", "/proc/self/cwd".into()),
        ("loop", "loop".into()),
        ("nowhere", "not-there".into()),
        // Back in by its own absolute name: that is out and in again.
        ("home", scene.at("")),
    ] {
        symlink::<std::path::PathBuf, _>(target, scene.at(name)).unwrap();
    }
    let absolute = absolute.to_str().unwrap();
    let inside_out = format!("proc-root{absolute}");
    for attempt in [
        "../beside/secret",
        "inner/../../beside/secret",
        "./../beside/secret",
        "..",
        ".",
        "inner/..",
        "inner//file",
        "inner/./file",
        "inner/file/",
        "//inner/file",
        absolute,
        "/etc/passwd",
        "inner/file\0.txt",
        "\0",
        "up/beside/secret",
        "up/work/inner/file",
        "beside/secret",
        "secret",
        "absolute",
        "slash/etc/passwd",
        "inner/deep/secret",
        "twice/beside/secret",
        &inside_out,
        "proc-cwd/Cargo.toml",
        "loop",
        "loop/x",
        "nowhere",
        "home/inner/file",
        "%2e%2e/beside/secret",
        "..%2fbeside%2fsecret",
        "\u{ff0e}\u{ff0e}/beside/secret",
        "..\\beside\\secret",
        "C:\\Windows\\win.ini",
        "\\\\?\\C:\\x",
        "inner/file::$DATA",
        "INNER~1/file",
        "~/secret",
        "inner/file ",
        "inner/file.",
    ] {
        let refused = scene.read(attempt).expect_err(attempt);
        assert!(
            matches!(
                refused,
                FilesError::Malformed(_)
                    | FilesError::Outside
                    | FilesError::Missing
                    | FilesError::NotADirectory
            ),
            "{attempt:?}: {refused:?}"
        );
    }
    assert_eq!(scene.read("inner/file").unwrap().data, b"inside");
}

/// S70: a link that stays in the workspace may be followed.
#[test]
#[cfg(target_os = "linux")]
fn links_that_stay_inside_are_followed() {
    let scene = Scene::set();
    symlink("inner", scene.at("way")).unwrap();
    symlink("../inner/file", scene.at("inner/again")).unwrap();
    assert_eq!(scene.read("way/file").unwrap().data, b"inside");
    assert_eq!(scene.read("way/again").unwrap().data, b"inside");
}

/// S70: names that are long in one part or as a whole are refused, and one that just fits is not.
#[test]
fn long_names_are_refused() {
    let scene = Scene::set();
    let longest = "n".repeat(255);
    fs::write(scene.at(&longest), "fits").unwrap();
    assert_eq!(scene.read(&longest).unwrap().data, b"fits");
    for long in ["n".repeat(256), "文".repeat(86), "n/".repeat(2_048) + "n", "n".repeat(100_000)] {
        let refused = scene.read(&long).unwrap_err();
        assert!(matches!(refused, FilesError::Malformed(_)), "{refused:?}");
    }
}

/// S70: two spellings of one letter are two names; neither is made into the other.
#[test]
#[cfg(target_os = "linux")]
fn letters_are_compared_as_they_are_written() {
    let scene = Scene::set();
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    fs::write(scene.at(composed), "composed").unwrap();
    assert_eq!(scene.read(composed).unwrap().data, b"composed");
    assert!(matches!(scene.read(decomposed), Err(FilesError::Missing)));
    fs::write(scene.at(decomposed), "decomposed").unwrap();
    assert_eq!(scene.read(composed).unwrap().data, b"composed");
}

/// S70: nobody waits for the other end of a pipe, and nothing but files is read.
#[test]
fn only_regular_files_are_read() {
    let scene = Scene::set();
    let fifo = scene.at("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let _listening = UnixListener::bind(scene.at("socket")).unwrap();
    symlink("/dev/zero", scene.at("zero")).unwrap();
    symlink("/dev/tty", scene.at("tty")).unwrap();
    for (name, is_outside) in [
        ("fifo", false),
        ("socket", false),
        ("inner", false),
        ("", false),
        ("zero", true),
        ("tty", true),
    ] {
        let refused = scene.read(name).unwrap_err();
        let is_right = match refused {
            FilesError::Outside => is_outside,
            FilesError::NotAFile => !is_outside,
            _ => false,
        };
        assert!(is_right, "{name}: {refused:?}");
    }
}

/// Says at its end that it is over.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// S70: whoever swaps a directory for a link while it is read or written to gets nothing of it.
#[test]
fn a_directory_that_is_swapped_for_a_link_leads_nowhere() {
    let scene = Scene::set();
    for turn in ["real", "link"] {
        fs::create_dir(scene.at(turn)).unwrap();
    }
    fs::write(scene.at("real/secret"), "harmless").unwrap();
    fs::remove_dir(scene.at("link")).unwrap();
    symlink(scene.beside(""), scene.at("link")).unwrap();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also when something below fails: the other thread must not go on for ever.
        let _ending = Ending(&over);
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                fs::rename(scene.at("real"), scene.at("door")).unwrap();
                fs::rename(scene.at("door"), scene.at("real")).unwrap();
                fs::rename(scene.at("link"), scene.at("door")).unwrap();
                fs::rename(scene.at("door"), scene.at("link")).unwrap();
            }
        });
        for token in 0..2_000 {
            if let Ok(part) = scene.read("door/secret") {
                assert_eq!(part.data, b"harmless");
            }
            let put = Upload::begin(&scene.root, &path("door/new"), 1, Existing::Replace, token);
            if let Ok(mut upload) = put {
                upload.write(0, b"x").unwrap();
                upload.finish().unwrap();
            }
            // It may be a directory for a moment, and stay one.
            let _ = directories::create(&scene.root, &path("door/made"));
        }
    });
    let beside: Vec<_> = fs::read_dir(scene.beside("")).unwrap().collect();
    assert_eq!(beside.len(), 1, "nothing was put beside the workspace");
    assert_eq!(fs::read_to_string(scene.beside("secret")).unwrap(), SECRET);
}

/// S70: nothing is written through a link or a second name: the file that is there is replaced, not
/// changed.
#[test]
fn what_has_two_names_is_replaced_under_one() {
    let scene = Scene::set();
    fs::hard_link(scene.beside("secret"), scene.at("twin")).unwrap();
    symlink("../beside/secret", scene.at("link")).unwrap();
    for (token, name) in ["twin", "link"].into_iter().enumerate() {
        let token = token as u64;
        let mut upload =
            Upload::begin(&scene.root, &path(name), 3, Existing::Replace, token).unwrap();
        upload.write(0, b"new").unwrap();
        upload.finish().unwrap();
        assert_eq!(fs::read_to_string(scene.at(name)).unwrap(), "new");
        assert_eq!(fs::read_to_string(scene.beside("secret")).unwrap(), SECRET);
    }
}

/// What is withheld is not reached by any name, neither for looking nor for putting.
#[test]
fn what_is_withheld_is_not_reached() {
    let mut scene = Scene::set();
    fs::create_dir_all(scene.at("inner/own/keys")).unwrap();
    fs::write(scene.at("inner/own/keys/key"), SECRET).unwrap();
    fs::write(scene.at("inner/ownership"), "not withheld").unwrap();
    symlink("inner/own/keys", scene.at("short")).unwrap();
    symlink("inner/own/keys/key", scene.at("key")).unwrap();
    let withheld = fs::canonicalize(scene.at("inner/own")).unwrap();
    scene.root = scene.root.withholding(vec![withheld]);
    for name in ["inner/own/keys/key", "short/key", "key"] {
        let refused = scene.read(name).unwrap_err();
        assert!(matches!(refused, FilesError::NotPermitted | FilesError::Outside), "{refused:?}");
    }
    for name in ["inner/own", "inner/own/keys", "short"] {
        assert!(listing::list(&scene.root, &path(name), "", 10).is_err(), "{name}");
        let put = path(name).join("new").unwrap();
        assert!(Upload::begin(&scene.root, &put, 0, Existing::Keep, 1).is_err(), "{name}");
        assert!(directories::create(&scene.root, &put).is_err(), "{name}");
    }
    let inner = scene.root.beneath(&path("inner")).unwrap();
    assert!(reading::read(&inner, &path("own/keys/key"), 0, 10, None).is_err(), "nor from below");
    assert_eq!(scene.read("inner/ownership").unwrap().data, b"not withheld");
}

/// S70: nothing is put where a name leads out.
#[test]
fn nothing_is_put_outside() {
    let scene = Scene::set();
    symlink("../beside", scene.at("out")).unwrap();
    for attempt in ["out/new", "../beside/new", "/tmp/new", "inner/../../beside/new"] {
        let made = RelativePath::parse(attempt).and_then(|path| {
            Upload::begin(&scene.root, &path, 1, Existing::Replace, 1)?;
            Ok(())
        });
        assert!(made.is_err(), "{attempt}");
        let made =
            RelativePath::parse(attempt).and_then(|path| directories::create(&scene.root, &path));
        assert!(made.is_err(), "{attempt}");
    }
    assert_eq!(fs::read_dir(scene.beside("")).unwrap().count(), 1);
    let listed = listing::list(&scene.root, &path("out"), "", 10);
    assert!(matches!(listed, Err(FilesError::Outside | FilesError::NotADirectory)), "{listed:?}");
    let read = reading::read(&scene.root, &path("out/secret"), 0, 10, None);
    assert!(matches!(read, Err(FilesError::Outside | FilesError::NotADirectory)), "{read:?}");
}
