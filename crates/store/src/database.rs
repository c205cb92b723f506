//! Opening the database: files, pools, migrations.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use metrics::Exposition;
use model::Clock;
use sqlx::ConnectOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

use crate::claim::claim;
use crate::writer::Writer;
use crate::{StoreError, Tx, TxFuture};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Connections for reading. They take turns on few cores; more would only cost memory.
const READERS: u32 = 4;

/// How long a statement waits for another process that holds the file.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) readers: SqlitePool,
    writer: Writer,
}

impl Store {
    /// Claims the file, opens it, makes it if need be, and brings its layout up to date.
    ///
    /// The writer's task ends when [`Store::close`] is called or the last clone is dropped.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let claimed = claim(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous())
            .foreign_keys(true)
            // What is deleted, or passed on to a machine, is not left behind in the file.
            .pragma("secure_delete", "ON")
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        let mut connection = options.connect().await.map_err(opening(path))?;
        migrate(&mut connection, path).await?;
        keep_journals_in_memory(&mut connection).await.map_err(opening(path))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            .connect_with(options.create_if_missing(false).read_only(true))
            .await
            .map_err(opening(path))?;
        Ok(Self { readers, writer: Writer::start(connection, claimed) })
    }

    /// Runs one unit of work in a transaction. When this answers `Ok`, it is on the disk; when
    /// the work answers `Err`, it is as if it had never begun.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'tx> FnOnce(&'tx mut Tx) -> TxFuture<'tx, Result<T, E>> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Times writes by this clock from now on; until then they are not timed.
    pub fn time_by(&self, clock: Arc<dyn Clock>) {
        self.writer.figures.time_by(clock);
    }

    /// Writes down what writing takes, and how many pieces of work wait.
    pub fn write_metrics(&self, into: &mut Exposition) {
        self.writer.figures.write(into);
        into.gauge(
            "gantline_database_queue_length",
            "Changes that wait for the writer.",
            self.writer.waiting(),
        );
    }

    /// Resolves when the database has stopped accepting writes for good; the server must stop.
    pub async fn stopped(&self) -> String {
        self.writer.stopped().await
    }

    /// Finishes what is queued and closes the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// What every acknowledgement rests on. The feature exists for one test: the power-cut test must
/// fail with it.
fn synchronous() -> SqliteSynchronous {
    if cfg!(feature = "mutant-synchronous-normal") {
        SqliteSynchronous::Normal
    } else {
        SqliteSynchronous::Full
    }
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), StoreError> {
    MIGRATIONS.run(connection).await.map_err(|source| match source {
        MigrateError::VersionMissing(_) => StoreError::Newer { path: path.to_owned() },
        source => StoreError::Migrate { path: path.to_owned(), source },
    })
}

/// What a statement changes is kept as it was until the statement has ended, in case it fails half
/// way: in memory, and not in files that are made and taken away again with nearly every write, and
/// hold what else is in the pages. Only migrations change so much at a time that it belongs there.
async fn keep_journals_in_memory(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA temp_store = MEMORY").execute(connection).await.map(drop)
}

fn opening(path: &Path) -> impl FnOnce(sqlx::Error) -> StoreError {
    let path: PathBuf = path.to_owned();
    move |source| StoreError::Open { path, source }
}
