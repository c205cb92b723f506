//! What is said of files where sessions work.

use contract::files::FileKind;

/// What is said of files where sessions work. Names that go in are escaped by who prints them.
pub(crate) trait FileWords {
    fn file_headings(&self) -> [&'static str; 4];
    fn file_kind(&self, kind: FileKind) -> &'static str;
    fn no_files(&self) -> &'static str;
    fn file_put(&self, path: &str, bytes: u64) -> String;
    fn file_too_large(&self) -> &'static str;
}
