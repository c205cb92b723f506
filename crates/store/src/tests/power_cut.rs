//! The power goes; whatever was answered is there afterwards.
//!
//! The database lies on a file system of its own, on a loop device. What that file system has not
//! been told to flush is in memory only, so a copy of the device's backing file is exactly what a
//! power cut at that moment would have left.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use model::rng::CountingRng;
use model::{TenantId, Timestamp};

use crate::Store;

/// Large enough for the database and the file system's own journal.
const DISK_BYTES: u64 = 48 << 20;

/// How many writers there are at once, so that several answers share one flush.
const WRITERS: usize = 8;

/// Cuts, each after some more writes.
const CUTS: usize = 6;

/// Writes of each writer between two cuts.
const WRITES: usize = 5;

/// R02: what was answered survives a power cut. The feature `mutant-synchronous-normal` turns this
/// red.
#[tokio::test]
async fn what_was_answered_survives_a_power_cut() {
    let Some(disk) = LoopDisk::mount() else {
        return settings_promise_it().await;
    };
    let store = Store::open(&disk.database()).await.unwrap();
    let rng = CountingRng::default();
    let mut answered = Vec::new();
    for _ in 0..CUTS {
        for _ in 0..WRITES {
            answered.extend(write_together(&store, &rng).await);
        }
        let after = disk.after_power_cut();
        assert_eq!(lost(&after, &answered).await, Vec::<TenantId>::new());
    }
    store.close().await;
}

/// Each writer's tenant, once it was answered.
async fn write_together(store: &Store, rng: &CountingRng) -> Vec<TenantId> {
    let now = Timestamp::from_millis(1_000_000);
    let ids: Vec<TenantId> = (0..WRITERS).map(|_| TenantId::new(now, rng)).collect();
    let writes = ids.iter().map(|&id| {
        store.write(move |tx| Box::pin(async move { tx.tenant_insert(id, "Home", now).await }))
    });
    futures_util::future::try_join_all(writes).await.unwrap();
    ids
}

/// Of what was answered, what a server that starts after the cut does not find.
async fn lost(disk: &LoopDisk, answered: &[TenantId]) -> Vec<TenantId> {
    let store = Store::open(&disk.database()).await.unwrap();
    let found: Vec<TenantId> = store.tenants().await.unwrap().iter().map(|it| it.id).collect();
    store.close().await;
    answered.iter().copied().filter(|id| !found.contains(id)).collect()
}

/// What can be said where no file system may be mounted: SQLite is told to flush at each commit.
async fn settings_promise_it() {
    eprintln!("no file system may be mounted here: looking at SQLite's settings alone");
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("gantline.db")).await.unwrap();
    let (synchronous, journal): (i64, String) = store
        .write(|tx| {
            Box::pin(async move {
                let synchronous = sqlx::query_scalar("PRAGMA synchronous");
                let synchronous = synchronous.fetch_one(&mut tx.connection).await.unwrap();
                let journal = sqlx::query_scalar("PRAGMA journal_mode");
                let journal = journal.fetch_one(&mut tx.connection).await.unwrap();
                Ok::<_, crate::StoreError>((synchronous, journal))
            })
        })
        .await
        .unwrap();
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
    store.close().await;
}

/// A file system on a loop device, unmounted when dropped.
struct LoopDisk {
    directory: tempfile::TempDir,
}

impl LoopDisk {
    /// A fresh one; none if this user may not mount.
    fn mount() -> Option<Self> {
        let disk = Self::without_image();
        std::fs::File::create(disk.image()).unwrap().set_len(DISK_BYTES).unwrap();
        run(&mut administrator("mkfs.ext4", &["-q"], &[&disk.image()])?);
        disk.attach().then_some(disk)
    }

    /// What would be there if the power went now.
    fn after_power_cut(&self) -> Self {
        let after = Self::without_image();
        std::fs::copy(self.image(), after.image()).unwrap();
        assert!(after.attach(), "a second file system could not be mounted");
        after
    }

    fn without_image() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("disk")).unwrap();
        Self { directory }
    }

    /// Mounts it so that the file system flushes nothing on its own while the test runs.
    fn attach(&self) -> bool {
        let options = ["-t", "ext4", "-o", "loop,commit=900"];
        let (image, place) = (self.image(), self.place());
        let Some(mut mount) = administrator("mount", &options, &[&image, &place]) else {
            return false;
        };
        if !mount.stderr(Stdio::null()).status().unwrap().success() {
            return false;
        }
        // The tests of a user who had to ask for it write there, too.
        run(&mut administrator("chmod", &["0777"], &[&place]).unwrap());
        true
    }

    fn image(&self) -> PathBuf {
        self.directory.path().join("image")
    }

    fn place(&self) -> PathBuf {
        self.directory.path().join("disk")
    }

    fn database(&self) -> PathBuf {
        self.place().join("gantline.db")
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        let unmount = administrator("umount", &["--quiet", "--lazy"], &[&self.place()]);
        if let Some(mut unmount) = unmount {
            drop(unmount.stderr(Stdio::null()).status());
        }
    }
}

/// A command as the administrator; none if this user cannot be one without being asked.
fn administrator(program: &str, options: &[&str], paths: &[&Path]) -> Option<Command> {
    let is_root = output_of("id", &["-u"])? == "0";
    let mut command = if is_root { Command::new("env") } else { Command::new("sudo") };
    if !is_root {
        output_of("sudo", &["-n", "true"])?;
        command.args(["-n", "env"]);
    }
    // Debian keeps such programs where a user's path does not lead.
    command.arg("PATH=/usr/sbin:/sbin:/usr/bin:/bin").arg(program).args(options).args(paths);
    Some(command)
}

fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
