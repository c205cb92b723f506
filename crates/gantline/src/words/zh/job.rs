//! 任务。

use model::job::JobState;

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
}
