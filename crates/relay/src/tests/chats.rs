//! Chats with several viewers.

use std::collections::BTreeSet;

use super::machine::Order;
use super::{DEADLINE, House};
use crate::{ChatEvent, ChatView};

async fn next(view: &mut ChatView) -> ChatEvent {
    tokio::time::timeout(DEADLINE, view.next()).await.expect("an event in time")
}

/// Reads until the record with this number; every number comes once and in order.
async fn read(view: &mut ChatView, after: u64, last: u64) {
    let mut seen = after;
    while seen < last {
        if let ChatEvent::Records(records) = next(view).await {
            for record in records {
                assert_eq!(record.seq, seen + 1, "no hole and nothing twice");
                seen = record.seq;
            }
        }
    }
}

async fn until(view: &mut ChatView, wanted: &ChatEvent) {
    while next(view).await != *wanted {}
}

/// R31: whoever comes when, from wherever: every record, once.
#[tokio::test]
async fn everybody_gets_every_record_once() {
    let mut house = House::new();
    let machine = house.link().await;
    machine.order(Order::Say(1000)).await;
    let watch = |after| house.relay.watch_chat(house.machine, house.session, after);
    let mut first = watch(900);
    read(&mut first, 900, 1000).await;
    assert_eq!(next(&mut first).await, ChatEvent::Live);
    // This one is behind what the hub keeps, and reads pages from the machine.
    let mut from_the_start = watch(0);
    read(&mut from_the_start, 0, 1000).await;
    machine.order(Order::Say(5000)).await;
    let mut late = watch(1000);
    tokio::join!(
        read(&mut first, 1000, 6000),
        read(&mut from_the_start, 1000, 6000),
        read(&mut late, 1000, 6000),
    );
}

/// A viewer goes on behind the last record it has, over a lost link and over a lost view.
#[tokio::test]
async fn a_place_is_kept_over_cuts() {
    let mut house = House::new();
    let machine = house.link().await;
    machine.order(Order::Say(10)).await;
    let mut view = house.relay.watch_chat(house.machine, house.session, 0);
    read(&mut view, 0, 10).await;
    drop(machine);
    until(&mut view, &ChatEvent::MachineOffline).await;
    let mut again = house.relay.watch_chat(house.machine, house.session, 10);
    house.said = 30;
    let machine = house.link().await;
    tokio::join!(read(&mut view, 10, 30), read(&mut again, 10, 30));
    machine.order(Order::Say(5)).await;
    tokio::join!(read(&mut view, 30, 35), read(&mut again, 30, 35));
    until(&mut view, &ChatEvent::Live).await;
}

/// A machine that has lost records has another transcript; viewers are told to begin again.
#[tokio::test]
async fn a_transcript_that_is_shorter_than_it_was_begins_again() {
    let mut house = House::new();
    let machine = house.link().await;
    machine.order(Order::Say(10)).await;
    let mut view = house.relay.watch_chat(house.machine, house.session, 99);
    until(&mut view, &ChatEvent::Restarted).await;
    read(&mut view, 0, 10).await;
}

/// With its last viewer a chat is forgotten.
#[tokio::test]
async fn nothing_is_kept_for_nobody() {
    let mut house = House::new();
    let machine = house.link().await;
    machine.order(Order::Say(10)).await;
    let mut views: Vec<_> =
        (0..3).map(|_| house.relay.watch_chat(house.machine, house.session, 0)).collect();
    for view in &mut views {
        read(view, 0, 10).await;
    }
    drop(views);
    let chats = crate::relay::lock(&house.relay.shared.chats);
    assert_eq!(chats.keys().collect::<BTreeSet<_>>(), BTreeSet::new());
}
