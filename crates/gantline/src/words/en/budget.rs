//! What is said of quotas, in English.

use super::English;
use crate::words::budget::BudgetWords;

impl BudgetWords for English {
    fn no_quotas(&self) -> &'static str {
        "There are no quotas"
    }

    fn quota_headings(&self) -> [&'static str; 7] {
        ["ID", "SUBJECT", "WHICH", "MEASURE", "PERIOD", "LIMIT", "AT STOP"]
    }

    fn quota_status_headings(&self) -> [&'static str; 7] {
        ["SUBJECT", "WHICH", "MEASURE", "PERIOD", "USED", "LIMIT", "WHOLE AGAIN"]
    }

    fn each(&self) -> &'static str {
        "each"
    }

    fn quota_set(&self, limit: &str, id: &str) -> String {
        format!("The limit is {limit}; `gantline quota remove {id}` takes it back")
    }

    fn quota_removed(&self, id: &str) -> String {
        format!("Removed: {id}")
    }

    fn no_one_quota(&self, name: &str) -> String {
        format!("there is no quota, or not only one, that ends with `{name}`")
    }

    fn budget_request_headings(&self) -> [&'static str; 7] {
        ["ID", "SESSION", "QUOTA OF", "USED", "LIMIT", "ASKED", "SINCE"]
    }

    fn nobody_waits_for_budget(&self) -> &'static str {
        "No session waits for a larger budget"
    }

    fn no_one_budget_request(&self, name: &str) -> String {
        format!("there is no session, or not only one, that waits and ends with `{name}`")
    }

    fn so_many_tokens(&self, number: &str) -> String {
        format!("{number} tokens")
    }

    fn so_many_calls(&self, number: &str) -> String {
        format!("{number} calls")
    }

    fn budget_granted(&self, amount: &str) -> String {
        format!("Granted {amount} more; the agent goes on")
    }

    fn budget_declined(&self) -> &'static str {
        "Granted nothing; the agent is told to stop"
    }

    fn usage_headings(&self) -> [&'static str; 6] {
        ["", "CALLS", "INPUT", "CACHED", "OUTPUT", "COST"]
    }

    fn in_all(&self) -> &'static str {
        "in all"
    }

    fn nothing_used(&self, days: i64) -> String {
        if days == 1 {
            "Nothing was used in the last day".to_owned()
        } else {
            format!("Nothing was used in the last {days} days")
        }
    }

    fn more_is_left_out(&self) -> &'static str {
        "There are more, which are in the sum alone"
    }

    fn cost_is_assumed(&self) -> &'static str {
        "~ nobody knows the price of some models, so a high one was taken"
    }
}
