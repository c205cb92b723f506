use serde_json::{Value, json};

use super::*;

fn prompt(text: &str) -> Value {
    let content = [json!({ "kind": "text", "text": text })];
    json!({ "kind": "user_message", "message_id": "m", "turn_id": "t", "content": content })
}

fn chunk(message: &str, text: &str) -> Value {
    let content = json!({ "kind": "text", "text": text });
    json!({ "kind": "agent_message_chunk", "message_id": message, "content": content })
}

fn tool(id: &str, title: Option<&str>) -> Value {
    json!({ "kind": "tool_call", "tool_call_id": id, "title": title })
}

fn found(typed: &str, records: &[Value]) -> Vec<(u64, Said, String)> {
    let needle = Needle::new(typed).unwrap();
    let mut search = Search::new(&needle, 0, 10);
    for (seq, record) in (1..).zip(records) {
        search.take(seq, 7, record.to_string().as_bytes());
    }
    let (found, count) = search.finish();
    assert_eq!(count, found.len() as u64);
    found.into_iter().map(|found| (found.seq, found.said, found.snippet.matched)).collect()
}

#[test]
fn what_people_agents_and_tools_say_is_found_the_last_first() {
    let records = [
        prompt("Fix the Parser"),
        tool("a", Some("Read parser.rs")),
        tool("a", Some("Read parser.rs")),
        tool("a", None),
        chunk("1", "The parser"),
        chunk("1", " is fine."),
        json!({ "kind": "terminal_output", "text": "parser" }),
    ];
    let places = found("PARSER", &records);
    let expect = [
        (5, Said::Answer, "parser".to_owned()),
        (2, Said::Tool, "parser".to_owned()),
        (1, Said::Prompt, "Parser".to_owned()),
    ];
    assert_eq!(places, expect);
}

#[test]
fn an_answer_is_one_whatever_its_pieces() {
    let records = [
        chunk("1", "数据"),
        tool("a", Some("x")),
        chunk("1", "库迁"),
        chunk("2", "移"),
        chunk("3", "Zoe"),
        chunk("3", "\u{308} and"),
        chunk("3", "\n  friends"),
    ];
    assert_eq!(found("据库", &records), [(1, Said::Answer, "据库".to_owned())]);
    // Two answers are two.
    assert_eq!(found("迁移", &records), []);
    assert_eq!(found("zoë AND friends", &records).len(), 1);
    assert_eq!(found("zoe and", &records), []);
}

#[test]
fn chinese_japanese_and_korean_are_found_in_the_middle() {
    let records = [
        prompt("请修复登录页面的错误"),
        prompt("ログインページのﾊﾞｸﾞを直す"),
        prompt("로그인 페이지의 오류를 고쳐 주세요"),
    ];
    for (typed, seq, matched) in [
        ("登录页", 1, "登录页"),
        ("バグ", 2, "ﾊﾞｸﾞ"),
        ("ページ", 2, "ページ"),
        ("오류", 3, "오류"),
        ("\u{110b}\u{1169}\u{1105}\u{1172}", 3, "오류"),
    ] {
        assert_eq!(found(typed, &records), [(seq, Said::Prompt, matched.to_owned())], "{typed}");
    }
    // Half a syllable, and a letter without its mark, are other letters.
    assert_eq!(found("ハ", &records), []);
    assert_eq!(found("오르", &records), []);
}

#[test]
fn a_long_answer_is_found_once_and_across_its_windows() {
    let mut records = vec![chunk("1", "beginning ")];
    records.extend((0..40).map(|_| chunk("1", &"filler ".repeat(1_000))));
    records.push(chunk("1", "the nee"));
    records.push(chunk("1", "dle"));
    records.extend((0..40).map(|_| chunk("1", &"the needle ".repeat(500))));
    let places = found("the needle", &records);
    assert_eq!(places.len(), 1);
    assert!(places[0].0 > 2, "{places:?}");
    assert_eq!(found("beginning", &records).len(), 1);
    assert_eq!(found("absent", &records).len(), 0);
}

#[test]
fn only_the_last_places_are_kept_and_all_are_counted() {
    let needle = Needle::new("x").unwrap();
    let records: Vec<_> = (0..20).map(|_| prompt("x").to_string()).collect();
    let places = |before| {
        let mut search = Search::new(&needle, before, 3);
        for (seq, record) in (1..).zip(&records) {
            search.take(seq, 7, record.as_bytes());
        }
        let (found, count) = search.finish();
        (found.into_iter().map(|found| found.seq).collect::<Vec<_>>(), count)
    };
    assert_eq!(places(0), (vec![20, 19, 18], 20));
    assert_eq!(places(18), (vec![17, 16, 15], 17));
    assert_eq!(places(1), (vec![], 0));
}

#[test]
fn nothing_is_no_needle_and_neither_is_a_book() {
    for typed in ["", "  \n", &"x".repeat(MAX_CHARS + 1)] {
        assert_eq!(Needle::new(typed), None);
    }
    assert!(Needle::new(&"数".repeat(MAX_CHARS)).is_some());
}

/// What agents write must not reach beyond its line wherever it is shown.
#[test]
fn snippets_are_short_and_on_one_line() {
    let hostile = format!("{}\u{1b}]52;c;x\u{7} a\r\n\r\nb{}", "é".repeat(500), "字".repeat(500));
    let needle = Needle::new("a b").unwrap();
    let snippet = needle.find(&hostile).unwrap();
    assert_eq!(snippet.matched, "a b");
    assert!((50..=60).contains(&snippet.before.chars().count()), "{snippet:?}");
    assert_eq!(snippet.after.chars().count(), 120);
    assert!(!format!("{snippet:?}").contains("\\u{1b}"));
    let spread = needle.find(&format!("a{}b", " ".repeat(100_000))).unwrap();
    assert_eq!((spread.before.as_str(), spread.matched.as_str()), ("", "a b"));
}

#[test]
fn what_cannot_be_read_holds_nothing() {
    let needle = Needle::new("x").unwrap();
    let mut search = Search::new(&needle, 0, 3);
    let deep = format!("{{\"a\":{}", "[".repeat(100_000));
    for json in ["", "{", "[]", "{\"kind\":\"", "{\"kind\":\"user_message\",\"content\":7}", &deep]
    {
        search.take(1, 7, json.as_bytes());
    }
    // Written elsewhere, in another order.
    let other = r#"{ "content": [{ "text": "x", "kind": "text" }], "kind": "user_message" }"#;
    search.take(2, 7, other.as_bytes());
    assert_eq!(search.finish().1, 1);
}
