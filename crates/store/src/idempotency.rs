//! Answers to requests that carried an idempotency key.

use model::{Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    GET = "SELECT request_hash, answer FROM idempotent_answers WHERE user = $1 AND key = $2";
    PUT = "INSERT INTO idempotent_answers (user, key, request_hash, answer, created_at)
        VALUES ($1, $2, $3, $4, $5)";
    FORGET = "DELETE FROM idempotent_answers WHERE created_at < $1";
}

/// The answer that a key got before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierAnswer {
    /// SHA-256 of the request that got it.
    pub request_hash: [u8; 32],
    /// The answer.
    pub answer: String,
}

impl Tx {
    /// The answer that a user's key got before, if it was used.
    pub async fn idempotent_answer(
        &mut self,
        user: UserId,
        key: &str,
    ) -> Result<Option<EarlierAnswer>, StoreError> {
        let row = sqlx::query(GET)
            .bind(user.as_uuid())
            .bind(key)
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("look up an idempotency key"))?;
        row.as_ref().map(earlier).transpose()
    }

    /// Keeps the answer to a key.
    pub async fn idempotent_answer_insert(
        &mut self,
        user: UserId,
        key: &str,
        answer: &EarlierAnswer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(user.as_uuid())
            .bind(key)
            .bind(&answer.request_hash[..])
            .bind(&answer.answer)
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("keep an idempotent answer"))
    }

    /// Drops answers that are older.
    pub async fn idempotent_answers_forget(&mut self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query(FORGET)
            .bind(before.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("drop old idempotent answers"))
    }
}

impl Store {
    /// The answer that a user's key got before, if it was used.
    pub async fn idempotent_answer(
        &self,
        user: UserId,
        key: &str,
    ) -> Result<Option<EarlierAnswer>, StoreError> {
        let row = sqlx::query(GET)
            .bind(user.as_uuid())
            .bind(key)
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("look up an idempotency key"))?;
        row.as_ref().map(earlier).transpose()
    }
}

fn earlier(row: &SqliteRow) -> Result<EarlierAnswer, StoreError> {
    Ok(EarlierAnswer { request_hash: row.key("request_hash")?, answer: row.text("answer")? })
}
