//! What ends with the life that a backup was taken of, and copies of the whole.

use model::{ApiTokenId, EnrolmentId, LoginId, ProxyTokenId, SignInId};
use sqlx::AssertSqlSafe;

use super::*;
use crate::restoring::EndedCredentials;
use crate::snapshot;

/// A database that can be written to with any statement, as only a test does.
async fn execute(house: &House, statements: Vec<String>) {
    house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                for statement in statements {
                    let done = sqlx::query(AssertSqlSafe(statement));
                    done.execute(&mut tx.connection).await.unwrap();
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

fn literal(id: &[u8]) -> String {
    format!("x'{}'", hex::encode(id))
}

/// S116: every kind of credential is dead afterwards, and counted.
#[tokio::test]
async fn every_credential_is_ended() {
    let house = House::build().await;
    let (rng, later) = (CountingRng::new(77), LATER.as_millis());
    let (user, tenant) = (literal(house.user.as_bytes()), literal(house.tenant.as_bytes()));
    let (machine, session) = (literal(house.machine.as_bytes()), literal(house.session.as_bytes()));
    let login = literal(LoginId::new(NOW, &rng).as_bytes());
    let token = literal(ApiTokenId::new(NOW, &rng).as_bytes());
    let registration = literal(EnrolmentId::new(NOW, &rng).as_bytes());
    let link = literal(SignInId::new(NOW, &rng).as_bytes());
    let proxy = literal(ProxyTokenId::new(NOW, &rng).as_bytes());
    let statements = vec![
        format!(
            "INSERT INTO logins (id, secret_hash, user, created_at, last_used_at, expires_at,
                user_agent) VALUES ({login}, x'01', {user}, 0, 0, {later}, '')"
        ),
        format!(
            "INSERT INTO api_tokens (id, secret_hash, user, name, created_at, expires_at)
                VALUES ({token}, x'02', {user}, 'ci', 0, {later})"
        ),
        format!(
            "INSERT INTO enrolments (id, secret_hash, tenant, created_by, created_at, expires_at)
                VALUES ({registration}, x'03', {tenant}, {user}, 0, {later})"
        ),
        format!(
            "INSERT INTO sign_in_links (id, secret_hash, user, created_at, expires_at)
                VALUES ({link}, x'04', {user}, 0, {later})"
        ),
        format!(
            "INSERT INTO proxy_tokens (id, secret_hash, tenant, user, machine, session, created_at,
                expires_at) VALUES ({proxy}, x'05', {tenant}, {user}, {machine}, {session}, 0, {later})"
        ),
    ];
    execute(&house, statements).await;
    let end = || {
        house.store.write::<EndedCredentials, StoreError, _>(|tx| {
            Box::pin(async move { tx.credentials_end(NOW).await })
        })
    };
    let one_each = EndedCredentials {
        logins: 1,
        api_tokens: 1,
        registration_tokens: 1,
        links: 1,
        proxy_tokens: 1,
    };
    assert_eq!(end().await.unwrap(), one_each);
    assert_eq!(end().await.unwrap(), EndedCredentials::default());
}

/// R27: what was under way when the backup was taken never happens a second time.
#[tokio::test]
async fn nothing_that_was_under_way_is_left() {
    let house = House::build().await;
    let (command, machine, question) = (house.command(), house.machine, house.question());
    let work = house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.command_append(&command).await?;
                tx.permission_insert(&question).await?;
                tx.work_end(LATER, "restored").await
            })
        })
        .await
        .unwrap();
    assert_eq!((work.turns, work.questions, work.jobs.len()), (0, 1, 0));
    assert!(house.store.commands_pending(machine, 1, 10).await.unwrap().is_empty());
}

/// R27: a machine that has forgotten reports which this database never saw goes on behind them, and is
/// in doubt until it was asked.
#[tokio::test]
async fn missing_reports_are_skipped_once() {
    let house = House::build().await;
    let machine = house.machine;
    let skip = |up_to| {
        house.store.write::<bool, StoreError, _>(move |tx| {
            Box::pin(async move { tx.machine_skip_reports(machine, up_to).await })
        })
    };
    let skipped: [bool; 3] =
        [skip(0).await.unwrap(), skip(7).await.unwrap(), skip(7).await.unwrap()];
    assert_eq!(skipped, [false, true, false]);
    let taken: bool = house
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                tx.machine_doubt(machine, NOW).await?;
                tx.machine_take_report(machine, 8).await
            })
        })
        .await
        .unwrap();
    assert!(taken);
    assert_eq!(house.store.machines_in_doubt().await.unwrap(), [(machine, NOW)]);
    for (since, ends) in [(LATER, false), (NOW, true), (NOW, false)] {
        let ended: bool = house
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move { tx.machine_doubt_end(machine, since).await })
            })
            .await
            .unwrap();
        assert_eq!(ended, ends);
    }
    assert!(house.store.machines_in_doubt().await.unwrap().is_empty());
}

/// R27: a copy is whole while the server works, and what is damaged is not taken for one.
#[tokio::test]
async fn a_copy_is_whole_and_damage_is_found() {
    let house = House::build().await;
    let place = tempfile::tempdir().unwrap();
    let (original, copy) =
        (house.directory.path().join("gantline.db"), place.path().join("copy.db"));
    snapshot::snapshot(&original, &copy).await.unwrap();
    snapshot::check(&copy).await.unwrap();
    let store = Store::open(&copy).await.unwrap();
    assert!(store.machine(house.machine).await.unwrap().is_some());
    store.close().await;
    drop(store);
    snapshot::gather(&copy).await.unwrap();
    assert!(!place.path().join("copy.db-wal").exists());
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0x55);
    std::fs::write(&copy, bytes).unwrap();
    snapshot::check(&copy).await.unwrap_err();
}
