//! What is said of copies of workspaces on the server.

use model::mirror::LeftOut;

/// Names of what is known of a copy.
pub(crate) struct CopyLabels {
    pub workspace: &'static str,
    pub files: &'static str,
    pub bytes: &'static str,
    pub as_of: &'static str,
    pub left_out: &'static str,
}

/// What is said of copies of workspaces on the server. Names that go in are escaped by who prints
/// them.
pub(crate) trait MirrorWords {
    fn mirror_is_on(&self) -> &'static str;
    fn mirror_is_off(&self) -> &'static str;
    fn max_files_without_mirror(&self) -> &'static str;
    fn mirror_limits(&self, files: u32, mib: u64) -> String;
    fn mirror_progress(&self, files: u64, of: u64, bytes: u64, of_bytes: u64) -> String;
    fn mirror_problem(&self, problem: &str) -> String;
    fn mirror_later(&self) -> &'static str;
    fn copy_labels(&self) -> CopyLabels;
    fn copy_headings(&self) -> [&'static str; 5];
    fn no_copies(&self) -> &'static str;
    fn several_copies(&self) -> &'static str;
    fn files_are_on_the_server(&self) -> &'static str;
    fn left_out(&self, left_out: &LeftOut) -> String;
    fn remove_copy(&self, workspace: &str) -> String;
    fn copy_removed(&self, workspace: &str) -> String;
}

/// Those kinds of which there are some, each with its name.
pub(super) fn left_out(left_out: &LeftOut, names: [&str; 7], between: &str) -> String {
    let counts = [
        left_out.over_files,
        left_out.over_bytes,
        left_out.too_large,
        left_out.secret,
        left_out.special,
        left_out.unnameable,
        left_out.unreadable,
    ];
    let some = counts.into_iter().zip(names).filter(|(count, _)| *count > 0);
    let said: Vec<_> = some.map(|(count, name)| format!("{count} {name}")).collect();
    said.join(between)
}
