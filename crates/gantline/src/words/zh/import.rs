//! 关于导入会话的话。

use super::Chinese;
use crate::words::import::ImportWords;

impl ImportWords for Chinese {
    fn session_imported(&self, title: &str, id: &str) -> String {
        format!("已导入 {title}，编号 {id}；可以阅读，不能继续")
    }

    fn import_is_too_large(&self, mib: u64) -> String {
        format!("该文件超过 {mib} MiB，这是可导入的上限")
    }

    fn import_is_no_text(&self) -> &'static str {
        "该文件不是文本，也不是导出文件"
    }

    fn sending(&self, percent: u64, mib: u64) -> String {
        format!("正在发送：{mib} MiB 的 {percent}%")
    }
}
