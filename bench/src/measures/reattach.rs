//! What it takes to see a terminal that has printed much: 10 MB of a log, then an editor's screen
//! full of colours. What is received until the screen is there, and how long that takes.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use crate::house::House;
use crate::row::{Row, Unit};
use crate::spread::Spread;
use crate::stopwatch::Stopwatch;
use crate::subjects::Subjects;
use crate::terminals::Terminal;
use crate::terminals::ours::Ours;

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// What is printed before the editor comes.
const LOG_BYTES: usize = 10_000_000;

/// How often somebody attaches.
const TIMES: usize = 30;

/// What is promised: 10 KB.
const AT_MOST_KIB: f64 = 10.0;

/// The last line of the editor's screen.
const STATUS: &str = "-- INSERT --";

/// Attaches.
#[expect(clippy::cast_precision_loss, reason = "a screen is small")]
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let house = House::up(&subjects.gantline, &[]).await?;
    std::fs::write(house.workspace().join("printed"), log() + &editor())?;
    let session = house.terminal(COLUMNS, ROWS).await?.session_id;
    let mut terminal = Terminal::Ours(Ours::attach(house.address, session).await?);
    terminal.type_in(b"cat printed; exec cat\r").await?;
    terminal.shows(STATUS, 1).await?;
    let (mut times, mut most_bytes) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let stopwatch = Stopwatch::start();
        let sight = Ours::look(house.address, session).await?;
        times.push(stopwatch.elapsed());
        let is_whole = sight.screen.windows(STATUS.len()).any(|part| part == STATUS.as_bytes());
        ensure!(is_whole, "the screen is not the editor's");
        most_bytes = most_bytes.max(sight.received_bytes);
    }
    drop(terminal);
    house.stop().await?;
    let times = Spread::of(times);
    let kibibytes = Unit::Kibibytes.of(most_bytes as f64 / 1024.0);
    Ok(vec![
        Row::at_most("re-attach, received", kibibytes, AT_MOST_KIB),
        Row::alone("re-attach, time, p50", Unit::Milliseconds.of(times.percentile_ms(50))),
        Row::alone("re-attach, time, p95", Unit::Milliseconds.of(times.percentile_ms(95))),
    ])
}

fn log() -> String {
    let mut log = String::with_capacity(LOG_BYTES + 200);
    let mut number = 0;
    while log.len() < LOG_BYTES {
        // Writing to a string does not fail.
        let _ = writeln!(
            log,
            "\x1b[2m12:00:00.{number:06}\x1b[0m \x1b[32mINFO\x1b[0m compiled unit {number} of the \
             workspace in {} ms, {} warnings",
            number % 977,
            number % 3
        );
        number += 1;
    }
    log
}

/// What an editor draws: the other screen, its modes, line numbers, words in colours, a status
/// line, the cursor.
fn editor() -> String {
    let mut screen = "\x1b[?1049h\x1b[?1h\x1b=\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[H".to_owned();
    for row in 1..ROWS {
        let _ = write!(
            screen,
            "\x1b[{row};1H\x1b[38;5;242m{row:>4} \x1b[38;5;204mpub fn \x1b[38;5;75mline_{row}\
             \x1b[0m(\x1b[38;5;180mcount\x1b[0m: \x1b[38;5;79musize\x1b[0m) -> \x1b[38;5;79mu64\
             \x1b[0m {{ \x1b[38;5;204mlet\x1b[0m sum = \x1b[38;5;173m{row}\x1b[0m; \
             \x1b[3;38;5;244m// the sum of what came before\x1b[0m"
        );
    }
    let _ = write!(screen, "\x1b[{ROWS};1H\x1b[7m{STATUS}\x1b[K\x1b[0m\x1b[12;20H");
    screen
}
