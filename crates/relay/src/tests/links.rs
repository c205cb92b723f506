//! Links that replace each other and fall silent.

use std::time::Duration;

use model::Tick;
use model::machine::MachineStatus;
use wire::call::{Answer, Question, ReadScreen};

use super::{DEADLINE, House};
use crate::handle::LinkHandle;
use crate::relay::LOOK_EVERY;
use crate::standings::Standings;

const STALE_AFTER: Duration = Duration::from_secs(90);

impl House {
    /// How much the machine's program has written, as the machine says that can be reached.
    async fn screen_offset(&self) -> u64 {
        let question = Question::ReadScreen(ReadScreen {
            session_id: self.session.as_bytes().to_vec().into(),
        });
        match self.relay.call(self.machine, question, DEADLINE).await {
            Ok(Answer::Screen(screen)) => screen.offset,
            other => panic!("{other:?}"),
        }
    }
}

/// R07, S61: of two computers with one identity only the one that came last acts.
#[tokio::test]
async fn the_newer_of_two_links_ends_the_older() {
    let mut house = House::new();
    house.written = b"old".to_vec();
    let mut older = house.link().await;
    assert_eq!(house.screen_offset().await, 3);
    house.written = b"newer".to_vec();
    let _newer = house.link().await;
    older.ended().await;
    assert_eq!(house.screen_offset().await, 5);
    assert!(house.relay.liveness(house.machine).connected);
}

/// R07: the end of the older link is not the end of the newer one.
#[test]
fn a_link_that_ends_late_takes_nothing_with_it() {
    let standings = Standings::default();
    let machine = House::new_machine();
    let at = Tick::from_millis(1_000);
    let (first, ..) = LinkHandle::new(1);
    let (second, ..) = LinkHandle::new(2);
    assert!(standings.up(machine, first, at).is_none());
    assert_eq!(standings.up(machine, second, at).map(|link| link.epoch), Some(1));
    assert!(!standings.down(machine, 1, true, at));
    assert!(standings.liveness(machine).connected);
    assert!(standings.down(machine, 2, false, at));
    assert!(!standings.liveness(machine).connected);
}

/// R08: told offline between 90 and 95 seconds after the last sign of life, and one heartbeat that
/// was lost tells nothing.
#[test]
fn a_machine_that_falls_silent_is_offline_after_a_minute_and_a_half() {
    let standings = Standings::default();
    let machine = House::new_machine();
    let (link, ..) = LinkHandle::new(1);
    let mut now = Tick::from_millis(1_000);
    standings.up(machine, link, now);
    assert_eq!(standings.changed(now, STALE_AFTER), [(machine, false)]);
    // Heartbeats come every half minute; the second one is lost.
    for second in 1..=90 {
        now = now + Duration::from_secs(1);
        if second == 30 || second == 90 {
            standings.heard(machine, now);
        }
        assert_eq!(standings.changed(now, STALE_AFTER), [], "after {second} s");
    }
    let heard_last = now;
    let mut changed = Vec::new();
    while changed.is_empty() {
        now = now + LOOK_EVERY;
        changed = standings.changed(now, STALE_AFTER);
    }
    assert_eq!(changed, [(machine, true)], "it has gone");
    let silent = now.since(heard_last);
    assert!((STALE_AFTER..STALE_AFTER + Duration::from_secs(5)).contains(&silent), "{silent:?}");
    assert_eq!(standings.liveness(machine).status(now, STALE_AFTER), MachineStatus::Offline);
}
