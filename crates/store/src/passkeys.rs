//! Public halves of the keys with which people prove that their authenticator is there.

use std::net::IpAddr;

use model::passkey::{Passkey, PasskeyKey};
use model::{PasskeyId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements, wrong};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO passkeys (id, user, name, domain, credential, public_key, algorithm,
            counter, transports, created_at, last_used_at, last_source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (domain, credential) DO NOTHING";
    BY_USER = "SELECT * FROM passkeys WHERE user = $1 ORDER BY id";
    COUNT = "SELECT COUNT(*) AS passkeys FROM passkeys WHERE user = $1";
    COUNTER = "SELECT counter FROM passkeys WHERE id = $1 AND user = $2";
    USED = "UPDATE passkeys SET counter = $3, last_used_at = $4, last_source = $5
        WHERE id = $1 AND user = $2";
    RENAME = "UPDATE passkeys SET name = $3 WHERE id = $1 AND user = $2";
    DELETE = "DELETE FROM passkeys WHERE id = $1 AND user = $2";
    DELETE_ALL = "DELETE FROM passkeys WHERE user = $1";
}

/// What has come of using a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyUse {
    /// It counts.
    Noted,
    /// Its counter has not gone on since it was used last: there are two of it.
    WentBack,
    /// It is not there any more.
    Gone,
}

impl Tx {
    /// Adds a passkey; answers whether it was nobody's. Of many at once one succeeds.
    pub async fn passkey_insert(&mut self, passkey: &Passkey) -> Result<bool, StoreError> {
        let Passkey { key, .. } = passkey;
        let done = sqlx::query(INSERT)
            .bind(passkey.id.as_uuid())
            .bind(passkey.user.as_uuid())
            .bind(&passkey.name)
            .bind(&passkey.domain)
            .bind(&key.credential)
            .bind(&key.public_key)
            .bind(key.algorithm)
            .bind(i64::from(key.counter))
            .bind(key.transports.join(" "))
            .bind(passkey.created_at.as_millis())
            .bind(passkey.last_used_at.map(Timestamp::as_millis))
            .bind(passkey.last_source.to_string())
            .execute(&mut self.connection)
            .await
            .map_err(failed("add a passkey"))?;
        Ok(done.rows_affected() > 0)
    }

    /// How many passkeys a user has, read inside the transaction.
    pub async fn passkeys_left(&mut self, user: UserId) -> Result<u64, StoreError> {
        let row = sqlx::query(COUNT).bind(user.as_uuid()).fetch_one(&mut self.connection).await;
        row.map_err(failed("count passkeys"))?.count("passkeys")
    }

    /// Notes that a passkey was used, if its counter has gone on; one that is zero for ever does not
    /// count (Web Authentication §6.1.1).
    pub async fn passkey_used(
        &mut self,
        id: PasskeyId,
        user: UserId,
        counter: u32,
        at: Timestamp,
        source: IpAddr,
    ) -> Result<PasskeyUse, StoreError> {
        let row = sqlx::query(COUNTER)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(failed("read how often a passkey was used"))?;
        let Some(row) = row else { return Ok(PasskeyUse::Gone) };
        let before = row.count("counter")?;
        let counter = u64::from(counter);
        if counter <= before && (counter, before) != (0, 0) {
            return Ok(PasskeyUse::WentBack);
        }
        sqlx::query(USED)
            .bind(id.as_uuid())
            .bind(user.as_uuid())
            .bind(crate::columns::integer(counter))
            .bind(at.as_millis())
            .bind(source.to_string())
            .execute(&mut self.connection)
            .await
            .map_err(failed("note that a passkey was used"))?;
        Ok(PasskeyUse::Noted)
    }

    /// Gives a user's passkey another name; answers whether there is one.
    pub async fn passkey_rename(
        &mut self,
        id: PasskeyId,
        user: UserId,
        name: &str,
    ) -> Result<bool, StoreError> {
        let renamed = sqlx::query(RENAME).bind(id.as_uuid()).bind(user.as_uuid()).bind(name);
        let done = renamed.execute(&mut self.connection).await;
        Ok(done.map_err(failed("rename a passkey"))?.rows_affected() > 0)
    }

    /// Drops a user's passkey; answers whether there was one. The recovery codes go with the last
    /// second factor.
    pub async fn passkey_delete(
        &mut self,
        id: PasskeyId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let deleted = sqlx::query(DELETE).bind(id.as_uuid()).bind(user.as_uuid());
        let done = deleted.execute(&mut self.connection).await;
        let is_gone = done.map_err(failed("drop a passkey"))?.rows_affected() > 0;
        self.recovery_codes_tidy(user).await?;
        Ok(is_gone)
    }

    /// Drops all of a user's passkeys; answers whether there were any. The recovery codes go with the
    /// last second factor.
    pub async fn passkeys_delete(&mut self, user: UserId) -> Result<bool, StoreError> {
        let deleted = sqlx::query(DELETE_ALL).bind(user.as_uuid());
        let done = deleted.execute(&mut self.connection).await;
        let are_gone = done.map_err(failed("drop passkeys"))?.rows_affected() > 0;
        self.recovery_codes_tidy(user).await?;
        Ok(are_gone)
    }
}

impl Store {
    /// A user's passkeys, the oldest first.
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>, StoreError> {
        let rows = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list passkeys"))?.iter().map(passkey).collect()
    }
}

fn passkey(row: &SqliteRow) -> Result<Passkey, StoreError> {
    let transports = row.text("transports")?;
    Ok(Passkey {
        id: PasskeyId::from_uuid(row.uuid("id")?),
        user: UserId::from_uuid(row.uuid("user")?),
        name: row.text("name")?,
        domain: row.text("domain")?,
        key: PasskeyKey {
            credential: row.bytes("credential")?,
            public_key: row.bytes("public_key")?,
            algorithm: i32::try_from(row.signed("algorithm")?).map_err(wrong("algorithm"))?,
            counter: u32::try_from(row.count("counter")?).map_err(wrong("counter"))?,
            transports: transports.split_whitespace().map(str::to_owned).collect(),
        },
        created_at: row.time("created_at")?,
        last_used_at: row.maybe_time("last_used_at")?,
        last_source: row.word("last_source")?,
    })
}
