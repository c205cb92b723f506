//! What is said of a search through transcripts, in Chinese.

use contract::searches::{NotSearched, WhyNotSearched};
use conversation::search::Said;

use super::Chinese;
use crate::escape;
use crate::words::searching::SearchWords;

impl SearchWords for Chinese {
    fn said(&self, said: Said) -> &'static str {
        match said {
            Said::Prompt => "提示",
            Said::Answer => "回答",
            Said::Tool => "工具",
        }
    }

    fn more_places(&self, count: u64) -> String {
        format!("更早还有 {count} 处；用 `--session` 查看")
    }

    fn nothing_found(&self, searched: u64) -> String {
        format!("在 {searched} 个会话的消息中没有找到")
    }

    fn why_not_searched(&self, why: WhyNotSearched) -> &'static str {
        match why {
            WhyNotSearched::Offline => "离线",
            WhyNotSearched::TooOld => "其版本不支持搜索",
            WhyNotSearched::TooSlow => "用时过长",
            WhyNotSearched::Unreadable => "无法读取",
        }
    }

    fn not_searched(&self, machine: &str, not: &NotSearched) -> String {
        let why = self.why_not_searched(not.reason);
        format!("未搜索：{machine} 上的 {} 个会话（{why}）", not.sessions)
    }

    fn more_sessions(&self) -> &'static str {
        "更早的会话中可能还有；用 `--limit` 查看"
    }

    fn transcripts_kept(&self, days: Option<u32>) -> String {
        days.map_or_else(
            || "会话记录只保存在机器上".to_owned(),
            |days| format!("会话记录在服务端保留 {days} 天"),
        )
    }

    fn workspace_keeping_headings(&self) -> [&'static str; 3] {
        ["机器", "工作区", "保留"]
    }

    fn workspace_kept(&self, days: Option<u32>) -> String {
        days.map_or_else(|| "只保存在机器上".to_owned(), |days| format!("{days} 天"))
    }

    fn keep_no_transcripts(&self, workspace: Option<&str>) -> String {
        match workspace {
            None => "删除服务端保留的会话记录（另有规定的工作区除外），并且不再保留？".to_owned(),
            Some(path) => {
                format!("删除服务端为 {} 保留且今后不再保留的会话记录？", escape::line(path))
            }
        }
    }

    fn delete_kept(&self, title: &str) -> String {
        format!("永久删除服务端保留的 {title} 的记录？")
    }

    fn kept_deleted(&self, title: &str) -> String {
        format!("服务端不再保留 {title} 的记录")
    }
}
