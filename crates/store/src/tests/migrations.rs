//! The layout is brought up to date, whatever happens meanwhile.

use std::borrow::Cow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use model::rng::CountingRng;
use model::{TenantId, Timestamp, UserId};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::Store;
use crate::database::MIGRATIONS;

/// Kills, spread over the time that it takes.
const KILLS: u32 = 40;

/// In the process that is killed: the database that it brings up to date.
const DATABASE: &str = "GANTLINE_TEST_DATABASE";

const OWN_NAME: &str =
    "tests::migrations::a_layout_that_was_killed_on_its_way_is_finished_by_the_next_start";

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    options.connect().await.unwrap()
}

/// A database as it was made by the first layout, with a tenant.
async fn old_database(path: &Path) -> TenantId {
    let tenant = TenantId::new(Timestamp::from_millis(1_000_000), &CountingRng::default());
    let mut connection = connect(path).await;
    let first = MIGRATIONS.iter().take(1).cloned().collect();
    let first = Migrator { migrations: Cow::Owned(first), ..Migrator::DEFAULT };
    first.run(&mut connection).await.unwrap();
    let insert =
        "INSERT INTO tenants (id, number, name, created_at) VALUES (?, 1, 'Home', 1000000)";
    sqlx::query(insert).bind(&tenant.as_bytes()[..]).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    tenant
}

/// Everything that the database consists of, and how many steps its layout has made.
async fn layout(path: &Path) -> (Vec<String>, i64) {
    let mut connection = connect(path).await;
    let parts = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY 1";
    let parts = sqlx::query_scalar(parts).fetch_all(&mut connection).await.unwrap();
    let steps = "SELECT count(*) FROM _sqlx_migrations WHERE success";
    let steps = sqlx::query_scalar(steps).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    (parts, steps)
}

/// A process that brings the database up to date, as a server does when it starts.
fn bring_up_to_date(path: &Path) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", OWN_NAME])
        .env(DATABASE, path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// R28: a server that is killed while it brings its database up to date leaves one that the next
/// start finishes: the same layout, and nothing of what was in it lost.
#[tokio::test]
async fn a_layout_that_was_killed_on_its_way_is_finished_by_the_next_start() {
    if let Some(path) = std::env::var_os(DATABASE) {
        Store::open(Path::new(&path)).await.unwrap().close().await;
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole.db");
    old_database(&whole).await;
    #[expect(clippy::disallowed_methods, reason = "kills are spread over the time that it takes")]
    let begun = Instant::now();
    assert!(bring_up_to_date(&whole).wait().unwrap().success());
    let lasted = begun.elapsed();
    let (parts, steps) = layout(&whole).await;

    let mut seen = Vec::new();
    for kill in 0..KILLS {
        let path = directory.path().join(format!("{kill}.db"));
        let tenant = old_database(&path).await;
        let mut child = bring_up_to_date(&path);
        tokio::time::sleep(lasted * kill / KILLS).await;
        child.kill().unwrap();
        child.wait().unwrap();
        seen.push(layout(&path).await.1);
        let store = Store::open(&path).await.unwrap();
        let tenants: Vec<TenantId> =
            store.tenants().await.unwrap().iter().map(|it| it.id).collect();
        store.close().await;
        assert_eq!(tenants, [tenant], "killed after {:?}", lasted * kill / KILLS);
        assert_eq!(layout(&path).await, (parts.clone(), steps));
    }
    assert!(seen.iter().any(|done| (2..steps).contains(done)), "killed on the way: {seen:?}");
}

/// Recovery codes that were an authenticator's are its owner's afterwards, the same ones.
#[tokio::test]
async fn recovery_codes_outlive_the_layout_that_they_were_made_in() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("codes.db");
    let tenant = old_database(&path).await;
    let user = UserId::new(Timestamp::from_millis(2_000_000), &CountingRng::default());
    let mut connection = connect(&path).await;
    let before = MIGRATIONS.iter().filter(|step| step.version < 25).cloned().collect();
    let before = Migrator { migrations: Cow::Owned(before), ..Migrator::DEFAULT };
    before.run(&mut connection).await.unwrap();
    let insert = "INSERT INTO users (id, number, tenant, username, username_folded, display_name,
            kind, role, state, created_at)
        VALUES (?, 7, ?, 'ana', 'ana', 'Ana', 'person', 'member', 'active', 2000000)";
    let insert = sqlx::query(insert).bind(&user.as_bytes()[..]).bind(&tenant.as_bytes()[..]);
    insert.execute(&mut connection).await.unwrap();
    let insert = "INSERT INTO authenticators VALUES (?, x'00', 2000000, 1, '127.0.0.1')";
    let insert = sqlx::query(insert).bind(&user.as_bytes()[..]);
    insert.execute(&mut connection).await.unwrap();
    let insert = "INSERT INTO recovery_codes VALUES (?, ?), (?, ?)";
    let insert = sqlx::query(insert).bind(&user.as_bytes()[..]).bind(&[1; 32][..]);
    let insert = insert.bind(&user.as_bytes()[..]).bind(&[2; 32][..]);
    insert.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.recovery_codes_left(user).await.unwrap(), 2);
    let here = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    let used = store.write::<_, crate::StoreError, _>(move |tx| {
        Box::pin(async move { tx.recovery_code_use(user, &[2; 32], here).await })
    });
    assert!(used.await.unwrap());
    // With the last second factor they go.
    let gone = store.write::<_, crate::StoreError, _>(move |tx| {
        Box::pin(async move { tx.authenticator_delete(user).await })
    });
    assert!(gone.await.unwrap());
    assert_eq!(store.recovery_codes_left(user).await.unwrap(), 0);
    store.close().await;
}
