//! Where the log goes: standard error, plain text on a terminal, JSON lines where it is asked for.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli::Cli;

/// Which parts of the program say how much, as `RUST_LOG`.
const FILTER_VARIABLE: &str = "GANTLINE_LOG";

/// `json` makes each line of the log a JSON object.
const FORMAT_VARIABLE: &str = "GANTLINE_LOG_FORMAT";

/// Starts logging. Line breaks in what others say are escaped, so that nobody can forge a line of
/// the log (S104).
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
        log.init();
    }
}
