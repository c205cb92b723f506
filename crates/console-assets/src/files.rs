//! What was embedded when this was built.

use std::borrow::Cow;

use rust_embed::Embed;

/// `console/dist`, as `npm run build` leaves it: every text with a Brotli and a gzip file beside
/// it. The folder does not exist in a checkout in which the console was never built.
#[derive(Embed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Dist;

/// One embedded file.
#[derive(Debug)]
pub(crate) struct File {
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// The SHA-256 of what is in it.
    pub digest: [u8; 32],
}

/// Something that knows files by their path below `dist`, without a leading slash.
pub(crate) trait Files {
    /// The file at exactly that path.
    fn file(&self, path: &str) -> Option<File>;
}

/// The files of this build.
#[derive(Debug)]
pub(crate) struct Embedded;

impl Files for Embedded {
    fn file(&self, path: &str) -> Option<File> {
        let file = Dist::get(path)?;
        Some(File { bytes: file.data, digest: file.metadata.sha256_hash() })
    }
}
