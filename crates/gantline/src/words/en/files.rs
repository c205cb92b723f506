//! What is said of files where sessions work, in English.

use contract::files::FileKind;

use super::English;
use crate::words::files::FileWords;

impl FileWords for English {
    fn file_headings(&self) -> [&'static str; 4] {
        ["KIND", "BYTES", "CHANGED", "NAME"]
    }

    fn file_kind(&self, kind: FileKind) -> &'static str {
        match kind {
            FileKind::File => "file",
            FileKind::Directory => "directory",
            FileKind::Link => "link",
            FileKind::Other => "other",
        }
    }

    fn no_files(&self) -> &'static str {
        "This directory is empty"
    }

    fn file_put(&self, path: &str, bytes: u64) -> String {
        format!("{path} is there: {bytes} bytes")
    }

    fn file_too_large(&self) -> &'static str {
        "a file has at most 1 GiB"
    }
}
