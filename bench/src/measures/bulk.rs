//! How much output one viewer gets in a second: lines of 80 columns, as a build or a log prints
//! them, to a viewer that reads as fast as it can. Ours and ttyd take turns.

use anyhow::{Context, Result, ensure};

use crate::house::House;
use crate::process::within;
use crate::row::{Row, Unit};
use crate::spread::median;
use crate::stopwatch::Stopwatch;
use crate::subjects::Subjects;
use crate::terminals::Terminal;
use crate::terminals::ours::Ours;
use crate::terminals::ttyd::Ttyd;

/// What is printed in one go.
const PRINTED_BYTES: u32 = 100_000_000;

/// How often.
const ROUNDS: usize = 3;

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// What is promised, in million bytes a second.
const AT_LEAST: f64 = 20.0;

/// Prints.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let house = House::up(&subjects.gantline, &[]).await?;
    let session = house.terminal(COLUMNS, ROWS).await?.session_id;
    let mut ours = Terminal::Ours(Ours::attach(house.address, session).await?);
    let mut ttyd = match &subjects.ttyd {
        Some(program) => Some(Terminal::Ttyd(Ttyd::start(program, COLUMNS, ROWS).await?)),
        None => None,
    };
    let (mut rates, mut ttyd_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        rates.push(print(&mut ours).await.context("through ours")?);
        if let Some(ttyd) = &mut ttyd {
            ttyd_rates.push(print(ttyd).await.context("through ttyd")?);
        }
    }
    drop((ours, ttyd));
    house.stop().await?;
    let rate = Unit::MegabytesPerSecond.of(median(rates));
    let mut rows = vec![Row::at_least("bulk output, one viewer", rate, AT_LEAST)];
    if !ttyd_rates.is_empty() {
        rows.push(Row::beside("bulk output, beside ttyd", rate, "ttyd", median(ttyd_rates)));
    }
    Ok(rows)
}

/// Million bytes a second that the viewer got. What it missed because it fell behind does not
/// count.
async fn print(terminal: &mut Terminal) -> Result<f64> {
    let line = "x".repeat(79);
    // The end is spelled so that the echo of the command does not look like it.
    let command = format!("yes {line} | head -c {PRINTED_BYTES}; echo all-'printed'\r");
    let stopwatch = Stopwatch::start();
    terminal.type_in(command.as_bytes()).await?;
    let got_bytes = until(terminal, b"all-printed").await?;
    let seconds = stopwatch.elapsed().as_secs_f64();
    if let Terminal::Ours(ours) = terminal {
        ensure!(ours.missed_bytes == 0, "the viewer missed {} bytes", ours.missed_bytes);
    }
    Ok(got_bytes / 1e6 / seconds)
}

#[expect(clippy::cast_precision_loss, reason = "nobody prints so much")]
async fn until(terminal: &mut Terminal, end: &[u8]) -> Result<f64> {
    let mut got_bytes = 0;
    let mut tail = Vec::new();
    loop {
        let output = within("wait for output", terminal.output()).await?;
        got_bytes += output.len();
        // The end may lie across two pieces.
        tail.extend_from_slice(&output[output.len().saturating_sub(1024)..]);
        if tail.windows(end.len()).any(|window| window == end) {
            return Ok(got_bytes as f64);
        }
        tail.drain(..tail.len().saturating_sub(end.len()));
    }
}
