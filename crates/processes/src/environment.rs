//! What a child may inherit: a list of names, never the daemon's whole environment.

use std::ffi::{OsStr, OsString};

/// Variables that describe the user and the system, not the daemon.
const INHERITED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "TERMINFO",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "PYTHON",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SYSTEMROOT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "TEMP",
    "TMP",
    "COMSPEC",
    "PATHEXT",
];

/// Beginnings of names that are inherited as well.
const INHERITED_PREFIXES: &[&str] = &["LC_", "XDG_"];

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// Picks, out of the given variables, those that a child may have. On Windows, where case does not
/// count in names, they are spelt as we know them (`PATH`, not `Path`).
pub fn inherited_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Vec<(OsString, OsString)> {
    let inherited = |(name, value): (OsString, OsString)| Some((inherited_name(&name)?, value));
    variables.into_iter().filter_map(inherited).collect()
}

fn inherited_name(name: &OsStr) -> Option<OsString> {
    let name = name.to_str()?;
    let mut known = INHERITED.iter().chain(system::INHERITED);
    if let Some(known) = known.find(|known| system::is_same_name(name, known)) {
        return Some(known.into());
    }
    let has = |prefix: &&&str| {
        name.get(..prefix.len()).is_some_and(|start| system::is_same_name(start, prefix))
    };
    INHERITED_PREFIXES.iter().find(has).map(|_| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S73: a child sees no secret of the daemon and no preloaded library.
    #[test]
    fn secrets_and_loader_tricks_stay_behind() {
        let given = [
            ("PATH", "/bin"),
            ("LC_ALL", "C.UTF-8"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("GANTLINE_TOKEN", "x"),
            ("LD_PRELOAD", "/tmp/evil.so"),
            ("SSH_AUTH_SOCK", "/tmp/agent"),
        ];
        let kept = inherited_environment(given.map(|(name, value)| (name.into(), value.into())));
        let names: Vec<_> = kept.iter().map(|(name, _)| name.to_str().unwrap()).collect();
        assert_eq!(names, ["PATH", "LC_ALL"]);
    }
}
