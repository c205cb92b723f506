//! How an answer says that it is a file, and how that is called.

use std::fmt::Write;

/// `Content-Disposition` for a file of this name (RFC 6266, RFC 8187). What is not plain in it is
/// written in percent signs, so that no name becomes a part of the header.
pub(crate) fn attachment(name: &str) -> String {
    let plain: String =
        name.chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() || "._- ".contains(letter) { letter } else { '_' }
            })
            .collect();
    let mut header = format!("attachment; filename=\"{plain}\"");
    if plain != name {
        header.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                    header.push(char::from(byte));
                }
                // Writing to a string cannot fail.
                _ => drop(write!(header, "%{byte:02X}")),
            }
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_becomes_a_part_of_the_header() {
        assert_eq!(attachment("a b.txt"), "attachment; filename=\"a b.txt\"");
        assert_eq!(
            attachment("文\"; x=\r\n"),
            "attachment; filename=\"___ x___\"; filename*=UTF-8''%E6%96%87%22%3B%20x%3D%0D%0A"
        );
    }
}
