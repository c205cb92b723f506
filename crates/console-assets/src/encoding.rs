//! Which compressed form of a file the browser takes (RFC 9110, section 12.5.3).

/// A form in which a file may lie beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// Every form, the smallest first.
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in `Content-Encoding`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What the name of the file ends with.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// Whether an `Accept-Encoding` header takes it: named, or meant by `*`, and not with weight 0.
    /// What a browser prefers among those it takes does not matter: the smallest is sent.
    pub(crate) fn is_accepted(self, accept_encoding: &str) -> bool {
        let offers = || accept_encoding.split(',').map(Offer::parse);
        let named = offers().find(|offer| offer.coding.eq_ignore_ascii_case(self.name()));
        named
            .or_else(|| offers().find(|offer| offer.coding == "*"))
            .is_some_and(|offer| offer.taken)
    }
}

/// One entry of the header.
struct Offer<'a> {
    coding: &'a str,
    taken: bool,
}

impl<'a> Offer<'a> {
    fn parse(entry: &'a str) -> Self {
        let mut parts = entry.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let taken =
            weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0));
        Self { coding, taken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, brotli: bool, gzip: bool) {
        assert_eq!(Encoding::Brotli.is_accepted(header), brotli, "br in {header:?}");
        assert_eq!(Encoding::Gzip.is_accepted(header), gzip, "gzip in {header:?}");
    }

    #[test]
    fn what_is_named_with_a_weight_above_zero_is_taken() {
        check("gzip, deflate, br, zstd", true, true);
        check("gzip", false, true);
        check("GZIP;q=0.5", false, true);
        check("br;q=0, gzip;q=0.001", false, true);
        check("br; q=1.0 ,gzip ; q=0", true, false);
        check("*", true, true);
        check("*, br;q=0", false, true);
        check("*;q=0, gzip", false, true);
    }

    #[test]
    fn what_is_not_named_or_makes_no_sense_is_not_taken() {
        check("", false, false);
        check("identity", false, false);
        check("brotli", false, false);
        check("br;q=high, gzip;q=", false, false);
        check(";,;;q=1", false, false);
    }
}
