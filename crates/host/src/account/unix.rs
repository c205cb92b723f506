//! Unix: the directory of users.

use std::io;
use std::path::PathBuf;

use nix::unistd::{Uid, User};

/// A user of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name.
    pub name: String,
    /// The number.
    pub uid: u32,
    /// The number of the group to which what the user makes belongs.
    pub gid: u32,
    /// The home directory.
    pub home: PathBuf,
    /// The shell.
    pub shell: PathBuf,
}

/// The user of this name; `None` if there is none.
pub fn named(name: &str) -> io::Result<Option<Account>> {
    Ok(User::from_name(name)?.map(Account::from))
}

/// The user with whose rights this process runs; `None` if the number has no name.
pub fn own() -> io::Result<Option<Account>> {
    Ok(User::from_uid(Uid::effective())?.map(Account::from))
}

/// Whether this process may do everything here.
pub fn is_administrator() -> bool {
    Uid::effective().is_root()
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        let User { name, uid, gid, dir: home, shell, .. } = user;
        Self { name, uid: uid.as_raw(), gid: gid.as_raw(), home, shell }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_name_under_which_they_are_found() {
        let own = own().unwrap().unwrap();
        assert_eq!(named(&own.name).unwrap(), Some(own));
        assert_eq!(named("nobody-has-this-name").unwrap(), None);
    }
}
