//! Signed releases: what is said of a program, and whether it was said by us.
//!
//! Root keys are compiled in. They sign nothing but signing keys, each with a number and an end;
//! signing keys sign what is said of a program. So a root key may lie in a safe, and a signing key
//! that was lost is made worthless by the next one.
//!
//! - [`stamp`]: which release this program is, and which root keys it trusts
//! - [`version`]: which release is newer
//! - [`manifest`]: what is said of a program
//! - [`keys`]: who says it
//! - [`signed`]: the file in which it is said, and whether it can be believed

pub mod keys;
pub mod manifest;
pub mod signed;
pub mod stamp;
pub mod version;

pub use keys::{Certificate, InvalidKey, PublicKey, Roots, SecretKey};
pub use manifest::{Manifest, PRODUCT, own_target, program_name};
pub use signed::{Authentic, Release, ReleaseError, Signer, Unfit, Wanted};
pub use version::Version;
