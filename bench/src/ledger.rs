//! The least that can make something durable in SQLite: rows in a table, committed together, with
//! the settings of our database.

use std::path::Path;

use anyhow::{Context, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

/// About what a submitted job takes.
const ROW_BYTES: usize = 1_024;

/// A file with one table.
pub(crate) struct Ledger {
    connection: SqliteConnection,
    row: String,
}

impl Ledger {
    /// Makes one.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut connection = options.connect().await.context("make a database")?;
        let table = "CREATE TABLE rows (id INTEGER PRIMARY KEY, content TEXT NOT NULL)";
        sqlx::query(table).execute(&mut connection).await.context("make a table")?;
        Ok(Self { connection, row: "x".repeat(ROW_BYTES) })
    }

    /// Writes some rows in one commit. They are on the disk when it answers.
    pub(crate) async fn commit(&mut self, rows: usize) -> Result<()> {
        let mut transaction = self.connection.begin().await?;
        for _ in 0..rows {
            let insert = sqlx::query("INSERT INTO rows (content) VALUES (?)").bind(&self.row);
            insert.execute(&mut *transaction).await?;
        }
        transaction.commit().await.context("commit")
    }
}
