//! What is said of policies.

/// What is said of policies.
pub(crate) trait PolicyWords {
    fn policy_part_headings(&self) -> [&'static str; 3];
    fn policy_tool_headings(&self) -> [&'static str; 3];
    fn other_tools(&self) -> &'static str;
    fn warning(&self) -> &'static str;
    fn no_rules(&self) -> &'static str;
    fn rule_headings(&self) -> [&'static str; 7];
    fn rule_in_session(&self, id: &str) -> String;
    fn rule_on_machine(&self, id: &str) -> String;
    fn rule_everywhere(&self) -> &'static str;
    fn rule_added(&self, effect: &str, title: &str, id: &str) -> String;
    fn rule_revoked(&self, title: &str) -> String;
    fn no_such_rule(&self, name: &str) -> String;
    fn several_rules(&self, name: &str) -> String;
    fn hint_list_rules(&self) -> &'static str;
    fn preset_headings(&self) -> [&'static str; 4];
}
