//! Authenticators, the codes for whoever has lost theirs, and who must have one.

use std::collections::HashSet;
use std::net::IpAddr;

use model::second_factor::{Authenticator, SecondFactorDemand, SecondFactorReset};
use model::{LoginId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, integer, statements};
use crate::{Store, StoreError, Tx};

statements! {
    PUT = "INSERT INTO authenticators (user, sealed, created_at, last_step, last_source)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (user) DO UPDATE SET sealed = $2, created_at = $3, last_step = $4,
            last_source = $5";
    BY_USER = "SELECT * FROM authenticators WHERE user = $1";
    BY_TENANT = "SELECT id AS user FROM users WHERE tenant = $1 AND (
            id IN (SELECT user FROM authenticators) OR id IN (SELECT user FROM passkeys)
        )";
    STEP = "UPDATE authenticators SET last_step = $2, last_source = $3
        WHERE user = $1 AND last_step < $2";
    SEEN_FROM = "UPDATE authenticators SET last_source = $2 WHERE user = $1";
    DELETE = "DELETE FROM authenticators WHERE user = $1";
    SEALED = "SELECT * FROM authenticators WHERE user > $1 ORDER BY user LIMIT $2";
    RESEAL = "UPDATE authenticators SET sealed = $3 WHERE user = $1 AND sealed = $2";
    CODE_INSERT = "INSERT INTO recovery_codes (user, digest) VALUES ($1, $2)";
    CODE_USE = "DELETE FROM recovery_codes WHERE user = $1 AND digest = $2";
    CODES_DELETE = "DELETE FROM recovery_codes WHERE user = $1";
    CODES_TIDY = "DELETE FROM recovery_codes WHERE user = $1
        AND NOT EXISTS (SELECT 1 FROM authenticators WHERE user = $1)
        AND NOT EXISTS (SELECT 1 FROM passkeys WHERE user = $1)";
    CODES_LEFT = "SELECT COUNT(*) AS codes FROM recovery_codes WHERE user = $1";
    RESET_PUT = "INSERT INTO second_factor_resets (user, at, by) VALUES ($1, $2, $3)
        ON CONFLICT (user) DO UPDATE SET at = $2, by = $3";
    RESET_DELETE = "DELETE FROM second_factor_resets WHERE user = $1";
    RESET_OF = "SELECT second_factor_resets.at, users.display_name FROM second_factor_resets
        JOIN users ON users.id = second_factor_resets.by WHERE second_factor_resets.user = $1";
    DEMAND = "UPDATE tenants SET second_factor = $2 WHERE id = $1 AND second_factor <> $2";
    DEMANDED = "SELECT second_factor FROM tenants WHERE id = $1";
    LOGINS_WITHOUT = "DELETE FROM logins WHERE user IN (
            SELECT id FROM users WHERE tenant = $1
                AND id NOT IN (SELECT user FROM authenticators)
                AND id NOT IN (SELECT user FROM passkeys)
        ) RETURNING id, user";
}

impl Tx {
    /// Makes an authenticator the one of its user, in the place of one before it, with new codes for
    /// whoever loses it. What was told of a reset is over.
    pub async fn authenticator_put(
        &mut self,
        authenticator: &Authenticator,
        codes: &[[u8; 32]],
    ) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(authenticator.user.as_uuid())
            .bind(&authenticator.sealed)
            .bind(authenticator.created_at.as_millis())
            .bind(integer(authenticator.last_step))
            .bind(authenticator.last_source.to_string())
            .execute(&mut self.connection)
            .await
            .map_err(failed("store an authenticator"))?;
        self.second_factor_told(authenticator.user).await?;
        self.recovery_codes_put(authenticator.user, codes).await
    }

    /// What was told a user of a reset is over: they have a second factor again.
    pub async fn second_factor_told(&mut self, user: UserId) -> Result<(), StoreError> {
        self.of_user(RESET_DELETE, user).await.map(drop)
    }

    /// One user's authenticator, read inside the transaction.
    pub async fn authenticator(
        &mut self,
        user: UserId,
    ) -> Result<Option<Authenticator>, StoreError> {
        let row = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_optional(&mut self.connection);
        let row = row.await.map_err(failed("find an authenticator"))?;
        row.as_ref().map(authenticator).transpose()
    }

    /// Notes that the code of a step was given; answers whether it is the first of this step or a
    /// later one. Of many at once one succeeds.
    pub async fn authenticator_step(
        &mut self,
        user: UserId,
        step: u64,
        source: IpAddr,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(STEP)
            .bind(user.as_uuid())
            .bind(integer(step))
            .bind(source.to_string())
            .execute(&mut self.connection)
            .await
            .map_err(failed("note a code"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Uses up a recovery code; answers whether there was one. Of many at once one succeeds.
    pub async fn recovery_code_use(
        &mut self,
        user: UserId,
        digest: &[u8; 32],
        source: IpAddr,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(CODE_USE)
            .bind(user.as_uuid())
            .bind(&digest[..])
            .execute(&mut self.connection)
            .await
            .map_err(failed("use a recovery code"))?;
        sqlx::query(SEEN_FROM)
            .bind(user.as_uuid())
            .bind(source.to_string())
            .execute(&mut self.connection)
            .await
            .map_err(failed("note where a code came from"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Replaces the recovery codes of a user who has a second factor.
    pub async fn recovery_codes_put(
        &mut self,
        user: UserId,
        codes: &[[u8; 32]],
    ) -> Result<(), StoreError> {
        self.of_user(CODES_DELETE, user).await?;
        for digest in codes {
            sqlx::query(CODE_INSERT)
                .bind(user.as_uuid())
                .bind(&digest[..])
                .execute(&mut self.connection)
                .await
                .map_err(failed("store a recovery code"))?;
        }
        Ok(())
    }

    /// Drops a user's authenticator; answers whether there was one. The recovery codes go with the
    /// last second factor.
    pub async fn authenticator_delete(&mut self, user: UserId) -> Result<bool, StoreError> {
        let is_gone = self.of_user(DELETE, user).await? > 0;
        self.recovery_codes_tidy(user).await?;
        Ok(is_gone)
    }

    /// Drops the recovery codes of a user who has no second factor any more.
    pub(crate) async fn recovery_codes_tidy(&mut self, user: UserId) -> Result<(), StoreError> {
        self.of_user(CODES_TIDY, user).await.map(drop)
    }

    /// Notes who has switched somebody's second factor off.
    pub async fn second_factor_reset_put(
        &mut self,
        user: UserId,
        at: Timestamp,
        by: UserId,
    ) -> Result<(), StoreError> {
        sqlx::query(RESET_PUT)
            .bind(user.as_uuid())
            .bind(at.as_millis())
            .bind(by.as_uuid())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("note a reset second factor"))
    }

    /// Puts the same secret, sealed anew, in the place of what was sealed before.
    pub async fn authenticator_reseal(
        &mut self,
        user: UserId,
        before: &[u8],
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(RESEAL)
            .bind(user.as_uuid())
            .bind(before)
            .bind(sealed)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("seal an authenticator anew"))
    }

    /// Says whether a tenant's people must have a second factor; answers whether that is new.
    pub async fn second_factor_demand(
        &mut self,
        tenant: TenantId,
        demand: SecondFactorDemand,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(DEMAND)
            .bind(tenant.as_uuid())
            .bind(demand.as_str())
            .execute(&mut self.connection)
            .await
            .map_err(failed("demand a second factor"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends the logins of a tenant's people who have no second factor; answers which.
    pub async fn logins_delete_without_second_factor(
        &mut self,
        tenant: TenantId,
    ) -> Result<Vec<(UserId, LoginId)>, StoreError> {
        let rows = sqlx::query(LOGINS_WITHOUT)
            .bind(tenant.as_uuid())
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed("end logins without a second factor"))?;
        let ended = |row: &SqliteRow| {
            Ok((UserId::from_uuid(row.uuid("user")?), LoginId::from_uuid(row.uuid("id")?)))
        };
        rows.iter().map(ended).collect()
    }

    async fn of_user(&mut self, statement: &'static str, user: UserId) -> Result<u64, StoreError> {
        let done = sqlx::query(statement).bind(user.as_uuid()).execute(&mut self.connection).await;
        Ok(done.map_err(failed("change a second factor"))?.rows_affected())
    }
}

impl Store {
    /// One user's authenticator.
    pub async fn authenticator(&self, user: UserId) -> Result<Option<Authenticator>, StoreError> {
        let row = sqlx::query(BY_USER).bind(user.as_uuid()).fetch_optional(&self.readers).await;
        row.map_err(failed("find an authenticator"))?.as_ref().map(authenticator).transpose()
    }

    /// Those of a tenant who have an authenticator or a passkey.
    pub async fn users_with_second_factor(
        &self,
        tenant: TenantId,
    ) -> Result<HashSet<UserId>, StoreError> {
        let rows = sqlx::query(BY_TENANT).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        let rows = rows.map_err(failed("list who has a second factor"))?;
        rows.iter().map(|row| Ok(UserId::from_uuid(row.uuid("user")?))).collect()
    }

    /// How many recovery codes a user has left.
    pub async fn recovery_codes_left(&self, user: UserId) -> Result<u64, StoreError> {
        let row = sqlx::query(CODES_LEFT).bind(user.as_uuid()).fetch_one(&self.readers).await;
        row.map_err(failed("count recovery codes"))?.count("codes")
    }

    /// Who has switched a user's second factor off, while they have no new one.
    pub async fn second_factor_reset(
        &self,
        user: UserId,
    ) -> Result<Option<SecondFactorReset>, StoreError> {
        let row = sqlx::query(RESET_OF).bind(user.as_uuid()).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("find a reset second factor"))?;
        let reset = |row: SqliteRow| {
            Ok(SecondFactorReset { at: row.time("at")?, by_name: row.text("display_name")? })
        };
        row.map(reset).transpose()
    }

    /// Whether a tenant's people must have a second factor.
    pub async fn second_factor_demanded(
        &self,
        tenant: TenantId,
    ) -> Result<SecondFactorDemand, StoreError> {
        let row = sqlx::query(DEMANDED).bind(tenant.as_uuid()).fetch_one(&self.readers).await;
        row.map_err(failed("find who must have a second factor"))?.word("second_factor")
    }

    /// The authenticators of everybody, by user, after one of them; for who seals them anew.
    pub async fn authenticators_after(
        &self,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticator>, StoreError> {
        let after = after.map_or(uuid::Uuid::nil(), |id| id.as_uuid());
        let rows = sqlx::query(SEALED).bind(after).bind(limit).fetch_all(&self.readers).await;
        rows.map_err(failed("read what is sealed"))?.iter().map(authenticator).collect()
    }
}

fn authenticator(row: &SqliteRow) -> Result<Authenticator, StoreError> {
    Ok(Authenticator {
        user: UserId::from_uuid(row.uuid("user")?),
        sealed: row.bytes("sealed")?,
        created_at: row.time("created_at")?,
        last_step: row.count("last_step")?,
        last_source: row.word("last_source")?,
    })
}
