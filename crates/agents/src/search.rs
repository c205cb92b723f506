//! Where programs are found.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The directories in which programs are looked for, in order. All absolute: a program lying in
/// the directory where a session runs is never taken for an agent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPath {
    directories: Vec<PathBuf>,
    /// Those of them that the user has in `PATH`.
    own: Vec<PathBuf>,
}

/// A program that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is; a link is not followed, so that it keeps its name.
    pub path: PathBuf,
    /// The npm package it belongs to, where it belongs to one.
    pub package: Option<Package>,
}

/// The npm package that a program belongs to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl SearchPath {
    /// The caller's private prefix first, then `PATH`, then where installers put programs that
    /// are in nobody's `PATH`: daemons have a shorter one than the shells of their users.
    pub fn new(variables: &[(OsString, OsString)], private_prefix: Option<&Path>) -> Self {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| is_name(known, name));
            found.map(|(_, value)| value.as_os_str())
        };
        let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(Path::new);
        let path = variable("PATH").map(std::env::split_paths).into_iter().flatten();
        let own: Vec<PathBuf> = path.filter(|directory| directory.is_absolute()).collect();
        let mut directories = Vec::new();
        if let Some(prefix) = private_prefix {
            directories.extend([prefix.join("node_modules/.bin"), bin(prefix)]);
        }
        directories.extend(own.iter().cloned());
        directories.extend(variable("NPM_CONFIG_PREFIX").map(|prefix| bin(Path::new(prefix))));
        if let Some(home) = home {
            directories.extend(npm_prefix(home).map(|prefix| bin(&prefix)));
            directories.extend([".local/bin", ".npm-global/bin", ".bun/bin"].map(|d| home.join(d)));
        }
        if cfg!(windows) {
            // Where npm puts what is installed for the user, and where Windows Store programs are.
            directories.extend(variable("APPDATA").map(|data| Path::new(data).join("npm")));
            let local = variable("LOCALAPPDATA").map(Path::new);
            directories.extend(local.map(|data| data.join("Microsoft/WindowsApps")));
            directories.extend(variable("ProgramFiles").map(|all| Path::new(all).join("nodejs")));
        } else {
            directories.extend(["/usr/local/bin", "/opt/homebrew/bin"].map(PathBuf::from));
        }
        Self { directories: absolute_once(directories), own }
    }

    /// Looks for a program by its name.
    pub fn find(&self, name: &str) -> Option<Found> {
        let directories = std::env::join_paths(&self.directories).ok()?;
        // On Windows with the endings that `PATHEXT` names. The last argument counts for none of the
        // directories, which are absolute.
        let path = which::which_in(name, Some(directories), "/").ok()?;
        let package = package_of(&path);
        Some(Found { path, package })
    }

    /// The variable `PATH` for an agent: the user's own directories first, so that what it runs is
    /// what the user would run, then those in which it may find its helpers.
    pub fn to_variable(&self) -> OsString {
        let all = self.own.iter().chain(&self.directories).cloned().collect();
        // Only a directory with a colon in its name cannot be joined; it could not be found either.
        std::env::join_paths(absolute_once(all)).unwrap_or_default()
    }
}

#[cfg(all(test, unix))]
impl SearchPath {
    /// Leaves out where the computer that runs the test may have agents of its own.
    pub(crate) fn forget_the_system(&mut self) {
        let is_system = |directory: &Path| directory.starts_with("/usr/local");
        self.directories.retain(|directory| !is_system(directory));
    }
}

fn absolute_once(directories: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::new();
    for directory in directories {
        if directory.is_absolute() && !kept.contains(&directory) {
            kept.push(directory);
        }
    }
    kept
}

/// Whether a variable is called so, which Windows compares whatever the case of its letters.
pub(crate) fn is_name(known: &OsStr, name: &str) -> bool {
    if cfg!(windows) { known.eq_ignore_ascii_case(name) } else { known == name }
}

fn bin(prefix: &Path) -> PathBuf {
    if cfg!(windows) { prefix.to_owned() } else { prefix.join("bin") }
}

/// The prefix that the user has set for npm, without asking npm, which takes half a second and may
/// go to its registry.
fn npm_prefix(home: &Path) -> Option<PathBuf> {
    let settings = std::fs::read_to_string(home.join(".npmrc")).ok()?;
    let prefix = settings.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == "prefix").then(|| value.trim().trim_matches('"').to_owned())
    })?;
    let starts = ["~/", "${HOME}/", "${USERPROFILE}/", "${USERPROFILE}\\"];
    match starts.iter().find_map(|start| prefix.strip_prefix(start)) {
        Some(below_home) => Some(home.join(below_home)),
        None => Some(PathBuf::from(prefix)),
    }
}

/// Follows the program to where it really is and climbs up to the package it belongs to.
fn package_of(path: &Path) -> Option<Package> {
    let real = std::fs::canonicalize(path).ok()?;
    if let Some(package) = package_of_shim(&real) {
        return Some(package);
    }
    let is_in_modules =
        real.components().any(|component| component.as_os_str() == OsStr::new("node_modules"));
    real.ancestors().skip(1).take(5).filter(|_| is_in_modules).find_map(|directory| {
        let manifest = std::fs::read(directory.join("package.json")).ok()?;
        serde_json::from_slice(&manifest).ok()
    })
}

/// On Windows npm writes a script that starts the package's program instead of a link to it:
/// `"%dp0%\node_modules\@scope\agent\dist\index.js"`.
fn package_of_shim(path: &Path) -> Option<Package> {
    let is_shim = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("cmd"));
    if !is_shim || std::fs::metadata(path).ok()?.len() > MAX_SHIM_BYTES {
        return None;
    }
    let directory = path.parent()?;
    let script = std::fs::read_to_string(path).ok()?;
    package_named_in(&script).into_iter().find_map(|below| {
        let manifest = std::fs::read(directory.join(below).join("package.json")).ok()?;
        serde_json::from_slice(&manifest).ok()
    })
}

/// A script of npm is shorter.
const MAX_SHIM_BYTES: u64 = 16 * 1024;

/// Where the package may be that a script of npm starts, from the directory of the script on.
fn package_named_in(script: &str) -> Vec<PathBuf> {
    let beginnings = script.split("%dp0%").skip(1).filter_map(|rest| rest.split('"').next());
    let names = beginnings.map(|rest| {
        let names = rest.split(['\\', '/']).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect::<Vec<_>>()
    });
    let package = names.filter_map(|names| {
        // Of a program in `node_modules/.bin` the way begins with `..`.
        let modules = match names.iter().position(|name| name == "node_modules") {
            Some(place) => place + 1,
            None => names.iter().position(|name| name == "..")? + 1,
        };
        let is_scoped = names.get(modules)?.starts_with('@');
        let package = names.get(..modules + 1 + usize::from(is_scoped))?;
        Some(package.iter().collect())
    });
    package.collect()
}

#[cfg(test)]
mod shim_tests {
    use super::*;

    /// What npm 10 writes (cmd-shim).
    #[test]
    fn the_package_of_a_script_of_npm_is_found() {
        for (script, package) in [
            (
                r#""%_prog%"  "%dp0%\node_modules\@scope\agent\dist\index.js" %*"#,
                "node_modules/@scope/agent",
            ),
            (r#""%_prog%"  "%dp0%\..\agent\cli.js" %*"#, "../agent"),
        ] {
            let prefix = tempfile::tempdir().unwrap();
            let bin = prefix.path().join("node_modules").join(".bin");
            let place = bin.join(package);
            std::fs::create_dir_all(&bin).unwrap();
            std::fs::create_dir_all(&place).unwrap();
            std::fs::write(place.join("package.json"), r#"{"name":"agent","version":"1.2.3"}"#)
                .unwrap();
            let shim = bin.join("agent.cmd");
            std::fs::write(&shim, format!("@ECHO off\r\n{script}\r\n")).unwrap();
            assert_eq!(package_of(&shim).unwrap().version, "1.2.3", "{script}");
        }
        assert_eq!(package_named_in("echo \"%dp0%\""), Vec::<PathBuf>::new());
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn program(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "#!/bin/sh\n").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn variables(home: &Path, path: &str) -> Vec<(OsString, OsString)> {
        vec![("HOME".into(), home.into()), ("PATH".into(), path.into())]
    }

    #[test]
    fn programs_are_found_where_installers_put_them() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        fs::write(home.join(".npmrc"), "registry=x\nprefix = ~/npm\n").unwrap();
        let private = home.join("private");
        for place in [".local/bin/one", "npm/bin/two", "path/three"] {
            program(&home.join(place));
        }
        program(&private.join("node_modules/.bin/four"));
        let path = format!(".:relative:{}", home.join("path").display());
        let search = SearchPath::new(&variables(home, &path), Some(&private));
        for name in ["one", "two", "three", "four"] {
            assert!(search.find(name).is_some(), "{name} was not found");
        }
        assert_eq!(search.find("five"), None);
    }

    #[test]
    fn the_private_prefix_comes_first() {
        let home = tempfile::tempdir().unwrap();
        let (private, path) = (home.path().join("private"), home.path().join("path"));
        program(&path.join("agent"));
        program(&private.join("node_modules/.bin/agent"));
        let variables = variables(home.path(), path.to_str().unwrap());
        let search = SearchPath::new(&variables, Some(&private));
        assert!(search.find("agent").unwrap().path.starts_with(&private));
        let for_agents = search.to_variable();
        assert_eq!(std::env::split_paths(&for_agents).next(), Some(path));
    }

    /// S77, S69: what lies in the working directory is no agent, whatever `PATH` says.
    #[test]
    fn relative_directories_are_not_searched() {
        let search = SearchPath::new(&[("PATH".into(), ".::bin".into())], None);
        let for_agents = search.to_variable();
        assert!(std::env::split_paths(&for_agents).all(|directory| directory.is_absolute()));
        assert!(search.directories.iter().all(|directory| directory.is_absolute()));
    }

    #[test]
    fn the_package_says_its_name_and_version() {
        let prefix = tempfile::tempdir().unwrap();
        let package = prefix.path().join("node_modules/@scope/agent");
        program(&package.join("dist/index.js"));
        fs::write(package.join("package.json"), r#"{"name":"@scope/agent","version":"1.2.3"}"#)
            .unwrap();
        let bin = prefix.path().join("node_modules/.bin");
        fs::create_dir_all(&bin).unwrap();
        symlink(package.join("dist/index.js"), bin.join("agent")).unwrap();
        let found = SearchPath::new(&[], Some(prefix.path())).find("agent").unwrap();
        let expect = Package { name: "@scope/agent".to_owned(), version: "1.2.3".to_owned() };
        assert_eq!(found.package, Some(expect));
        assert!(found.path.ends_with("node_modules/.bin/agent"));
    }
}
