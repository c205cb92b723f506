//! What is said of quotas, and of what was used.

use model::quota::{BudgetState, QuotaPeriod, QuotaSubject};

/// What is said of quotas, and of what was used.
pub(crate) trait BudgetWords {
    fn no_quotas(&self) -> &'static str;
    fn quota_headings(&self) -> [&'static str; 7];
    fn quota_status_headings(&self) -> [&'static str; 7];
    fn each(&self) -> &'static str;
    fn quota_set(&self, limit: &str, id: &str) -> String;
    fn quota_removed(&self, id: &str) -> String;
    fn no_one_quota(&self, name: &str) -> String;
    fn budget_request_headings(&self) -> [&'static str; 7];
    fn nobody_waits_for_budget(&self) -> &'static str;
    fn no_one_budget_request(&self, name: &str) -> String;
    fn so_many_tokens(&self, number: &str) -> String;
    fn so_many_calls(&self, number: &str) -> String;
    fn budget_granted(&self, amount: &str) -> String;
    fn budget_declined(&self) -> &'static str;
    /// `amounts`: used, allowed, and needed by the call that waits.
    fn budget_stops(
        &self,
        subject: QuotaSubject,
        period: QuotaPeriod,
        amounts: [&str; 3],
    ) -> String;
    /// `offers`: what may be granted here, the smaller first.
    fn budget_prompt(&self, offers: Option<&[String; 2]>) -> String;
    fn budget_waits(&self) -> &'static str;
    fn budget_answered(&self, state: BudgetState) -> &'static str;
    fn usage_headings(&self) -> [&'static str; 6];
    fn in_all(&self) -> &'static str;
    fn nothing_used(&self, days: i64) -> String;
    fn more_is_left_out(&self) -> &'static str;
    fn cost_is_assumed(&self) -> &'static str;
}
