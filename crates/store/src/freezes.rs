//! That no new work begins, on one machine or on every machine of a tenant.

use model::freeze::Freeze;
use model::{MachineId, TenantId, Timestamp, UserId};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::columns::{Columns, failed, statements};
use crate::{StoreError, Tx};

statements! {
    FREEZE_MACHINE = "UPDATE machines SET frozen_at = $2, frozen_by = $3, freeze_reason = $4
        WHERE id = $1 AND frozen_at IS NULL AND removed_at IS NULL";
    UNFREEZE_MACHINE = "UPDATE machines
        SET frozen_at = NULL, frozen_by = NULL, freeze_reason = NULL
        WHERE id = $1 AND frozen_at IS NOT NULL";
    FREEZE_TENANT = "UPDATE tenants SET frozen_at = $2, frozen_by = $3, freeze_reason = $4
        WHERE id = $1 AND frozen_at IS NULL";
    UNFREEZE_TENANT = "UPDATE tenants
        SET frozen_at = NULL, frozen_by = NULL, freeze_reason = NULL
        WHERE id = $1 AND frozen_at IS NOT NULL";
}

/// A freeze to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFreeze {
    /// Since when.
    pub at: Timestamp,
    /// Who says so.
    pub by: UserId,
    /// Why, for people.
    pub reason: Option<String>,
}

impl Tx {
    /// Keeps a machine from new work; answers whether it was not kept from it before.
    pub async fn machine_freeze(
        &mut self,
        id: MachineId,
        freeze: &NewFreeze,
    ) -> Result<bool, StoreError> {
        self.freeze(FREEZE_MACHINE, id.as_uuid(), freeze).await
    }

    /// Lets a machine take new work again; answers whether it was kept from it.
    pub async fn machine_unfreeze(&mut self, id: MachineId) -> Result<bool, StoreError> {
        self.unfreeze(UNFREEZE_MACHINE, id.as_uuid()).await
    }

    /// Keeps every machine of a tenant from new work; answers whether they were not kept from it
    /// before.
    pub async fn tenant_freeze(
        &mut self,
        id: TenantId,
        freeze: &NewFreeze,
    ) -> Result<bool, StoreError> {
        self.freeze(FREEZE_TENANT, id.as_uuid(), freeze).await
    }

    /// Lets the machines of a tenant take new work again, but for those that were frozen by
    /// themselves; answers whether they were kept from it.
    pub async fn tenant_unfreeze(&mut self, id: TenantId) -> Result<bool, StoreError> {
        self.unfreeze(UNFREEZE_TENANT, id.as_uuid()).await
    }

    async fn freeze(
        &mut self,
        statement: &'static str,
        id: Uuid,
        freeze: &NewFreeze,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(statement)
            .bind(id)
            .bind(freeze.at.as_millis())
            .bind(freeze.by.as_uuid())
            .bind(&freeze.reason)
            .execute(&mut self.connection)
            .await
            .map_err(failed("freeze machines"))?;
        Ok(done.rows_affected() > 0)
    }

    async fn unfreeze(&mut self, statement: &'static str, id: Uuid) -> Result<bool, StoreError> {
        let done = sqlx::query(statement)
            .bind(id)
            .execute(&mut self.connection)
            .await
            .map_err(failed("unfreeze machines"))?;
        Ok(done.rows_affected() > 0)
    }
}

/// The columns of a freeze: since when, by whom, what they are called, and why.
type FreezeColumns = [&'static str; 4];

/// Those of the thing itself.
pub(crate) const OWN: FreezeColumns = ["frozen_at", "frozen_by", "frozen_by_name", "freeze_reason"];

/// Those of a machine's tenant.
pub(crate) const TENANTS: FreezeColumns =
    ["tenant_frozen_at", "tenant_frozen_by", "tenant_frozen_by_name", "tenant_freeze_reason"];

/// A freeze as it is stored; `None` if there is none.
pub(crate) fn freeze(
    row: &SqliteRow,
    [at, by, by_name, reason]: &FreezeColumns,
) -> Result<Option<Freeze>, StoreError> {
    let Some(at) = row.maybe_time(at)? else { return Ok(None) };
    Ok(Some(Freeze {
        at,
        by: UserId::from_uuid(row.uuid(by)?),
        by_name: row.text(by_name)?,
        reason: row.maybe_text(reason)?,
    }))
}
