//! Where programs are on Windows.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What the system itself can start, in the order of its `PATHEXT`. The scripts that it names there
/// as well are opened by other programs.
const STARTABLE: &[&str] = &["com", "exe", "bat", "cmd"];

/// A path is completed by an ending if it has none that can be started. A name is looked for in
/// directories that are absolute: what lies where a program happens to work is not meant by it.
pub(super) fn find(path: &Path, environment: &[(OsString, OsString)]) -> Option<PathBuf> {
    let endings = endings(environment);
    if path.components().count() > 1 {
        return Some(complete(path, &endings).unwrap_or_else(|| path.to_owned()));
    }
    let directories = value(environment, "PATH")?;
    std::env::split_paths(directories)
        .filter(|directory| directory.is_absolute())
        .find_map(|directory| complete(&directory.join(path), &endings))
}

fn complete(path: &Path, endings: &[String]) -> Option<PathBuf> {
    if is_startable(path) && path.is_file() {
        return Some(path.to_owned());
    }
    let with = |ending: &String| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    };
    endings.iter().map(with).find(|candidate| candidate.is_file())
}

fn is_startable(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| STARTABLE.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// The endings to try, in the order in which the program's environment names them.
fn endings(environment: &[(OsString, OsString)]) -> Vec<String> {
    let named = value(environment, "PATHEXT").and_then(OsStr::to_str).unwrap_or_default();
    let named = named.split(';').map(|ending| ending.trim_start_matches('.').to_ascii_lowercase());
    let endings: Vec<_> = named.filter(|ending| STARTABLE.contains(&&ending[..])).collect();
    if endings.is_empty() { STARTABLE.iter().map(ToString::to_string).collect() } else { endings }
}

fn value<'a>(environment: &'a [(OsString, OsString)], wanted: &str) -> Option<&'a OsStr> {
    let found = environment.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value.as_os_str())
}
