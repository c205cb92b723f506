//! Look → fetch → put: the files where a session works, over the whole way to their machine.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::{Client, Sent};
use contract::files::{ExistingFile, FileContent, FileEntry, FileKind};
use e2e::patience::{PATIENCE, within};
use e2e::{House, Setup};
use http::{Method, StatusCode};
use model::SessionId;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// How long a machine keeps what nothing comes for.
const UPLOAD_KEPT: Duration = Duration::from_mins(2);

/// More than two parts, and no two of them alike.
const LARGE_BYTES: u32 = 1_300_000;

fn large() -> Vec<u8> {
    (0..LARGE_BYTES / 4).flat_map(u32::to_be_bytes).collect()
}

async fn fetch(client: &Client, session: SessionId, path: &str) -> Result<Vec<u8>> {
    let mut download = client.file_download(session, path).await?;
    let mut file = Vec::new();
    while let Some(piece) = download.next().await? {
        file.extend_from_slice(&piece);
    }
    Ok(file)
}

async fn names(client: &Client, session: SessionId, path: &str) -> Result<Vec<String>> {
    let directory = client.directory(session, path, None).await?;
    Ok(directory.entries.into_iter().map(|entry| entry.name).collect())
}

async fn refused(call: impl Future<Output = Result<impl Sized, client::Error>>) -> Result<String> {
    let error = call.await.err().context("it is refused")?;
    Ok(error.code().context("with a code")?.to_owned())
}

async fn put(
    client: &Client,
    id: SessionId,
    path: &str,
    content: Vec<u8>,
    existing: ExistingFile,
) -> Result<FileEntry, client::Error> {
    let sent = watch::Sender::new(Sent::default());
    client.file_put(id, path, content.into(), existing, &sent).await
}

#[tokio::test]
async fn files_are_put_looked_at_and_fetched() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let chat = person.chat("demo").await?;
    let (client, id) = (&person.client, chat.id());
    client.directory_create(id, "数据").await?;
    for (path, content) in [("数据/large.bin", large()), ("数据/empty", Vec::new())] {
        let entry = put(client, id, path, content.clone(), ExistingFile::Keep).await?;
        assert_eq!(entry.size_bytes, content.len() as u64);
        assert_eq!(fetch(client, id, path).await?, content, "{path}");
        assert_eq!(fs::read(house.workspace().join(path))?, content, "{path}");
    }
    let page = format!("<svg onload=alert(1)>{}", "文".repeat(300_000)).into_bytes();
    put(client, id, "数据/page.html", page.clone(), ExistingFile::Keep).await?;
    let directory = client.directory(id, "数据", None).await?;
    let seen: Vec<_> = directory.entries.iter().map(|one| (&*one.name, one.kind)).collect();
    let expected = ["empty", "large.bin", "page.html"].map(|name| (name, FileKind::File));
    assert_eq!(seen, expected);

    let view = client.file_view(id, "数据/page.html").await?;
    let FileContent::Text { text, is_cut } = view.content else {
        anyhow::bail!("it is text: {:?}", view.content);
    };
    assert!(is_cut && page.starts_with(text.as_bytes()) && text.len() > 500_000);
    assert_eq!(client.file_view(id, "数据/large.bin").await?.content, FileContent::Binary);

    let again = put(client, id, "数据/empty", b"x".to_vec(), ExistingFile::Keep);
    assert_eq!(refused(again).await?, "file_exists");
    put(client, id, "数据/empty", b"new".to_vec(), ExistingFile::Replace).await?;
    assert_eq!(fetch(client, id, "数据/empty").await?, b"new");
    assert_eq!(names(client, id, "数据").await?.len(), 3, "nothing is left behind");

    let audit = person.request(Method::GET, "/api/audit", None).await?.body.to_string();
    for action in ["file.make_directory", "file.upload", "file.download"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
    Ok(())
}

/// S26: a file that would run in a browser does not: it is never shown there, and could do nothing.
#[tokio::test]
async fn a_hostile_page_is_inert() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let id = person.chat("demo").await?.id();
    fs::write(house.workspace().join("a\"b\n.html"), "<script>alert(1)</script>")?;
    let path = format!("/api/sessions/{id}/files/content?path=a%22b%0A.html");
    let answer = person.request(Method::GET, &path, None).await?;
    assert_eq!(answer.status, StatusCode::OK);
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        (
            "content-disposition",
            "attachment; filename=\"a_b_.html\"; filename*=UTF-8''a%22b%0A.html",
        ),
    ] {
        assert_eq!(answer.headers.get(name).and_then(|value| value.to_str().ok()), Some(value));
    }
    Ok(())
}

/// S70: over the whole way, no name leads out of the workspace.
#[tokio::test]
async fn nothing_leads_out_of_the_workspace() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let id = person.chat("demo").await?.id();
    let client = &person.client;
    symlink("/etc", house.workspace().join("etc"))?;
    symlink(house.place().path(), house.workspace().join("up"))?;
    for (path, code) in [
        ("etc/passwd", "path_outside"),
        ("up/workspace", "path_outside"),
        ("../workspace", "path_invalid"),
        ("/etc/passwd", "path_invalid"),
        ("a/../../x", "path_invalid"),
        ("a\0b", "path_invalid"),
        ("nothing", "file_missing"),
        ("%2e%2e/x", "file_missing"),
    ] {
        assert_eq!(refused(client.file_view(id, path)).await?, code, "{path:?}");
        assert_eq!(refused(client.file_download(id, path)).await?, code, "{path:?}");
    }
    for (path, code) in [
        ("etc/new", "path_outside"),
        ("../new", "path_invalid"),
        (".git/hooks/post-checkout", "path_reserved"),
        ("no/where", "file_missing"),
    ] {
        let put = put(client, id, path, b"x".to_vec(), ExistingFile::Replace);
        assert_eq!(refused(put).await?, code, "{path:?}");
        assert_eq!(refused(client.directory_create(id, path)).await?, code, "{path:?}");
    }
    Ok(())
}

/// A file that breaks off in the middle leaves nothing behind.
#[tokio::test]
async fn what_breaks_off_leaves_nothing_behind() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let person = house.person()?;
    let id = person.chat("demo").await?.id();
    let mut stream = TcpStream::connect(house.address()).await?;
    let head = format!(
        "PUT /api/sessions/{id}/files/content?path=never HTTP/1.1\r\nhost: {}\r\n\
         authorization: Bearer {}\r\ncontent-length: 2000000\r\n\r\n",
        house.address(),
        e2e::house::TOKEN,
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&vec![7; 1_000_000]).await?;
    let is_draft = |name: &String| name.starts_with(".gantline-upload-");
    let client = &person.client;
    within(PATIENCE, "see it begin", async {
        while !names(client, id, "").await?.iter().any(is_draft) {}
        Ok(())
    })
    .await?;
    drop(stream);
    // The machine would give it up by itself later on.
    within(PATIENCE + UPLOAD_KEPT, "see it go", async {
        while names(client, id, "").await?.iter().any(is_draft) {}
        Ok(())
    })
    .await?;
    ensure!(!names(client, id, "").await?.contains(&"never".to_owned()));
    Ok(())
}
