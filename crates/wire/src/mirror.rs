//! What a machine says when its owner has copies of the workspaces kept on the server. Every question
//! is the machine's: there is none with which a server could ask for a copy.
//!
//! A copy is told in one order: [`BeginMirror`], every file's name and hash with [`ListMirror`], the
//! contents that the server lacks with [`WriteMirror`], and [`EndMirror`], with which the new copy
//! takes the place of the one before. Who breaks off begins again, and finds the contents that had
//! arrived whole.

use bytes::Bytes;

use crate::limits::{MAX_NAME_BYTES, MAX_PATH_BYTES};

/// A copy of a workspace is about to be told.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct BeginMirror {
    /// The workspace, absolute; only ever shown.
    #[prost(string, tag = "1")]
    pub workspace: String,
    /// SHA-256 over what is listed, 32 bytes, as [`digest_entry`] says.
    #[prost(bytes = "bytes", tag = "2")]
    pub digest: Bytes,
    /// How many files are listed, at most [`MAX_MIRROR_FILES`](crate::limits::MAX_MIRROR_FILES).
    #[prost(uint32, tag = "3")]
    pub files: u32,
    /// How large they are together.
    #[prost(uint64, tag = "4")]
    pub size_bytes: u64,
    /// What is not in the copy.
    #[prost(message, optional, tag = "5")]
    pub left_out: Option<LeftOut>,
    /// That the owner has asked for it just now, which lifts that an administrator had it removed.
    #[prost(bool, tag = "6")]
    pub is_asked_for: bool,
}

/// Files that are not in a copy, by why not. What `.gitignore` names is not counted.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct LeftOut {
    /// More than the owner's limit of files.
    #[prost(uint64, tag = "1")]
    pub over_files: u64,
    /// More than the limit of bytes for a whole copy.
    #[prost(uint64, tag = "2")]
    pub over_bytes: u64,
    /// Larger than a single file may be.
    #[prost(uint64, tag = "3")]
    pub too_large: u64,
    /// Keys, passwords and the like.
    #[prost(uint64, tag = "4")]
    pub secret: u64,
    /// Symbolic links, pipes, sockets and devices.
    #[prost(uint64, tag = "5")]
    pub special: u64,
    /// Those whose names are no text, or hold what nobody can read.
    #[prost(uint64, tag = "6")]
    pub unnameable: u64,
    /// Those that could not be read, or changed while they were.
    #[prost(uint64, tag = "7")]
    pub unreadable: u64,
}

/// To [`BeginMirror`].
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct MirrorBegun {
    /// Names the copy in what follows.
    #[prost(uint64, tag = "1")]
    pub mirror_id: u64,
    /// The server has exactly this copy; nothing follows.
    #[prost(bool, tag = "2")]
    pub is_current: bool,
}

/// A file of the copy.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct MirrorEntry {
    /// Names from the workspace down, each as [`name_problem`] wants it.
    #[prost(string, repeated, tag = "1")]
    pub names: Vec<String>,
    /// How large it is, at most [`MAX_MIRROR_FILE_BYTES`](crate::limits::MAX_MIRROR_FILE_BYTES).
    #[prost(uint64, tag = "2")]
    pub size_bytes: u64,
    /// When it was last changed, milliseconds since the Unix epoch.
    #[prost(int64, tag = "3")]
    pub modified_at_ms: i64,
    /// Whether it is a program.
    #[prost(bool, tag = "4")]
    pub is_executable: bool,
    /// SHA-256 of its content, 32 bytes.
    #[prost(bytes = "bytes", tag = "5")]
    pub sha256: Bytes,
}

/// A part of the list of files.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ListMirror {
    /// From [`MirrorBegun`].
    #[prost(uint64, tag = "1")]
    pub mirror_id: u64,
    /// In the order of their names, each name byte by byte; at most
    /// [`MAX_MIRROR_ENTRIES`](crate::limits::MAX_MIRROR_ENTRIES).
    #[prost(message, repeated, tag = "2")]
    pub entries: Vec<MirrorEntry>,
}

/// To [`ListMirror`].
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct MirrorListed {
    /// Whose contents the server lacks: places in the list that was sent, from 0.
    #[prost(uint32, repeated, tag = "1")]
    pub missing: Vec<u32>,
}

/// Contents, or parts of them.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct WriteMirror {
    /// From [`MirrorBegun`].
    #[prost(uint64, tag = "1")]
    pub mirror_id: u64,
    /// Together at most [`MAX_MIRROR_PART_BYTES`](crate::limits::MAX_MIRROR_PART_BYTES). A content
    /// that does not fit is the last one, and goes on with the first one of the next question.
    #[prost(message, repeated, tag = "2")]
    pub parts: Vec<MirrorPart>,
}

/// A content, or a part of it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct MirrorPart {
    /// SHA-256 of the whole content, 32 bytes.
    #[prost(bytes = "bytes", tag = "1")]
    pub sha256: Bytes,
    /// Where the part begins.
    #[prost(uint64, tag = "2")]
    pub offset: u64,
    /// The bytes. The content is whole when it is as large as was listed.
    #[prost(bytes = "bytes", tag = "3")]
    pub data: Bytes,
}

/// To [`WriteMirror`]: what is whole is durable, and is what its hash says.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct MirrorWritten {}

/// Everything was told: the copy takes the place of the one before.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct EndMirror {
    /// From [`MirrorBegun`].
    #[prost(uint64, tag = "1")]
    pub mirror_id: u64,
}

/// To [`EndMirror`]: it has, durably.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct MirrorEnded {}

/// Only copies of these workspaces are to be kept; none at all where there is none here.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RetainMirrors {
    /// Each as in [`BeginMirror`]; at most
    /// [`MAX_MIRRORED_WORKSPACES`](crate::limits::MAX_MIRRORED_WORKSPACES).
    #[prost(string, repeated, tag = "1")]
    pub workspaces: Vec<String>,
}

/// To [`RetainMirrors`]: the others are gone.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct MirrorsRetained {
    /// How many there were.
    #[prost(uint32, tag = "1")]
    pub removed: u32,
}

/// Adds a file to what the digest of a copy is made of: names, size and hash, each with its length,
/// so that no two lists are alike. When it was changed is told, but makes no other copy of it.
pub fn digest_entry(entry: &MirrorEntry, mut update: impl FnMut(&[u8])) {
    update(&(entry.names.len() as u64).to_be_bytes());
    for name in &entry.names {
        update(&(name.len() as u64).to_be_bytes());
        update(name.as_bytes());
    }
    update(&entry.size_bytes.to_be_bytes());
    update(&[u8::from(entry.is_executable)]);
    update(&entry.sha256);
}

/// What keeps a list of names from being the way to a file, on whatever system it is unpacked.
pub fn path_problem<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let mut length = 0;
    for name in names {
        if let Some(problem) = name_problem(name) {
            return Some(problem);
        }
        length += name.len() + 1;
    }
    match length {
        0 => Some("there is no name"),
        length if length > MAX_PATH_BYTES => Some("the way to it is too long"),
        _ => None,
    }
}

/// What keeps a name from being one: it would lead elsewhere, or be read as something else.
pub fn name_problem(name: &str) -> Option<&'static str> {
    match name {
        "" | "." | ".." => Some("it is no name"),
        _ if name.len() > MAX_NAME_BYTES => Some("a name is too long"),
        // Windows takes the one for a slash and the other for a drive or a stream.
        _ if name.contains(['/', '\\', ':']) => Some("a name has a separator in it"),
        _ if name.chars().any(is_unreadable) => Some("a name has in it what nobody can read"),
        _ => None,
    }
}

/// Control characters, and those that turn the order of what is beside them (Unicode UAX #9 §2).
fn is_unreadable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{061c}')
        || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl From<model::mirror::LeftOut> for LeftOut {
    fn from(left_out: model::mirror::LeftOut) -> Self {
        let model::mirror::LeftOut {
            over_files,
            over_bytes,
            too_large,
            secret,
            special,
            unnameable,
            unreadable,
        } = left_out;
        Self { over_files, over_bytes, too_large, secret, special, unnameable, unreadable }
    }
}

impl From<LeftOut> for model::mirror::LeftOut {
    fn from(left_out: LeftOut) -> Self {
        let LeftOut { over_files, over_bytes, too_large, secret, special, unnameable, unreadable } =
            left_out;
        Self { over_files, over_bytes, too_large, secret, special, unnameable, unreadable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S71: no list of names leads out of the place where it is unpacked, on any system.
    #[test]
    fn names_that_lead_elsewhere_are_none() {
        for names in [
            &[][..],
            &[""],
            &["."],
            &["a", ".."],
            &["..", "etc", "passwd"],
            &["/etc/passwd"],
            &["a/b"],
            &["..\\..\\x"],
            &["C:x"],
            &["file:stream"],
            &["a\0b"],
            &["a\nb"],
            &["\u{1b}[2J"],
            &["gpj\u{202e}.exe"],
            &["\u{2066}x"],
        ] {
            assert!(path_problem(names.iter().copied()).is_some(), "{names:?}");
        }
        let long = "x".repeat(MAX_NAME_BYTES + 1);
        assert!(path_problem([long.as_str()].into_iter()).is_some());
        let name = "x".repeat(MAX_NAME_BYTES);
        assert!(path_problem(std::iter::repeat_n(name.as_str(), 17)).is_some());
        for names in [&["src", "a b", "主.rs"][..], &["...", ".gitignore"], &["-rf"], &["a\"b'"]] {
            assert_eq!(path_problem(names.iter().copied()), None, "{names:?}");
        }
    }

    /// Where one name ends and the next begins is a part of it.
    #[test]
    fn no_two_lists_have_one_digest() {
        let told = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let mut bytes = Vec::new();
            let entry = MirrorEntry { names, ..MirrorEntry::default() };
            digest_entry(&entry, |part| bytes.extend_from_slice(part));
            bytes
        };
        assert_ne!(told(&["ab", "c"]), told(&["a", "bc"]));
        assert_ne!(told(&["a"]), told(&["a", ""]));
    }
}
