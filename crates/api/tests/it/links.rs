//! What machines say, and when their word counts.

use std::sync::Arc;

use api::ApiConfig;
use control::reception::ServerReception;
use model::machine::KEY_OVERLAP;
use model::time::ManualClock;
use relay::{JournalStanding, LinkId, Reception};
use serde_json::json;
use store::StoreError;
use vault::Token;
use vault::token::Proxy;
use wire::Report;

use crate::cast::{Cast, Credential, Who};
use crate::house::House;
use crate::http::Request;

/// What is in the journal of a machine that is new.
pub(crate) const NOTHING_YET: JournalStanding =
    JournalStanding { received_commands: 0, first_report: 1 };

fn reception(house: &House) -> ServerReception {
    let plane = &house.app.plane;
    let (clock, rng) = (plane.clock().clone(), plane.rng().clone());
    ServerReception::new(
        house.store().clone(),
        bus::Bus::default(),
        house.app.plane.mirrors.clone(),
        clock,
        rng,
    )
}

/// R07, S61: what comes on an older link has no effect, however late it comes.
#[tokio::test]
async fn an_older_link_has_no_effect() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let reception = reception(&house);
    let machine = cast.machine;
    let older = reception.link_up(machine, [7; 32], NOTHING_YET).await.unwrap().unwrap();
    let newer = reception.link_up(machine, [7; 32], NOTHING_YET).await.unwrap().unwrap();
    assert!(newer.epoch > older.epoch);
    let report = |seq| vec![Report { seq, ..Report::default() }];
    let (first, second) = (newer.received_reports + 1, newer.received_reports + 2);
    let link = |epoch| LinkId { machine, epoch };
    reception.take_reports(link(newer.epoch), report(first)).await.unwrap();
    let before = house.mark();
    let refused = reception.take_reports(link(older.epoch), report(second)).await.unwrap_err();
    assert_eq!(refused.0, "the machine has a newer link");
    reception.commands_accepted(link(older.epoch), 1).await.unwrap_err();
    assert_eq!(house.mark(), before, "nothing was written");
    reception.take_reports(link(newer.epoch), report(second)).await.unwrap();
    let kept =
        reception.link_up(machine, [7; 32], NOTHING_YET).await.unwrap().unwrap().received_reports;
    assert_eq!(kept, second);
}

/// S60: a machine that is deregistered takes with it its sessions, its proxy tokens and its orders;
/// and its link says nothing more.
#[tokio::test]
async fn a_machine_that_is_deregistered_leaves_nothing_behind() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let reception = reception(&house);
    let machine = cast.machine;
    let admin = cast.credential(Who::TenantAdmin);
    let link = reception.link_up(machine, [7; 32], NOTHING_YET).await.unwrap().unwrap();
    let stop = Request::post(format!("/api/sessions/{}/stop", cast.terminal), &json!({}));
    let stopped = stop.with(&cast.credential(Who::Member)).send(&house).await;
    assert!([200, 202].contains(&stopped.status), "{}", stopped.text());
    assert!(!reception.pending_commands(machine, 1, 10).await.unwrap().is_empty());
    let Credential::Bearer(text) = cast.credential(Who::Agent) else { panic!("a bearer token") };
    let token = Token::<Proxy>::parse(&text).unwrap().id();
    assert!(house.store().proxy_token(token).await.unwrap().unwrap().revoked_at.is_none());

    let path = format!("/api/machines/{machine}");
    let gone = Request::new("DELETE", path).with(&admin).send(&house).await;
    assert_eq!(gone.status, 200, "{}", gone.text());

    for session in [cast.chat, cast.terminal] {
        let session = house.store().session(session).await.unwrap().unwrap();
        assert!(session.state.is_final(), "{session:?}");
    }
    assert!(house.store().proxy_token(token).await.unwrap().unwrap().revoked_at.is_some());
    assert!(reception.pending_commands(machine, 1, 10).await.unwrap().is_empty());
    assert!(reception.link_up(machine, [7; 32], NOTHING_YET).await.unwrap().is_none());
    let report = vec![Report { seq: link.received_reports + 1, ..Report::default() }];
    let late = LinkId { machine, epoch: link.epoch };
    reception.take_reports(late, report).await.unwrap_err();
}

/// S62: a machine that has proposed another key may come with either for ten minutes, and then with the new
/// one only; with its first link by that one the old one is refused at once, and with one by the old one
/// the new one is forgotten.
#[tokio::test]
async fn a_replaced_key_is_refused() {
    let clock = Arc::new(ManualClock::default());
    let house = House::open_by(ApiConfig::default(), clock.clone()).await;
    let cast = Cast::assemble(&house).await;
    let (reception, store, machine) = (reception(&house), house.store(), cast.machine);
    let (old, new, third) = ([7; 32], [8; 32], [9; 32]);
    let propose = async |key, epoch| {
        let now = house.app.plane.clock().now();
        let noted = store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.machine_key_propose(machine, epoch, key, now).await })
        });
        noted.await.unwrap()
    };
    let valid = async || reception.identify(machine).await.unwrap();
    let come_with = async |key| reception.link_up(machine, key, NOTHING_YET).await;
    let epoch = come_with(old).await.unwrap().unwrap().epoch;
    assert_eq!(valid().await, [old]);
    come_with(new).await.unwrap_err();

    assert!(!propose(new, epoch - 1).await, "it was proposed on a link that is no more");
    assert!(!propose(old, epoch).await, "it is the key that the machine has");
    assert!(propose(new, epoch).await);
    assert_eq!(valid().await, [new, old]);
    let epoch = come_with(old).await.unwrap().unwrap().epoch;
    assert_eq!(valid().await, [old], "whoever comes with the old one has no other");
    come_with(new).await.unwrap_err();

    assert!(propose(new, epoch).await);
    clock.advance(KEY_OVERLAP);
    assert_eq!(valid().await, [new]);
    come_with(old).await.unwrap_err();
    let epoch = come_with(new).await.unwrap().unwrap().epoch;
    let known = store.machine(machine).await.unwrap().unwrap();
    assert_eq!((known.public_key, known.key_age.next_since), (new, None));
    assert_eq!(known.key_age.replaced_at, Some(house.app.plane.clock().now()));

    assert!(propose(third, epoch).await);
    come_with(third).await.unwrap().unwrap();
    assert_eq!(valid().await, [third], "the old one goes at once");
    come_with(new).await.unwrap_err();
    let log = store.audit_after(Some(cast.tenant), 0, 1_000).await.unwrap();
    let replaced = log.iter().filter(|line| line.action == "machine.key_replace").count();
    assert_eq!(replaced, 2);
}

/// R27: reports that the machine has forgotten and the database never saw are written down as missing,
/// and the next one counts.
#[tokio::test]
async fn missing_reports_are_written_down() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let (reception, machine) = (reception(&house), cast.machine);
    let has = JournalStanding { received_commands: 0, first_report: 8 };
    let link = reception.link_up(machine, [7; 32], has).await.unwrap().unwrap();
    assert_eq!(link.received_reports, 7);
    let in_doubt = house.store().machines_in_doubt().await.unwrap();
    assert_eq!(in_doubt.iter().map(|(machine, _)| *machine).collect::<Vec<_>>(), [machine]);
    reception.link_up(machine, [7; 32], has).await.unwrap().unwrap();
    let admin = cast.credential(Who::SystemAdmin);
    let path = "/api/audit?action=machine.reports_missing";
    let found = Request::get(path).with(&admin).send(&house).await.json();
    assert_eq!(found["records"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["records"][0]["facts"]["up_to"], json!(7), "{found}");
}
