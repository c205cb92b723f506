//! What is said of the audit log, in Chinese.

use super::Chinese;
use crate::words::audit::AuditWords;

impl AuditWords for Chinese {
    fn no_audit_records(&self) -> &'static str {
        "审计日志中没有符合条件的行"
    }

    fn audit_headings(&self) -> [&'static str; 6] {
        ["行", "时间", "操作者", "操作", "对象", "结果"]
    }

    fn audit_intact(&self, lines: u64, kept: &str) -> String {
        format!("审计日志完整,至第 {lines} 行。请把下面这一行保存在别处,供下次校验:\n{kept}")
    }

    fn audit_line_missing(&self, line: u64) -> String {
        format!("审计日志已损坏:第 {line} 行缺失")
    }

    fn audit_line_changed(&self, line: u64) -> String {
        format!("审计日志已损坏:第 {line} 行不是当时写下的内容")
    }
}
