//! What is said of sessions that were begun with the agents' own programs, in Chinese.

use super::Chinese;
use crate::words::outside::OutsideWords;

impl OutsideWords for Chinese {
    fn outside_headings(&self) -> [&'static str; 6] {
        ["标识", "智能体", "标题", "目录", "更新", ""]
    }

    fn nothing_outside(&self) -> &'static str {
        "这台机器的工作区里没有在 Gantline 之外开始的会话"
    }

    fn outside_unreadable(&self, files: u32) -> String {
        format!("有 {files} 个智能体文件无法读取")
    }

    fn more_outside(&self) -> &'static str {
        "更早的还有；用 `--limit` 查看，最多 200 个"
    }

    fn outside_continued_in(&self, session: &str) -> String {
        format!("已在 {session} 中继续")
    }

    fn outside_continued(&self) -> &'static str {
        "已在此继续"
    }

    fn outside_may_be_open(&self) -> &'static str {
        "可能正打开着"
    }

    fn goes_on_outside(&self, title: &str, session: &str) -> String {
        format!("“{title}”在会话 {session} 中继续；发送提示：gantline chat --session {session}")
    }

    fn goes_on_beside(&self) -> &'static str {
        "它刚刚还有变化。此后在那边说的内容这里不会知道：这里是一份副本"
    }

    fn several_outside(&self, name: &str) -> String {
        format!("有多个会话叫 {name:?}；请给出更长的标识，或使用 `--agent`")
    }

    fn no_such_outside(&self, name: &str) -> String {
        format!("这台机器的工作区里没有在 Gantline 之外开始的会话 {name:?}")
    }

    fn hint_list_outside(&self) -> &'static str {
        "查看列表：gantline session outside"
    }
}
