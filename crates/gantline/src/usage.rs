//! Command lines that make no sense, told as the caller wants errors told.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::exit::Meaning;
use crate::json_lines::Line;
use crate::output::print_json;

/// Tells what is wrong with the command line, or prints the help or the version that it asks for.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if !is_answer && wants_json(std::env::args_os()) {
        print_json(&Line::Error {
            code: Meaning::Usage.word(),
            detail: detail(error),
            causes: vec![],
            hint: None,
            exit_code: Meaning::Usage as u8,
        });
        return Meaning::Usage.into();
    }
    // Whoever closed the pipe has read enough.
    let _ = error.print();
    if is_answer { Meaning::Done.into() } else { Meaning::Usage.into() }
}

/// Whether errors are wanted as JSON. What cannot be understood as a whole is looked at word by
/// word; behind `--` and `-p` stands a prompt.
fn wants_json(arguments: impl IntoIterator<Item = OsString>) -> bool {
    let mut before = OsString::new();
    for argument in arguments {
        let is_value = ["-p", "--prompt"].iter().any(|option| before == *option);
        if argument == "--" && !is_value {
            return false;
        }
        let is_option = argument == "--json-strict" || argument == "--format=json";
        if !is_value && (is_option || (before == "--format" && argument == "json")) {
            return true;
        }
        before = argument;
    }
    false
}

/// What is wrong, without the manual around it.
fn detail(error: &clap::Error) -> String {
    let text = error.to_string();
    let told = text.split("\n\n").next().unwrap_or_default();
    told.trim().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn errors_are_json_where_json_is_wanted() {
        let wants = |line: &[&str]| wants_json(line.iter().map(OsString::from));
        assert!(wants(&["gantline", "--format", "json", "--no-such"]));
        assert!(wants(&["gantline", "--no-such", "--format=json"]));
        assert!(wants(&["gantline", "--json-strict"]));
        assert!(!wants(&["gantline", "--format", "text", "--no-such"]));
        assert!(!wants(&["gantline", "--no-such", "-p", "--json-strict"]));
        assert!(!wants(&["gantline", "--no-such", "--", "--json-strict"]));
    }

    #[test]
    fn the_detail_says_what_is_wrong_on_its_own() {
        let error = Cli::try_parse_from(["gantline", "--no-such"]).unwrap_err();
        assert_eq!(detail(&error), "unexpected argument '--no-such' found");
    }
}
