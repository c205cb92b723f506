//! What is said of sessions that stand still or end, in Chinese.

use super::Chinese;
use crate::words::pauses::PauseWords;

impl PauseWords for Chinese {
    fn session_paused(&self, title: &str, has_happened: bool) -> String {
        if has_happened {
            return format!("{title} 已暂停：恢复之前它的任何进程都不会运行");
        }
        format!("正在暂停 {title}；机器尚未确认")
    }

    fn session_resumed(&self, title: &str, has_happened: bool) -> String {
        if has_happened {
            return format!("{title} 已继续运行");
        }
        format!("正在恢复 {title}；机器尚未确认")
    }

    fn seconds_idle(&self, seconds: u64) -> String {
        format!("{seconds} 秒内无任何操作即结束")
    }

    fn paused_since(&self, by: &str, ago: &str) -> String {
        format!("{by}，{ago}")
    }

    fn session_stopping(&self, title: &str) -> String {
        format!("正在停止 {title}")
    }
}
