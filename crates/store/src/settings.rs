//! What the installation must remember of itself.

use crate::columns::{Columns, failed, statements};
use crate::{Store, StoreError, Tx};

statements! {
    GET = "SELECT value FROM settings WHERE name = $1";
    PUT = "INSERT INTO settings (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = $2";
    RESEAL = "UPDATE settings SET value = $3 WHERE name = $1 AND value = $2";
}

impl Tx {
    /// Remembers a value under a name, in place of the one before.
    pub async fn setting_put(
        &mut self,
        name: &'static str,
        value: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(PUT)
            .bind(name)
            .bind(value)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("remember a setting"))
    }

    /// Puts the same value, sealed anew, in the place of what was sealed before.
    pub async fn setting_reseal(
        &mut self,
        name: &'static str,
        before: &[u8],
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(RESEAL)
            .bind(name)
            .bind(before)
            .bind(sealed)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed("seal a setting anew"))
    }
}

impl Store {
    /// The value under a name.
    pub async fn setting(&self, name: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query(GET).bind(name).fetch_optional(&self.readers).await;
        row.map_err(failed("look up a setting"))?.map(|row| row.bytes("value")).transpose()
    }
}
