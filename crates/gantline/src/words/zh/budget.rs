//! 关于配额的话。

use model::quota::{BudgetState, QuotaPeriod, QuotaSubject};

use super::Chinese;
use crate::words::budget::BudgetWords;

impl BudgetWords for Chinese {
    fn no_quotas(&self) -> &'static str {
        "没有配额"
    }

    fn quota_headings(&self) -> [&'static str; 7] {
        ["编号", "对象", "哪一个", "计量", "周期", "上限", "用尽时"]
    }

    fn quota_status_headings(&self) -> [&'static str; 7] {
        ["对象", "哪一个", "计量", "周期", "已用", "上限", "恢复时间"]
    }

    fn each(&self) -> &'static str {
        "每一个"
    }

    fn quota_set(&self, limit: &str, id: &str) -> String {
        format!("上限为 {limit};用 `gantline quota remove {id}` 取消")
    }

    fn quota_removed(&self, id: &str) -> String {
        format!("已移除:{id}")
    }

    fn no_one_quota(&self, name: &str) -> String {
        format!("没有或不止一个配额以 `{name}` 结尾")
    }

    fn budget_request_headings(&self) -> [&'static str; 7] {
        ["编号", "会话", "配额对象", "已用", "上限", "需要", "等待"]
    }

    fn nobody_waits_for_budget(&self) -> &'static str {
        "没有会话在等待更多配额"
    }

    fn no_one_budget_request(&self, name: &str) -> String {
        format!("没有或不止一个等待中的会话以 `{name}` 结尾")
    }

    fn so_many_tokens(&self, number: &str) -> String {
        format!("{number} token")
    }

    fn so_many_calls(&self, number: &str) -> String {
        format!("{number} 次调用")
    }

    fn budget_granted(&self, amount: &str) -> String {
        format!("已追加 {amount};智能体继续工作")
    }

    fn budget_declined(&self) -> &'static str {
        "未追加;已通知智能体停止"
    }

    fn budget_stops(
        &self,
        subject: QuotaSubject,
        period: QuotaPeriod,
        [used, limit, asked]: [&str; 3],
    ) -> String {
        let whose = match subject {
            QuotaSubject::Tenant => "全体",
            QuotaSubject::User => "此用户",
            QuotaSubject::Machine => "此机器",
            QuotaSubject::Session => "此会话",
            QuotaSubject::Model => "此模型",
        };
        let within = match period {
            QuotaPeriod::Day => "今日",
            QuotaPeriod::Month => "本月",
            QuotaPeriod::Total => "总",
        };
        format!(
            "{whose}的{within}预算不足以进行下一次调用，调用正在等待：已用或预留 {used}，上限 {limit}，\
             此次调用可能需要 {asked}"
        )
    }

    fn budget_prompt(&self, offers: Option<&[String; 2]>) -> String {
        match offers {
            Some([less, more]) => {
                format!("追加预算？ [1] {less}  [2] {more}  [x] 不追加，停止智能体")
            }
            None => "等待管理员追加预算  [x] 停止智能体".to_owned(),
        }
    }

    fn budget_waits(&self) -> &'static str {
        "正在等待更多预算；用 `gantline quota requests` 查看"
    }

    fn budget_answered(&self, state: BudgetState) -> &'static str {
        match state {
            BudgetState::Pending => "正在等待更多预算",
            BudgetState::Granted => "已追加，智能体继续工作",
            BudgetState::Declined => "未追加，已通知智能体停止",
            BudgetState::Withdrawn => "不再需要等待：额度已足够",
        }
    }

    fn usage_headings(&self) -> [&'static str; 6] {
        ["", "调用", "输入", "缓存", "输出", "费用"]
    }

    fn in_all(&self) -> &'static str {
        "合计"
    }

    fn nothing_used(&self, days: i64) -> String {
        format!("最近 {days} 天没有用量")
    }

    fn more_is_left_out(&self) -> &'static str {
        "还有更多未列出，已计入合计"
    }

    fn cost_is_assumed(&self) -> &'static str {
        "~ 部分模型的价格未知，按较高价格估算"
    }
}
