//! Where the log goes: standard error, plain text on a terminal, JSON lines where it is asked for.

use std::fmt::{self, Write};
use std::io::IsTerminal;

use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use crate::cli::Cli;

/// Which parts of the program say how much, as `RUST_LOG`.
const FILTER_VARIABLE: &str = "GANTLINE_LOG";

/// `json` makes each line of the log a JSON object.
const FORMAT_VARIABLE: &str = "GANTLINE_LOG_FORMAT";

/// Starts logging. Control characters and line breaks in what others say are escaped, so that nobody
/// can forge a line of the log or move the cursor of whoever reads it (S104): JSON does so by itself,
/// plain text through [`inert_fields`].
pub(crate) fn start(cli: &Cli) {
    if cli.is_strict() {
        return;
    }
    let default = match cli.verbose {
        0 if cli.tells_of_its_link() => "warn,daemon::uplink::keeping=error",
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter =
        EnvFilter::try_from_env(FILTER_VARIABLE).unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if std::env::var(FORMAT_VARIABLE).is_ok_and(|format| format == "json") {
        log.json().init();
    } else {
        log.fmt_fields(inert_fields()).init();
    }
}

/// Writes what is logged as `name=value`, the message without a name, each value escaped. The
/// library escapes messages only, and in them no line breaks.
fn inert_fields() -> impl for<'writer> FormatFields<'writer> + 'static {
    let write_one = |writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug| {
        match field.name() {
            "message" => {}
            name => write!(writer, "{name}=")?,
        }
        write!(Inert(writer), "{value:?}")
    };
    debug_fn(write_one).delimited(" ")
}

/// Writes what would do anything to a terminal or begin a line (Unicode UAX #14, mandatory breaks) as
/// an escape.
struct Inert<W>(W);

impl<W: Write> Write for Inert<W> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        let acts = |character: char| {
            character.is_control() && character != '\t'
                || matches!(character, '\u{2028}' | '\u{2029}')
        };
        while let Some((at, found)) = text.char_indices().find(|(_, character)| acts(*character)) {
            write!(self.0, "{}{}", &text[..at], found.escape_default())?;
            text = &text[at + found.len_utf8()..];
        }
        self.0.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const FORGED: &str = "ann\n2026-01-01T00:00:00Z  INFO forged\r\u{85}\u{2028}\x1b[2K\u{9b}2Kend";

    /// Says what somebody hostile is called, in a message, in fields and in a span.
    fn say() {
        let _within = tracing::warn_span!("call", who = %FORGED).entered();
        tracing::warn!(who = %FORGED, again = ?FORGED, "signed in: {FORGED}");
    }

    /// S104: whatever a name is, an event is one line, and obeyed by no terminal.
    #[test]
    fn an_event_is_one_line_whatever_is_logged() {
        let (plain, json) = (Page::default(), Page::default());
        let onto = |page: &Page| {
            let page = page.clone();
            move || page.clone()
        };
        let log = tracing_subscriber::fmt().with_writer(onto(&plain)).with_ansi(false);
        with_default(log.fmt_fields(inert_fields()).finish(), say);
        with_default(tracing_subscriber::fmt().with_writer(onto(&json)).json().finish(), say);

        for text in [plain.text(), json.text()] {
            assert_eq!(text.lines().count(), 1, "{text:?}");
            assert!(text.ends_with('\n') && !text.contains('\x1b'), "{text:?}");
        }
        let plain = plain.text();
        let acting = |character: &char| character.is_control() || *character == '\u{2028}';
        assert_eq!(plain.chars().filter(acting).count(), 1, "{plain:?}");
        let forged = r"ann\n2026-01-01T00:00:00Z  INFO forged\r\u{85}\u{2028}\u{1b}[2K\u{9b}2Kend";
        assert_eq!(plain.matches(forged).count(), 4, "{plain:?}");
        assert!(plain.contains(&format!(": signed in: {forged} who={forged} again=")), "{plain:?}");
    }
}
