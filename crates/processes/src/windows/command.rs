//! What the system is told to start.
//!
//! Windows hands a program one line, which the program takes apart. Programs do it by the rules of
//! Microsoft's C library, so what we write is quoted by them. A batch file is not a program: `cmd.exe`
//! reads the line by rules of its own, in which parts of an argument could become commands
//! (CVE-2024-24576). A batch file that npm has made is therefore passed by: what it would start is
//! started. Any other gets only such arguments as mean the same under both rules, always quoted;
//! others are refused.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf, Prefix};

use super::{shim, sys};
use crate::{Program, SpawnError};

/// The longest line that `cmd.exe` takes; it would cut off a longer one.
const LONGEST_FOR_BATCH: usize = 8000;

/// What `cmd.exe` gives a meaning even between quotation marks, in the line or in the batch file
/// that gets it.
const UNSAFE_FOR_BATCH: &[char] = &['"', '%', '!', '\r', '\n'];

/// What to start, with the line that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    /// The program, absolute.
    pub application: PathBuf,
    /// Everything behind the program in its line.
    pub arguments: OsString,
    /// Where it works.
    pub directory: PathBuf,
}

/// An argument cannot be handed over as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// No program can get it.
    #[error("an argument holds a zero")]
    Zero,
    /// `cmd.exe` would give it a meaning.
    #[error(
        "{} is a batch file, and an argument of a batch file must not hold any of \" % ! or a line break: {argument:?}",
        file.display()
    )]
    Unsafe {
        /// Which batch file.
        file: PathBuf,
        /// Which argument.
        argument: OsString,
    },
    /// `cmd.exe` would cut it off.
    #[error("{} is a batch file, and its arguments are too long for it", .0.display())]
    TooLong(PathBuf),
}

impl CommandLine {
    /// Finds the program and quotes its arguments.
    pub fn of(program: &Program) -> Result<Self, SpawnError> {
        if !program.directory.is_dir() {
            return Err(SpawnError::NoDirectory(program.directory.clone()));
        }
        let executable = plain(&program.executable());
        // Anything else would be looked for where we happen to work.
        if !executable.is_absolute() || !executable.is_file() {
            return Err(SpawnError::NoProgram(program.path.clone()));
        }
        let refused = |source| SpawnError::System { program: program.path.clone(), source };
        let (application, arguments) = line(program, executable).map_err(refused)?;
        Ok(Self { application, arguments, directory: plain(&program.directory) })
    }

    /// The whole line, with the program in front.
    pub fn whole(&self) -> OsString {
        let mut line = OsString::from("\"");
        line.push(&self.application);
        line.push("\" ");
        line.push(&self.arguments);
        line
    }
}

fn line(program: &Program, executable: PathBuf) -> io::Result<(PathBuf, OsString)> {
    if !is_batch(&executable) {
        return Ok((executable, quoted(&[], &program.arguments)?));
    }
    match shim::behind(&executable, &program.environment) {
        Some(behind) => Ok((behind.application, quoted(&behind.arguments, &program.arguments)?)),
        None => for_batch(&executable, &program.arguments),
    }
}

fn is_batch(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ending.eq_ignore_ascii_case("bat") || ending.eq_ignore_ascii_case("cmd")
}

/// Arguments as a program of Microsoft's C library takes them apart.
fn quoted(first: &[OsString], rest: &[OsString]) -> io::Result<OsString> {
    let mut line = Vec::new();
    for argument in first.iter().chain(rest) {
        if argument.encode_wide().any(|unit| unit == 0) {
            return Err(refused(ArgumentError::Zero));
        }
        if !line.is_empty() {
            line.push(u16::from(b' '));
        }
        let needs_quotes = |unit| matches!(char::from_u32(u32::from(unit)), Some(' ' | '\t' | '"'));
        if argument.is_empty() || argument.encode_wide().any(needs_quotes) {
            push_quoted(&mut line, argument);
        } else {
            line.extend(argument.encode_wide());
        }
    }
    Ok(OsString::from_wide(&line))
}

/// Backslashes are doubled where a quotation mark follows, which is what they would otherwise escape.
fn push_quoted(line: &mut Vec<u16>, argument: &OsStr) {
    let (quote, backslash) = (u16::from(b'"'), u16::from(b'\\'));
    let mut backslashes = 0;
    line.push(quote);
    for unit in argument.encode_wide() {
        if unit == quote {
            line.extend(std::iter::repeat_n(backslash, backslashes + 1));
        }
        backslashes = if unit == backslash { backslashes + 1 } else { 0 };
        line.push(unit);
    }
    line.extend(std::iter::repeat_n(backslash, backslashes));
    line.push(quote);
}

/// A line of the system's `cmd.exe` (not of whatever `COMSPEC` names) with extensions, without
/// delayed expansion (`/v:OFF`) and without commands that the registry puts in front (`/d`). The
/// outermost quotation marks are taken away by it (`/s`).
fn for_batch(file: &Path, arguments: &[OsString]) -> io::Result<(PathBuf, OsString)> {
    let has_unsafe = |text: &OsStr| {
        let mut units = text.encode_wide();
        units.any(|unit| UNSAFE_FOR_BATCH.iter().any(|known| u32::from(unit) == u32::from(*known)))
    };
    let mut line: Vec<u16> = "/e:ON /v:OFF /d /s /c \"".encode_utf16().collect();
    for (index, argument) in std::iter::once(file.as_os_str())
        .chain(arguments.iter().map(OsString::as_os_str))
        .enumerate()
    {
        if argument.encode_wide().any(|unit| unit == 0) {
            return Err(refused(ArgumentError::Zero));
        }
        if has_unsafe(argument) {
            let (file, argument) = (file.to_owned(), argument.to_owned());
            return Err(refused(ArgumentError::Unsafe { file, argument }));
        }
        if index > 0 {
            line.push(u16::from(b' '));
        }
        push_quoted(&mut line, argument);
    }
    line.push(u16::from(b'"'));
    if line.len() > LONGEST_FOR_BATCH {
        return Err(refused(ArgumentError::TooLong(file.to_owned())));
    }
    let shell = Path::new(&sys::system_directory()?).join("cmd.exe");
    Ok((shell, OsString::from_wide(&line)))
}

fn refused(error: ArgumentError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

/// A path as programs write it. The form with `\\?\C:\` in front, into which paths are resolved, is
/// not understood by everybody, least of all as the place to work.
pub fn plain(path: &Path) -> PathBuf {
    let mut components = path.components();
    match components.next() {
        Some(Component::Prefix(prefix)) => match prefix.kind() {
            Prefix::VerbatimDisk(disk) => {
                let mut plain = PathBuf::from(format!("{}:\\", char::from(disk)));
                plain.extend(components.filter(|part| *part != Component::RootDir));
                plain
            }
            _ => path.to_owned(),
        },
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(arguments: &[&str]) -> String {
        let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
        quoted(&[], &arguments).unwrap().into_string().unwrap()
    }

    #[test]
    fn arguments_are_quoted_by_the_rules_of_the_c_library() {
        assert_eq!(line_of(&["a", "b c", ""]), r#"a "b c" """#);
        assert_eq!(line_of(&[r#"say "hi""#]), r#""say \"hi\"""#);
        assert_eq!(line_of(&[r"C:\a b\", r"C:\ab\"]), r#""C:\a b\\" C:\ab\"#);
        assert_eq!(line_of(&[r#"a\\"b"#]), r#""a\\\\\"b""#);
        assert_eq!(line_of(&["a&b", "%PATH%", "^|<>"]), "a&b %PATH% ^|<>");
        assert!(quoted(&[], &["a\0b".into()]).is_err());
    }

    /// S68: an argument of a batch file never becomes a command.
    #[test]
    fn a_batch_file_gets_what_is_safe_and_nothing_else() {
        let file = Path::new(r"C:\x y\run.cmd");
        let line = |argument: &str| for_batch(file, &[argument.into()]);
        let (shell, safe) = line(r"a & b|c\").unwrap();
        assert!(shell.is_absolute() && shell.ends_with("cmd.exe"));
        assert_eq!(safe, r#"/e:ON /v:OFF /d /s /c ""C:\x y\run.cmd" "a & b|c\\"""#);
        for argument in ["\"&calc", "%PATH%", "!PATH!", "a\nb", "a\rb", "a\0b"] {
            assert_eq!(line(argument).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        assert!(line(&"x".repeat(9000)).unwrap_err().to_string().contains("too long"));
    }

    #[test]
    fn paths_are_written_as_programs_write_them() {
        assert_eq!(plain(Path::new(r"\\?\C:\a\b")), Path::new(r"C:\a\b"));
        assert_eq!(plain(Path::new(r"C:\a")), Path::new(r"C:\a"));
        assert_eq!(plain(Path::new(r"\\?\UNC\s\d")), Path::new(r"\\?\UNC\s\d"));
    }
}
