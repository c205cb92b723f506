//! `gantline contain`: takes from itself the right to write anywhere but in one directory, and becomes
//! another program. Started by a daemon for sessions that may only read.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// What shells answer where a program was found and could not be run.
const CANNOT_RUN: u8 = 126;

/// What to become.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The only directory in which it may write.
    own: PathBuf,
    /// The program.
    program: PathBuf,
    /// Its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Becomes the program; comes back only if that failed. What it says is told by the daemon as the
/// program's own complaint.
pub(crate) fn run(args: &Args) -> ExitCode {
    let error = processes::containment::become_contained(&args.own, &args.program, &args.arguments);
    let causes = std::iter::successors(std::error::Error::source(&error), |error| error.source());
    let causes: Vec<String> = causes.map(ToString::to_string).collect();
    // Whoever does not listen is told by the exit status.
    let _ = writeln!(io::stderr(), "gantline: failed to {error}: {}", causes.join(": "));
    ExitCode::from(CANNOT_RUN)
}

/// How a daemon starts this program again, whatever has become of its file since: an update
/// replaces it.
pub(crate) fn own_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe()
}
