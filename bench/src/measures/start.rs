//! How long the server takes to start, from nothing (no database, no keys) until `/health`
//! answers, and its memory when nobody uses it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::Place;
use crate::process::{Process, free_address, memory_bytes, within};
use crate::row::{Row, Unit};
use crate::spread::Spread;
use crate::stopwatch::Stopwatch;
use crate::subjects::Subjects;

/// How often it is started.
const STARTS: usize = 10;

/// How long nothing happens before its memory is looked at.
const IDLE: Duration = Duration::from_secs(5);

/// What is promised.
const START_MS: f64 = 300.0;
const IDLE_MB: f64 = 50.0;

/// Starts.
#[expect(clippy::cast_precision_loss, reason = "no computer has so much memory")]
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let (server, time) = start(&subjects.gantline, &Place::new()?).await?;
        times.push(time);
        server.stop().await?;
    }
    let place = Place::new()?;
    let (server, _) = start(&subjects.gantline, &place).await?;
    tokio::time::sleep(IDLE).await;
    let memory_bytes = memory_bytes(server.pid()?)?;
    server.stop().await?;
    let start = Unit::Milliseconds.of(Spread::of(times).percentile_ms(50));
    let memory = Unit::Megabytes.of(memory_bytes as f64 / 1e6);
    Ok(vec![
        Row::at_most("server, start, p50", start, START_MS),
        Row::at_most("server, memory when idle", memory, IDLE_MB),
    ])
}

async fn start(gantline: &Path, place: &Place) -> Result<(Process, Duration)> {
    let address = free_address()?;
    let mut command = place.command(gantline);
    command.args(["server", "--port", &address.port().to_string()]);
    command.arg("--data-dir").arg(place.at("data"));
    let stopwatch = Stopwatch::start();
    let mut server = Process::start(command)?;
    server.listens(address).await?;
    within("wait for an answer", async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /health HTTP/1.1\r\nhost: {address}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut beginning = [0; b"HTTP/1.1 200".len()];
        stream.read_exact(&mut beginning).await?;
        ensure!(beginning == *b"HTTP/1.1 200", "the server is not well");
        Ok(())
    })
    .await?;
    Ok((server, stopwatch.elapsed()))
}
