use std::collections::BTreeSet;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256, digest};
use model::mirror::LeftOut;
use model::rng::CountingRng;
use model::{MachineId, TenantId, Timestamp};
use tempfile::TempDir;
use wire::limits::MAX_MIRROR_PART_BYTES;
use wire::mirror::{MirrorEntry, MirrorPart, digest_entry};

use crate::copy::{Beginning, CopyId, Hash, Owner};
use crate::{Begun, MirrorError, Mirrors, Settings};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

const QUOTA_BYTES: u64 = 10_000;

/// A machine's files, by their way from the workspace down.
type Files<'a> = &'a [(&'a str, &'a [u8])];

fn mirrors(directory: &TempDir) -> Mirrors {
    with_free(directory, |_| u64::MAX)
}

fn with_free(directory: &TempDir, free_bytes: fn(&Path) -> u64) -> Mirrors {
    let directory = directory.path().join("mirror");
    Mirrors::new(Settings { directory, quota_bytes: QUOTA_BYTES, free_bytes })
}

fn owner(rng: &CountingRng) -> Owner {
    Owner { tenant: TenantId::new(NOW, rng), machine: MachineId::new(NOW, rng) }
}

fn sha256(content: &[u8]) -> Hash {
    digest(&SHA256, content).as_ref().try_into().unwrap()
}

fn entries(files: Files<'_>) -> Vec<MirrorEntry> {
    let entry = |(path, content): &(&str, &[u8])| MirrorEntry {
        names: path.split('/').map(str::to_owned).collect(),
        size_bytes: content.len() as u64,
        modified_at_ms: 1_000,
        is_executable: false,
        sha256: sha256(content).to_vec().into(),
    };
    files.iter().map(entry).collect()
}

fn beginning(workspace: &str, entries: &[MirrorEntry]) -> Beginning {
    let mut hashed = Context::new(&SHA256);
    for entry in entries {
        digest_entry(entry, |part| hashed.update(part));
    }
    Beginning {
        workspace: workspace.to_owned(),
        digest: hashed.finish().as_ref().try_into().unwrap(),
        files: u32::try_from(entries.len()).unwrap(),
        size_bytes: entries.iter().map(|entry| entry.size_bytes).sum(),
        left_out: LeftOut::default(),
        is_asked_for: false,
    }
}

fn part(content: &[u8]) -> MirrorPart {
    let data = content.to_vec().into();
    MirrorPart { sha256: sha256(content).to_vec().into(), offset: 0, data }
}

/// Tells a copy up to its end; answers whose contents had to come.
fn tell(mirrors: &Mirrors, of: Owner, files: Files<'_>) -> Result<Vec<String>, MirrorError> {
    let entries = entries(files);
    if mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW)? == Begun::Current {
        return Ok(Vec::new());
    }
    let missing = mirrors.list(of, 1, entries, NOW)?;
    let missing: Vec<_> = missing.into_iter().map(|place| files[place as usize]).collect();
    for (_, content) in &missing {
        mirrors.write(of, 1, vec![part(content)], NOW)?;
    }
    mirrors.end(of, 1)?;
    Ok(missing.into_iter().map(|(path, _)| path.to_owned()).collect())
}

fn read(mirrors: &Mirrors, of: Owner, path: &str) -> Result<Vec<u8>, MirrorError> {
    let names: Vec<_> = path.split('/').collect();
    mirrors.open(of, &CopyId::of("/src/engine"), &names)?.read(0, usize::MAX)
}

/// Every file below a directory, by its name there.
fn on_disk(directory: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.exists() {
            found.insert(path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned());
        }
    }
    found
}

#[test]
fn only_what_the_server_lacks_is_sent() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let first: Files<'_> = &[("a", b"one"), ("b/c", b"two"), ("b/d", b"one"), ("e", b"")];
    assert_eq!(tell(&mirrors, of, first).unwrap(), ["a", "b/c", "e"], "one content comes once");
    assert!(tell(&mirrors, of, first).unwrap().is_empty());
    let second: Files<'_> = &[("a", b"one"), ("b/c", b"three")];
    assert_eq!(tell(&mirrors, of, second).unwrap(), ["b/c"]);
    assert_eq!(read(&mirrors, of, "b/c").unwrap(), b"three");
    assert!(matches!(read(&mirrors, of, "b/d"), Err(MirrorError::NotFound)), "it was deleted");
    // Two contents, and the list.
    assert_eq!(on_disk(directory.path()).len(), 3, "{:?}", on_disk(directory.path()));
}

#[test]
fn what_is_sent_is_what_its_hash_says() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let entries = entries(&[("a", b"good")]);
    mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW).unwrap();
    mirrors.list(of, 1, entries, NOW).unwrap();
    let bad = MirrorPart { data: b"evil".to_vec().into(), ..part(b"good") };
    assert!(mirrors.write(of, 1, vec![bad], NOW).is_err());
    assert!(matches!(mirrors.end(of, 1), Err(MirrorError::Unknown)), "it was given up");
    assert!(on_disk(directory.path()).is_empty());
}

/// S71: names that machines send are data, and lead nowhere on the server.
#[test]
fn no_name_leads_out_of_a_copy() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    for path in ["../x", "/etc/passwd", "a/../../x", "a//b", "a\\b", "C:x", "a\nb", "\u{202e}x", ""]
    {
        let entries = entries(&[(path, b"x")]);
        mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW).unwrap();
        let listed = mirrors.list(of, 1, entries, NOW);
        assert!(matches!(listed, Err(MirrorError::Malformed(_))), "{path:?}");
        assert!(on_disk(directory.path()).is_empty(), "{path:?}");
    }
    for id in ["../../x", "x", &"A".repeat(64), &"0".repeat(63)] {
        assert!(id.parse::<CopyId>().is_err(), "{id}");
    }
    assert_eq!(CopyId::of("../../etc").as_str().len(), 64);
}

#[test]
fn a_list_is_in_order_and_holds_no_file_below_a_file() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    for paths in [["b", "a"], ["a", "a"], ["a", "a/b"], ["a/b", "a"]] {
        let entries = entries(&paths.map(|path| (path, &b"x"[..])));
        mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW).unwrap();
        assert!(mirrors.list(of, 1, entries, NOW).is_err(), "{paths:?}");
    }
}

#[test]
fn what_is_told_is_what_was_said() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let entries = entries(&[("a", b"x"), ("b", b"y")]);
    let begin = |said: &Beginning| mirrors.begin(of, 1, said, NOW).unwrap();
    let said = beginning("/src/engine", &entries);
    begin(&Beginning { files: 1, ..said.clone() });
    assert!(mirrors.list(of, 1, entries.clone(), NOW).is_err(), "more files");
    begin(&Beginning { size_bytes: 1, ..said.clone() });
    assert!(mirrors.list(of, 1, entries.clone(), NOW).is_err(), "more bytes");
    begin(&said);
    mirrors.list(of, 1, entries[..1].to_vec(), NOW).unwrap();
    assert!(mirrors.end(of, 1).is_err(), "fewer files, and a content that did not come");
    begin(&said);
    let unasked = mirrors.write(of, 1, vec![part(b"unasked")], NOW);
    assert!(matches!(unasked, Err(MirrorError::Malformed(_))));
    begin(&said);
    mirrors.list(of, 1, entries, NOW).unwrap();
    let large = MirrorPart { data: vec![0; MAX_MIRROR_PART_BYTES + 1].into(), ..part(b"x") };
    assert!(mirrors.write(of, 1, vec![large], NOW).is_err());
    assert!(matches!(mirrors.write(of, 2, Vec::new(), NOW), Err(MirrorError::Unknown)));
}

#[test]
fn a_machine_has_so_much_and_no_more() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let large = vec![b'x'; 6_000];
    tell(&mirrors, of, &[("a", &large)]).unwrap();
    let entries = entries(&[("a", &large)]);
    let other = mirrors.begin(of, 1, &beginning("/other", &entries), NOW);
    assert!(matches!(other, Err(MirrorError::Quota { wanted: 12_000, limit: QUOTA_BYTES })));
    // Its own copy makes room for the next one.
    let instead = vec![b'y'; 9_000];
    tell(&mirrors, of, &[("a", &instead)]).unwrap();
    let none = Mirrors::new(Settings { quota_bytes: 0, ..mirrors_settings(&directory) });
    assert!(matches!(tell(&none, of, &[]), Err(MirrorError::Off)));
    let full = with_free(&directory, |_| 1_000);
    let refused = tell(&full, of, &[("new", b"content")]);
    assert!(matches!(refused, Err(MirrorError::NoRoom)));
    assert_eq!(read(&full, of, "a").unwrap(), instead, "what was there stays");
}

fn mirrors_settings(directory: &TempDir) -> Settings {
    let directory = directory.path().join("mirror");
    Settings { directory, quota_bytes: QUOTA_BYTES, free_bytes: |_| u64::MAX }
}

/// A machine that begins again and again fills no disk.
#[test]
fn what_nobody_ends_does_not_pile_up() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    for turn in 0..20_u8 {
        let content = vec![turn; 9_000];
        let entries = entries(&[("a", &content), ("b", b"never comes")]);
        mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW).unwrap();
        mirrors.list(of, 1, entries, NOW).unwrap();
        mirrors.write(of, 1, vec![part(&content)], NOW).unwrap();
    }
    let contents = on_disk(directory.path());
    assert!(contents.len() <= 5, "{contents:?}");
}

/// Whoever stops in the middle, killed or not, leaves the copy of before and nothing half.
#[test]
fn a_copy_that_breaks_off_leaves_the_one_before_and_goes_on() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let of = owner(&rng);
    tell(&mirrors(&directory), of, &[("a", b"before")]).unwrap();
    let files: Files<'_> = &[("a", b"after"), ("b", b"second"), ("c", b"third")];
    let entries = entries(files);
    for missing_then in [3, 2] {
        // Each life of the server ends in the middle of a content; nothing of it is in memory then.
        let mirrors = mirrors(&directory);
        mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW).unwrap();
        let missing = mirrors.list(of, 1, entries.clone(), NOW).unwrap();
        assert_eq!(missing.len(), missing_then);
        mirrors.write(of, 1, vec![part(files[missing[0] as usize].1)], NOW).unwrap();
        let half = MirrorPart { data: b"thi".to_vec().into(), ..part(b"third") };
        mirrors.write(of, 1, vec![half], NOW).unwrap();
        assert_eq!(read(&mirrors, of, "a").unwrap(), b"before");
    }
    let again = mirrors(&directory);
    assert_eq!(tell(&again, of, files).unwrap(), ["c"], "what had arrived is not sent again");
    assert_eq!(read(&again, of, "a").unwrap(), b"after");
    assert_eq!(on_disk(directory.path()).len(), 4, "{:?}", on_disk(directory.path()));
}

#[test]
fn what_was_left_behind_is_tidied_up() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let of = owner(&rng);
    tell(&mirrors(&directory), of, &[("a", b"whole")]).unwrap();
    {
        let mirrors = mirrors(&directory);
        let entries = entries(&[("a", b"other"), ("b", b"never")]);
        mirrors.begin(of, 1, &beginning("/src/engine", &entries), NOW).unwrap();
        mirrors.list(of, 1, entries, NOW).unwrap();
        mirrors.write(of, 1, vec![part(b"other")], NOW).unwrap();
    }
    let mirrors = mirrors(&directory);
    assert_eq!(mirrors.owners().unwrap(), [of]);
    mirrors.tidy(of, Timestamp::from_millis(0)).unwrap();
    assert_eq!(on_disk(directory.path()).len(), 3, "a content that came lately waits");
    mirrors.tidy(of, Timestamp::from_millis(i64::MAX / 2)).unwrap();
    assert_eq!(on_disk(directory.path()).len(), 2);
    assert_eq!(read(&mirrors, of, "a").unwrap(), b"whole");
}

#[test]
fn what_is_removed_is_gone_and_comes_back_only_when_asked_for() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let files: Files<'_> = &[("a", b"one")];
    tell(&mirrors, of, files).unwrap();
    mirrors.remove(of, &CopyId::of("/src/engine")).unwrap();
    assert!(mirrors.copies(of).unwrap().is_empty());
    assert!(matches!(tell(&mirrors, of, files), Err(MirrorError::Removed)));
    let asked = Beginning { is_asked_for: true, ..beginning("/src/engine", &entries(files)) };
    mirrors.begin(of, 1, &asked, NOW).unwrap();
    assert_eq!(tell(&mirrors, of, files).unwrap(), ["a"]);
    assert_eq!(mirrors.retain(of, &["/src/engine".to_owned()]).unwrap(), []);
    assert_eq!(mirrors.retain(of, &[]).unwrap().len(), 1);
    assert!(on_disk(directory.path()).is_empty());
    tell(&mirrors, of, files).unwrap();
    mirrors.forget(of).unwrap();
    assert!(on_disk(directory.path()).is_empty());
    assert!(matches!(tell(&mirrors, of, files), Err(MirrorError::Off)), "it is a machine no more");
}

/// No machine learns from what it sends what another one has, of its own tenant or not.
#[test]
fn what_one_machine_has_is_not_there_for_another() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let mirrors = mirrors(&directory);
    let (one, other) = (owner(&rng), owner(&rng));
    let beside = Owner { tenant: one.tenant, ..owner(&rng) };
    let files: Files<'_> = &[("secret", b"known to one")];
    for of in [one, other, beside] {
        assert_eq!(tell(&mirrors, of, files).unwrap(), ["secret"]);
    }
    mirrors.forget(one).unwrap();
    assert_eq!(read(&mirrors, other, "secret").unwrap(), b"known to one");
}

#[test]
fn a_directory_is_listed_part_by_part() {
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let names = ["a/b/c", "a/b/d", "a/x", "a.txt", "b", "文/x"];
    let files = names.map(|name| (name, name.as_bytes()));
    tell(&mirrors, of, &files).unwrap();
    let id = CopyId::of("/src/engine");
    let listed = |names: &[&str], after: &str, most| {
        let page = mirrors.page(of, &id, names, after, most).unwrap();
        let items: Vec<_> =
            page.items.into_iter().map(|item| (item.name, item.file.is_some())).collect();
        (items, page.has_more)
    };
    let item = |name: &str, is_file| (name.to_owned(), is_file);
    let all = [item("a", false), item("a.txt", true), item("b", true), item("文", false)];
    assert_eq!(listed(&[], "", 10), (all.to_vec(), false));
    assert_eq!(listed(&[], "", 2), (all[..2].to_vec(), true));
    assert_eq!(listed(&[], "a.txt", 2), (all[2..].to_vec(), false));
    assert_eq!(listed(&["a"], "", 9), (vec![item("b", false), item("x", true)], false));
    assert_eq!(listed(&["a", "b"], "c", 9), (vec![item("d", true)], false));
    for names in [&["nothing"][..], &["a", "c"], &["b", "x"]] {
        assert!(matches!(mirrors.page(of, &id, names, "", 9), Err(MirrorError::NotFound)));
    }
    assert!(matches!(mirrors.page(of, &id, &["b"], "", 9), Err(MirrorError::NotFound)));
    assert!(matches!(read(&mirrors, of, "a/b"), Err(MirrorError::NotAFile)));
    assert!(matches!(read(&mirrors, of, "zzz"), Err(MirrorError::NotFound)));
}

/// S71: the system's own `tar` reads what is made, whatever the names are, and puts it into one directory.
#[cfg(unix)]
#[test]
fn an_archive_is_read_by_tar() {
    use std::process::{Command, Stdio};
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    let long = format!("{}/{}", "d".repeat(90), "f".repeat(90));
    let odd = vec![7; 513];
    let mut files: Vec<(&str, &[u8])> =
        vec![("-rf", b"x"), ("a b/主.rs", b"content"), (&long, b"long"), ("odd", &odd), ("z", b"")];
    files.sort_by_key(|(path, _)| path.split('/').collect::<Vec<_>>());
    tell(&mirrors, of, &files).unwrap();
    let mut archive = mirrors.archive(of, &CopyId::of("/src/engine")).unwrap();
    let mut bytes = Vec::new();
    while let Some(part) = archive.next_part().unwrap() {
        bytes.extend(part);
    }
    let target = directory.path().join("unpacked");
    std::fs::create_dir(&target).unwrap();
    let file = directory.path().join("archive.tar");
    std::fs::write(&file, &bytes).unwrap();
    let tar = Command::new("tar")
        .args(["--extract", "--file"])
        .arg(&file)
        .current_dir(&target)
        .stderr(Stdio::inherit())
        .status()
        .unwrap();
    assert!(tar.success());
    for (path, content) in &files {
        assert_eq!(std::fs::read(target.join("engine").join(path)).unwrap(), *content, "{path}");
    }
    assert_eq!(on_disk(&target).len(), files.len());
}

/// Whoever reads goes on reading, though the copy is another one by now.
#[test]
fn what_is_read_stays_until_it_is_read() {
    if std::path::Path::new(r"C:\windows\system32\winecfg.exe").exists() {
        // Wine takes no name from a file that is open. Windows does, on its own file system.
        return;
    }
    let (directory, rng) = (TempDir::new().unwrap(), CountingRng::default());
    let (mirrors, of) = (mirrors(&directory), owner(&rng));
    tell(&mirrors, of, &[("a", b"one"), ("b", b"two")]).unwrap();
    let mut archive = mirrors.archive(of, &CopyId::of("/src/engine")).unwrap();
    tell(&mirrors, of, &[("a", b"three")]).unwrap();
    let mut bytes = Vec::new();
    while let Some(part) = archive.next_part().unwrap() {
        bytes.extend(part);
    }
    assert_eq!(bytes.len(), 2 * 1_024 + 1_024);
    drop(archive);
    tell(&mirrors, of, &[("a", b"four")]).unwrap();
    assert_eq!(on_disk(directory.path()).len(), 2, "then it goes");
}
