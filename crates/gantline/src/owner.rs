//! Whose machine this computer is, and how programs are run as that user: what belongs to the user
//! is made with their rights, never with those of an administrator.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// Variables that mean the same to everybody, and are handed on.
const SHARED: &[&str] = &[
    "PATH",
    "TERM",
    "TZ",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
    "LC_CTYPE",
    "NO_COLOR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "GANTLINE_LOG",
    "GANTLINE_ENROLMENT_TOKEN",
];

/// Whose machine it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The user's name.
    pub name: String,
    /// The user's home directory.
    pub home: PathBuf,
    /// Whom to become, where this process is an administrator's.
    whom: Option<Whom>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Whom {
    uid: u32,
    gid: u32,
    shell: PathBuf,
}

impl Owner {
    /// The user that was named, else the one who called `sudo`, else whoever runs this.
    pub(crate) fn find(named: Option<&str>, words: &dyn Words) -> anyhow::Result<Self> {
        system::find(named, words)
    }

    /// Whether this is done by an administrator, for the whole computer.
    pub(crate) const fn is_installed_by_administrator(&self) -> bool {
        self.whom.is_some() || cfg!(windows)
    }

    /// Where this user's data belongs.
    pub(crate) fn data_directory(&self) -> anyhow::Result<PathBuf> {
        if self.whom.is_none() {
            return Ok(host::directories::data_directory()?);
        }
        Ok(host::directories::data_directory_in(&self.home))
    }

    /// A program that runs as this user, and sees of the environment what the user's own would.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.home);
        if let Some(whom) = &self.whom {
            let shared = SHARED.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
            command.env_clear().envs(shared);
            command.env("HOME", &self.home).env("SHELL", &whom.shell);
            command.env("USER", &self.name).env("LOGNAME", &self.name);
            system::assume(&mut command, whom);
        }
        command
    }
}

fn not_administrator(name: &str, words: &dyn Words) -> anyhow::Error {
    let refusal = Refusal::new(Meaning::Denied, words.not_an_administrator(name));
    refusal.with_hint(words.hint_sudo()).into()
}

#[cfg(unix)]
mod system {
    use std::os::unix::process::CommandExt;

    use host::account::{self, Account};

    use super::{Command, Meaning, Owner, Refusal, Whom, Words, not_administrator};

    /// Who has become the administrator, as `sudo` says.
    const SUDO_USER: &str = "SUDO_USER";

    pub(super) fn find(named: Option<&str>, words: &dyn Words) -> anyhow::Result<Owner> {
        if !account::is_administrator() {
            let own = account::own()?;
            let name =
                own.map_or_else(|| std::env::var("USER").unwrap_or_default(), |own| own.name);
            if let Some(other) = named.filter(|named| *named != name) {
                return Err(not_administrator(other, words));
            }
            return Ok(Owner { name, home: host::directories::home_directory()?, whom: None });
        }
        let by_sudo =
            std::env::var(SUDO_USER).ok().filter(|name| !name.is_empty() && name != "root");
        let Some(name) = named.map(str::to_owned).or(by_sudo) else {
            let refusal = Refusal::new(Meaning::Usage, words.whose_machine());
            return Err(refusal.with_hint(words.hint_user()).into());
        };
        let Some(account) = account::named(&name)? else {
            return Err(Refusal::new(Meaning::Usage, words.no_user_here(&name)).into());
        };
        let Account { name, uid, gid, home, shell } = account;
        Ok(Owner { name, home, whom: Some(Whom { uid, gid, shell }) })
    }

    /// The groups of the administrator are left behind too: the standard library drops them with
    /// the number of the user.
    pub(super) fn assume(command: &mut Command, whom: &Whom) {
        command.uid(whom.uid).gid(whom.gid);
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Command, Owner, Whom, Words, not_administrator};

    pub(super) fn find(named: Option<&str>, words: &dyn Words) -> anyhow::Result<Owner> {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let name = format!("{}\\{}", variable("USERDOMAIN"), variable("USERNAME"));
        if let Some(other) = named.filter(|named| *named != name) {
            return Err(not_administrator(other, words));
        }
        Ok(Owner { name, home: host::directories::home_directory()?, whom: None })
    }

    pub(super) fn assume(_command: &mut Command, _whom: &Whom) {}
}
