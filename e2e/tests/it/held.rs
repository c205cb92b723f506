//! Terminals outlive the daemon: it is killed, restarted and stopped, and what runs in them notices
//! nothing.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::house::Kind;
use e2e::scan::{self, Process};
use e2e::{House, Machine, Person, Setup, Viewer};
use model::SessionId;
use model::session::SessionState;
use rustix::process::{Pid, Signal, kill_process};
use terminal::{Screen, Size};

/// Writes down what is typed and who it is, and answers with a line that has a number.
const NUMBERING: &str = "stty -echo -onlcr\n\
    echo $$ > shell-$$\n\
    printf 'ready> '\n\
    number=0\n\
    while read -r line; do\n\
      echo \"$line\" >> typed\n\
      number=$((number + 1))\n\
      echo \"<$number $line>\"\n\
    done";

/// A server, and a machine in whose terminals a script runs instead of a shell.
async fn machine_with(script: &str) -> Result<(House, Machine)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let machine = Machine::enrol_with(&house, house.address(), Some(script.to_owned())).await?;
    house.person()?.machine().await?;
    Ok((house, machine))
}

/// A terminal with its first viewer, who has the keyboard.
async fn terminal(person: &Person) -> Result<(SessionId, Viewer)> {
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("ready>").await?;
    viewer.keyboard().await?;
    Ok((session, viewer))
}

/// Types a line, and waits until it has come back.
async fn says(viewer: &mut Viewer, number: usize, line: &str) -> Result<()> {
    viewer.type_in(&format!("{line}\n"))?;
    viewer.shows(&format!("<{number} {line}>")).await
}

/// The processes that hold a session.
fn holders(house: &House, session: SessionId) -> Vec<Process> {
    let mut all = scan::processes_of(house.place().path());
    let line = format!("hold {session}");
    all.retain(|process| process.command.ends_with(&line));
    all
}

fn shells(house: &House) -> Result<Vec<String>> {
    let names = std::fs::read_dir(house.workspace())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with("shell-"));
    Ok(names.collect())
}

/// R05: a daemon that is killed is replaced, and the shell is the same, every byte of its output is
/// there once, and what is typed arrives once.
#[tokio::test]
async fn a_terminal_outlives_a_daemon_that_is_killed() -> Result<()> {
    let (house, mut machine) = machine_with(NUMBERING).await?;
    let person = house.person()?;
    let (session, mut viewer) = terminal(&person).await?;
    let mut number = 0;
    for _ in 0..4 {
        for _ in 0..5 {
            number += 1;
            says(&mut viewer, number, "before").await?;
        }
        machine.kill().await?;
        // Typed while nobody is there to take it.
        viewer.type_in("meanwhile\n")?;
        number += 1;
        machine.start(&house)?;
        viewer.shows(&format!("<{number} meanwhile>")).await?;
    }
    number += 1;
    says(&mut viewer, number, "after").await?;

    assert_eq!(shells(&house)?.len(), 1, "it is the same shell");
    let typed = house.file("typed").context("what was typed is there")?;
    assert_eq!(typed.lines().count(), number, "each line was typed once: {typed}");
    let answered = |(index, line)| format!("<{} {line}>", index + 1);
    let expected = crate::on_lines(typed.lines().enumerate().map(answered));
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    assert_eq!(output.trim_start_matches("ready> "), expected);
    assert_eq!((viewer.seen.gap_bytes, viewer.seen.given_up_bytes), (0, 0));
    assert_eq!(person.client.session(session).await?.status, SessionState::Running);
    Ok(())
}

/// R05: a service that is stopped and started, as for an update, goes on with its terminals; also
/// where it is killed again while it starts.
#[tokio::test]
async fn a_terminal_outlives_restarts_of_the_service() -> Result<()> {
    let (house, mut machine) = machine_with(NUMBERING).await?;
    let (session, mut viewer) = terminal(&house.person()?).await?;
    says(&mut viewer, 1, "first").await?;
    for number in 2..4 {
        machine.terminate().await?;
        assert_eq!(holders(&house, session).len(), 1);
        machine.start(&house)?;
        says(&mut viewer, number, "again").await?;
    }
    for _ in 0..3 {
        machine.kill().await?;
        machine.start(&house)?;
    }
    says(&mut viewer, 4, "last").await?;
    assert_eq!(holders(&house, session).len(), 1, "one holder, whatever happens");
    assert_eq!(shells(&house)?.len(), 1);
    assert_eq!(viewer.seen.gap_bytes, 0);
    Ok(())
}

/// R05: output that nobody was there to take is there, byte for byte.
#[tokio::test]
async fn output_goes_on_while_no_daemon_is_there() -> Result<()> {
    let script = "stty -echo -onlcr\nprintf 'ready> '\nread -r line\nseq 1 60000\n\
                  while [ ! -e go ]; do sleep 0.05; done\nseq 60001 120000\ntouch written\n\
                  read -r line\necho the end\nexit 5";
    let (house, mut machine) = machine_with(script).await?;
    let (session, mut viewer) = terminal(&house.person()?).await?;
    viewer.type_in("\n")?;
    viewer.shows("\n100\n").await?;
    // In the middle of what it writes.
    machine.kill().await?;
    std::fs::write(house.workspace().join("go"), "")?;
    e2e::patience::within(e2e::patience::PATIENCE, "wait until it has written", async {
        while house.file("written").is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await?;
    machine.start(&house)?;
    viewer.shows("\n119999\n120000\n").await?;
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    let expected = crate::on_lines(1..=120_000);
    ensure!(output.trim_start_matches("ready> ") == expected, "every byte is as it was written");
    assert_eq!(viewer.seen.gap_bytes, 0);

    // It ends while nobody is there: that is told by the next.
    machine.terminate().await?;
    let holder = holders(&house, session).pop().context("it is held")?;
    viewer.type_in("\n")?;
    machine.start(&house)?;
    let detail = viewer.ended().await?;
    assert!(detail.contains('5'), "{detail}");
    assert!(viewer.seen.has("the end"));
    scan::gone(holder.pid).await
}

/// R05: a program that draws its whole screen has the same one after a kill, cell by cell.
#[tokio::test]
async fn the_screen_is_the_same_after_a_kill() -> Result<()> {
    let script = "stty raw -echo\n\
        printf '\\033]2;a full screen\\007above it\\r\\n\\033[?1049h\\033[?25l\\033[2J'\n\
        row=1\n\
        while [ $row -le 24 ]; do\n\
          printf '\\033[%d;%dH\\033[1;3%dm│ row %d ▒ 宽 e\\314\\201\\033[0m' \
            $row $((row * 2)) $((row % 8)) $row\n\
          row=$((row + 1))\n\
        done\n\
        printf '\\033[5;20r\\033[?2004h\\033[12;40Hready> \\033[4'\n\
        head -c 1 > /dev/null\n\
        printf 'mafter\\033[r\\033[?1049l'\n\
        printf 'back> '\nhead -c 1 > /dev/null";
    let (mut house, mut machine) = machine_with(script).await?;
    let person = house.person()?;
    let (session, mut viewer) = terminal(&person).await?;
    let before = screen(&person, session, "ready>").await?;
    // The server goes as well, so that nobody but the holder has any of it.
    machine.kill().await?;
    house.kill().await?;
    viewer.seen.keyboard = None;
    house.start().await?;
    machine.start(&house)?;
    let after = screen(&person, session, "ready>").await?;
    assert_eq!(after.text(), before.text());
    assert_eq!((after.cursor(), after.title()), (before.cursor(), "a full screen"));
    // Every cell with its colours, both screens, every mode, and the place in the sequence that was
    // cut off in the middle.
    assert_eq!(after.snapshot(100), before.snapshot(100));
    viewer.keyboard().await?;
    viewer.type_in("x")?;
    viewer.shows("back>").await?;
    let back = screen(&person, session, "back>").await?.text().join("\n");
    assert!(back.contains("above it") && !back.contains("after"), "{back}");
    Ok(())
}

/// The screen as somebody draws it who comes anew.
async fn screen(person: &Person, session: SessionId, shows: &str) -> Result<Screen> {
    let mut viewer = person.attach(session, Part::Watch).await?;
    viewer.shows(shows).await?;
    let mut screen = Screen::new(Size::default(), 500);
    viewer.seen.screens.last().into_iter().for_each(|bytes| screen.feed(bytes));
    screen.feed(&viewer.seen.output);
    Ok(screen)
}

/// R05, R22: exactly one process holds a terminal, and none is left when it has ended, however it
/// has.
#[tokio::test]
async fn one_process_holds_a_terminal_and_none_is_left_after_its_end() -> Result<()> {
    let (house, mut machine) = machine_with(NUMBERING).await?;
    let person = house.person()?;
    let (one, mut viewer) = terminal(&person).await?;
    let (other, _) = terminal(&person).await?;
    let (third, _) = terminal(&person).await?;
    for session in [one, other, third] {
        assert_eq!(holders(&house, session).len(), 1);
    }
    viewer.type_in("\u{4}")?;
    viewer.ended().await?;
    person.client.session_stop(other, None).await?;
    // Whoever kills the holder kills the terminal: the daemon sees to what has run in it.
    let holder = holders(&house, third).pop().context("it is held")?;
    kill(holder.pid)?;
    for session in [one, other, third] {
        person.session_is(session, SessionState::Stopped).await?;
    }
    scan::nobody_left(house.place().path(), &[house.pid()?, machine.pid()?]).await?;

    // The same where no daemon sees it.
    let (last, _) = terminal(&person).await?;
    machine.kill().await?;
    let holder = holders(&house, last).pop().context("it is held")?;
    kill(holder.pid)?;
    scan::gone(holder.pid).await?;
    machine.start(&house)?;
    person.session_is(last, SessionState::Stopped).await?;
    scan::nobody_left(house.place().path(), &[house.pid()?, machine.pid()?]).await
}

fn kill(number: u32) -> Result<()> {
    let pid = Pid::from_raw(i32::try_from(number)?).context("a process has a number")?;
    Ok(kill_process(pid, Signal::KILL)?)
}

/// R05: a paused terminal is paused after a kill, and goes on from where it stood.
#[tokio::test]
async fn a_paused_terminal_is_paused_after_a_kill() -> Result<()> {
    let (house, mut machine) = machine_with(NUMBERING).await?;
    let person = house.person()?;
    let (session, mut viewer) = terminal(&person).await?;
    says(&mut viewer, 1, "first").await?;
    person.session_is(session, SessionState::Running).await?;
    person.client.session_pause(session).await?;
    machine.kill().await?;
    machine.start(&house)?;
    person.machine().await?;
    assert_eq!(person.client.session(session).await?.status, SessionState::Paused);
    person.client.session_resume(session).await?;
    says(&mut viewer, 2, "second").await?;
    assert_eq!(shells(&house)?.len(), 1);
    Ok(())
}

/// R22: a terminal of which the machine's journal knows nothing is ended by the next daemon.
#[tokio::test]
async fn a_terminal_that_nobody_knows_is_ended() -> Result<()> {
    let (house, mut machine) = machine_with(NUMBERING).await?;
    let (session, _) = terminal(&house.person()?).await?;
    machine.terminate().await?;
    let holder = holders(&house, session).pop().context("it is held")?;
    std::fs::remove_dir_all(Machine::directory(&house).join("enrolled/journal"))?;
    machine.start(&house)?;
    scan::gone(holder.pid).await?;
    scan::nobody_left(house.place().path(), &[house.pid()?, machine.pid()?]).await
}

/// R22: a machine that is one no longer leaves no terminal behind.
#[tokio::test]
async fn a_machine_that_leaves_ends_its_terminals() -> Result<()> {
    let (house, mut machine) = machine_with(NUMBERING).await?;
    let (session, _) = terminal(&house.person()?).await?;
    machine.terminate().await?;
    assert_eq!(holders(&house, session).len(), 1);
    Machine::unenrol(&house).await?;
    scan::nobody_left(house.place().path(), &[house.pid()?]).await
}

/// R03, R05: where server and daemon are one process, a terminal outlives its being killed, and is
/// gone when somebody stops it.
#[tokio::test]
async fn a_terminal_outlives_a_killed_all_in_one_and_not_a_stopped_one() -> Result<()> {
    let mut house =
        House::up(Setup { shell: Some(NUMBERING.to_owned()), ..Setup::default() }).await?;
    let (session, mut viewer) = terminal(&house.person()?).await?;
    says(&mut viewer, 1, "first").await?;
    house.kill().await?;
    // What the server knew of the keyboard is gone with it.
    viewer.seen.keyboard = None;
    house.start().await?;
    viewer.keyboard().await?;
    says(&mut viewer, 2, "second").await?;
    assert_eq!(viewer.seen.gap_bytes, 0);
    assert_eq!(shells(&house)?.len(), 1);
    assert_eq!(holders(&house, session).len(), 1);
    house.interrupt().await?;
    scan::nobody_left(house.place().path(), &[]).await
}

/// What is typed while nobody knows yet that the server was killed, or started again, arrives, or it is
/// said that it was given up; it never just disappears.
#[tokio::test]
async fn keys_typed_into_a_restart_arrive_or_are_given_up() -> Result<()> {
    let (mut house, _machine) = machine_with(NUMBERING).await?;
    let (_, mut viewer) = terminal(&house.person()?).await?;
    for round in 0..4 {
        house.kill().await?;
        let is_typed_first = round % 2 == 0;
        if !is_typed_first {
            house.start().await?;
        }
        let (line, given_up) = (format!("round {round}"), viewer.seen.given_up_bytes);
        viewer.type_in(&format!("{line}\n"))?;
        if is_typed_first {
            house.start().await?;
        }
        viewer
            .until("wait until it arrives or is given up", |seen| {
                let is_told = seen.given_up_bytes == given_up + line.len() + 1;
                (seen.has(&line) || is_told).then_some(())
            })
            .await?;
        viewer.keyboard().await?;
    }
    let typed = house.file("typed").unwrap_or_default();
    says(&mut viewer, typed.lines().count() + 1, "after all of it").await
}
