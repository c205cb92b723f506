//! What it takes to see a terminal that has printed much: 10 MB of a log, then an editor with this
//! file in colours. What is received until the screen is there, and how long that takes.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use crate::house::{House, Way};
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

/// How often the daemon is killed.
const KILLS: usize = 10;

/// What is promised: from when the next daemon is started until what was typed is seen.
const AGAIN_MS: f64 = 3_000.0;

/// What is promised: 10 KB.
const AT_MOST_KB: f64 = 10.0;

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
    let again = after_kills(subjects).await?;
    let times = Spread::of(times);
    let kilobytes = Unit::Kilobytes.of(most_bytes as f64 / 1e3);
    let ms = |spread: &Spread, percent| Unit::Milliseconds.of(spread.percentile_ms(percent));
    Ok(vec![
        Row::at_most("re-attach, received", kilobytes, AT_MOST_KB),
        Row::alone("re-attach, time, p50", ms(&times, 50)),
        Row::alone("re-attach, time, p95", ms(&times, 95)),
        Row::at_most("daemon killed, until a key is seen, p50", ms(&again, 50), AGAIN_MS),
        Row::at_most("daemon killed, until a key is seen, p95", ms(&again, 95), AGAIN_MS),
    ])
}

/// How long it takes from when a daemon that was killed is started again until what was typed
/// meanwhile is seen.
async fn after_kills(subjects: &Subjects) -> Result<Spread> {
    let mut house = House::apart(&subjects.gantline, Way::WebSocket).await?;
    let session = house.terminal(COLUMNS, ROWS).await?.session_id;
    let mut terminal = Terminal::Ours(Ours::attach(house.address, session).await?);
    terminal.type_in(b"exec cat\r").await?;
    terminal.shows("exec cat", 1).await?;
    let mut times = Vec::new();
    for number in 0..KILLS {
        house.kill_daemon().await?;
        let mark = format!("again {number}.");
        terminal.type_in(format!("{mark}\r").as_bytes()).await?;
        let stopwatch = Stopwatch::start();
        house.start_daemon()?;
        terminal.shows(&mark, 1).await?;
        times.push(stopwatch.elapsed());
    }
    drop(terminal);
    house.stop().await?;
    Ok(Spread::of(times))
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

/// What an editor draws: the other screen, its modes, a source file with line numbers and colours,
/// a status line, the cursor.
fn editor() -> String {
    let mut screen = "\x1b[?1049h\x1b[?1h\x1b=\x1b[?2004h\x1b[?1000h\x1b[?1006h\x1b[H".to_owned();
    for (row, line) in (1..ROWS).zip(include_str!("reattach.rs").lines()) {
        let _ = write!(screen, "\x1b[{row};1H\x1b[38;5;242m{row:>4} \x1b[0m{}", in_colours(line));
    }
    let _ = write!(screen, "\x1b[{ROWS};1H\x1b[7m{STATUS}\x1b[K\x1b[0m\x1b[12;20H");
    screen
}

fn in_colours(line: &str) -> String {
    if line.trim_start().starts_with("//") {
        return format!("\x1b[3;38;5;244m{line}\x1b[0m");
    }
    let coloured = |word: &str| match word.trim() {
        "use" | "const" | "fn" | "let" | "mut" | "async" | "pub(super)" | "for" => {
            format!("\x1b[38;5;204m{word}\x1b[0m")
        }
        name if name.starts_with(char::is_uppercase) => format!("\x1b[38;5;79m{word}\x1b[0m"),
        number if number.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("\x1b[38;5;173m{word}\x1b[0m")
        }
        _ => word.to_owned(),
    };
    line.split_inclusive(' ').map(coloured).collect()
}
