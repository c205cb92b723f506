//! Which file answers a path.

use std::borrow::Cow;

use crate::encoding::Encoding;
use crate::files::{Embedded, File, Files};
use crate::kind;

/// One answer.
#[derive(Debug, Clone)]
pub struct Asset {
    /// What is sent, as encoded.
    pub bytes: Cow<'static, [u8]>,
    /// For `Content-Type`.
    pub content_type: &'static str,
    /// For `Content-Encoding`; `None` where the bytes are the file itself.
    pub content_encoding: Option<&'static str>,
    /// For `ETag`, with its quotes. Differs between the encodings of one file.
    pub etag: String,
    /// For `Cache-Control`.
    pub cache: Cache,
}

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// For good: another content has another name.
    Immutable,
    /// As long as the server says that it is still the same.
    Revalidate,
}

/// The page that the console's own paths lead to.
const FIRST_PAGE: &str = "index.html";

/// Shown in place of the first page by a build without the console.
const UNBUILT: &str = include_str!("unbuilt.html");

/// First parts of paths that belong to the server's endpoints and never to the console.
const ENDPOINTS: [&str; 3] = ["api", "ws", "health"];

/// Finds what answers the path of a request, in the smallest form that its `Accept-Encoding`
/// takes.
///
/// A path without an extension is one of the console's own and leads to its first page. `None`
/// for a file that does not exist, and for the paths of endpoints.
pub fn find(path: &str, accept_encoding: &str) -> Option<Asset> {
    find_in(&Embedded, path, accept_encoding)
}

fn find_in(files: &impl Files, path: &str, accept_encoding: &str) -> Option<Asset> {
    let path = path.trim_start_matches('/');
    let mut parts = path.split('/');
    let is_hidden = parts.clone().any(|part| part.starts_with('.'));
    let is_endpoint = parts.next().is_some_and(|first| ENDPOINTS.contains(&first));
    if is_hidden || is_endpoint {
        return None;
    }
    if kind::names_a_file(path) {
        return stored(files, path, accept_encoding);
    }
    Some(stored(files, FIRST_PAGE, accept_encoding).unwrap_or_else(unbuilt))
}

/// A file by its own name. The compressed ones have no name of their own: they have no type.
fn stored(files: &impl Files, path: &str, accept_encoding: &str) -> Option<Asset> {
    let content_type = kind::content_type(path)?;
    let plain = files.file(path)?;
    let compressed = Encoding::ALL
        .into_iter()
        .filter(|encoding| encoding.is_accepted(accept_encoding))
        .find_map(|encoding| Some((encoding, compressed(files, path, encoding)?)));
    let (content_encoding, file) = match compressed {
        Some((encoding, file)) => (Some(encoding.name()), file),
        None => (None, plain),
    };
    let etag = format!("\"{}\"", hex::encode(&file.digest[..16]));
    let cache = kind::cache(path);
    Some(Asset { bytes: file.bytes, content_type, content_encoding, etag, cache })
}

fn compressed(files: &impl Files, path: &str, encoding: Encoding) -> Option<File> {
    files.file(&format!("{path}.{}", encoding.extension()))
}

fn unbuilt() -> Asset {
    Asset {
        bytes: Cow::Borrowed(UNBUILT.as_bytes()),
        content_type: "text/html; charset=utf-8",
        content_encoding: None,
        etag: "\"unbuilt\"".to_owned(),
        cache: Cache::Revalidate,
    }
}

#[cfg(test)]
mod tests;
