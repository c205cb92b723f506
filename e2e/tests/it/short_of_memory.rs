//! Bodies that would take all memory there is.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use e2e::house::{Kind, TOKEN};
use e2e::patience::{PATIENCE, within};
use e2e::{House, Setup, proc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How many come at once, each with the largest prompt there is, all but its end: in all more than
/// twice as much as there is room for.
const CROWD: usize = 50;
const BODY_BYTES: usize = 6 * 1024 * 1024;

/// How many of them there is room for.
const INSIDE: usize = 21;

/// What the server may need more than before: the room, and what reading costs beside it.
const MOST_ADDED_KIB: u64 = 200 * 1024;

/// R36: where the bodies of requests would take more memory than there is for them, some requests are
/// told to come back, small ones are answered, and afterwards large ones are, too.
#[tokio::test]
async fn large_requests_are_refused_before_they_take_the_memory() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let before = proc::memory_kib(house.pid()?)?;
    let mut waiting = Vec::new();
    let mut refused = 0;
    for _ in 0..CROWD {
        let mut stream = begin(house.address()).await?;
        if waiting.len() < INSIDE {
            // The server reads as it comes, and waits for the end.
            within(PATIENCE, "send a body", async {
                Ok(stream.write_all(&vec![b' '; BODY_BYTES - 2]).await?)
            })
            .await?;
            waiting.push(stream);
        } else {
            let answer = answer(&mut stream).await?;
            ensure!(answer.starts_with("HTTP/1.1 503"), "{answer}");
            ensure!(answer.to_ascii_lowercase().contains("retry-after: "), "{answer}");
            ensure!(answer.contains("no_memory"), "{answer}");
            refused += 1;
        }
    }
    ensure!(refused == CROWD - INSIDE, "{refused} were refused");
    let added = proc::memory_kib(house.pid()?)?.saturating_sub(before);
    ensure!(added <= MOST_ADDED_KIB, "{added} KiB were added to {before}");
    house.person()?.client.me().await.context("ask for something small")?;

    for mut stream in waiting {
        stream.write_all(b"{}").await?;
        let answer = answer(&mut stream).await?;
        // It was read whole, and is no prompt.
        ensure!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let mut again = begin(house.address()).await?;
    again.write_all(&vec![b' '; BODY_BYTES - 2]).await?;
    again.write_all(b"{}").await?;
    let answer = answer(&mut again).await?;
    ensure!(answer.starts_with("HTTP/1.1 4"), "there is room again: {answer}");
    Ok(())
}

/// Begins a request with the largest body.
async fn begin(server: SocketAddr) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(server).await?;
    let head = format!(
        "POST /api/jobs HTTP/1.1\r\nhost: {server}\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: {BODY_BYTES}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    Ok(stream)
}

/// What is answered, as far as it comes at once.
async fn answer(stream: &mut TcpStream) -> Result<String> {
    within(PATIENCE, "wait for an answer", async {
        let mut text = Vec::new();
        while !text.windows(4).any(|bytes| bytes == b"\r\n\r\n") || !text.ends_with(b"}") {
            ensure!(stream.read_buf(&mut text).await? > 0, "the answer breaks off");
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    })
    .await
}
