//! Windows: the token of this process. Of others nothing is asked: nothing is done in their name.

use std::io;
use std::path::PathBuf;

use crate::private::access;
use crate::{directories, win32};

/// The user with whose rights this process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name, with the computer or the domain that knows it: `DOMAIN\name`.
    pub name: String,
    /// The security identifier.
    pub sid: String,
    /// The home directory.
    pub home: PathBuf,
}

/// The user with whose rights this process runs.
pub fn own() -> io::Result<Account> {
    let home = directories::home_directory().map_err(io::Error::other)?;
    Ok(Account { name: win32::own_name()?, sid: win32::own_sid()?, home })
}

/// Whether this process may do everything here: it runs as an administrator, and not with the rights
/// that are left to one who was not asked (UAC).
pub fn is_administrator() -> io::Result<bool> {
    win32::is_member(access::ADMINISTRATORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_runs_this_has_a_name_and_a_home() {
        let own = own().unwrap();
        assert!(own.name.split_once('\\').is_some_and(|(_, name)| !name.is_empty()), "{own:?}");
        assert!(own.sid.starts_with("S-1-5-"), "{own:?}");
        assert!(own.home.is_absolute(), "{own:?}");
        is_administrator().unwrap();
    }
}
