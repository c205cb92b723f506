//! A server and a machine, and between them a network that somebody looks after.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::house::Kind;
use e2e::middlebox::{Habits, Middlebox, Seen, Upgrades};
use e2e::patience::{PATIENCE, within};
use e2e::program::Program;
use e2e::{House, Machine, Person, Setup, Viewer};
use model::machine::Carrier;

/// How long a link may take to find another way.
const SWITCHED_WITHIN: Duration = Duration::from_secs(10);

/// How long the first byte of what was asked for may take.
const FIRST_BYTE_WITHIN: Duration = Duration::from_millis(150);

/// Types nothing back, and prints what was typed, which it also keeps.
const ECHO: &str = "stty -echo -onlcr; printf 'ready>'\n\
    while read -r line; do echo \"$line\" >> typed; echo \"$line\"; done";

/// A server, a machine that reaches it through a box, and the box.
async fn behind(habits: Habits, shell: Option<&str>) -> Result<(House, Machine, Middlebox)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let middlebox = Middlebox::start(house.address(), habits).await?;
    let shell = shell.map(str::to_owned);
    let machine = Machine::enrol_with(&house, middlebox.address(), shell).await?;
    house.person()?.machine().await?;
    Ok((house, machine, middlebox))
}

fn refusing() -> Habits {
    Habits { upgrades: Upgrades::Refused, ..Habits::default() }
}

/// Waits until the only machine is linked by this.
async fn is_linked_by(person: &Person, carrier: Carrier) -> Result<()> {
    is_linked_within(person, carrier, PATIENCE).await
}

async fn is_linked_within(person: &Person, carrier: Carrier, limit: Duration) -> Result<()> {
    let mut live = person.client.live();
    within(limit, &format!("wait until the link goes by {carrier}"), async {
        loop {
            let machines = person.client.machines().await?;
            let health = machines.first().and_then(|machine| machine.health.as_ref());
            if health.and_then(|health| health.carrier) == Some(carrier) {
                return Ok(());
            }
            // The live stream tells of machines whose link comes or goes, not of every first sign
            // of life, so that it is also looked now and then.
            let _ = tokio::time::timeout(Duration::from_millis(200), live.next()).await;
        }
    })
    .await
}

/// A terminal with the keyboard, and its program ready.
async fn terminal(person: &Person) -> Result<Viewer> {
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("ready").await?;
    viewer.keyboard().await?;
    Ok(viewer)
}

/// Types lines with these numbers and waits until the last is printed.
async fn type_lines(viewer: &mut Viewer, numbers: std::ops::Range<u32>) -> Result<()> {
    let last = numbers.end - 1;
    for number in numbers {
        viewer.type_in(&format!("line-{number}.\n"))?;
    }
    viewer.shows(&format!("line-{last}.")).await
}

/// Whether all lines were typed once and in order, and printed so.
fn judge(house: &House, viewer: &Viewer, count: u32) -> Result<()> {
    let expected: Vec<_> = (0..count).map(|number| format!("line-{number}.")).collect();
    let typed = house.file("typed").context("what was typed is there")?;
    ensure!(typed.lines().collect::<Vec<_>>() == expected, "typed: {typed}");
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    let printed = output.trim_start_matches("ready>");
    ensure!(printed == expected.join("\n") + "\n", "printed: {printed}");
    ensure!(viewer.seen.gap_bytes == 0 && viewer.seen.given_up_bytes == 0);
    Ok(())
}

/// R34: where WebSockets are refused, the link goes by long-poll, says so, and carries the same.
#[tokio::test]
async fn where_websockets_are_refused_the_link_goes_by_long_poll() -> Result<()> {
    let (house, _machine, middlebox) = behind(refusing(), Some(ECHO)).await?;
    let person = house.person()?;
    is_linked_by(&person, Carrier::LongPoll).await?;
    let mut viewer = terminal(&person).await?;
    type_lines(&mut viewer, 0..50).await?;
    judge(&house, &viewer, 50)?;
    assert!(Seen::count(&middlebox.seen().answers) > 5, "{:?}", middlebox.seen());
    Ok(())
}

/// R34: whoever looks at the machine is told that the link goes by long-poll, why, and what to do
/// about it; and the last words of the server come that way, too.
#[tokio::test]
async fn the_way_around_is_told_on_the_machine_and_on_the_server() -> Result<()> {
    let (mut house, machine, _middlebox) = behind(refusing(), None).await?;
    is_linked_by(&house.person()?, Carrier::LongPoll).await?;
    let status = Machine::command(&house, &["status"]).await?;
    assert!(status.status.success(), "{}", status.text());
    let around = "by long-poll (a WebSocket is answered with 403)";
    assert!(status.text().contains(around), "{}", status.text());
    let json = Machine::command(&house, &["status", "--format", "json"]).await?.text();
    assert!(json.contains("long_poll"), "{json}");

    let server = format!("http://{}", house.address());
    let data = Machine::directory(&house).display().to_string();
    let line = ["doctor", "--server", &server, "--token", e2e::house::TOKEN, "--data-dir", &data];
    let doctor = Program::start("doctor", house.place().gantline(&line, &[])?)?.ended().await?;
    let text = doctor.text();
    assert!(text.contains(around) && text.contains("Upgrade: websocket"), "{text}");

    house.interrupt().await?;
    within(PATIENCE, "wait for the server's last words", async {
        while !machine.said().iter().any(|line| line.contains("the server is stopping")) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await
}

/// R34: however a WebSocket fails, it is found out, and the link goes by long-poll.
#[tokio::test]
async fn however_a_websocket_fails_it_is_found_out() -> Result<()> {
    let (house, mut machine, middlebox) = behind(refusing(), None).await?;
    let person = house.person()?;
    is_linked_by(&person, Carrier::LongPoll).await?;
    for upgrades in [Upgrades::Cut, Upgrades::CutBehind, Upgrades::Unanswered, Upgrades::Swallowed]
    {
        machine.terminate().await?;
        middlebox.become_like(Habits { upgrades, ..Habits::default() });
        machine.start(&house)?;
        within(PATIENCE, &format!("wait for the link: {upgrades:?}"), async {
            while !machine.said().iter().any(|line| line.contains("goes by long-poll")) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        })
        .await?;
        is_linked_by(&person, Carrier::LongPoll).await?;
    }
    Ok(())
}

/// R34: a box with every bad habit at once: whole bodies, HTTP/1.0, everything in small pieces,
/// silent connections cut, answers lost after they were sent. Output is exact, and what is typed is
/// typed once.
#[tokio::test]
async fn the_worst_box_loses_and_doubles_nothing() -> Result<()> {
    let habits = Habits {
        upgrades: Upgrades::Refused,
        old_http: true,
        cut_silent_after: Some(Duration::from_millis(1_500)),
        loses_one_answer_in: Some(7),
        pieces_of: Some(1_000),
    };
    let script = "stty -echo -onlcr; printf 'ready>'; read -r line\n\
                  seq 100000 160000; while read -r line; do echo \"$line\" >> typed; echo \"$line\"; done";
    let (house, _machine, middlebox) = behind(habits, Some(script)).await?;
    let person = house.person()?;
    let mut viewer = terminal(&person).await?;
    viewer.type_in("\n")?;
    viewer.shows("\n160000\n").await?;
    let expected = crate::on_lines(100_000..=160_000);
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    let output = output.trim_start_matches("ready>");
    assert_eq!(output.len(), expected.len());
    assert!(output == expected, "every byte is as the program wrote it");
    viewer.seen.output.clear();
    type_lines(&mut viewer, 0..60).await?;
    // Nobody types until the poll that is held was cut.
    let seen = middlebox.seen();
    within(PATIENCE, "wait until a poll is cut", async {
        while Seen::count(&seen.cut) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await?;
    type_lines(&mut viewer, 60..120).await?;
    judge(&house, &viewer, 120)?;
    assert!(Seen::count(&seen.lost) >= 3, "{seen:?}");
    Ok(())
}

/// R34: a key does not wait for the next poll: what the server has to say goes at once, and so does
/// what the machine answers.
#[tokio::test]
async fn a_key_does_not_wait_for_the_next_poll() -> Result<()> {
    const KEYS: u32 = 100;
    let (house, _machine, _middlebox) = behind(refusing(), Some(ECHO)).await?;
    let person = house.person()?;
    let mut viewer = terminal(&person).await?;
    let mut late = 0;
    for number in 0..KEYS {
        let typed = type_lines(&mut viewer, number..number + 1);
        let in_time = tokio::time::timeout(FIRST_BYTE_WITHIN, typed).await;
        if in_time.is_err() {
            late += 1;
            viewer.shows(&format!("line-{number}.")).await?;
        }
    }
    // Other programs may keep the computer busy for a moment; polls at intervals are always late.
    assert!(late < KEYS / 4, "{late} of {KEYS} were late");
    judge(&house, &viewer, KEYS)
}

/// R34: a box that lets WebSockets through and cuts up whatever it carries.
#[tokio::test]
async fn frames_in_pieces_are_put_together() -> Result<()> {
    let habits = Habits { pieces_of: Some(700), ..Habits::default() };
    let script =
        "stty -echo -onlcr; printf 'ready>'; read -r line; seq 100000 160000; read -r line";
    let (house, _machine, _middlebox) = behind(habits, Some(script)).await?;
    let person = house.person()?;
    let mut viewer = terminal(&person).await?;
    viewer.type_in("\n")?;
    viewer.shows("\n160000\n").await?;
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    let expected = crate::on_lines(100_000..=160_000);
    assert!(output.trim_start_matches("ready>") == expected, "every byte is there, once");
    is_linked_by(&person, Carrier::WebSocket).await
}

/// R34: WebSockets are forbidden in mid-session and allowed again: within ten seconds the link goes
/// the other way, later it comes back by itself, and of what is typed and printed nothing is lost
/// or doubled.
#[tokio::test]
async fn a_switch_in_mid_session_loses_nothing() -> Result<()> {
    let (house, _machine, middlebox) = behind(Habits::default(), Some(ECHO)).await?;
    let person = house.person()?;
    is_linked_by(&person, Carrier::WebSocket).await?;
    let mut viewer = terminal(&person).await?;
    type_lines(&mut viewer, 0..20).await?;

    middlebox.become_like(refusing());
    for number in 20..40 {
        viewer.type_in(&format!("line-{number}.\n"))?;
    }
    middlebox.cut_all();
    is_linked_within(&person, Carrier::LongPoll, SWITCHED_WITHIN).await?;
    type_lines(&mut viewer, 40..60).await?;

    let before = viewer.seen.attached;
    viewer.seen.machine = None;
    middlebox.become_like(Habits::default());
    // Somebody types all the while.
    let mut number = 60;
    let mut back = std::pin::pin!(is_linked_by(&person, Carrier::WebSocket));
    loop {
        type_lines(&mut viewer, number..number + 1).await?;
        number += 1;
        tokio::select! {
            back = &mut back => break back?,
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
    }
    type_lines(&mut viewer, number..number + 20).await?;
    judge(&house, &viewer, number + 20)?;
    assert_eq!(viewer.seen.attached, before, "the viewer has noticed nothing");
    assert_ne!(viewer.seen.machine, Some(false), "the machine was never gone");
    Ok(())
}

/// R34, R01: a server that is killed and started again is found again by long-poll, and the
/// terminal has gone on: whoever watches sees every byte, once.
#[tokio::test]
async fn a_restart_of_the_server_is_found_by_long_poll() -> Result<()> {
    let script = "stty -echo -onlcr; printf 'ready>'; read -r line\n\
                  for block in 1 2 3 4; do seq \"$block\"00000 \"$block\"09999; sleep 0.3; done\n\
                  read -r line";
    let (mut house, _machine, _middlebox) = behind(refusing(), Some(script)).await?;
    let mut viewer = terminal(&house.person()?).await?;
    viewer.type_in("\n")?;
    viewer.shows("\n200500\n").await?;
    house.kill().await?;
    house.start().await?;
    viewer.shows("\n409999\n").await?;
    let expected =
        crate::on_lines((1..=4).flat_map(|block| block * 100_000..block * 100_000 + 10_000));
    let output = String::from_utf8_lossy(&viewer.seen.output).into_owned();
    assert_eq!(viewer.seen.gap_bytes, 0);
    assert!(output.trim_start_matches("ready>") == expected, "every byte is there, once");
    is_linked_by(&house.person()?, Carrier::LongPoll).await
}

/// R34: polls that are cut while they are held are held for less, and the link stays.
#[tokio::test]
async fn a_held_poll_that_is_cut_is_asked_again() -> Result<()> {
    let cut_silent_after = Some(Duration::from_secs(2));
    let habits = Habits { cut_silent_after, ..refusing() };
    let (house, machine, middlebox) = behind(habits, Some(ECHO)).await?;
    let person = house.person()?;
    let mut viewer = terminal(&person).await?;
    let seen = middlebox.seen();
    within(PATIENCE, "wait until polls are held for less", async {
        let mut answers = Vec::new();
        loop {
            let (cut, answered) = (Seen::count(&seen.cut), Seen::count(&seen.answers));
            answers.push(answered);
            // Nobody types: what is answered is answered because the time is over.
            if cut >= 3 && answers.len() > 40 && answered > answers[answers.len() - 40] {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await?;
    type_lines(&mut viewer, 0..20).await?;
    judge(&house, &viewer, 20)?;
    let links = machine.said().iter().filter(|line| line.contains("to the server is up")).count();
    assert_eq!(links, 1, "it is the first link still");
    Ok(())
}
