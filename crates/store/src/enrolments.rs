//! Enrolment tokens.

use model::enrolment::Enrolment;
use model::{EnrolmentId, MachineId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    INSERT = "INSERT INTO enrolments (id, secret_hash, tenant, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    BY_ID = "SELECT * FROM enrolments WHERE id = $1";
    BY_TENANT = "SELECT * FROM enrolments WHERE tenant = $1 ORDER BY created_at DESC LIMIT 200";
    CONSUME = "UPDATE enrolments SET consumed_by = $2, consumed_at = $3
        WHERE id = $1 AND consumed_by IS NULL AND revoked_at IS NULL AND expires_at >= $3";
    REVOKE = "UPDATE enrolments SET revoked_at = $3
        WHERE id = $1 AND tenant = $2 AND consumed_by IS NULL AND revoked_at IS NULL";
}

impl Tx {
    /// Adds a registration token.
    pub async fn enrolment_insert(
        &mut self,
        enrolment: &Enrolment,
        secret_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        sqlx::query(INSERT)
            .bind(enrolment.id.as_uuid())
            .bind(&secret_hash[..])
            .bind(enrolment.tenant.as_uuid())
            .bind(enrolment.created_by.as_uuid())
            .bind(enrolment.created_at.as_millis())
            .bind(enrolment.expires_at.as_millis())
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("add a registration token"))
    }

    /// Uses up a token for a machine; answers whether it was there to be used. Of many at once
    /// one succeeds (S52): the condition and the change are one statement.
    pub async fn enrolment_consume(
        &mut self,
        id: EnrolmentId,
        machine: MachineId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(CONSUME)
            .bind(id.as_uuid())
            .bind(machine.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("use a registration token"))?;
        Ok(done.rows_affected() > 0)
    }

    /// Revokes a token that was not used; answers whether there was one.
    pub async fn enrolment_revoke(
        &mut self,
        id: EnrolmentId,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(REVOKE)
            .bind(id.as_uuid())
            .bind(tenant.as_uuid())
            .bind(now.as_millis())
            .execute(&mut self.connection)
            .await
            .map_err(failed("revoke a registration token"))?;
        Ok(done.rows_affected() > 0)
    }
}

impl Store {
    /// One token with the hash of its secret half.
    pub async fn enrolment(
        &self,
        id: EnrolmentId,
    ) -> Result<Option<(Enrolment, [u8; 32])>, StoreError> {
        let row = sqlx::query(BY_ID).bind(id.as_uuid()).fetch_optional(&self.readers).await;
        let row = row.map_err(failed("look up a registration token"))?;
        row.map(|row| Ok((enrolment(&row)?, row.key("secret_hash")?))).transpose()
    }

    /// The tokens of a tenant, the newest first.
    pub async fn enrolments(&self, tenant: TenantId) -> Result<Vec<Enrolment>, StoreError> {
        let rows = sqlx::query(BY_TENANT).bind(tenant.as_uuid()).fetch_all(&self.readers).await;
        rows.map_err(failed("list registration tokens"))?.iter().map(enrolment).collect()
    }
}

fn enrolment(row: &SqliteRow) -> Result<Enrolment, StoreError> {
    Ok(Enrolment {
        id: EnrolmentId::from_uuid(row.uuid("id")?),
        tenant: TenantId::from_uuid(row.uuid("tenant")?),
        created_by: UserId::from_uuid(row.uuid("created_by")?),
        created_at: row.time("created_at")?,
        expires_at: row.time("expires_at")?,
        revoked_at: row.maybe_time("revoked_at")?,
        consumed_by: row.maybe_uuid("consumed_by")?.map(MachineId::from_uuid),
    })
}
