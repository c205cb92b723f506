//! How long until a key is seen: single keys, spaced as people type, into a shell that runs `cat`,
//! until the terminal's echo is there. Ours, ttyd's and a bare terminal take turns key by key, so
//! that all of them see the same computer.

use std::time::Duration;

use anyhow::Result;
use model::rng::{CountingRng, below};

use crate::house::House;
use crate::process::within;
use crate::row::{Bound, Row, Unit};
use crate::spread::Spread;
use crate::stopwatch::Stopwatch;
use crate::subjects::{NO_TTYD, Subjects};
use crate::terminals::Terminal;
use crate::terminals::bare::Bare;
use crate::terminals::ours::Ours;
use crate::terminals::ttyd::Ttyd;

/// Keys for each terminal.
const KEYS: usize = 400;

/// The first ones warm up caches and are not counted.
const WARM_UP: usize = 20;

/// The system keeps a line until it is ended, up to 4095 bytes; lines are ended before that.
const LINE: usize = 50;

/// The least and the greatest pause between two keys, in milliseconds. Each terminal gets every
/// third key.
const PAUSE_MS: std::ops::Range<u64> = 15..50;

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// What the system and `cat` take by themselves, and what we may add to it, in milliseconds.
const ADDED_MS: f64 = 10.0;

/// How much longer it may take than through ttyd, at the median (decision 0045).
const TIMES_TTYD: f64 = 2.5;

/// Types.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let house = House::up(&subjects.gantline, &[]).await?;
    let session = house.terminal(COLUMNS, ROWS).await?.session_id;
    let mut terminals = vec![
        Terminal::Bare(Bare::start(COLUMNS, ROWS)?),
        Terminal::Ours(Ours::attach(house.address, session).await?),
    ];
    if let Some(ttyd) = &subjects.ttyd {
        terminals.push(Terminal::Ttyd(Ttyd::start(ttyd, COLUMNS, ROWS).await?));
    }
    let times = type_in_turn(&mut terminals).await?;
    drop(terminals);
    house.stop().await?;
    Ok(rows(&times))
}

async fn type_in_turn(terminals: &mut [Terminal]) -> Result<Vec<Spread>> {
    for terminal in &mut *terminals {
        terminal.type_in(b"exec cat\rready\r").await?;
        // Echoed, and said by cat.
        terminal.shows("ready", 2).await?;
    }
    let rng = CountingRng::new(1);
    let mut times = vec![Vec::with_capacity(KEYS); terminals.len()];
    for number in 0..KEYS {
        for turn in 0..terminals.len() {
            let chosen = (number + turn) % terminals.len();
            let pause = PAUSE_MS.start + below(&rng, PAUSE_MS.end - PAUSE_MS.start);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if number % LINE == LINE - 1 {
                terminals[chosen].type_in(b"ready\r").await?;
                terminals[chosen].shows("ready", 2).await?;
            }
            times[chosen].push(echo(&mut terminals[chosen], key(number)).await?);
        }
    }
    Ok(times.into_iter().map(|times| Spread::of(times.into_iter().skip(WARM_UP))).collect())
}

/// Neighbours differ, so that no echo is taken for another.
fn key(number: usize) -> u8 {
    b"abcdefghijklmnopqrstuvwxyz"[number % 26]
}

async fn echo(terminal: &mut Terminal, key: u8) -> Result<Duration> {
    let stopwatch = Stopwatch::start();
    terminal.type_in(&[key]).await?;
    within("wait for the echo of a key", async {
        while !terminal.output().await?.contains(&key) {}
        Ok(stopwatch.elapsed())
    })
    .await
}

fn rows(times: &[Spread]) -> Vec<Row> {
    let (bare, ours, ttyd) = (&times[0], &times[1], times.get(2));
    let mut rows = [50, 95, 99]
        .map(|percent| {
            let measure = format!("key echo, p{percent}");
            let number = Unit::Milliseconds.of(ours.percentile_ms(percent));
            match (percent, ttyd) {
                (50, None) => Row::unopposed(&measure, number, NO_TTYD),
                (_, None) => Row::alone(&measure, number),
                (_, Some(ttyd)) => {
                    let row = Row::beside(&measure, number, "ttyd", ttyd.percentile_ms(percent));
                    if percent == 50 { row.promised(Bound::AtMost(TIMES_TTYD)) } else { row }
                }
            }
        })
        .to_vec();
    let added = ours.percentile_ms(95) - bare.percentile_ms(95);
    rows.push(Row::at_most("key echo, added by us, p95", Unit::Milliseconds.of(added), ADDED_MS));
    rows
}
