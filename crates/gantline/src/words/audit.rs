//! What is said of the audit log.

/// What is said of the audit log.
pub(crate) trait AuditWords {
    fn no_audit_records(&self) -> &'static str;
    fn audit_headings(&self) -> [&'static str; 6];
    fn audit_intact(&self, lines: u64, kept: &str) -> String;
    fn audit_line_missing(&self, line: u64) -> String;
    fn audit_line_changed(&self, line: u64) -> String;
}
