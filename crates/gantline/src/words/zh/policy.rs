//! What is said of policies, in Chinese.

use super::Chinese;
use crate::words::policy::PolicyWords;

impl PolicyWords for Chinese {
    fn policy_part_headings(&self) -> [&'static str; 3] {
        ["部分", "值", "原因"]
    }

    fn policy_tool_headings(&self) -> [&'static str; 3] {
        ["工具", "结果", "原因"]
    }

    fn other_tools(&self) -> &'static str {
        "(其他)"
    }

    fn warning(&self) -> &'static str {
        "警告:"
    }

    fn no_rules(&self) -> &'static str {
        "没有长期有效的规则"
    }

    fn rule_headings(&self) -> [&'static str; 7] {
        ["编号", "结果", "工具", "内容", "范围", "最近使用", "有效期至"]
    }

    fn rule_in_session(&self, id: &str) -> String {
        format!("会话 {id}")
    }

    fn rule_on_machine(&self, id: &str) -> String {
        format!("机器 {id}")
    }

    fn rule_everywhere(&self) -> &'static str {
        "所有机器"
    }

    fn rule_added(&self, effect: &str, title: &str, id: &str) -> String {
        format!("从现在起 {effect} {title};用 `gantline policy revoke {id}` 撤销")
    }

    fn rule_revoked(&self, title: &str) -> String {
        format!("已撤销:{title}")
    }

    fn no_such_rule(&self, name: &str) -> String {
        format!("没有生效的规则 `{name}`")
    }

    fn several_rules(&self, name: &str) -> String {
        format!("有多条规则与 `{name}` 匹配")
    }

    fn hint_list_rules(&self) -> &'static str {
        "`gantline policy rules` 列出所有规则"
    }

    fn preset_headings(&self) -> [&'static str; 4] {
        ["名称", "模式", "工具", "用途"]
    }
}
