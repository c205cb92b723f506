//! A copy of a workspace that a machine has sent.

use aws_lc_rs::digest::{Context, SHA256, digest};
use mirror::copy::{Beginning, CopyId, Hash, Owner};
use model::mirror::LeftOut;
use model::{MachineId, TenantId};
use wire::mirror::{MirrorEntry, MirrorPart, digest_entry};

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::Request;

const WORKSPACE: &str = "/home/ada/engine";

const FILES: [(&str, &[u8]); 3] = [
    ("a", b"hello"),
    ("page.html", b"<script>alert(1)</script>"),
    ("src/main.rs", b"fn main() {}"),
];

/// The copy that every machine of a cast has.
pub(crate) fn id() -> String {
    CopyId::of(WORKSPACE).to_string()
}

fn sha256(content: &[u8]) -> Hash {
    digest(&SHA256, content).as_ref().try_into().unwrap()
}

/// Has a machine send it.
pub(crate) fn send(house: &House, tenant: TenantId, machine: MachineId) {
    let (mirrors, now) = (&house.app.plane.mirrors, house.app.plane.clock().now());
    let of = Owner { tenant, machine };
    let entry = |(path, content): &(&str, &[u8])| MirrorEntry {
        names: path.split('/').map(str::to_owned).collect(),
        size_bytes: content.len() as u64,
        modified_at_ms: 1_000,
        is_executable: false,
        sha256: sha256(content).to_vec().into(),
    };
    let entries: Vec<_> = FILES.iter().map(entry).collect();
    let mut hashed = Context::new(&SHA256);
    for entry in &entries {
        digest_entry(entry, |part| hashed.update(part));
    }
    let beginning = Beginning {
        workspace: WORKSPACE.to_owned(),
        digest: hashed.finish().as_ref().try_into().unwrap(),
        files: 3,
        size_bytes: entries.iter().map(|entry| entry.size_bytes).sum(),
        left_out: LeftOut { secret: 2, ..LeftOut::default() },
        is_asked_for: true,
    };
    mirrors.begin(of, 1, &beginning, now).unwrap();
    mirrors.list(of, 1, entries.clone(), now).unwrap();
    for (entry, (_, content)) in entries.iter().zip(FILES) {
        let data = content.to_vec().into();
        let part = MirrorPart { sha256: entry.sha256.clone(), offset: 0, data };
        mirrors.write(of, 1, vec![part], now).unwrap();
    }
    mirrors.end(of, 1).unwrap();
}

fn at(cast: &Cast, rest: &str) -> String {
    format!("/api/remote/machines/{}/copies{rest}", cast.machine)
}

async fn get(house: &House, cast: &Cast, path: String) -> crate::http::Answer {
    Request::get(path).with(&cast.credential(Who::Member)).send(house).await
}

#[tokio::test]
async fn a_copy_is_listed_shown_and_fetched_while_its_machine_is_offline() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let copies = get(&house, &cast, at(&cast, "")).await.json();
    let copy = &copies["copies"][0];
    assert_eq!((&copy["workspace"], &copy["files"]), (&WORKSPACE.into(), &3.into()));
    assert_eq!((&copy["left_out"]["secret"], &copies["may_remove"]), (&2.into(), &false.into()));
    let copy = format!("/{}", id());
    let listed = get(&house, &cast, at(&cast, &format!("{copy}/files"))).await.json();
    let names: Vec<_> = listed["entries"].as_array().unwrap().iter().map(|e| &e["name"]).collect();
    assert_eq!(names, ["a", "page.html", "src"]);
    let shown =
        get(&house, &cast, at(&cast, &format!("{copy}/files/view?path=src%2Fmain.rs"))).await;
    assert_eq!(shown.json()["content"]["text"], "fn main() {}");
    let archive = get(&house, &cast, at(&cast, &format!("{copy}/archive"))).await;
    assert_eq!(archive.status, 200);
    assert!(archive.text().contains("engine/src/main.rs"));
    for (path, status) in [
        ("files/view?path=..%2Fx", 400),
        ("files/view?path=%2Fetc%2Fpasswd", 400),
        ("files/content?path=src", 409),
        ("files/content?path=nothing", 404),
        ("files?path=nothing", 404),
    ] {
        let answer = get(&house, &cast, at(&cast, &format!("{copy}/{path}"))).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
}

/// S26: what would run in a browser does not: it is never shown there.
#[tokio::test]
async fn a_file_of_a_copy_comes_in_parts_and_is_inert() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let path = at(&cast, &format!("/{}/files/content?path=page.html", id()));
    let whole = get(&house, &cast, path.clone()).await;
    assert_eq!((whole.status, whole.text().as_str()), (200, "<script>alert(1)</script>"));
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("content-disposition", "attachment; filename=\"page.html\""),
    ] {
        assert_eq!(whole.header(name), Some(value), "{name}");
    }
    for (range, status, text, told) in [
        ("bytes=0-6", 206, "<script", "bytes 0-6/25"),
        ("bytes=-9", 206, "</script>", "bytes 16-24/25"),
        ("bytes=8-", 206, "alert(1)</script>", "bytes 8-24/25"),
    ] {
        let request = Request::get(path.clone()).with(&cast.credential(Who::Member));
        let part = request.header("range", range).send(&house).await;
        assert_eq!((part.status, part.text().as_str()), (status, text), "{range}");
        assert_eq!(part.header("content-range"), Some(told));
    }
    let request = Request::get(path).with(&cast.credential(Who::Member));
    request.header("range", "bytes=25-").send(&house).await.problem(416);
}

/// S60: what was copied from a machine goes with it.
#[tokio::test]
async fn copies_go_with_their_machine() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let of = Owner { tenant: cast.tenant, machine: cast.machine };
    assert_eq!(house.app.plane.mirrors.copies(of).unwrap().len(), 1);
    let path = format!("/api/remote/machines/{}", cast.machine);
    let removed = Request::new("DELETE", path).with(&cast.credential(Who::TenantAdmin));
    assert_eq!(removed.send(&house).await.status, 200);
    assert!(house.app.plane.mirrors.copies(of).unwrap().is_empty());
}
