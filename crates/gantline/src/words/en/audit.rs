//! What is said of the audit log, in English.

use super::English;
use crate::words::audit::AuditWords;

impl AuditWords for English {
    fn no_audit_records(&self) -> &'static str {
        "No such lines in the audit log"
    }

    fn audit_headings(&self) -> [&'static str; 6] {
        ["LINE", "WHEN", "WHO", "ACTION", "OBJECT", "RESULT"]
    }

    fn audit_intact(&self, lines: u64, kept: &str) -> String {
        format!(
            "The log is whole, up to line {lines}. Keep this elsewhere for the next check:\n{kept}"
        )
    }

    fn audit_line_missing(&self, line: u64) -> String {
        format!("The log is broken: line {line} is missing")
    }

    fn audit_line_changed(&self, line: u64) -> String {
        format!("The log is broken: line {line} is not the one that was written")
    }
}
