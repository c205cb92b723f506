//! What happens to the audit log of who can write to its file.

use model::AuditRecordId;
use model::audit::ChainProblem;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use super::*;
use crate::audit::chain::{BrokenChain, Link, Verified};
use crate::audit::{AuditFilter, NewAuditRecord};

impl House {
    fn record(&self, at: Timestamp, action: &str, result: &str) -> NewAuditRecord {
        NewAuditRecord {
            id: AuditRecordId::new(NOW, &self.rng),
            tenant: Some(self.tenant),
            at,
            actor: "user:ana".to_owned(),
            action: action.to_owned(),
            object: format!("object:{action}"),
            result: result.to_owned(),
            facts: "{}".to_owned(),
        }
    }

    async fn audit(&self, action: &str, result: &str) {
        self.append(self.record(NOW, action, result)).await;
    }

    async fn append(&self, record: NewAuditRecord) {
        let written = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.audit_append(record).await })
        });
        written.await.unwrap();
    }

    async fn drop_before(&self, before: Timestamp) {
        let old = self.store.audit_last_before(Some(self.tenant), before).await.unwrap().unwrap();
        let record = self.record(LATER, "", "ok");
        let dropped = self.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(async move { tx.audit_drop(old, record).await })
        });
        dropped.await.unwrap();
    }

    async fn verified(&self, anchor: Option<Link>) -> Verified {
        self.store.audit_verify(Some(self.tenant), anchor).await.unwrap()
    }

    async fn positions(&self, filter: AuditFilter) -> Vec<u64> {
        let page = self.store.audit_find(Some(self.tenant), &filter, None, 100).await.unwrap();
        page.records.iter().map(|record| record.position).collect()
    }

    /// Does to the file what somebody with another program and the rights of the server can.
    async fn tamper(&self, forgery: &'static str) {
        let file = self.directory.path().join("gantline.db");
        let mut other = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        let triggers = "DROP TRIGGER IF EXISTS audit_records_are_not_changed;
            DROP TRIGGER IF EXISTS audit_records_are_not_deleted;
            DROP TRIGGER IF EXISTS audit_chains_only_grow;
            DROP TRIGGER IF EXISTS audit_chains_begin_at_a_record;
            DROP TRIGGER IF EXISTS audit_chains_are_not_deleted;";
        sqlx::raw_sql(triggers).execute(&mut other).await.unwrap();
        sqlx::raw_sql(forgery).execute(&mut other).await.unwrap();
    }
}

async fn house_with_five() -> House {
    let house = House::build().await;
    for action in ["one", "two", "three", "four", "five"] {
        house.audit(action, "ok").await;
    }
    let verified = house.verified(None).await;
    assert_eq!((verified.last.position, verified.broken), (5, None));
    house
}

/// S111: records can be added, never changed or removed, also by ourselves.
#[tokio::test]
async fn the_audit_log_only_grows() {
    let house = house_with_five().await;
    for forgery in [
        "UPDATE audit_records SET action = 'x'",
        "DELETE FROM audit_records",
        "UPDATE audit_chains SET position = 1",
        "DELETE FROM audit_chains",
        "UPDATE audit_chains SET dropped = 2",
        "UPDATE audit_chains SET dropped = 9, dropped_hash = hash",
    ] {
        let refused = house.store.write::<_, StoreError, _>(move |tx| {
            Box::pin(
                async move { Ok(sqlx::query(forgery).execute(&mut tx.connection).await.is_err()) },
            )
        });
        assert!(refused.await.unwrap(), "{forgery}");
    }
    assert_eq!(house.verified(None).await.broken, None);
}

/// S111: whoever edits, deletes, inserts or reorders records in the file is found, and where.
#[tokio::test]
async fn what_was_done_to_the_file_is_found_and_named() {
    use ChainProblem::{Changed, Missing};
    let swap = "UPDATE audit_records SET position = 99 WHERE position = 2;
        UPDATE audit_records SET position = 2 WHERE position = 3;
        UPDATE audit_records SET position = 3 WHERE position = 99;";
    let insert = "UPDATE audit_records SET position = position + 100 WHERE position > 2;
        UPDATE audit_records SET position = position - 99 WHERE position > 100;
        INSERT INTO audit_records
            SELECT zeroblob(16), chain, 3, at, actor, action, object, result, facts, hash
            FROM audit_records WHERE position = 2;";
    let untold = "UPDATE audit_chains SET dropped = 2,
            dropped_hash = (SELECT hash FROM audit_records WHERE position = 2);
        DELETE FROM audit_records WHERE position <= 2;";
    for (forgery, position, problem) in [
        ("UPDATE audit_records SET actor = 'nobody' WHERE position = 3", 3, Changed),
        ("UPDATE audit_records SET result = 'ok ' WHERE position = 5", 5, Changed),
        ("UPDATE audit_records SET hash = zeroblob(32) WHERE position = 1", 1, Changed),
        ("UPDATE audit_records SET at = at + 1 WHERE position = 4", 4, Changed),
        ("DELETE FROM audit_records WHERE position = 3", 3, Missing),
        ("DELETE FROM audit_records WHERE position = 1", 1, Missing),
        ("DELETE FROM audit_records WHERE position = 5", 5, Missing),
        ("DELETE FROM audit_records", 1, Missing),
        (swap, 2, Changed),
        (insert, 3, Changed),
        ("UPDATE audit_records SET hash = x'00' WHERE position = 3", 3, Changed),
        ("UPDATE audit_records SET id = x'00' WHERE position = 5", 5, Changed),
        ("DELETE FROM audit_chains", 1, Changed),
        ("UPDATE audit_chains SET position = 3", 3, Changed),
        ("UPDATE audit_chains SET hash = x'00'", 1, Changed),
        (untold, 1, Missing),
    ] {
        let house = house_with_five().await;
        house.tamper(forgery).await;
        let broken = house.verified(None).await.broken;
        assert_eq!(broken, Some(BrokenChain { position, problem }), "{forgery}");
    }
}

/// S111: a record that follows properly, but was not written by the server, is found as well.
#[tokio::test]
async fn a_record_that_was_put_in_at_the_end_is_found() {
    let house = house_with_five().await;
    house.audit("six", "ok").await;
    house
        .tamper(
            "UPDATE audit_chains SET position = 5,
        hash = (SELECT hash FROM audit_records WHERE position = 5);",
        )
        .await;
    let changed = BrokenChain { position: 6, problem: ChainProblem::Changed };
    assert_eq!(house.verified(None).await.broken, Some(changed));
}

/// S111: who makes a whole new chain is found by whoever has kept a hash of the old one.
#[tokio::test]
async fn a_chain_that_was_made_anew_does_not_have_the_hash_that_was_kept() {
    let house = house_with_five().await;
    let kept = house.verified(None).await;
    house.audit("six", "ok").await;
    let anchor = Some(kept.last);
    assert_eq!(house.verified(anchor).await.broken, None);
    house.tamper("DELETE FROM audit_records; DELETE FROM audit_chains;").await;
    for action in ["one", "two", "three", "four", "another", "six"] {
        house.audit(action, "ok").await;
    }
    assert_eq!(house.verified(None).await.broken, None, "in itself it is whole");
    let changed = BrokenChain { position: 5, problem: ChainProblem::Changed };
    assert_eq!(house.verified(anchor).await.broken, Some(changed));
    house.tamper("DELETE FROM audit_records; DELETE FROM audit_chains;").await;
    let missing = BrokenChain { position: 1, problem: ChainProblem::Missing };
    assert_eq!(house.verified(anchor).await.broken, Some(missing));
}

/// Nothing that is appended to a chain whose end was cut off hides that.
#[tokio::test]
async fn a_hole_stays_when_the_log_goes_on() {
    let house = house_with_five().await;
    house.tamper("DELETE FROM audit_records WHERE position = 5").await;
    house.audit("six", "ok").await;
    let missing = BrokenChain { position: 5, problem: ChainProblem::Missing };
    assert_eq!(house.verified(None).await.broken, Some(missing));
}

#[tokio::test]
async fn records_are_found_by_what_is_known_of_them() {
    let house = House::build().await;
    for (action, result) in [
        ("session.start", "ok"),
        ("session.stop", "ok"),
        ("sessions", "ok"),
        ("login.start", "refused"),
    ] {
        house.audit(action, result).await;
    }
    let filter = AuditFilter::default;
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(house.positions(filter()).await, [4, 3, 2, 1]);
    let action = some("session");
    assert_eq!(house.positions(AuditFilter { action, ..filter() }).await, [2, 1]);
    let action = some("session.stop");
    assert_eq!(house.positions(AuditFilter { action, ..filter() }).await, [2]);
    let action = some("%");
    assert_eq!(house.positions(AuditFilter { action, ..filter() }).await, [0_u64; 0]);
    let went_well = Some(false);
    assert_eq!(house.positions(AuditFilter { went_well, ..filter() }).await, [4]);
    let object = some("object:session.start");
    assert_eq!(house.positions(AuditFilter { object, ..filter() }).await, [1]);
    let actor = some("user:ben");
    assert_eq!(house.positions(AuditFilter { actor, ..filter() }).await, [0_u64; 0]);
    let since = Some(LATER);
    assert_eq!(house.positions(AuditFilter { since, ..filter() }).await, [0_u64; 0]);
    let (since, until) = (Some(NOW), Some(LATER));
    assert_eq!(house.positions(AuditFilter { since, until, ..filter() }).await, [4, 3, 2, 1]);
}

#[tokio::test]
async fn pages_follow_each_other_without_holes() {
    let house = house_with_five().await;
    let (mut seen, mut below) = (Vec::new(), None);
    loop {
        let filter = AuditFilter::default();
        let page = house.store.audit_find(Some(house.tenant), &filter, below, 2).await.unwrap();
        seen.extend(page.records.iter().map(|record| record.position));
        below = page.next;
        if below.is_none() {
            break;
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

/// Old records go, and the rest can still be checked: what went is written down in the chain.
#[tokio::test]
async fn what_is_old_is_dropped_and_the_rest_is_still_a_chain() {
    let house = house_with_five().await;
    let kept = house.verified(None).await.last;
    let new = house.record(LATER, "six", "ok");
    house.append(new).await;
    assert_eq!(house.store.audit_chains().await.unwrap(), [Some(house.tenant)]);
    let old = house.store.audit_last_before(Some(house.tenant), NOW).await.unwrap();
    assert_eq!(old, None, "nothing is older than the oldest");
    house.drop_before(LATER).await;
    assert_eq!(house.positions(AuditFilter::default()).await, [7, 6]);
    let verified = house.verified(Some(kept)).await;
    assert_eq!((verified.dropped, verified.last.position, verified.broken), (kept, 7, None));
    let all = AuditFilter::default();
    let page = house.store.audit_find(Some(house.tenant), &all, Some(7), 1).await.unwrap();
    assert_eq!(page.next, None, "there is nothing before the first that is kept");

    house.tamper("DELETE FROM audit_records WHERE position = 6").await;
    let missing = BrokenChain { position: 6, problem: ChainProblem::Missing };
    assert_eq!(house.verified(None).await.broken, Some(missing));
}

/// What stands behind one that is to be kept stays, whatever the clock said when it was written, and
/// so does the last one.
#[tokio::test]
async fn only_what_is_before_the_first_that_is_kept_is_dropped() {
    let house = House::build().await;
    for at in [NOW, LATER, NOW] {
        house.append(house.record(at, "one", "ok")).await;
    }
    house.drop_before(LATER).await;
    assert_eq!(house.positions(AuditFilter::default()).await, [4, 3, 2]);
    let far = Timestamp::from_millis(LATER.as_millis() + 1);
    house.drop_before(far).await;
    assert_eq!(house.positions(AuditFilter::default()).await, [5, 4]);
    assert_eq!(house.verified(None).await.broken, None);
}

/// Whoever says of more records that they were dropped than the chain says is found.
#[tokio::test]
async fn more_cannot_be_dropped_than_was_written_down() {
    let house = house_with_five().await;
    house.append(house.record(LATER, "six", "ok")).await;
    house.drop_before(LATER).await;
    house
        .tamper(
            "UPDATE audit_chains SET dropped = 6,
                dropped_hash = (SELECT hash FROM audit_records WHERE position = 6);
            DELETE FROM audit_records WHERE position = 6;",
        )
        .await;
    let missing = BrokenChain { position: 6, problem: ChainProblem::Missing };
    assert_eq!(house.verified(None).await.broken, Some(missing));
}
