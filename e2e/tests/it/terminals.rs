//! Keystroke → PTY → viewer, through `gantline up`: what terminals promise to those who watch and
//! those who type.

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::house::TOKEN;
use e2e::{House, Person, Setup, scan};
use model::session::SessionState;
use sim::fault::{Direction, FaultProxy, Faults};

/// How much memory a viewer that does not read may cost (R15).
const STALLED_COSTS_BYTES: u64 = 16 * 1024 * 1024;

/// A house in whose terminals a script runs instead of a shell.
async fn house_with(script: &str) -> Result<House> {
    House::up(Setup { shell: Some(script.to_owned()), ..Setup::default() }).await
}

/// Says when it may begin, so that whoever watches sees all of it, and prints nothing else.
fn on_enter(command: &str) -> String {
    format!("stty -echo -onlcr\nprintf 'ready>'\nread -r line\n{command}")
}

#[tokio::test]
async fn what_is_typed_runs_and_the_exit_status_is_told() -> Result<()> {
    let house = House::up(Setup::default()).await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.keyboard().await?;
    viewer.type_in("echo sum: $((20 + 3)); pwd\n")?;
    viewer.shows("sum: 23").await?;
    let workspace = house.workspace().canonicalize()?.display().to_string();
    viewer.shows(&workspace).await?;
    viewer.type_in("exit 7\n")?;
    let detail = viewer.ended().await?;
    assert!(detail.contains('7'), "{detail}");
    person.session_is(session, SessionState::Stopped).await?;
    house.nobody_left().await
}

#[tokio::test]
async fn the_terminal_has_the_size_of_the_window() -> Result<()> {
    let house = house_with(
        "trap 'echo size: $(stty size)' WINCH\nstty -echo\necho first: $(stty size)\n\
         while :; do sleep 0.05; done",
    );
    let house = house.await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("first: 24 80").await?;
    viewer.keyboard().await?;
    viewer.resize(132, 43);
    viewer.shows("size: 43 132").await?;
    viewer
        .until("wait until the size is told", |seen| (seen.size == Some((132, 43))).then_some(()))
        .await
}

/// R31: two write by turns, each keystroke counts once, and both see the same.
#[tokio::test]
async fn the_keyboard_passes_between_two_who_type() -> Result<()> {
    let script = "while read -r line; do echo \"$line\" >> typed; echo \"$line\"; done";
    let house = house_with(&on_enter(script)).await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut first = person.attach(session, Part::Write).await?;
    let mut second = person.attach(session, Part::Write).await?;
    let mut watcher = person.attach(session, Part::Watch).await?;
    first.shows("ready").await?;
    first.keyboard().await?;
    first.type_in("\n")?;
    second.shows("ready").await?;
    for round in 0..10 {
        let (one, other) = (format!("first-{round}."), format!("second-{round}."));
        first.type_in(&format!("{one}\n"))?;
        first.shows(&one).await?;
        second.shows(&one).await?;
        second.type_in(&format!("{other}\n"))?;
        second.shows(&other).await?;
        first.shows(&other).await?;
        second.keyboard().await?;
        first
            .until("wait until it is told", |seen| (seen.keyboard == Some(false)).then_some(()))
            .await?;
    }
    let expected: Vec<_> =
        (0..10).flat_map(|round| [format!("first-{round}."), format!("second-{round}.")]).collect();
    let typed = house.file("typed").context("what was typed is there")?;
    assert_eq!(typed.lines().collect::<Vec<_>>(), expected);
    watcher.shows("second-9.").await?;
    assert!(watcher.type_in("no").is_err(), "a watcher does not type");
    assert_eq!(first.seen.given_up_bytes + second.seen.given_up_bytes, 0);
    let shown = String::from_utf8_lossy(&first.seen.output).into_owned();
    assert!(shown.ends_with(&(expected.join("\n") + "\n")), "{shown:?}");
    Ok(())
}

/// Whoever was away when the program ended sees what it said last, and how it ended.
#[tokio::test]
async fn the_last_words_of_a_program_wait_for_whoever_was_away() -> Result<()> {
    let house = house_with(
        "echo ready\nwhile [ ! -e go ]; do sleep 0.05; done\necho the last words\nexit 3",
    );
    let house = house.await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut away = person.attach(session, Part::Write).await?;
    away.shows("ready").await?;
    drop(away);
    std::fs::write(house.workspace().join("go"), "")?;
    person.session_is(session, SessionState::Stopped).await?;
    let mut back = person.attach(session, Part::Write).await?;
    back.shows("the last words").await?;
    let detail = back.ended().await?;
    assert!(detail.contains('3'), "{detail}");
    house.nobody_left().await
}

/// R03, R04: every byte is drawn once, in order, though the connection is lost again and again.
#[tokio::test]
async fn output_is_exact_through_lost_connections() -> Result<()> {
    let house = house_with(&on_enter("seq 1 120000; read -r line")).await?;
    let proxy = FaultProxy::start(house.address(), 3).await?;
    let far = Person::new(proxy.address(), TOKEN)?;
    let session = far.terminal().await?;
    let mut viewer = far.attach(session, Part::Write).await?;
    viewer.shows("ready").await?;
    viewer.keyboard().await?;
    // Each connection breaks in the middle of what it carries.
    let faults = Faults { reset_after: Some(90_000), ..Faults::default() };
    proxy.set_faults(Direction::FromTarget, faults);
    viewer.type_in("\n")?;
    viewer.shows("\n119999\n120000\n").await?;
    assert!(viewer.seen.losses >= 5, "the connection was lost {} times", viewer.seen.losses);
    let expected = crate::on_lines(1..=120_000);
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    // What came before was on the first screen, or is in front of it.
    let output = output.trim_start_matches("ready>");
    assert_eq!(output.len(), expected.len());
    assert!(output == expected, "every byte is as the program wrote it");
    assert_eq!(viewer.seen.gap_bytes, 0);
    proxy.stop().await;
    Ok(())
}

/// R03: what is typed reaches the program once and in order, though the connection is lost again
/// and again.
#[tokio::test]
async fn input_is_neither_doubled_nor_lost_through_lost_connections() -> Result<()> {
    let script = "while read -r line; do echo \"$line\" >> typed; echo \"$line\"; done";
    let house = house_with(&on_enter(script)).await?;
    let proxy = FaultProxy::start(house.address(), 4).await?;
    let far = Person::new(proxy.address(), TOKEN)?;
    let session = far.terminal().await?;
    let mut viewer = far.attach(session, Part::Write).await?;
    viewer.shows("ready").await?;
    viewer.keyboard().await?;
    viewer.type_in("\n")?;
    let lines: Vec<_> = (0..400).map(|number| format!("line-{number}.")).collect();
    for (number, line) in lines.iter().enumerate() {
        viewer.type_in(&format!("{line}\n"))?;
        if number % 40 == 20 {
            // Some of it is on its way, some is not yet acknowledged.
            proxy.cut_all();
        }
        if number % 20 == 0 {
            viewer.shows(line).await?;
        }
    }
    viewer.shows("line-399.").await?;
    assert!(viewer.seen.losses >= 5, "the connection was lost {} times", viewer.seen.losses);
    assert_eq!(viewer.seen.given_up_bytes, 0);
    let typed = house.file("typed").context("what was typed is there")?;
    assert_eq!(typed.lines().collect::<Vec<_>>(), lines);
    proxy.stop().await;
    Ok(())
}

/// R15: one who does not read costs no memory and slows nobody; when he reads again he is told
/// how much he has missed, and sees the screen as it is.
#[tokio::test]
async fn a_viewer_that_does_not_read_costs_nothing_and_slows_nobody() -> Result<()> {
    const WARM_UP: u64 = 12_000_000;
    const REST: u64 = 24_000_000;
    let flood = format!(
        "yes 0123456789abcdef | head -c {WARM_UP}; printf '\r\nhalf>'; read -r line\n\
         yes 0123456789abcdef | head -c {REST}; printf '\r\nwhole>'; read -r line"
    );
    let house = house_with(&on_enter(&flood)).await?;
    let person = house.person()?;
    let session = person.terminal().await?;
    let mut active = person.attach(session, Part::Write).await?;
    let mut stalled = person.attach(session, Part::Watch).await?;
    active.shows("ready").await?;
    active.keyboard().await?;
    stalled.shows("ready").await?;
    // From here on the stalled one reads nothing. The buffers of everybody else fill first, so
    // that they are not counted.
    active.type_in("\n")?;
    shows_at_the_end(&mut active, "half>").await?;
    let before = scan::memory_bytes(house.pid()?)?;
    active.seen.output.clear();
    active.type_in("\n")?;
    shows_at_the_end(&mut active, "whole>").await?;
    let after = scan::memory_bytes(house.pid()?)?;
    let grown = after.saturating_sub(before);
    assert!(grown < STALLED_COSTS_BYTES, "the memory has grown by {grown} bytes");
    assert_eq!(active.seen.gap_bytes, 0, "who reads misses nothing");
    assert_eq!(active.seen.output.len() as u64, REST + "\r\nwhole>".len() as u64);

    stalled.shows("whole").await?;
    let seen = &stalled.seen;
    ensure!(seen.gap_bytes > REST / 2, "{} bytes were declared as left out", seen.gap_bytes);
    ensure!(!seen.screens.is_empty(), "the screen was sent instead");
    Ok(())
}

/// Looks at the end only: there is too much of it to look at all for each piece.
async fn shows_at_the_end(viewer: &mut e2e::Viewer, text: &str) -> Result<()> {
    let limit = std::time::Duration::from_secs(90);
    viewer
        .until_within(limit, &format!("wait for {text}"), |seen| {
            seen.output.ends_with(text.as_bytes()).then_some(())
        })
        .await
}
