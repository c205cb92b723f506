//! Names that Windows takes for something else than a file of that name: devices, streams of other
//! files, drives, short names. None of them is a name in a workspace there. Nothing here asks the
//! system, so that it is tested everywhere.

use crate::FilesError;
use crate::path::MAX_NAME_BYTES;

/// Characters that no name has (`[MS-FSCC]` 2.1.5.2), but for `:` and `\`, of which more is said.
const NOT_IN_NAMES: &[char] = &['"', '<', '>', '|', '?', '*'];

/// Devices, with whatever ending (`Naming Files, Paths, and Namespaces`).
const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"];

/// Devices that have a number.
const NUMBERED: &[&str] = &["COM", "LPT"];

/// Refuses a name that would lead elsewhere.
pub(crate) fn check(name: &str) -> Result<(), FilesError> {
    let refused = |why| Err(FilesError::Malformed(why));
    match name {
        _ if name.encode_utf16().count() > MAX_NAME_BYTES => refused("a name is too long"),
        _ if name.contains('\\') => refused("on Windows no name has a backslash in it"),
        _ if name.contains(':') => {
            refused("on Windows a colon leads to a drive, or to a stream of another file")
        }
        _ if name.contains(NOT_IN_NAMES) => {
            refused("on Windows no name has one of these in it: \" < > | ? *")
        }
        _ if name.contains(|one: char| u32::from(one) < 0x20) => {
            refused("on Windows no name has control characters in it")
        }
        _ if name.ends_with(['.', ' ']) => {
            refused("on Windows a dot or a blank at the end of a name is taken off")
        }
        _ if is_device(name) => refused("on Windows this is the name of a device"),
        _ if is_short(name) => refused("on Windows this may be the short name of another file"),
        _ => Ok(()),
    }
}

/// Whether Windows opens a device of this name, in whatever directory.
fn is_device(name: &str) -> bool {
    // `aux.txt` and `nul .txt` are devices too.
    let base = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is_numbered = |kind: &&str| {
        // By bytes: the rest may be a superscript digit, which has two of them.
        let (Some(begin), Some(rest)) = (base.get(..kind.len()), base.get(kind.len()..)) else {
            return false;
        };
        let mut rest = rest.chars();
        let is_digit = rest.next().is_some_and(|one| matches!(one, '0'..='9' | '¹' | '²' | '³'));
        begin.eq_ignore_ascii_case(kind) && is_digit && rest.next().is_none()
    };
    DEVICES.iter().any(|device| base.eq_ignore_ascii_case(device))
        || NUMBERED.iter().any(is_numbered)
}

/// Whether a name has the form that Windows gives to short names: `PROGRA~1`, `GIT~1.TXT`. Where it
/// makes them, such a name leads to another file, for example to `.git` (CVE-2014-9390).
fn is_short(name: &str) -> bool {
    let (base, ending) = name.split_once('.').unwrap_or((name, ""));
    let fits = base.chars().count() <= 8 && ending.chars().count() <= 3;
    let number = base.rsplit_once('~').map(|(_, number)| number);
    fits && number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// S70: what Windows would take for something else is no name.
    #[test]
    fn what_leads_elsewhere_on_windows_is_no_name() {
        for name in [
            "C:",
            "C:foo",
            "file:stream",
            "file::$DATA",
            ":x",
            ".git::$INDEX_ALLOCATION",
            "a\\b",
            "..\\x",
            "\\\\server\\share",
            "\\\\?\\C:\\x",
            "\\\\.\\pipe\\x",
            "CON",
            "con",
            "Nul",
            "aux.txt",
            "AUX.tar.gz",
            "prn",
            "nul .txt",
            "COM1",
            "com9.log",
            "lpt3",
            "COM0",
            "COM¹",
            "lpt².txt",
            "LPT³",
            "CONIN$",
            "conout$",
            "CLOCK$",
            "file.",
            "file ",
            "...",
            "file. .",
            ".git.",
            ".git ",
            "GIT~1",
            "git~1",
            "PROGRA~1",
            "A~2.TXT",
            "TE021F~1.TXT",
            "x~10.md",
            "a<b",
            "a>b",
            "a|b",
            "a?b",
            "a*b",
            "a\"b",
            "a\nb",
            "a\u{1}b",
            "a\0",
        ] {
            assert!(check(name).is_err(), "{name:?}");
        }
        assert!(check(&"文".repeat(256)).is_err());
    }

    #[test]
    fn usual_names_are_names_on_windows() {
        for name in [
            "a",
            "README.md",
            ".env",
            ".gitignore",
            "a b",
            "主.rs",
            "console",
            "com",
            "COM10",
            "lpt",
            "auxiliary.c",
            "nullable.rs",
            "con-1",
            "file~",
            "backup~1-of-2.txt",
            "~",
            "~1x",
            "longer-than-eight~1",
            "caf\u{e9}",
            "x;y",
            "a'b",
            "com¹x",
            "[x]",
            "{x}",
            "%2e%2e",
        ] {
            assert!(check(name).is_ok(), "{name:?}");
        }
        assert!(check(&"文".repeat(255)).is_ok());
    }

    proptest! {
        /// S70: no name that is taken leads to a device, a stream or a drive, or loses its end.
        #[test]
        fn no_name_that_is_taken_leads_elsewhere(name in "[a-cA-CnNuUlL1~.: \\\\$²]{1,10}") {
            if check(&name).is_ok() {
                prop_assert!(!name.contains([':', '\\']));
                prop_assert!(!name.ends_with(['.', ' ']));
                prop_assert!(!name.split('.').next().unwrap().trim().eq_ignore_ascii_case("nul"));
            }
        }
    }
}
