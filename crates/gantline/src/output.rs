//! How things are printed: for people, for programs, or as little as possible.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, ContentArrangement, Table};
use model::agent::InstalledAgent;
use serde::Serialize;

use crate::escape;
use crate::words::Words;

/// How things are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object on each line.
    Json,
    /// Only what is asked for: identifiers, the answer.
    Quiet,
}

/// The option that every printing command has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::Args)]
pub(crate) struct FormatOption {
    /// How to print.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
}

/// Prints one line. What is shown of others must be escaped already.
pub(crate) fn print_line(line: impl Display) -> io::Result<()> {
    let mut out = AutoStream::auto(io::stdout().lock());
    writeln!(out, "{line}")?;
    out.flush()
}

/// Prints one line of JSON; a line that cannot be printed is lost, as at the end of a pipe.
pub(crate) fn print_json(value: &impl Serialize) {
    let _ = try_print_json(value);
}

/// Prints one line of JSON.
pub(crate) fn try_print_json(value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", escape::json(&json))?;
    out.flush()
}

/// Prints a table: a heading for each column, and rows of text that others may have written.
pub(crate) fn print_table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(headings);
    if let Some(columns) = window_columns() {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    }
    for row in rows {
        table.add_row(row.map(|text| Cell::new(escape::line(&text))));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        print_line(line.trim_end())?;
    }
    Ok(())
}

/// Prints agents, found or missing, with what installs them.
pub(crate) fn print_agents(agents: Vec<InstalledAgent>, words: &dyn Words) -> io::Result<()> {
    let rows = agents.into_iter().map(|agent| {
        let install = agent.install.filter(|_| agent.missing.is_some()).unwrap_or_default();
        let state = agent.missing.or(agent.version).unwrap_or_default();
        [agent.name.to_string(), agent.title, state, install]
    });
    print_table(words.agent_headings(), rows)
}

/// Prints names and values, one under the other.
pub(crate) fn print_fields<'a>(
    fields: impl IntoIterator<Item = (&'a str, String)>,
) -> io::Result<()> {
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let width = |name: &str| unicode_width::UnicodeWidthStr::width(name);
    let widest = fields.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    for (name, value) in fields {
        let pad = widest - width(name);
        print_line(format_args!("{name}{:pad$}  {}", "", escape::line(&value)))?;
    }
    Ok(())
}

/// The width of the window, where standard output is one.
pub(crate) fn window_columns() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size().ok().map(|(columns, _)| columns).filter(|columns| *columns > 0)
}
