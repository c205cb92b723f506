//! 任务。

use model::job::JobState;
use model::webhook::DeliveryState;

use super::Chinese;
use crate::words::job::{JobLabels, JobWords};

impl JobWords for Chinese {
    fn no_jobs(&self) -> &'static str {
        "没有任务"
    }

    fn no_such_job(&self, name: &str) -> String {
        format!("没有任务 `{name}`")
    }

    fn several_jobs(&self, name: &str) -> String {
        format!("有多个任务以 `{name}` 结尾")
    }

    fn hint_list_jobs(&self) -> &'static str {
        "`gantline job list` 会列出它们"
    }

    fn job_headings(&self) -> [&'static str; 5] {
        ["ID", "状态", "智能体", "提示词", "提交时间"]
    }

    fn job_labels(&self) -> JobLabels {
        JobLabels {
            id: "ID",
            status: "状态",
            error: "错误",
            prompt: "提示词",
            agent: "智能体",
            model: "模型",
            machine: "机器",
            directory: "目录",
            session: "会话",
            attempt: "次数",
            created: "提交",
            started: "开始",
            finished: "结束",
            usage: "用量",
        }
    }

    fn job_state(&self, state: JobState) -> &'static str {
        match state {
            JobState::Queued => "排队中",
            JobState::Running => "运行中",
            JobState::Completed => "已完成",
            JobState::Failed => "失败",
            JobState::Canceled => "已取消",
        }
    }

    fn job_is(&self, job: &str, state: &str) -> String {
        format!("任务 {job}：{state}")
    }

    fn job_ended(&self, state: JobState, error: Option<&str>) -> String {
        let what = match state {
            JobState::Canceled => "任务已取消",
            _ => "任务失败",
        };
        match error {
            Some(error) => format!("{what}：{error}"),
            None => what.to_owned(),
        }
    }

    fn job_goes_on(&self) -> &'static str {
        "任务尚未结束，仍在继续"
    }

    fn delete_job(&self, job: &str) -> String {
        format!("删除任务 {job} 及其结果和日志？")
    }

    fn job_deleted(&self, job: &str) -> String {
        format!("任务 {job} 已删除")
    }

    fn hint_wait_for_job(&self, job: &str) -> String {
        format!("等待结束：gantline job wait {job}")
    }

    fn webhook(&self) -> &'static str {
        "Webhook："
    }

    fn delivery_state(&self, state: DeliveryState) -> &'static str {
        match state {
            DeliveryState::Pending => "待发送",
            DeliveryState::Delivered => "已送达",
            DeliveryState::Failed => "未送达",
            DeliveryState::Refused => "接收方拒绝接收",
        }
    }

    fn webhook_next(&self, at: &str) -> String {
        format!("下次尝试：{at}")
    }

    fn webhook_is_sent(&self, job: &str) -> String {
        format!("正在重新发送任务 {job} 的 webhook")
    }

    fn replace_webhook_secret(&self) -> &'static str {
        "替换用于签名 webhook 的密钥？"
    }

    fn webhook_secret_once(&self) -> &'static str {
        "接收方需要此密钥。仅显示这一次。"
    }

    fn webhook_secret_since(&self, ago: &str) -> String {
        format!("webhook 使用 {ago} 创建的密钥签名")
    }

    fn webhook_secret_previous(&self, until: &str) -> String {
        format!("上一个密钥在 {until} 之前同时签名")
    }

    fn no_webhook_secret(&self) -> &'static str {
        "还没有用于签名 webhook 的密钥"
    }

    fn hint_webhook_secret(&self) -> &'static str {
        "`gantline webhook secret` 会创建一个"
    }
}
