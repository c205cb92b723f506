//! What is said of policies, in English.

use super::English;
use crate::words::policy::PolicyWords;

impl PolicyWords for English {
    fn policy_part_headings(&self) -> [&'static str; 3] {
        ["PART", "VALUE", "WHY"]
    }

    fn policy_tool_headings(&self) -> [&'static str; 3] {
        ["TOOL", "EFFECT", "WHY"]
    }

    fn other_tools(&self) -> &'static str {
        "(others)"
    }

    fn warning(&self) -> &'static str {
        "warning:"
    }

    fn no_rules(&self) -> &'static str {
        "Nothing has been answered once and for all"
    }

    fn rule_headings(&self) -> [&'static str; 7] {
        ["ID", "EFFECT", "TOOL", "WHAT", "WHERE", "LAST USED", "UNTIL"]
    }

    fn rule_in_session(&self, id: &str) -> String {
        format!("session {id}")
    }

    fn rule_on_machine(&self, id: &str) -> String {
        format!("machine {id}")
    }

    fn rule_everywhere(&self) -> &'static str {
        "everywhere"
    }

    fn rule_added(&self, effect: &str, title: &str, id: &str) -> String {
        format!("{effect} {title}, from now on; take it back with `gantline policy revoke {id}`")
    }

    fn rule_revoked(&self, title: &str) -> String {
        format!("Taken back: {title}")
    }

    fn no_such_rule(&self, name: &str) -> String {
        format!("there is no rule `{name}` in force")
    }

    fn several_rules(&self, name: &str) -> String {
        format!("several rules match `{name}`")
    }

    fn hint_list_rules(&self) -> &'static str {
        "`gantline policy rules` lists them"
    }

    fn preset_headings(&self) -> [&'static str; 4] {
        ["NAME", "MODE", "TOOLS", "WHAT FOR"]
    }
}
