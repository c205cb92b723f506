use std::fmt::Write;

use proptest::prelude::*;

use super::rows::Look;
use super::*;

mod decoding;
mod fidelity;
mod hostile;
mod recordings;
mod restoring;

fn size(columns: u32, rows: u32) -> Size {
    Size::new(columns, rows).unwrap()
}

fn screen(columns: u32, rows: u32, output: &str) -> Screen {
    let mut screen = Screen::new(size(columns, rows), 100);
    screen.feed(output.as_bytes());
    screen
}

/// A fresh screen that has been fed the snapshot of another.
fn restored(screen: &Screen, history_rows: usize) -> Screen {
    let mut fresh = Screen::new(screen.size(), 100);
    fresh.feed(&screen.snapshot(history_rows));
    fresh
}

/// Everything of a screen that anybody can see or that changes what comes next, as text.
fn fingerprint(screen: &Screen) -> String {
    let canvas = &screen.canvas;
    let grid = &canvas.grid;
    let mut text = format!("{:?} {} {}\n", screen.size(), grid.column(), grid.row());
    describe(screen, grid.primary_rows(0), &mut text);
    if screen.is_alternate() {
        text.push_str("alternate\n");
        describe(screen, grid.rows(), &mut text);
    }
    let hidden = HiddenState::of(grid);
    hidden.write_primary(&canvas.clusters, &mut text);
    text.push('\n');
    hidden.write_alternate(&canvas.clusters, &mut text);
    write!(text, "\n{:?}\n{:?}\n", canvas.modes, screen.title()).unwrap();
    canvas.window.restore(&mut text);
    write!(text, "{:?} {:?}", canvas.held, screen.decoder.unfinished()).unwrap();
    text.replace('\x1b', "␛")
}

fn describe<'a>(screen: &Screen, rows: impl Iterator<Item = &'a Line>, text: &mut String) {
    for row in rows {
        for cell in row.cells() {
            let look = Look::of(cell);
            screen.canvas.clusters.write(look.character, text);
            write!(text, "{}", cell.width()).unwrap();
            style::Style::default().change_to(look.style, text);
        }
        text.push_str(if row.is_wrapped() { "⏎\n" } else { "\n" });
    }
}

/// A snapshot leads to the same screen, and the same output after it does too.
fn check_restored(screen: &mut Screen, then: &[u8]) -> Result<(), TestCaseError> {
    let mut fresh = restored(screen, 0);
    prop_assert_eq!(fingerprint(&fresh), fingerprint(screen));
    screen.feed(then);
    fresh.feed(then);
    prop_assert_eq!(fingerprint(&fresh), fingerprint(screen));
    Ok(())
}

/// Output that goes through all the ways a terminal has: text of all widths, controls, sequences
/// with sensible and with absurd parameters, and rubbish.
fn output() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => text().prop_map(String::into_bytes),
        3 => prop::sample::select(b"\r\n\t\x08\x0b\x0c\x0e\x0f\x00\x07\x18\x7f".to_vec())
            .prop_map(|control| vec![control]),
        2 => Just(b"\r\n".to_vec()),
        8 => csi().prop_map(String::into_bytes),
        4 => sgr().prop_map(String::into_bytes),
        4 => mode().prop_map(String::into_bytes),
        3 => escape().prop_map(String::into_bytes),
        2 => string().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 1..8),
        1 => prop::sample::select(vec!["\u{84}", "\u{85}", "\u{88}", "\u{8d}", "\u{9b}3;2H", "\u{90}q\u{9c}"])
            .prop_map(|control| control.as_bytes().to_vec()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,20}",
        "[ a-z]{1,40}",
        "[一-龥か-ん ]{1,12}",
        "([a-e ][\u{300}-\u{304}\u{fe0f}\u{200d}]{0,3}){1,6}",
        "([一-丂][\u{302}\u{200d}]{0,2}|👩\u{200d}|❤\u{fe0f}){1,5}",
        "[\u{10F000}-\u{10F004}\u{3F000}-\u{3F003}\u{10FFFF}]{1,3}",
        "[qxlk`~ ]{1,10}",
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u32..12).prop_map(|number| number.to_string()),
        2 => Just(String::new()),
        1 => (0_u32..70_000).prop_map(|number| number.to_string()),
    ]
}

fn csi() -> impl Strategy<Value = String> {
    let ends = "@ABCDEFGHIJKLMPSTXZ`abdefghlrsutqpmWn";
    let ends = prop::sample::select(ends.chars().collect::<Vec<_>>());
    (
        prop::collection::vec(number(), 0..4),
        ends,
        prop::sample::select(vec!["", "", "", "", " ", "!", "$"]),
    )
        .prop_map(|(numbers, end, intermediate)| {
            format!("\x1b[{}{intermediate}{end}", numbers.join(";"))
        })
}

fn sgr() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        (0_u32..60).prop_map(|number| number.to_string()),
        (90_u32..108).prop_map(|number| number.to_string()),
        (0_u32..256).prop_map(|index| format!("38;5;{index}")),
        (0_u32..256).prop_map(|index| format!("48:5:{index}")),
        (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(r, g, b)| format!("38;2;{r};{g};{b}")),
        (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(r, g, b)| format!("48:2::{r}:{g}:{b}")),
        Just("4:3".to_owned()),
    ];
    prop::collection::vec(one, 0..4).prop_map(|all| format!("\x1b[{}m", all.join(";")))
}

fn mode() -> impl Strategy<Value = String> {
    let modes = vec![
        1, 5, 6, 7, 9, 12, 25, 45, 47, 66, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015,
        1016, 1036, 1047, 1047, 1048, 1049, 1049, 2004, 2026, 2031, 2048, 9001,
    ];
    let private = prop::collection::vec(prop::sample::select(modes), 1..3);
    prop_oneof![
        8 => (private, prop::sample::select(vec!['h', 'h', 'l'])).prop_map(|(modes, end)| {
            let modes = modes.iter().map(i32::to_string).collect::<Vec<_>>().join(";");
            format!("\x1b[?{modes}{end}")
        }),
        2 => (prop::sample::select(vec!['>', '<', '=']), number(), 0..4)
            .prop_map(|(prefix, flags, how)| format!("\x1b[{prefix}{flags};{how}u")),
        1 => (0_u32..8).prop_map(|style| format!("\x1b[{style} q")),
        1 => prop::sample::select(vec!["\x1b[4h", "\x1b[4l", "\x1b[20h", "\x1b[20l", "\x1b[!p"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["\x1b[>4;2m", "\x1b[>4m", "\x1b[22;0;0t", "\x1b[23;0;0t"])
            .prop_map(str::to_owned),
        1 => (1_u32..9, 1_u32..9).prop_map(|(top, bottom)| format!("\x1b[{top};{bottom}r")),
    ]
}

fn escape() -> impl Strategy<Value = String> {
    let escapes = [
        "7", "8", "D", "E", "H", "M", "c", "=", ">", "(0", "(B", ")0", ")B", "#8", "\\", "%G", "Z",
        "N", " F", "(",
    ];
    prop::sample::select(escapes.to_vec()).prop_map(|escape| format!("\x1b{escape}"))
}

fn string() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé語\u{202e}]{0,12}".prop_map(|title| format!("\x1b]2;{title}\x07")),
        "[a-z]{0,12}".prop_map(|title| format!("\x1b]0;{title}\x1b\\")),
        Just("\x1b]7;file://host/tmp/a%20b\x07".to_owned()),
        Just("\x1b]8;;https://example.org\x1b\\".to_owned()),
        Just("\x1bP1$r0m\x1b\\".to_owned()),
        Just("\x1b_ignored\x1b\\".to_owned()),
        Just("\x1b]52;c;".to_owned()),
    ]
}
