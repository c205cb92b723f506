//! Copies of the database: one is taken while a server works with it, and one is looked at before
//! somebody relies on it.

use std::path::{Path, PathBuf};

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

use crate::StoreError;
use crate::columns::failed;
use crate::database::BUSY_TIMEOUT;

/// Writes a whole copy of the database, as it is at one moment, to a file that is not there yet. A
/// server may go on with it meanwhile: it is only read.
pub async fn snapshot(database: &Path, into: &Path) -> Result<(), StoreError> {
    let mut connection = open(database).await?;
    let target = into.to_string_lossy().into_owned();
    let copied = sqlx::query("VACUUM INTO $1").bind(target).execute(&mut connection).await;
    copied.map_err(failed("copy the database"))?;
    connection.close().await.map_err(failed("close the database"))
}

/// Reads every page and row of a database that nobody works with. The error says what is damaged.
pub async fn check(database: &Path) -> Result<(), StoreError> {
    let mut connection = open(database).await?;
    let rows = sqlx::query("PRAGMA integrity_check").fetch_all(&mut connection).await;
    let rows = rows.map_err(failed("check the database"))?;
    let found: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
    connection.close().await.map_err(failed("close the database"))?;
    match &found[..] {
        [one] if one == "ok" => Ok(()),
        _ => Err(StoreError::Damaged { path: database.to_owned(), found: found.join("; ") }),
    }
}

/// Brings all that was written into the one file, so that it can be moved alone. Nobody works with it.
///
/// # Errors
///
/// Fails if something is left beside it.
pub async fn gather(database: &Path) -> Result<(), StoreError> {
    let failed_to = "gather the database";
    let opening = SqliteConnectOptions::new().filename(database).disable_statement_logging();
    let path = database.to_owned();
    let mut connection =
        opening.connect().await.map_err(|source| StoreError::Open { path, source })?;
    // The mode without a log beside the file; a server changes it when it opens the database.
    let changed = sqlx::query("PRAGMA journal_mode = DELETE").fetch_one(&mut connection).await;
    let mode: String = changed.and_then(|row| row.try_get(0)).map_err(failed(failed_to))?;
    connection.close().await.map_err(failed(failed_to))?;
    if mode == "delete" {
        return Ok(());
    }
    let found = format!("its journal is {mode}");
    Err(StoreError::Damaged { path: database.to_owned(), found })
}

async fn open(database: &Path) -> Result<SqliteConnection, StoreError> {
    let path: PathBuf = database.to_owned();
    SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|source| StoreError::Open { path, source })
}
