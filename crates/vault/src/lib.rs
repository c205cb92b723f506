//! Secrets: sealing provider keys, minting and checking every kind of token, signing, passwords.
//!
//! - [`key_ring`]: the keys that seal secrets, from their file to a sealed row and back
//! - [`identity`]: the server's own key pair, by which machines know it again
//! - [`token`]: every token Gantline hands out, as text, as type, as stored digest
//! - [`signing_secret`], [`robot_signature`]: what signs webhooks, and messages to chat robots
//! - [`push`]: messages that only one browser opens, and who says that they are ours
//! - [`password`]: what people sign in with
//! - [`transcript_key`]: what seals the transcript of one session, itself sealed by the ring
//! - [`sealed_stream`]: what a backup is written as, and only its passphrase opens
//! - [`totp`], [`passkey`], [`recovery_code`]: what they show beside it
//!
//! Key files are private (`host::private`), written before what they hold is used, and compared
//! with what the database remembers of them, so that a wrong file stops the start.

pub mod identity;
pub mod key_ring;
pub mod passkey;
pub mod password;
pub mod push;
pub mod recovery_code;
pub mod robot_signature;
pub mod sealed_stream;
pub mod signing_secret;
pub mod token;
pub mod totp;
pub mod transcript_key;

mod key_file;

pub use identity::{Fingerprint, ServerIdentity};
pub use key_file::KeyFileError;
pub use key_ring::{KeyRing, OpenError, RingKeyId, RowIdentity, SealError};
pub use password::{Password, Passwords, StoredPassword, Verdict};
pub use push::{BrowserKeys, PushKey};
pub use recovery_code::RecoveryCode;
pub use robot_signature::{dingtalk_signature, feishu_signature};
pub use sealed_stream::{OpeningReader, SealedStreamError, SealingWriter};
pub use signing_secret::SigningSecret;
pub use token::{EnrolmentToken, InvalidToken, Token, TokenDigest};
pub use totp::TotpSecret;
pub use transcript_key::{PartRefused, TranscriptKey};
