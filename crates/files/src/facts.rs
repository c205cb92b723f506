//! What is known of a file.

/// What something in a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, or a link that leads to one in the workspace.
    File,
    /// A directory, or a link that leads to one in the workspace.
    Directory,
    /// A link that leads out of the workspace, or nowhere.
    Link,
    /// A pipe, a socket or a device; or a name that is not text.
    Other,
}

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What it is.
    pub kind: Kind,
    /// How large it is; 0 for whatever is no file.
    pub size_bytes: u64,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub modified_at_ms: i64,
}

/// By what a file is recognised between two parts that are read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) size_bytes: u64,
    pub(crate) modified_at_ns: i64,
}

impl Version {
    /// How many bytes it takes up when it is told.
    pub const BYTES: usize = 32;

    /// Whether what this one has is still at the beginning of what the later one has: nothing was
    /// changed, or something was written behind it, as programs write their logs.
    pub const fn is_continued_by(&self, later: &Self) -> bool {
        let is_same_file = self.device == later.device && self.inode == later.inode;
        let is_unchanged =
            self.size_bytes == later.size_bytes && self.modified_at_ns == later.modified_at_ns;
        is_same_file && (is_unchanged || later.size_bytes > self.size_bytes)
    }

    /// As it is told.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let parts = [self.device, self.inode, self.size_bytes, self.modified_at_ns.cast_unsigned()];
        for (place, part) in bytes.chunks_exact_mut(8).zip(parts) {
            place.copy_from_slice(&part.to_be_bytes());
        }
        bytes
    }

    /// Reads what was told; `None` if that was something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::BYTES] = bytes.try_into().ok()?;
        let mut parts = bytes.as_chunks::<8>().0.iter().map(|part| u64::from_be_bytes(*part));
        Some(Self {
            device: parts.next()?,
            inode: parts.next()?,
            size_bytes: parts.next()?,
            modified_at_ns: parts.next()?.cast_signed(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_it_was_told() {
        let version = Version { device: 1, inode: u64::MAX, size_bytes: 3, modified_at_ns: -4 };
        assert_eq!(Version::from_bytes(&version.to_bytes()), Some(version));
        assert_eq!(Version::from_bytes(&[0; 31]), None);
    }

    #[test]
    fn a_file_that_grows_goes_on_and_one_that_is_replaced_does_not() {
        let before = Version { device: 1, inode: 2, size_bytes: 10, modified_at_ns: 5 };
        let grown = Version { size_bytes: 11, modified_at_ns: 6, ..before };
        assert!(before.is_continued_by(&before) && before.is_continued_by(&grown));
        for other in [
            Version { inode: 3, ..grown },
            Version { device: 3, ..before },
            Version { size_bytes: 9, ..grown },
            Version { modified_at_ns: 6, ..before },
        ] {
            assert!(!before.is_continued_by(&other), "{other:?}");
        }
    }
}
