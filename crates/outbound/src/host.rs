//! The host of a URI: a name, or an address in its one usual spelling.

use std::net::{IpAddr, Ipv4Addr};

/// The longest name (RFC 1035 §2.3.4).
const MAX_NAME_BYTES: usize = 253;

/// The longest part of a name between two dots.
const MAX_LABEL_BYTES: usize = 63;

/// A host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host<'a> {
    /// An address.
    Address(IpAddr),
    /// A name that must be looked up.
    Name(&'a str),
}

/// Reads a host as [`http::Uri::host`] gives it. `None` for what somebody's resolver might take
/// for an address and somebody else's for a name: `127.1`, `0x7f000001`, `2130706433`,
/// `0177.0.0.1`, an address with a zone, a name with a dot at its end.
pub(crate) fn read(host: &str) -> Option<Host<'_>> {
    if let Some(inside) = host.strip_prefix('[') {
        let address = inside.strip_suffix(']')?.parse().ok()?;
        return Some(Host::Address(IpAddr::V6(address)));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(Host::Address(IpAddr::V4(address)));
    }
    let last = host.rsplit('.').next()?;
    let is_name = host.len() <= MAX_NAME_BYTES && host.split('.').all(is_label) && !is_number(last);
    is_name.then_some(Host::Name(host))
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_BYTES).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// A host that ends in a number is an address or nothing (WHATWG URL, "ends in a number").
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or(label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        assert_eq!(read("api.openai.com"), Some(Host::Name("api.openai.com")));
        assert_eq!(read("model_server-1"), Some(Host::Name("model_server-1")));
        assert_eq!(read("0xample.com"), Some(Host::Name("0xample.com")));
        assert_eq!(read("127.0.0.1"), Some(Host::Address(IpAddr::from([127, 0, 0, 1]))));
        let loopback = IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(read("[::1]"), Some(Host::Address(loopback)));
    }

    /// S87: no other way to write an address is taken for a name.
    #[test]
    fn odd_spellings_are_neither() {
        for odd in [
            "",
            ".",
            "localhost.",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "2130706433",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.01",
            "0x7f000001",
            "0X7F.0.0.1",
            "0x7f.0x0.0x0.0x1",
            "a.0x",
            "1.2.3.4.5",
            "256.0.0.1",
            "[::1",
            "[127.0.0.1]",
            "[fe80::1%eth0]",
            "[::ffff:127.1]",
            "::1",
            "a..b",
            ".a",
            "a b",
            "a/b",
            "127。0。0。1",
            "ⓛocalhost",
            "%6cocalhost",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(read(&"a".repeat(64)), None);
        assert_eq!(read(&"a.".repeat(127)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        /// S87: what an old resolver would read as a number never passes as a name.
        #[test]
        fn numbers_are_never_names(
            parts in prop::collection::vec("(0[xX][0-9a-fA-F]{1,8}|0[0-7]{1,11}|[0-9]{1,10})", 1..5),
        ) {
            let host = parts.join(".");
            prop_assert!(!matches!(read(&host), Some(Host::Name(_))), "{}", host);
        }
    }
}
