//! What is said of quotas, in English.

use model::quota::{BudgetState, QuotaPeriod, QuotaSubject};

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
        if number == "1" { "1 token".to_owned() } else { format!("{number} tokens") }
    }

    fn so_many_calls(&self, number: &str) -> String {
        if number == "1" { "1 call".to_owned() } else { format!("{number} calls") }
    }

    fn budget_granted(&self, amount: &str) -> String {
        format!("Granted {amount} more; the agent goes on")
    }

    fn budget_declined(&self) -> &'static str {
        "Granted nothing; the agent is told to stop"
    }

    fn budget_stops(
        &self,
        subject: QuotaSubject,
        period: QuotaPeriod,
        [used, limit, asked]: [&str; 3],
    ) -> String {
        let whose = match subject {
            QuotaSubject::Tenant => "everybody together",
            QuotaSubject::User => "this user",
            QuotaSubject::Machine => "this machine",
            QuotaSubject::Session => "this session",
            QuotaSubject::Model => "this model",
        };
        let within = match period {
            QuotaPeriod::Day => "for today",
            QuotaPeriod::Month => "for this month",
            QuotaPeriod::Total => "in all",
        };
        format!(
            "The budget of {whose} {within} does not allow the next call, which waits: {used} of \
             {limit} are used or reserved, and the call may need {asked}"
        )
    }

    fn budget_prompt(&self, offers: Option<&[String; 2]>) -> String {
        match offers {
            Some([less, more]) => {
                format!("Grant more?  [1] {less}  [2] {more}  [x] no, stop the agent")
            }
            None => "Waits until an administrator grants more  [x] stop the agent".to_owned(),
        }
    }

    fn budget_waits(&self) -> &'static str {
        "Waits for a larger budget; `gantline quota requests` shows it"
    }

    fn budget_answered(&self, state: BudgetState) -> &'static str {
        match state {
            BudgetState::Pending => "Waits for a larger budget",
            BudgetState::Granted => "More was granted; the agent goes on",
            BudgetState::Declined => "Nothing was granted; the agent is told to stop",
            BudgetState::Withdrawn => "It waits no longer: there is enough again",
        }
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
