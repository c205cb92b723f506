//! What the grid does not show and still matters for what comes next: tab stops, margins, saved
//! cursors, the pen, character sets.
//!
//! The grid tells these only through its own dump, a list of functions that rebuild it. Of that
//! list the rows are left out (they are written by `rows`) and the rest is written in a form that
//! every xterm-compatible terminal understands.

use std::fmt::Write;

use avt::parser::{AnsiMode, CtcOp, DecMode, Function, Parser, SgrOp};
use avt::{Charset, ScreenKind};

use super::clusters::Clusters;
use super::grid::Grid;
use super::style::{write_color, write_parameter};

/// The hidden state, as functions in the order in which they restore it.
pub(crate) struct HiddenState {
    /// With the primary screen active.
    primary: Vec<Function>,
    /// With the alternate screen active; empty unless it is.
    alternate: Vec<Function>,
}

impl HiddenState {
    /// Reads it off the grid.
    pub(crate) fn of(grid: &Grid) -> Self {
        let mut parser = Parser::new();
        let dump = grid.dump();
        let mut functions = dump
            .chars()
            .filter_map(|character| parser.feed(character))
            .skip_while(draws_rows)
            .peekable();
        if grid.shown() == ScreenKind::Primary {
            return Self { primary: functions.collect(), alternate: Vec::new() };
        }
        let mut primary = Vec::new();
        while let Some(function) = functions.next_if(|function| !enters_alternate(function)) {
            primary.push(function);
        }
        // The switch itself, the movement to the first row, and the rows.
        let alternate = functions.skip(2).skip_while(draws_rows).collect();
        Self { primary, alternate }
    }

    pub(crate) fn write_primary(&self, clusters: &Clusters, out: &mut String) {
        write_functions(&self.primary, clusters, out);
    }

    pub(crate) fn write_alternate(&self, clusters: &Clusters, out: &mut String) {
        write_functions(&self.alternate, clusters, out);
    }
}

/// The functions that a dump of rows is made of; the rest begins with something else.
fn draws_rows(function: &Function) -> bool {
    use Function::{Cr, Lf, Print, Rep, Sgr};
    matches!(function, Print(_) | Rep(_) | Sgr(_) | Cr | Lf)
}

fn enters_alternate(function: &Function) -> bool {
    matches!(function, Function::Decset(modes) if modes.as_slice() == [DecMode::AltScreenBuffer])
}

fn write_functions(functions: &[Function], clusters: &Clusters, out: &mut String) {
    for (index, function) in functions.iter().enumerate() {
        match (function, functions.get(index + 1)) {
            (Function::Sgr(operations), Some(Function::Print(' '))) => {
                write_erasing_sgr(operations.as_slice(), out);
            }
            _ => write_function(function, clusters, out),
        }
    }
}

/// Writes one function of a dump's hidden part, which holds no other functions than these.
///
/// Writing to a `String` does not fail, so the results are dropped.
fn write_function(function: &Function, clusters: &Clusters, out: &mut String) {
    let _ = match function {
        Function::Print(character) => {
            clusters.write(*character, out);
            Ok(())
        }
        Function::So => write!(out, "\x0e"),
        Function::Decsc => write!(out, "\x1b7"),
        // Saved by DECSC just before, so restored by its counterpart.
        Function::Scorc => write!(out, "\x1b8"),
        Function::Gzd4(charset) => write!(out, "\x1b({}", designation(*charset)),
        Function::G1d4(charset) => write!(out, "\x1b){}", designation(*charset)),
        // CTC is ECMA-48's way; terminals know HTS and TBC.
        Function::Ctc(CtcOp::Set) => write!(out, "\x1bH"),
        Function::Ctc(CtcOp::ClearCurrentColumn) => write!(out, "\x1b[g"),
        Function::Ctc(CtcOp::ClearAll) => write!(out, "\x1b[3g"),
        Function::Cha(column) => write!(out, "\x1b[{column}G"),
        Function::Cub(cells) => write!(out, "\x1b[{cells}D"),
        Function::Cud(rows) => write!(out, "\x1b[{rows}B"),
        Function::Cuf(cells) => write!(out, "\x1b[{cells}C"),
        Function::Cuu(rows) => write!(out, "\x1b[{rows}A"),
        Function::Cup(row, column) => write!(out, "\x1b[{row};{column}H"),
        Function::Decstbm(top, bottom) => write!(out, "\x1b[{top};{bottom}r"),
        Function::Sgr(operations) => write_sgr(operations.as_slice(), out),
        Function::Sm(modes) => write_modes("", modes.as_slice(), ansi_number, 'h', out),
        Function::Rm(modes) => write_modes("", modes.as_slice(), ansi_number, 'l', out),
        Function::Decset(modes) => write_modes("?", modes.as_slice(), dec_number, 'h', out),
        Function::Decrst(modes) => write_modes("?", modes.as_slice(), dec_number, 'l', out),
        _ => Ok(()),
    };
}

fn designation(charset: Charset) -> char {
    match charset {
        Charset::Ascii => 'B',
        Charset::Drawing => '0',
    }
}

fn write_modes<M: Copy>(
    prefix: &str,
    modes: &[M],
    number: fn(M) -> u16,
    end: char,
    out: &mut String,
) -> std::fmt::Result {
    modes.iter().try_for_each(|mode| write!(out, "\x1b[{prefix}{}{end}", number(*mode)))
}

fn ansi_number(mode: AnsiMode) -> u16 {
    mode as u16
}

fn dec_number(mode: DecMode) -> u16 {
    mode as u16
}

fn write_sgr(operations: &[SgrOp], out: &mut String) -> std::fmt::Result {
    let mut parameters = String::new();
    for operation in operations {
        write_operation(*operation, &mut parameters);
    }
    // Every parameter comes with a semicolon before it, and there always is one: a reset.
    write!(out, "\x1b[{}m", parameters.trim_start_matches(';'))
}

/// A character is printed once more where the cursor waits behind it to wrap. A real space was
/// erased, not printed (see `loud`), and shows nothing of the pen but the background.
fn write_erasing_sgr(operations: &[SgrOp], out: &mut String) {
    let shows =
        |operation: &&SgrOp| matches!(operation, SgrOp::Reset | SgrOp::SetBackgroundColor(_));
    let shown: Vec<SgrOp> = operations.iter().filter(shows).copied().collect();
    // Writing to a `String` does not fail.
    let _ = write_sgr(&shown, out);
}

fn write_operation(operation: SgrOp, parameters: &mut String) {
    let number = match operation {
        SgrOp::Reset => 0,
        SgrOp::SetBoldIntensity => 1,
        SgrOp::SetFaintIntensity => 2,
        SgrOp::SetItalic => 3,
        SgrOp::SetUnderline => 4,
        SgrOp::SetBlink => 5,
        SgrOp::SetInverse => 7,
        SgrOp::SetStrikethrough => 9,
        SgrOp::ResetIntensity => 22,
        SgrOp::ResetItalic => 23,
        SgrOp::ResetUnderline => 24,
        SgrOp::ResetBlink => 25,
        SgrOp::ResetInverse => 27,
        SgrOp::ResetStrikethrough => 29,
        SgrOp::ResetForegroundColor => 39,
        SgrOp::ResetBackgroundColor => 49,
        SgrOp::SetForegroundColor(color) => return write_color(parameters, Some(color), 30),
        SgrOp::SetBackgroundColor(color) => return write_color(parameters, Some(color), 40),
    };
    write_parameter(parameters, number);
}
