//! Batch files that npm makes for programs written in JavaScript.
//!
//! `npm install --global` puts a `name.cmd` where its programs are found, which does nothing but
//! start `node` with a script, or another program. Written by cmd-shim
//! (<https://github.com/npm/cmd-shim>), in the two forms that it has had.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::Program;

/// More than any of them has.
const LONGEST: u64 = 4096;

/// What a batch file would start.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Behind {
    pub(super) application: PathBuf,
    pub(super) arguments: Vec<OsString>,
}

/// What is to be started in place of a batch file; `None` for one that is not of npm, or that does
/// more than this.
pub(super) fn behind(file: &Path, environment: &[(OsString, OsString)]) -> Option<Behind> {
    let mut text = String::new();
    let read = File::open(file).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    if read as u64 == LONGEST {
        return None;
    }
    let directory = file.parent()?;
    let started = started(&text)?;
    let target = directory.join(started.relative);
    if !target.is_file() {
        return None;
    }
    if !started.is_script {
        return Some(Behind { application: target, arguments: Vec::new() });
    }
    let beside = directory.join("node.exe");
    let node = if beside.is_file() { beside } else { node_in(environment)? };
    Some(Behind { application: node, arguments: vec![target.into_os_string()] })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Started<'a> {
    /// Whether `node` runs it.
    is_script: bool,
    /// Where it is, from the batch file's directory.
    relative: &'a str,
}

/// What else stands in these files, without the `@` in front and in small letters. It looks for
/// `node`, and does nothing that stays.
const AROUND: &[&str] = &[
    "",
    "echo off",
    "setlocal",
    "endlocal",
    "goto start",
    ":start",
    "call :find_dp0",
    ":find_dp0",
    "set dp0=%~dp0",
    "exit /b",
    "exit /b %errorlevel%",
    r#"if exist "%dp0%\node.exe" ("#,
    r#"if exist "%~dp0\node.exe" ("#,
    r#"set "_prog=%dp0%\node.exe""#,
    ") else (",
    r#"set "_prog=node""#,
    "set pathext=%pathext:;.js;=;%",
    ")",
];

/// What stands in front of the command of the newer form.
const LEAVING: &str = "endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & ";

/// Reads the lines that hand arguments on, which must agree. `None` if anything else is done.
fn started(text: &str) -> Option<Started<'_>> {
    let mut started = None;
    for line in text.lines().map(|line| line.trim().trim_start_matches('@')) {
        if AROUND.contains(&&line.to_ascii_lowercase()[..]) {
            continue;
        }
        let one = started_by(line.strip_prefix(LEAVING).unwrap_or(line))?;
        if *started.get_or_insert(one) != one {
            return None;
        }
    }
    started
}

fn started_by(line: &str) -> Option<Started<'_>> {
    let command = line.strip_suffix("%*")?.trim();
    let script = ["\"%_prog%\" ", "\"%~dp0\\node.exe\" ", "node "]
        .into_iter()
        .find_map(|start| command.strip_prefix(start));
    let target = script.unwrap_or(command).trim().strip_prefix('"')?.strip_suffix('"')?;
    let relative = target.strip_prefix("%dp0%\\").or_else(|| target.strip_prefix("%~dp0\\"))?;
    let is_plain = !relative.contains(['"', '%', ':', '^', '&', '|']);
    let is_program = relative.to_ascii_lowercase().ends_with(".exe");
    let is_script = script.is_some();
    (is_plain && (is_script || is_program)).then_some(Started { is_script, relative })
}

fn node_in(environment: &[(OsString, OsString)]) -> Option<PathBuf> {
    let node = Program {
        path: "node.exe".into(),
        arguments: Vec::new(),
        environment: environment.to_vec(),
        directory: PathBuf::new(),
    };
    let found = node.executable();
    found.is_absolute().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODERN: &str = "@ECHO off\r\nGOTO start\r\n:find_dp0\r\nSET dp0=%~dp0\r\nEXIT /b\r\n\
        :start\r\nSETLOCAL\r\nCALL :find_dp0\r\n\r\nIF EXIST \"%dp0%\\node.exe\" (\r\n  \
        SET \"_prog=%dp0%\\node.exe\"\r\n) ELSE (\r\n  SET \"_prog=node\"\r\n  \
        SET PATHEXT=%PATHEXT:;.JS;=;%\r\n)\r\n\r\nendLocal & goto #_undefined_# 2>NUL || \
        title %COMSPEC% & \"%_prog%\"  \"%dp0%\\node_modules\\a b\\cli.js\" %*\r\n";

    const OLD: &str = "@IF EXIST \"%~dp0\\node.exe\" (\r\n  \"%~dp0\\node.exe\"  \
        \"%~dp0\\node_modules\\a\\cli.js\" %*\r\n) ELSE (\r\n  @SETLOCAL\r\n  \
        @SET PATHEXT=%PATHEXT:;.JS;=;%\r\n  node  \"%~dp0\\node_modules\\a\\cli.js\" %*\r\n)";

    #[test]
    fn what_npm_has_made_is_read() {
        let script = |relative| Some(Started { is_script: true, relative });
        assert_eq!(started(MODERN), script("node_modules\\a b\\cli.js"));
        assert_eq!(started(OLD), script("node_modules\\a\\cli.js"));
        let program = "@ECHO off\r\n\"%dp0%\\node_modules\\a\\bin\\a.exe\"   %*\r\n";
        let relative = "node_modules\\a\\bin\\a.exe";
        assert_eq!(started(program), Some(Started { is_script: false, relative }));
    }

    /// S68: a batch file that does anything else is not taken for one of npm.
    #[test]
    fn what_does_more_is_left_to_the_shell() {
        for text in [
            "",
            "@echo %*",
            "set \"_prog=calc\"\n\"%_prog%\" \"%dp0%\\a.js\" %*",
            "set KEY=1\nnode \"%~dp0\\a.js\" %*",
            "del x & node \"%~dp0\\a.js\" %*",
            "node \"%~dp0\\a.js\" %*\nnode \"%~dp0\\b.js\" %*",
            "\"%dp0%\\a.bat\" %*",
            "\"%dp0%\\%X%.exe\" %*",
            "\"%dp0%\\a.exe\" --flag %*",
            "node \"%dp0%\\a.js\" \"b\" %*",
            "\"C:\\a.exe\" %*",
        ] {
            assert_eq!(started(text), None, "{text}");
        }
    }

    #[test]
    fn a_script_is_started_by_node() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        let file = place.join("agent.cmd");
        std::fs::write(&file, MODERN).unwrap();
        assert_eq!(behind(&file, &[]), None, "there is no script");
        let script = place.join("node_modules\\a b\\cli.js");
        std::fs::create_dir_all(script.parent().unwrap()).unwrap();
        std::fs::write(&script, "").unwrap();
        assert_eq!(behind(&file, &[]), None, "there is no node");
        let elsewhere = tempfile::tempdir().unwrap();
        std::fs::write(elsewhere.path().join("node.exe"), "").unwrap();
        let environment = [("PATH".into(), elsewhere.path().into())];
        let behind_it = |node: &Path| Behind {
            application: node.join("node.exe"),
            arguments: vec![script.clone().into_os_string()],
        };
        assert_eq!(behind(&file, &environment), Some(behind_it(elsewhere.path())));
        std::fs::write(place.join("node.exe"), "").unwrap();
        assert_eq!(behind(&file, &environment), Some(behind_it(place)));
    }
}
