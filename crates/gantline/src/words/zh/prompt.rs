//! 提示词。

use std::time::Duration;

use model::turn::TurnState;

use super::Chinese;
use crate::exit::Meaning;
use crate::words::prompt::PromptWords;

impl PromptWords for Chinese {
    fn empty_prompt(&self) -> &'static str {
        "提示词是空的"
    }

    fn hint_prompt(&self) -> &'static str {
        "请写在 -p 之后，或从标准输入给出"
    }

    fn prompt_like_command(&self, word: &str) -> String {
        format!("没有命令 `{word}`")
    }

    fn hint_prompt_like_command(&self, word: &str) -> String {
        format!("`gantline --help` 会列出全部命令；作为提示词请写 `gantline -p {word}`")
    }

    fn reading_input(&self) -> &'static str {
        "正在读取标准输入；按 Ctrl-D 结束"
    }

    fn input_too_large(&self, most_bytes: u64) -> String {
        format!("标准输入超过了允许的 {} MiB", most_bytes >> 20)
    }

    fn input_not_text(&self) -> &'static str {
        "标准输入不是 UTF-8 文本"
    }

    fn turn_ended(&self, meaning: Meaning, state: TurnState, outcome: Option<&str>) -> String {
        let what = match (meaning, state) {
            (Meaning::Interrupted, _) => "本轮已中断",
            (Meaning::TimedOut, _) => "本轮超时，已停止",
            (Meaning::Denied, _) => "智能体请求的操作未获允许",
            (Meaning::Unanswered, _) => "智能体提出了此处无人可答的请求",
            (_, TurnState::Cancelled) => "有人取消了本轮",
            (_, TurnState::Unknown) => "无法得知本轮的结局",
            _ => "本轮失败",
        };
        match outcome {
            Some(outcome) => format!("{what}：{outcome}"),
            None => what.to_owned(),
        }
    }

    fn strict_needs_json(&self) -> &'static str {
        "--json-strict 需要 --format json"
    }

    fn strict_says_no_more(&self) -> &'static str {
        "--json-strict 不输出日志，与 --verbose 矛盾"
    }

    fn strict_needs_a_prompt(&self) -> &'static str {
        "--json-strict 供程序使用，不能在窗口中对话；请给出提示词"
    }

    fn tries_again(&self, attempt: u32, of: u32, wait: Duration) -> String {
        format!("本轮失败，{} 秒后重试（第 {attempt} 次，共 {of} 次）", wait.as_secs())
    }

    fn session_differs(&self, title: &str, option: &str, has: &str) -> String {
        format!("会话 {title} 已存在，其 {option} 为 {has}")
    }

    fn hint_session_differs(&self, option: &str) -> String {
        format!("请去掉 {option}，或为 --session 另取名称")
    }
}
