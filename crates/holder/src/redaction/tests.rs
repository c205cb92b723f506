use proptest::prelude::*;

use super::*;

/// A token as the server gives them to sessions.
pub(crate) const TOKEN: &str =
    "glp_01arZ3NDEKTSV4RRFFQ69G5FAVq7Xk2mWbT9cYdLrPzHnJvEsGuAoKiB3x5Z1wQ8fM6tR4";

fn redactor() -> Redactor {
    Redactor::of(&[("PATH".into(), "/bin".into()), ("TOKEN".into(), TOKEN.into())])
}

fn shown(redactor: &mut Redactor, pieces: &[&[u8]]) -> String {
    let mut out = Vec::new();
    for piece in pieces {
        out.extend_from_slice(&redactor.pass(piece));
    }
    // What comes next has nothing to do with it.
    redactor.pass(&[b' '; PIECE_BYTES]);
    String::from_utf8(out).unwrap()
}

fn standard(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0, |sum, at| sum << 8 | u32::from(*three.get(at).unwrap_or(&0)));
        for at in 0..=three.len() {
            let six = usize::try_from(number >> (18 - 6 * at) & 63).unwrap();
            out.push(char::from(alphabet[six]));
        }
    }
    out
}

/// Two digits for each byte.
pub(crate) fn hexadecimal(text: &str) -> String {
    let digits = text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(digit.into(), 16).unwrap()).collect()
}

/// How a program may print it, each in a line of its own.
fn spelled() -> Vec<String> {
    let hex = hexadecimal(TOKEN);
    let mut all = vec![TOKEN.to_owned(), hex.to_uppercase(), hex];
    all.extend(["", "a", "ab"].map(|before| standard(format!("{before}{TOKEN}").as_bytes())));
    all.push(standard(format!("TOKEN={TOKEN}\n").as_bytes()));
    all
}

/// Whether enough to recognise is left of a token's secret, which is behind its identifier: whatever
/// the spelling, in the last three fifths.
fn leaks(spelling: &str, shown: &str) -> bool {
    let secret = &spelling.as_bytes()[spelling.len() * 2 / 5..];
    secret.windows(9).any(|part| shown.contains(str::from_utf8(part).unwrap()))
}

/// S105: a token that a program prints is not shown, however it is spelled and wherever in what was
/// encoded it begins.
#[test]
fn a_token_is_hidden_in_every_usual_spelling() {
    for spelling in spelled() {
        let text = format!("before {spelling} after\n");
        let seen = shown(&mut redactor(), &[text.as_bytes()]);
        assert_eq!(seen.len(), text.len());
        assert!(seen.starts_with("before ") && seen.ends_with(" after\n"), "{seen}");
        assert!(!leaks(&spelling, &seen), "{spelling}: {seen}");
        // What is left depends on what stands beside it, too.
        let left = seen["before ".len()..].chars().take_while(|seen| *seen != '*').count();
        assert!(left <= 9, "{spelling}: {seen}");
    }
}

/// S105: wherever output is cut, no more than the beginning of a token is shown, which is no secret.
#[test]
fn a_token_is_hidden_wherever_it_is_cut() {
    let mut redactor = redactor();
    for spelling in spelled() {
        let text = spelling.as_bytes();
        for cut in 0..=text.len() {
            let seen = shown(&mut redactor, &[&text[..cut], &text[cut..]]);
            assert!(!leaks(&spelling, &seen), "{spelling}, {cut}: {seen}");
            let left = seen.chars().take_while(|seen| *seen != '*').count();
            assert!(left < PIECE_BYTES + 9, "{spelling}, {cut}: {seen}");
        }
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert!(!leaks(&spelling, &shown(&mut redactor, &bytes)), "{spelling}");
    }
}

/// S105: lines that a program breaks do not hide a token from us.
#[test]
fn a_token_is_hidden_across_lines() {
    let mut redactor = redactor();
    for spelling in spelled() {
        for width in [20, 60, 76] {
            let lines: Vec<&str> = spelling
                .as_bytes()
                .chunks(width)
                .map(|line| str::from_utf8(line).unwrap())
                .collect();
            let text = lines.join("\r\n");
            let seen = shown(&mut redactor, &[text.as_bytes()]).replace("\r\n", "");
            assert!(!leaks(&spelling, &seen), "{width} {spelling}: {seen}");
        }
    }
}

#[test]
fn a_token_within_settings_is_found() {
    let settings = format!("{{\"apiKey\":\"{TOKEN}\",\"other\":\"glp_short\"}}");
    let found: Vec<&[u8]> = tokens(settings.as_bytes()).collect();
    assert_eq!(found, [TOKEN.as_bytes()]);
}

#[test]
fn what_holds_no_secret_is_neither_changed_nor_copied_nor_held_back() {
    let mut redactor = redactor();
    let seen = redactor.pass(b"$ echo glp_ and more\r\n");
    assert!(matches!(seen, Cow::Borrowed(b"$ echo glp_ and more\r\n")));
    let mut none = Redactor::of(&[]);
    assert_eq!(none.pass(TOKEN.as_bytes()), TOKEN.as_bytes());
    assert!(!format!("{redactor:?}").contains("glp_"));
}

#[test]
fn a_secret_of_other_characters_is_found_as_it_is_escaped() {
    let secret = "it's a \"long\" pass/word\\with everything";
    let spellings = spellings::of(secret.as_bytes());
    let text: Vec<&str> =
        spellings.iter().filter_map(|spelling| str::from_utf8(spelling).ok()).collect();
    for wanted in [
        "it's a \\\"long\\\" pass/word\\\\with everything",
        "it'\\''s a \"long\" pass/word\\with everything",
        "it%27s%20a%20%22long%22%20pass%2Fword%5Cwith%20everything",
    ] {
        assert!(text.contains(&wanted), "{wanted} is not among {text:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_split_shows_as_much_and_no_secret(
        which in 0..7_usize,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        before in "[a-z \n]{0,40}",
    ) {
        let spelling = &spelled()[which];
        let text = format!("{before}{spelling}{before}");
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> =
            cuts.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
        let seen = shown(&mut redactor(), &pieces);
        prop_assert_eq!(seen.len(), text.len());
        prop_assert!(!leaks(spelling, &seen));
    }
}
