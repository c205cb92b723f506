//! What a copy is, and what is in it.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use model::mirror::LeftOut;
use model::{MachineId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

/// Bytes of a SHA-256.
pub const HASH_BYTES: usize = 32;

/// A SHA-256.
pub type Hash = [u8; HASH_BYTES];

/// Whose copies they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The machine's tenant.
    pub tenant: TenantId,
    /// The machine.
    pub machine: MachineId,
}

/// Names a copy among those of its machine: the SHA-256 of its workspace, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CopyId(String);

impl CopyId {
    /// That of a workspace.
    pub fn of(workspace: &str) -> Self {
        Self(hex::encode(digest(&SHA256, workspace.as_bytes())))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CopyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// This is not the identifier of a copy.
#[derive(Debug, thiserror::Error)]
#[error("not the identifier of a copy")]
pub struct InvalidCopyId;

impl FromStr for CopyId {
    type Err = InvalidCopyId;

    fn from_str(text: &str) -> Result<Self, InvalidCopyId> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        if text.len() == 2 * HASH_BYTES && text.bytes().all(is_digit) {
            return Ok(Self(text.to_owned()));
        }
        Err(InvalidCopyId)
    }
}

/// A copy that is about to be told.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The workspace on its machine. Only ever shown.
    pub workspace: String,
    /// Over what is listed, as `wire::mirror::digest_entry` says.
    pub digest: Hash,
    /// How many files are listed.
    pub files: u32,
    /// How large they are together.
    pub size_bytes: u64,
    /// What is not in the copy.
    pub left_out: LeftOut,
    /// That the machine's owner has asked for it just now.
    pub is_asked_for: bool,
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// The workspace on its machine. Only ever shown.
    pub workspace: String,
    /// Over what is listed, in hexadecimal digits.
    pub digest: String,
    /// How many files there are.
    pub files: u32,
    /// How large they are together.
    pub size_bytes: u64,
    /// When the machine began to tell it.
    pub taken_at: Timestamp,
    /// What is not in it.
    pub left_out: LeftOut,
}

impl Copy {
    /// Names it.
    pub fn id(&self) -> CopyId {
        CopyId::of(&self.workspace)
    }
}

/// A file of a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Names from the workspace down.
    #[serde(rename = "n")]
    pub names: Vec<String>,
    /// How large it is.
    #[serde(rename = "s")]
    pub size_bytes: u64,
    /// When it was last changed, on its machine.
    #[serde(rename = "m")]
    pub modified_at: Timestamp,
    /// Whether it is a program.
    #[serde(rename = "x")]
    pub is_executable: bool,
    /// Of its content.
    #[serde(rename = "h", with = "as_digits")]
    pub sha256: Hash,
}

/// A hash in hexadecimal digits.
mod as_digits {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{HASH_BYTES, Hash};

    pub(super) fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        let digits = String::deserialize(from)?;
        let mut hash = [0; HASH_BYTES];
        hex::decode_to_slice(&digits, &mut hash).map_err(D::Error::custom)?;
        Ok(hash)
    }
}

/// Something in a directory of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// The file; `None` for a directory.
    pub file: Option<Entry>,
}

/// A part of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of their names, byte by byte.
    pub items: Vec<Item>,
    /// Whether there is more behind them.
    pub has_more: bool,
}
