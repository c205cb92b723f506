//! What a file is, and how long it may be kept, both seen from its path.

use crate::Cache;

/// The media type of a file, by the end of its name. `None` for what the console does not have.
pub(crate) fn content_type(path: &str) -> Option<&'static str> {
    let (_, extension) = file_name(path).rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether the path means a file, and not a page of the console.
pub(crate) fn names_a_file(path: &str) -> bool {
    file_name(path).contains('.')
}

/// What lies in `assets/` carries the hash of its content in its name.
pub(crate) fn cache(path: &str) -> Cache {
    if path.starts_with("assets/") { Cache::Immutable } else { Cache::Revalidate }
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
