//! The lines that a prompt can be made of.

use std::time::Duration;

/// More than this is not said in one go, however much is asked for.
const MAX_BIG_BYTES: usize = 64 * 1024 * 1024;

/// One thing that the agent is told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Directive {
    Write { path: String, content: String },
    Append { path: String, line: String },
    Read { path: String },
    Run { command: String },
    Sneak { command: String },
    AskTwice,
    Say { text: String },
    Think { text: String },
    Plan { steps: Vec<String> },
    Slow { pieces: u32, every: Duration },
    Big { bytes: usize },
    Flood { pieces: u32 },
    Model { text: String },
    Silent,
    Title { text: String },
    Usage { used: u64, size: u64 },
    Mode { mode: String },
    Unknown,
    Junk,
    Env,
    Stop { reason: String },
    Error { code: i64, message: String },
    Crash { status: u8 },
    Hang,
}

/// Every directive of a prompt, in order.
pub(super) fn read_all(prompt: &str) -> Vec<Directive> {
    prompt.lines().filter_map(|line| read(line.trim())).collect()
}

/// Reads one line; `None` where it is no directive or lacks what it needs.
fn read(line: &str) -> Option<Directive> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let said = || (!rest.is_empty()).then(|| rest.to_owned());
    Some(match word {
        "/write" => {
            let (path, content) = rest.split_once(' ').unwrap_or((rest, ""));
            let content = content.replace("\\n", "\n");
            Directive::Write { path: (!path.is_empty()).then(|| path.to_owned())?, content }
        }
        "/append" => {
            let (path, line) = rest.split_once(' ')?;
            Directive::Append { path: path.to_owned(), line: line.to_owned() }
        }
        "/read" => Directive::Read { path: said()? },
        "/run" => Directive::Run { command: said()? },
        "/sneak" => Directive::Sneak { command: said()? },
        "/ask-twice" => Directive::AskTwice,
        "/say" => Directive::Say { text: said()?.replace("\\n", "\n") },
        "/think" => Directive::Think { text: said()? },
        "/plan" => {
            let steps = rest.split(';').map(|step| step.trim().to_owned());
            Directive::Plan { steps: steps.filter(|step| !step.is_empty()).collect() }
        }
        "/slow" => {
            let (pieces, every) = rest.split_once(' ')?;
            Directive::Slow { pieces: pieces.parse().ok()?, every: duration(every.trim())? }
        }
        "/big" => Directive::Big { bytes: bytes(rest)?.min(MAX_BIG_BYTES) },
        "/flood" => Directive::Flood { pieces: rest.parse().ok()? },
        "/model" => Directive::Model { text: said()? },
        "/silent" => Directive::Silent,
        "/title" => Directive::Title { text: said()? },
        "/usage" => {
            let (used, size) = rest.split_once(' ')?;
            Directive::Usage { used: used.parse().ok()?, size: size.trim().parse().ok()? }
        }
        "/mode" => Directive::Mode { mode: said()? },
        "/unknown" => Directive::Unknown,
        "/junk" => Directive::Junk,
        "/env" => Directive::Env,
        "/stop" => Directive::Stop { reason: said()? },
        "/error" => {
            let (code, message) = rest.split_once(' ').unwrap_or((rest, "scripted error"));
            Directive::Error { code: code.parse().ok()?, message: message.to_owned() }
        }
        "/crash" => Directive::Crash { status: rest.parse().unwrap_or(1) },
        "/hang" => Directive::Hang,
        _ => return None,
    })
}

fn duration(text: &str) -> Option<Duration> {
    if let Some(millis) = text.strip_suffix("ms") {
        return Some(Duration::from_millis(millis.trim().parse().ok()?));
    }
    Some(Duration::from_secs(text.strip_suffix('s')?.trim().parse().ok()?))
}

fn bytes(text: &str) -> Option<usize> {
    let units = [("MB", 1_000_000), ("KB", 1_000), ("kB", 1_000), ("B", 1)];
    let with_unit = units.iter().find_map(|(unit, size)| {
        let number: usize = text.strip_suffix(unit)?.trim().parse().ok()?;
        number.checked_mul(*size)
    });
    with_unit.or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_line_by_line() {
        let prompt = "please:\n/write a/b.txt one\\ntwo  three\n  /run ls -l | wc\n/slow 3 20ms\n\
                      /append log 7 x\nthen rest";
        assert_eq!(
            read_all(prompt),
            [
                Directive::Write { path: "a/b.txt".into(), content: "one\ntwo  three".into() },
                Directive::Run { command: "ls -l | wc".into() },
                Directive::Slow { pieces: 3, every: Duration::from_millis(20) },
                Directive::Append { path: "log".into(), line: "7 x".into() },
            ]
        );
    }

    #[test]
    fn sizes_and_times_have_units() {
        assert_eq!(bytes("1MB"), Some(1_000_000));
        assert_eq!(bytes("20 KB"), Some(20_000));
        assert_eq!(bytes("7"), Some(7));
        assert_eq!(bytes("7 apples"), None);
        assert_eq!(duration("2s"), Some(Duration::from_secs(2)));
        assert_eq!(duration("2"), None);
    }

    #[test]
    fn what_is_no_directive_is_left_to_the_conversation() {
        for text in ["write me a poem", "/unknown-word", "/write", "/slow 3", "a /run ls", ""] {
            assert_eq!(read_all(text), [], "{text:?}");
        }
    }
}
