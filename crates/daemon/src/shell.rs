//! Which shell runs in terminals where the machine's owner has not said.

use std::ffi::OsString;
use std::path::PathBuf;

#[cfg(unix)]
mod system {
    /// What the user's own is named by.
    pub(super) const VARIABLE: &str = "SHELL";

    /// There on every Unix.
    pub(super) const ALWAYS: &str = "/bin/sh";

    pub(super) fn is(name: &str) -> bool {
        name == VARIABLE
    }
}

#[cfg(windows)]
mod system {
    /// What the system's command interpreter is named by.
    pub(super) const VARIABLE: &str = "ComSpec";

    /// Where it is, where nothing is said.
    pub(super) const ALWAYS: &str = r"C:\Windows\System32\cmd.exe";

    /// The system does not care how it is written.
    pub(super) fn is(name: &str) -> bool {
        name.eq_ignore_ascii_case(VARIABLE)
    }
}

/// The user's shell, or the one that is always there.
pub(crate) fn users_shell(variables: &[(OsString, OsString)]) -> PathBuf {
    let named = variables.iter().find(|(name, _)| name.to_str().is_some_and(system::is));
    let shell = named.map(|(_, value)| value).filter(|shell| !shell.is_empty());
    shell.map_or_else(|| system::ALWAYS.into(), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_shell_comes_before_the_systems() {
        let named = |value: &str| [(system::VARIABLE.into(), value.into())];
        assert_eq!(users_shell(&named("/bin/zsh")), PathBuf::from("/bin/zsh"));
        assert_eq!(users_shell(&named("")), PathBuf::from(system::ALWAYS));
        assert_eq!(users_shell(&[]), PathBuf::from(system::ALWAYS));
    }
}
