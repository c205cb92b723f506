//! Which release is newer.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A release: three numbers, such as `0.1.0`, compared as numbers from the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    /// Changes with what breaks.
    pub major: u32,
    /// Changes with what is added.
    pub minor: u32,
    /// Changes with what is mended.
    pub patch: u32,
}

/// A text that is not three numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a version such as 0.1.0")]
pub struct InvalidVersion(pub String);

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let mut numbers = text.split('.').map(number);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
                Ok(Self { major, minor, patch })
            }
            _ => Err(InvalidVersion(text.to_owned())),
        }
    }
}

/// A number as it is written, so that each version is written in one way only.
fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u32>().ok().filter(|_| is_plain)?;
    (number.to_string() == text).then_some(number)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, InvalidVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        let ordered = ["0.0.9", "0.1.0", "0.1.2", "0.1.10", "0.10.0", "1.0.0", "10.0.0"];
        assert!(ordered.map(version).is_sorted_by(|one, next| one < next));
        assert_eq!(version("4.5.6").to_string(), "4.5.6");
    }

    #[test]
    fn each_version_is_written_in_one_way() {
        let wrong = [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "1.02.3",
            "1.2.+3",
            "1.2.3-rc1",
            "1.2.4294967296",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Version>(), Err(InvalidVersion(text.to_owned())));
        }
    }
}
