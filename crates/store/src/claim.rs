//! A server's claim on its database. Two servers at one database would each switch the sessions of
//! half of the machines, and each believe to know them all.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::StoreError;

/// Claims the database until the answer is dropped, or the process is gone.
pub(crate) fn claim(database: &Path) -> Result<File, StoreError> {
    let path = database.with_extension("lock");
    let failed = |source| StoreError::Claim { path: path.clone(), source };
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: database.to_owned() }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_claimed_by_one_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("gantline.db");
        let first = claim(&database).unwrap();
        let second = claim(&database).unwrap_err();
        assert!(matches!(&second, StoreError::InUse { .. }), "{second}");
        assert!(second.to_string().contains("gantline.db is in use"), "{second}");
        drop(first);
        claim(&database).unwrap();
    }
}
