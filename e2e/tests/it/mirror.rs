//! Copies of workspaces on the server: there are none unless the machine's owner wants them, and they
//! go when the owner says so.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use client::Client;
use contract::copies::CopyView;
use contract::files::FileContent;
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::{House, Machine, Person, Setup};
use http::Method;
use model::MachineId;
use serde_json::Value;

/// More than fits into one part, and no two parts of it alike.
const LARGE_BYTES: u32 = 900_000;

fn large() -> Vec<u8> {
    (0..LARGE_BYTES / 4).flat_map(u32::to_be_bytes).collect()
}

struct Scene {
    house: House,
    machine: Machine,
    person: Person,
    id: MachineId,
}

impl Scene {
    async fn open(arguments: &[&str]) -> Result<Self> {
        let arguments = arguments.iter().map(Into::into).collect();
        let setup = Setup { kind: Kind::Server, arguments, ..Setup::default() };
        let house = House::up(setup).await?;
        let machine = Machine::enrol(&house, house.address()).await?;
        let person = house.person()?;
        let id = person.machine().await?.machine_id;
        Ok(Self { house, machine, person, id })
    }

    fn put(&self, path: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.house.workspace().join(path);
        fs::create_dir_all(path.parent().context("it has a directory")?)?;
        Ok(fs::write(path, content)?)
    }

    /// What the owner does with `gantline machine mirror`; answers what is said of it.
    async fn mirror(&self, verb: &str) -> Result<Value> {
        let ended = Machine::command(&self.house, &["mirror", "--format=json", verb]).await?;
        ensure!(ended.status.success(), "mirror {verb}: {}", ended.text());
        let from = ended.said.iter().position(|line| line.starts_with('{'));
        let text = ended.said[from.context("it says JSON")?..].join("\n");
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        Ok(values.next().context("a value")??)
    }

    async fn copies(&self) -> Result<Vec<CopyView>> {
        Ok(self.person.client.copies(self.id).await?.copies)
    }

    async fn copy(&self) -> Result<CopyView> {
        let mut copies = self.copies().await?;
        ensure!(copies.len() == 1, "there is one copy: {copies:?}");
        copies.pop().context("a copy")
    }

    /// Waits until the server has a copy for which something holds.
    async fn copy_is(&self, what: &str, is_so: impl Fn(&CopyView) -> bool) -> Result<CopyView> {
        within(PATIENCE, what, async {
            loop {
                if let Some(copy) = self.copies().await?.into_iter().find(&is_so) {
                    return Ok(copy);
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    async fn names(&self, copy: &str, path: &str) -> Result<Vec<String>> {
        let directory = self.person.client.copy_directory(self.id, copy, path, None).await?;
        Ok(directory.entries.into_iter().map(|entry| entry.name).collect())
    }

    async fn fetch(&self, copy: &str, path: &str) -> Result<Vec<u8>> {
        fetch(self.person.client.copy_file_download(self.id, copy, path).await?).await
    }

    /// What the server has of copies on its disk.
    fn on_disk(&self) -> BTreeSet<PathBuf> {
        files_below(&self.house.place().at("data/mirror"))
    }
}

async fn fetch(mut download: client::Download) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    while let Some(piece) = download.next().await? {
        file.extend_from_slice(&piece);
    }
    Ok(file)
}

fn files_below(directory: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => waiting.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) if path.is_file() => drop(found.insert(path)),
            Err(_) => {}
        }
    }
    found
}

async fn refused(client: &Client, id: MachineId, copy: &str, path: &str) -> Result<String> {
    let error = client.copy_file_view(id, copy, path).await.err().context("it is refused")?;
    Ok(error.code().context("with a code")?.to_owned())
}

/// S71: what is copied is what the owner would show, under names that lead nowhere; only what has
/// changed is sent again; it is there while the machine is not.
#[tokio::test]
async fn a_workspace_is_copied_when_its_owner_wants_it() -> Result<()> {
    let mut scene = Scene::open(&[]).await?;
    let hidden = ".gitignore\n";
    for (path, content) in [
        (".gitignore", "target/\n*.log\n"),
        ("target/huge", "built"),
        ("debug.log", "x"),
        ("src/main.rs", "fn main() {}"),
        ("src/文.txt", "文"),
        ("notes", "first"),
        (".env", "TOKEN=secret"),
        ("deploy/id_ed25519", "secret"),
        ("innocent.txt", "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret"),
        (".git/config", "[core]"),
        ("two\nlines", hidden),
        ("..\\up", hidden),
    ] {
        scene.put(path, content)?;
    }
    scene.put("large.bin", large())?;
    let workspace = scene.house.workspace();
    symlink("/etc/passwd", workspace.join("passwd"))?;
    symlink("/etc", workspace.join("etc"))?;
    ensure!(scene.copies().await?.is_empty(), "nothing is copied unasked");
    ensure!(scene.on_disk().is_empty(), "{:?}", scene.on_disk());

    let told = scene.mirror("now").await?;
    let copy = scene.copy().await?;
    let id = copy.copy_id.clone();
    assert_eq!(scene.names(&id, "").await?, [".gitignore", "large.bin", "notes", "src"]);
    assert_eq!(scene.names(&id, "src").await?, ["main.rs", "文.txt"]);
    assert_eq!((copy.files, copy.workspace.as_str()), (5, workspace.to_str().context("text")?));
    let left_out = copy.left_out;
    assert_eq!((left_out.secret, left_out.special, left_out.unnameable), (3, 2, 2), "{told}");
    assert_eq!(scene.fetch(&id, "large.bin").await?, large());
    assert_eq!(scene.fetch(&id, "src/文.txt").await?, "文".as_bytes());
    for (path, code) in [
        (".env", "not_found"),
        ("etc/passwd", "not_found"),
        ("passwd", "not_found"),
        ("../notes", "path_invalid"),
        ("/etc/passwd", "path_invalid"),
        ("src/../notes", "path_invalid"),
        ("src", "not_a_file"),
    ] {
        let client = &scene.person.client;
        assert_eq!(refused(client, scene.id, &id, path).await?, code, "{path}");
    }
    for path in scene.on_disk() {
        let holds = |secret: &str| {
            let bytes = fs::read(&path).unwrap_or_default();
            bytes.windows(secret.len()).any(|piece| piece == secret.as_bytes())
        };
        ensure!(!holds("TOKEN=secret") && !holds("PRIVATE KEY"), "{}", path.display());
    }

    scene.put("notes", "second")?;
    fs::remove_file(workspace.join("src/main.rs"))?;
    let told = scene.mirror("now").await?;
    assert_eq!(told["workspaces"][0]["sent_files"], 1, "{told}");
    assert_eq!(scene.fetch(&id, "notes").await?, b"second");
    assert_eq!(scene.names(&id, "src").await?, ["文.txt"], "what was deleted vanishes");
    let before = scene.on_disk().len();
    assert_eq!(before, 4 + 1, "contents and a list: {:?}", scene.on_disk());

    scene.machine.terminate().await?;
    let view = scene.person.client.copy_file_view(scene.id, &id, "notes").await?;
    ensure!(matches!(view.content, FileContent::Text { text, .. } if text == "second"));
    let archive = scene.person.client.copy_archive(scene.id, &id).await?;
    let archive = String::from_utf8_lossy(&fetch(archive).await?).into_owned();
    ensure!(archive.contains("workspace/notes"), "its names are below one directory");
    let audit = scene.person.request(Method::GET, "/api/audit", None).await?.body.to_string();
    for action in ["copy.create", "copy.download", "copy.archive"] {
        ensure!(audit.contains(action), "{action}: {audit}");
    }
    Ok(())
}

/// Whoever sets a limit is told what it cuts, by the machine and by the server; copies follow what
/// changes by themselves.
#[tokio::test]
async fn a_copy_is_cut_at_its_limit_and_says_so() -> Result<()> {
    let mut scene = Scene::open(&[]).await?;
    for name in ["a", "b", "c", "d", "e"] {
        scene.put(name, name)?;
    }
    scene.machine.terminate().await?;
    let options = ["--mirror-files", "--max-files", "3", "--interval", "1000"];
    scene.machine.start_with(&scene.house, &options)?;
    let copy = scene.copy_is("see what is copied", |copy| copy.files == 3).await?;
    assert_eq!((copy.left_out.files, copy.left_out.over_files), (2, 2));
    assert_eq!(scene.names(&copy.copy_id, "").await?, ["a", "b", "c"]);
    within(PATIENCE, "read that it was cut", async {
        while !scene.machine.said().iter().any(|line| line.contains("--max-files allows")) {
            tokio::task::yield_now().await;
        }
        Ok(())
    })
    .await?;
    // Nobody asks for this one.
    scene.put("a", "longer than before")?;
    scene.copy_is("see it follow", |copy| copy.size_bytes == 20).await?;
    Ok(())
}

/// S65: the owner ends it, and nothing is left on the server; nor is it when the machine is one no
/// longer.
#[tokio::test]
async fn what_the_owner_switches_off_is_gone() -> Result<()> {
    let mut scene = Scene::open(&[]).await?;
    scene.put("notes", "mine")?;
    let told = scene.mirror("on").await?;
    assert_eq!(told["mirror_files"], true, "{told}");
    ensure!(scene.copies().await?.len() == 1 && !scene.on_disk().is_empty());
    let told = scene.mirror("off").await?;
    assert_eq!((&told["mirror_files"], &told["is_on"]), (&false.into(), &false.into()));
    ensure!(scene.copies().await?.is_empty());
    ensure!(scene.on_disk().is_empty(), "{:?}", scene.on_disk());

    scene.mirror("now").await?;
    ensure!(!scene.on_disk().is_empty());
    scene.machine.terminate().await?;
    Machine::unenrol(&scene.house).await?;
    ensure!(scene.on_disk().is_empty(), "{:?}", scene.on_disk());
    Ok(())
}

/// An administrator has a copy removed; it comes back when the owner asks for it, and not before.
#[tokio::test]
async fn what_an_administrator_removes_stays_away() -> Result<()> {
    let scene = Scene::open(&[]).await?;
    scene.put("notes", "mine")?;
    scene.mirror("on").await?;
    let copy = scene.copy().await?;
    scene.person.client.copy_remove(scene.id, &copy.copy_id).await?;
    ensure!(scene.copies().await?.is_empty());
    // The machine is told so when something has changed.
    scene.put("notes", "changed")?;
    let file = Machine::directory(&scene.house).join("enrolled/mirror.json");
    within(PATIENCE * 3, "see the machine refused", async {
        while !fs::read_to_string(&file)?.contains("mirror_removed") {
            tokio::task::yield_now().await;
        }
        Ok(())
    })
    .await?;
    ensure!(scene.copies().await?.is_empty());
    scene.mirror("now").await?;
    assert_eq!(scene.fetch(&scene.copy().await?.copy_id, "notes").await?, b"changed");
    Ok(())
}

/// A server that has no room for it, or keeps none, says so, and has nothing of it.
#[tokio::test]
async fn a_server_without_room_says_so() -> Result<()> {
    for (quota, says) in [("1", "may have 1048576"), ("0", "keeps no copies")] {
        let scene = Scene::open(&["--mirror-quota-mib", quota]).await?;
        scene.put("large", vec![7; 2 << 20])?;
        let ended = Machine::command(&scene.house, &["mirror", "now"]).await?;
        ensure!(!ended.status.success() && ended.text().contains(says), "{}", ended.text());
        ensure!(scene.copies().await?.is_empty() && scene.on_disk().is_empty());
    }
    Ok(())
}

/// A server that is killed in the middle keeps the copy of before, and goes on with the next
/// one where it was; what is left over goes.
#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_loses_nothing() -> Result<()> {
    let mut scene = Scene::open(&[]).await?;
    scene.put("notes", "before")?;
    scene.mirror("now").await?;
    let id = scene.copy().await?.copy_id;
    scene.put("notes", "after")?;
    for number in 0..150_u32 {
        let content: Vec<u8> =
            (0..50_000).flat_map(|n: u32| (n ^ number << 16).to_le_bytes()).collect();
        scene.put(&format!("many/{number:03}"), content)?;
    }
    // As `gantline machine mirror now` does, without waiting for it.
    let wish = Machine::directory(&scene.house).join("enrolled/mirror-wish.json");
    write_privately(&wish, r#"{"number":7,"wanted":"now"}"#)?;
    let arrived = |scene: &Scene| {
        scene.on_disk().iter().filter(|path| path.to_string_lossy().contains("/contents/")).count()
    };
    within(PATIENCE, "see some of it arrive", async {
        while arrived(&scene) < 20 {
            tokio::task::yield_now().await;
        }
        Ok(())
    })
    .await?;
    scene.house.kill().await?;
    let kept = arrived(&scene);
    scene.house.start().await?;
    assert_eq!(scene.fetch(&id, "notes").await?, b"before");
    ensure!(kept >= 20, "what had arrived whole is there");
    scene.copy_is("see the rest arrive", |copy| copy.files == 151).await?;
    assert_eq!(scene.fetch(&id, "notes").await?, b"after");
    assert_eq!(scene.on_disk().len(), 151 + 1, "nothing is left over");
    Ok(())
}

fn write_privately(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    Ok(options.open(path)?.write_all(text.as_bytes())?)
}
