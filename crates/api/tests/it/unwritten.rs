//! An audit log that takes nothing in.

use sqlx::SqlitePool;

use crate::cast::{Cast, Who};
use crate::house::House;
use crate::http::Request;
use crate::matrix::{Expected, expected, request};
use crate::table::TABLE;

/// Who does things here: everybody who may do something that nobody else may.
const DOERS: [Who; 5] =
    [Who::SystemAdmin, Who::TenantAdmin, Who::Keeper, Who::Member, Who::MemberInBrowser];

/// The log of a house, reached past the server.
struct Log {
    pool: SqlitePool,
}

impl Log {
    async fn of(house: &House) -> Self {
        let url = format!("sqlite://{}", house.database().display());
        Self { pool: SqlitePool::connect(&url).await.unwrap() }
    }

    async fn lines(&self) -> i64 {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM audit_records");
        count.fetch_one(&self.pool).await.unwrap()
    }

    /// From now on a new line fails, and with it all of its transaction, as on a full disk.
    async fn fill_up(&self) {
        let trigger = "CREATE TRIGGER nothing_fits BEFORE INSERT ON audit_records
            BEGIN SELECT RAISE(ROLLBACK, 'no line fits'); END";
        sqlx::query(trigger).execute(&self.pool).await.unwrap();
    }

    async fn make_room(&self) {
        sqlx::query("DROP TRIGGER nothing_fits").execute(&self.pool).await.unwrap();
    }
}

/// S112: whatever leaves a line in the log changes nothing and shows nothing where the line cannot be
/// written, and says that it was not done; once there is room it is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_written_down_does_not_happen() {
    let house = House::open().await;
    let log = Log::of(&house).await;
    let (mut wrong, mut written) = (Vec::new(), 0);
    for entry in TABLE {
        for who in DOERS {
            let cast = Cast::assemble(&house).await;
            if !matches!(expected(entry.rule, &cast, who), Expected::Served) {
                continue;
            }
            let cast_again = Cast::assemble(&house).await;
            // The first use of a credential is noted, which is nothing that it does.
            let first = Request::get("/api/auth/me").with(&cast.credential(who));
            assert_eq!(first.send(&house).await.status, 200);
            log.fill_up().await;
            let before = house.commits();
            let answer = request(entry, &house, &cast, who).send(&house).await;
            let has_changed = house.commits() != before;
            log.make_room().await;

            let before = log.lines().await;
            let allowed = request(entry, &house, &cast_again, who).send(&house).await;
            if log.lines().await == before {
                continue;
            }
            written += 1;
            let is_refused = answer.status >= 500 && !answer.problem(answer.status).is_empty();
            if has_changed || !is_refused {
                let name = format!("{} {} by {who:?}", entry.method, entry.path);
                let (unwritten, served) = (answer.status, allowed.status);
                wrong.push(format!("{name}: {unwritten} (changed: {has_changed}), else {served}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {written}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(written > 150, "{written} requests leave a line");
}
