use proptest::prelude::*;

use super::*;

fn draw(text: &str, columns: u16) -> String {
    let mut markdown = Markdown::new(Paint::Plain, columns);
    let drawn = markdown.push(text);
    drawn + &markdown.finish()
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(draw(text, 40), expect, "{text:?}");
}

#[test]
fn blocks_are_drawn_for_reading() {
    check("# Title\n\nText.", "Title\n\nText.\n");
    check("- one\n- two\n  - three\n", "• one\n• two\n  • three\n");
    check("1. a\n2. b\n", "1. a\n2. b\n");
    check("> wise\n", "│ wise\n");
    check("```rust\nfn main() {}\n```\nafter\n", "  fn main() {}\nafter\n");
    check("---\n", &format!("{}\n", "─".repeat(40)));
    check("**bold** and `code`\n", "bold and code\n");
}

#[test]
fn tables_are_aligned() {
    let text = "| name | n |\n|---|--:|\n| a | 1 |\n| 汉字 | 22 |\n\nend";
    check(text, "name │ n\n─────┼───\na    │ 1\n汉字 │ 22\n\nend\n");
}

#[test]
fn a_table_that_is_too_wide_stays_as_it_is() {
    let row = format!("| {} |\n", "x".repeat(60));
    check(&row, &row);
}

#[test]
fn long_lines_are_wrapped_between_words_below_their_text() {
    let text = "- alpha beta gamma delta epsilon zeta eta theta iota\n";
    check(text, "• alpha beta gamma delta epsilon zeta\n  eta theta iota\n");
    check(
        "> alpha beta gamma delta epsilon zeta eta\n",
        "│ alpha beta gamma delta epsilon zeta\n│ eta\n",
    );
    let han = "汉".repeat(25);
    check(&han, &format!("{}\n{}\n", "汉".repeat(20), "汉".repeat(5)));
}

/// S103: what an agent says cannot leave its lines or change the window.
#[test]
fn control_sequences_are_shown() {
    check("a\x1b]0;title\x07b \x1b[2J\n", "a\\u{1b}]0;title\\u{7}b \\u{1b}[2J\n");
    check("```\n\x1b[31mred\n```\n", "  \\u{1b}[31mred\n");
}

#[test]
fn words_appear_as_soon_as_they_are_whole() {
    let mut markdown = Markdown::new(Paint::Plain, 40);
    let pieces = ["Hel", "lo wor", "ld, **bo", "ld** te", "xt\n", "```\nco", "de\n"];
    let drawn: Vec<String> = pieces.iter().map(|piece| markdown.push(piece)).collect();
    assert_eq!(drawn, ["", "Hello", " world,", " bold", " text\n", "", "  code\n"]);
    assert_eq!(markdown.finish(), "");
}

#[test]
fn line_ends_of_windows_may_be_cut_in_two() {
    let mut markdown = Markdown::new(Paint::Plain, 40);
    let drawn = markdown.push("one\r") + &markdown.push("\ntwo\r\n");
    assert_eq!(drawn, "one\ntwo\n");
}

#[test]
fn colours_go_around_words_and_are_closed() {
    let mut markdown = Markdown::new(Paint::Coloured, 40);
    let drawn = markdown.push("**bold** plain\n");
    assert!(drawn.contains("\x1b[1mbold\x1b[0m plain"), "{drawn:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// However a message is cut into pieces, the same is drawn.
    #[test]
    fn cuts_do_not_matter(
        text in "([a-z*_`#>|\\[\\]()!~.\\-1 \\\\汉\n]|\r\n){0,120}",
        cuts in prop::collection::vec(0_usize..121, 0..6),
    ) {
        let mut cuts: Vec<usize> =
            cuts.into_iter().map(|cut| text.floor_char_boundary(cut.min(text.len()))).collect();
        cuts.sort_unstable();
        let mut markdown = Markdown::new(Paint::Plain, 24);
        let (mut drawn, mut from) = (String::new(), 0);
        for cut in cuts.into_iter().chain([text.len()]) {
            drawn += &markdown.push(&text[from..cut]);
            from = cut;
        }
        drawn += &markdown.finish();
        prop_assert_eq!(drawn, draw(&text, 24));
    }

    /// Nothing an agent says makes it fail, and no control character comes through.
    #[test]
    fn anything_can_be_said(text in any::<String>()) {
        let drawn = draw(&text, 30);
        prop_assert!(!drawn.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{:?}", drawn);
    }
}
