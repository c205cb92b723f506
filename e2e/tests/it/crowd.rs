//! Many follow one chat: all of them hear the same, and the server keeps nothing for each.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::live::{StreamFormat, StreamState};
use e2e::follower::{Follower, Order};
use e2e::house::Kind;
use e2e::patience::within;
use e2e::{House, Machine, Setup};
use tokio::task::JoinSet;

/// How many follow one chat, and how many of them are there from the beginning.
const CROWD: usize = 1_000;
const EARLY: usize = 900;

/// How many come at a time.
const DOOR: usize = 16;

/// What everybody hears: pieces in a turn, and turns after the first one.
const PIECES: usize = 40;
const FURTHER_TURNS: u32 = 2;

/// Followers that do not read, and what is said meanwhile: far more than all buffers between hold,
/// and than is kept on the server.
const SLOW: usize = 8;
const LINES: usize = 128;
const LINE: &str = "64KB";

/// What the server may need more than before, in KiB: a small part of what is said to all.
const MOST_ADDED_KIB: u64 = 32 * 1024;

/// Far more than all of it takes on a busy computer.
const PATIENCE: Duration = Duration::from_mins(3);

/// A server and a machine in processes of their own, so that memory is that of the server.
async fn apart() -> Result<(House, Machine)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let machine = Machine::enrol(&house, house.address()).await?;
    house.person()?.machine().await?;
    Ok((house, machine))
}

/// A thousand follow one chat, some from the beginning and some from the middle of a turn. All of
/// them hear all of it, in the same order, and further turns take no more memory.
#[tokio::test]
async fn a_thousand_followers_hear_the_same_and_hold_memory_flat() -> Result<()> {
    let (house, _machine) = apart().await?;
    let mut chat = house.person()?.chat("demo").await?;
    let order = Order { session: chat.id(), format: StreamFormat::V1, inbox_bytes: None };
    let prompt = format!("/flood {PIECES}");

    let early = gather(&house, order, EARLY).await?;
    chat.prompt(&prompt).await?;
    let (early, late) = tokio::join!(hear(early, 1), async {
        let late = gather(&house, order, CROWD - EARLY).await?;
        hear(late, 1).await
    });
    let mut crowd = early?;
    crowd.extend(late?);

    let before = peak_kib(house.pid()?)?;
    for turn in 1..=FURTHER_TURNS {
        chat.prompt(&prompt).await?;
        crowd = hear(crowd, 1 + turn).await?;
    }
    let added = peak_kib(house.pid()?)?.saturating_sub(before);
    let losses: u32 = crowd.iter().map(|one| one.heard().losses).sum();
    ensure!(losses == 0, "{losses} connections were lost");
    ensure!(crowd.len() == CROWD);
    ensure!(added <= MOST_ADDED_KIB, "{added} KiB were added to {before}");
    Ok(())
}

/// Who does not read costs the server nothing, is told when it cannot go on, and misses nothing in
/// the end: what is no longer kept on the server comes from the machine.
#[tokio::test]
async fn a_slow_follower_is_told_of_the_gap_and_misses_nothing() -> Result<()> {
    let (house, mut machine) = apart().await?;
    let mut chat = house.person()?.chat("demo").await?;
    let order = Order { session: chat.id(), format: StreamFormat::Updates, inbox_bytes: None };
    // The smallest that the system allows.
    let slow = Order { inbox_bytes: Some(1), ..order };
    let mut slow = gather(&house, slow, SLOW).await?;
    for one in &mut slow {
        within(PATIENCE, "begin to follow", one.until(|heard| heard.stream.is_some())).await?;
    }

    let before = peak_kib(house.pid()?)?;
    let prompt = vec![format!("/big {LINE}"); LINES].join("\n");
    chat.ask(&prompt).await?;
    let last = chat.seen.updates.len() as u64;
    let added = peak_kib(house.pid()?)?.saturating_sub(before);
    ensure!(added <= MOST_ADDED_KIB, "{added} KiB were added to {before}");

    machine.kill().await?;
    let offline = Some(StreamState::MachineOffline);
    for one in &mut slow {
        let told = one.until(|heard| heard.stream == offline);
        within(PATIENCE, "be told that the machine is offline", told).await?;
        ensure!(one.heard().last < last, "nothing is missing: it was not slow");
    }
    machine.start(&house)?;
    let mut everybody = slow;
    // Who begins now is told all of it by the machine.
    everybody.extend(gather(&house, order, 1).await?);
    for one in &mut everybody {
        one.listen_to(last);
        let heard = one.until(|heard| heard.last >= last);
        within(PATIENCE, "hear the rest", heard).await?;
    }
    all_heard_the_same(&everybody)
}

/// Some who follow a chat from its beginning.
async fn gather(house: &House, order: Order, count: usize) -> Result<Vec<Follower>> {
    let mut crowd = Vec::with_capacity(count);
    while crowd.len() < count {
        let group = (crowd.len()..count).take(DOOR).map(|_| Follower::follow(house, order));
        let group = futures_util::future::try_join_all(group);
        crowd.extend(within(PATIENCE, "let some more in", group).await?);
    }
    Ok(crowd)
}

/// Listens until everybody has heard so many turns to their end, in the same words.
async fn hear(crowd: Vec<Follower>, turns: u32) -> Result<Vec<Follower>> {
    let mut listening = JoinSet::new();
    for mut one in crowd {
        listening.spawn(async move {
            one.until(|heard| heard.turns >= turns).await?;
            Ok::<_, anyhow::Error>(one)
        });
    }
    let everybody = async {
        let mut crowd = Vec::with_capacity(listening.len());
        while let Some(one) = listening.join_next().await {
            crowd.push(one??);
        }
        Ok(crowd)
    };
    let crowd = within(PATIENCE, "hear a turn to its end", everybody).await?;
    all_heard_the_same(&crowd)?;
    Ok(crowd)
}

fn all_heard_the_same(crowd: &[Follower]) -> Result<()> {
    let first = crowd.first().context("somebody is there")?.heard();
    for one in crowd {
        ensure!(one.heard().told() == first.told(), "{first:?} is not {:?}", one.heard());
    }
    ensure!(first.messages > 0, "nobody has heard anything");
    Ok(())
}

/// The most memory that a process has had (`VmHWM` of `proc_pid_status(5)`), in KiB. The system counts
/// it in parts, so that it may be a little less a moment later.
fn peak_kib(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("a process says how much memory it has had")?.parse()?)
}
