//! What a file is, by its first bytes: names say what they like.

use contract::files::FileContent;

/// Images that browsers draw without running anything in them, and how they begin (PNG 3rd edition
/// §5.2, ITU T.81 annex B, `GIF89a` §17, RFC 9649 §2.4). SVG is text, and shown as such.
const IMAGES: &[(&str, usize, &[u8])] = &[
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/gif", 0, b"GIF87a"),
    ("image/gif", 0, b"GIF89a"),
    ("image/webp", 8, b"WEBP"),
];

/// What there is to be seen of a file that begins like this.
pub(crate) fn content(beginning: &[u8], is_whole: bool) -> FileContent {
    let image = IMAGES.iter().find(|(_, offset, mark)| {
        beginning.get(*offset..).is_some_and(|rest| rest.starts_with(mark))
    });
    if let Some((media_type, ..)) = image {
        return FileContent::Image { media_type: (*media_type).to_owned() };
    }
    match text(beginning, is_whole) {
        Some(text) => FileContent::Text { text: text.to_owned(), is_cut: !is_whole },
        None => FileContent::Binary,
    }
}

/// The text, up to its last whole letter; there is none where anything else is in it.
fn text(beginning: &[u8], is_whole: bool) -> Option<&str> {
    if beginning.contains(&0) {
        return None;
    }
    match std::str::from_utf8(beginning) {
        Ok(text) => Some(text),
        Err(error) if !is_whole && error.error_len().is_none() => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(beginning: &[u8], is_whole: bool, expected: &FileContent) {
        assert_eq!(&content(beginning, is_whole), expected, "{beginning:?}");
    }

    #[test]
    fn a_file_is_what_it_begins_with() {
        let image = |kind: &str| FileContent::Image { media_type: format!("image/{kind}") };
        let text = |text: &str, is_cut| FileContent::Text { text: text.to_owned(), is_cut };
        check(b"\x89PNG\r\n\x1a\n...", true, &image("png"));
        check(b"\xff\xd8\xff\xe0", true, &image("jpeg"));
        check(b"GIF89a..", true, &image("gif"));
        check(b"RIFF\x01\x02\x03\x04WEBPVP8 ", true, &image("webp"));
        check(b"<svg onload=alert(1)>", true, &text("<svg onload=alert(1)>", false));
        check(b"", true, &text("", false));
        check("文".as_bytes(), true, &text("文", false));
        check(b"a\0b", true, &FileContent::Binary);
        check(b"\xb2\xe2\xca\xd4", true, &FileContent::Binary);
    }

    #[test]
    fn a_letter_at_the_cut_is_left_out() {
        let bytes = "a文".as_bytes();
        let cut = FileContent::Text { text: "a".to_owned(), is_cut: true };
        check(&bytes[..3], false, &cut);
        check(&bytes[..3], true, &FileContent::Binary);
    }
}
