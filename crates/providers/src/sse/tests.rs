use proptest::prelude::*;

use super::*;

#[derive(Debug, Default, PartialEq)]
struct Heard {
    lines: Vec<String>,
    long: Option<usize>,
}

impl Heard {
    fn add(&mut self, kind: &str, value: &[u8]) {
        self.lines.push(format!("{kind} {}", String::from_utf8_lossy(value)));
    }
}

impl Lines for Heard {
    fn data(&mut self, value: &[u8]) {
        self.add("data", value);
    }

    fn long_data(&mut self, piece: &[u8]) {
        *self.long.get_or_insert(0) += piece.len();
    }

    fn long_data_ended(&mut self) {
        let length = self.long.take().unwrap();
        self.add("long", length.to_string().as_bytes());
    }

    fn name(&mut self, value: &[u8]) {
        self.add("name", value);
    }

    fn event_ended(&mut self) {
        self.lines.push("end".into());
    }
}

fn read(pieces: &[&[u8]]) -> Heard {
    let mut heard = Heard::default();
    let mut reader = Reader::new();
    for piece in pieces {
        reader.push(piece, &mut heard);
        assert!(reader.held.capacity() <= 2 * MAX_LINE_BYTES);
    }
    heard
}

#[test]
fn lines_end_in_any_of_the_three_ways() {
    let wanted = ["name a", "data 1", "data 2", "end", "data ", "end"];
    for end in ["\n", "\r", "\r\n"] {
        let text = ["event: a", "data:1", "id: 7", "data: 2", ": comment", "", "data:", "", ""];
        let text = text.join(end);
        assert_eq!(read(&[text.as_bytes()]).lines, wanted, "{end:?}");
    }
}

#[test]
fn a_mark_at_the_start_is_passed_over() {
    assert_eq!(read(&["\u{feff}data: 1\n\n".as_bytes()]).lines, ["data 1", "end"]);
    assert_eq!(read(&["\ndata: 1\n\u{feff}data: 2\n".as_bytes()]).lines, ["end", "data 1"]);
}

#[test]
fn an_unfinished_line_is_not_told() {
    assert_eq!(read(&[b"data: 1\ndata: 2"]).lines, ["data 1"]);
}

/// S93: a line that never ends needs no memory.
#[test]
fn a_line_without_end_does_not_grow_memory() {
    for start in [&b"data: "[..], b"", b": ", b"nonsense"] {
        let flood = vec![b'a'; 1 << 20];
        let heard = read(&[start, &flood, &flood, &flood, b"\ndata: 2\n"]);
        assert_eq!(heard.lines.last().unwrap(), "data 2");
    }
}

#[test]
fn a_long_line_is_handed_on_in_pieces() {
    let value = vec![b'a'; MAX_LINE_BYTES];
    let long = [b"data: ".as_slice(), &value, b"\n\n"].concat();
    assert_eq!(read(&[&long]).lines, [format!("long {MAX_LINE_BYTES}"), "end".into()]);
}

fn stream() -> impl Strategy<Value = String> {
    let long =
        (MAX_LINE_BYTES - 8..MAX_LINE_BYTES + 8).prop_map(|n| format!("data: {}", "x".repeat(n)));
    let line = prop_oneof![
        10 => "(data|event|id|)[:]? ?[a-z]{0,6}",
        5 => Just(String::new()),
        1 => long,
    ];
    let end = prop::sample::select(vec!["\n", "\r", "\r\n"]);
    prop::collection::vec((line, end), 0..12)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_split_is_read_the_same(stream in stream(), cuts: Vec<prop::sample::Index>) {
        let bytes = stream.as_bytes();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(read(&pieces), read(&[bytes]));
    }

    #[test]
    fn byte_by_byte_is_read_the_same(stream in "[de:\\r\\n a-c]{0,60}") {
        let pieces: Vec<_> = stream.as_bytes().chunks(1).collect();
        prop_assert_eq!(read(&pieces), read(&[stream.as_bytes()]));
    }
}
