//! What a contained program can do, tried with the real kernel. Landlock binds threads, so each
//! attempt runs on a contained thread of this process or in a child of one.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test are part of it")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use processes::Strength;
use processes::containment::{contain_this_thread, strength};
use rustix::process::{Pid, Signal, kill_process};

/// A workspace with something in it, somebody's home, and the program's own directory.
struct Place {
    _root: tempfile::TempDir,
    workspace: PathBuf,
    home: PathBuf,
    own: PathBuf,
}

const BEFORE: &str = "as it was";

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let [workspace, home, own] = ["workspace", "home", "own"].map(|name| {
            let directory = root.path().join(name);
            fs::create_dir(&directory).unwrap();
            directory
        });
        for file in [workspace.join("file"), home.join(".profile")] {
            fs::write(file, BEFORE).unwrap();
        }
        fs::create_dir(workspace.join("empty")).unwrap();
        Self { _root: root, workspace, home, own }
    }

    /// Everything that is outside of the own directory, with its contents.
    fn outside(&self) -> Vec<(PathBuf, Option<String>)> {
        let mut found = Vec::new();
        for directory in [&self.workspace, &self.home] {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                let text = fs::read_to_string(&path).ok();
                found.push((path, text));
            }
        }
        found.sort();
        found
    }
}

/// Does it on a thread that may write in this directory only.
fn contained<T: Send>(own: &Path, work: impl FnOnce(Strength) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| work(contain_this_thread(Some(own)).unwrap()));
        thread.join().unwrap()
    })
}

fn shell(script: &str) -> io::Result<()> {
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", script]).stderr(Stdio::null());
    match shell.status()? {
        status if status.success() => Ok(()),
        status => Err(io::Error::other(format!("{script}: {status}"))),
    }
}

type Attempt = (&'static str, fn(&Place) -> io::Result<()>);

/// Every way of changing something that a hostile agent might think of.
const ATTEMPTS: &[Attempt] = &[
    ("write a file", |place| fs::write(place.workspace.join("file"), "changed")),
    ("write a file of the home", |place| fs::write(place.home.join(".profile"), "changed")),
    ("make a file", |place| fs::write(place.workspace.join("new"), "new")),
    ("append", |place| {
        OpenOptions::new().append(true).open(place.workspace.join("file"))?.write_all(b"more")
    }),
    ("remove a file", |place| fs::remove_file(place.workspace.join("file"))),
    ("remove a directory", |place| fs::remove_dir(place.workspace.join("empty"))),
    ("make a directory", |place| fs::create_dir(place.workspace.join("new"))),
    ("rename", |place| fs::rename(place.workspace.join("file"), place.workspace.join("other"))),
    ("move out", |place| fs::rename(place.workspace.join("file"), place.own.join("file"))),
    ("move in", |place| {
        fs::write(place.own.join("new"), "new")?;
        fs::rename(place.own.join("new"), place.workspace.join("new"))
    }),
    ("replace by moving in", |place| {
        fs::write(place.own.join("new"), "new")?;
        fs::rename(place.own.join("new"), place.workspace.join("file"))
    }),
    ("write through a hard link", |place| {
        fs::hard_link(place.workspace.join("file"), place.own.join("link"))?;
        fs::write(place.own.join("link"), "changed")
    }),
    ("link in", |place| {
        fs::write(place.own.join("of-mine"), "new")?;
        fs::hard_link(place.own.join("of-mine"), place.workspace.join("new"))
    }),
    ("write through a symbolic link", |place| {
        symlink(place.workspace.join("file"), place.own.join("symbolic"))?;
        fs::write(place.own.join("symbolic"), "changed")
    }),
    ("write through a symbolic link to the directory", |place| {
        symlink(&place.workspace, place.own.join("directory"))?;
        fs::write(place.own.join("directory/new"), "changed")
    }),
    ("make a symbolic link", |place| symlink("/etc/passwd", place.workspace.join("new"))),
    ("write what was opened to be read", |place| {
        let file = File::open(place.workspace.join("file"))?;
        let again = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file));
        fs::write(again, "changed")
    }),
    ("have a child write", |place| {
        shell(&format!("echo changed > '{}'", place.workspace.join("file").display()))
    }),
    ("have an orphan write", |place| {
        let file = place.workspace.join("file");
        shell(&format!("(setsid sh -c \"echo changed > '{}'\")", file.display()))
    }),
    ("make a pipe", |place| shell(&format!("mkfifo '{}'", place.workspace.join("new").display()))),
    ("listen on a socket", |place| UnixListener::bind(place.workspace.join("new")).map(drop)),
    ("mount over it", |place| {
        let (own, workspace) = (place.own.display(), place.workspace.display());
        shell(&format!("mount --bind '{own}' '{workspace}'"))
    }),
    ("mount over it in a namespace", |place| {
        let (own, workspace) = (place.own.display(), place.workspace.display());
        shell(&format!("unshare -rm mount --bind '{own}' '{workspace}'"))
    }),
    ("make a disk", |place| shell(&format!("mknod '{}' b 1 0", place.own.join("disk").display()))),
    ("write into shared memory", |_| fs::write("/dev/shm/gantline-contained", "new")),
];

/// S75: no write succeeds outside, whichever way it is tried, by whichever process.
#[test]
fn nothing_outside_of_the_own_directory_can_be_changed() {
    for (name, attempt) in ATTEMPTS {
        let place = Place::new();
        let before = place.outside();
        let result = contained(&place.own, |_| attempt(&place));
        assert!(result.is_err(), "could {name}");
        assert_eq!(place.outside(), before, "after the attempt to {name}");
    }
}

/// The attempts are worth something: without containment each of them that needs no privilege
/// works.
#[test]
fn without_containment_the_attempts_succeed() {
    let privileged = ["mount over it", "mount over it in a namespace", "make a disk"];
    for (name, attempt) in ATTEMPTS {
        if !privileged.contains(name) && *name != "write into shared memory" {
            attempt(&Place::new()).unwrap_or_else(|error| panic!("cannot {name}: {error}"));
        }
    }
}

/// S75: a file is not emptied by opening it to be read.
#[test]
fn nothing_outside_can_be_emptied() {
    let place = Place::new();
    let path = place.workspace.join("file");
    let (strength, opened) = contained(&place.own, |strength| {
        let truncate = i32::try_from(rustix::fs::OFlags::TRUNC.bits()).unwrap();
        (strength, OpenOptions::new().read(true).custom_flags(truncate).open(&path).map(drop))
    });
    assert_eq!(opened.is_err(), strength.holds_every_write(), "{strength:?}");
    if strength.holds_every_write() {
        assert_eq!(fs::read_to_string(&path).unwrap(), BEFORE);
    }
}

#[test]
fn what_a_program_needs_still_works() {
    let place = Place::new();
    contained(&place.own, |_| {
        let text = fs::read_to_string(place.workspace.join("file")).unwrap();
        assert_eq!(text, BEFORE);
        fs::create_dir(place.own.join("deep")).unwrap();
        fs::write(place.own.join("deep/a"), "mine").unwrap();
        fs::rename(place.own.join("deep/a"), place.own.join("b")).unwrap();
        fs::hard_link(place.own.join("b"), place.own.join("deep/c")).unwrap();
        fs::write(place.own.join("b"), "shorter").unwrap();
        UnixListener::bind(place.own.join("socket")).unwrap();
        shell("echo nothing > /dev/null; exec 3<>/dev/zero").unwrap();
    });
}

/// S75: another program is neither signalled, nor looked into, nor spoken to.
#[test]
fn other_programs_are_left_alone() {
    let Some(strength) = strength() else { panic!("this kernel has no Landlock") };
    let mut other = Command::new("sleep").arg("1000").spawn().unwrap();
    let pid = other.id();
    let name = format!("gantline-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(name).unwrap();
    let _listener = UnixListener::bind_addr(&address).unwrap();
    let place = Place::new();
    let (memory, signalled, connected) = contained(&place.own, |_| {
        let memory = File::open(format!("/proc/{pid}/mem")).map(drop);
        let target = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
        (memory, kill_process(target, Signal::TERM), UnixStream::connect_addr(&address).map(drop))
    });
    other.kill().unwrap();
    other.wait().unwrap();
    assert!(memory.is_err());
    let are_scoped = !strength.gaps().contains(&"signals to other programs and abstract sockets");
    assert_eq!((signalled.is_err(), connected.is_err()), (are_scoped, are_scoped));
}

/// Nobody gets rights back by becoming another user.
#[test]
fn rights_are_not_won_back() {
    let place = Place::new();
    let status = contained(&place.own, |_| {
        Command::new("grep").args(["-q", "NoNewPrivs:.*1", "/proc/self/status"]).status()
    });
    assert!(status.unwrap().success());
}
