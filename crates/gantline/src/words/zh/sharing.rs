//! What is said of sessions that are shared, in Chinese.

use super::Chinese;
use crate::words::sharing::SharingWords;

impl SharingWords for Chinese {
    fn present_label(&self) -> &'static str {
        "正在查看"
    }

    fn share_headings(&self) -> [&'static str; 4] {
        ["用户名", "姓名", "权限", "截止"]
    }

    fn share_level(&self, may_drive: bool) -> &'static str {
        if may_drive { "操作" } else { "观看" }
    }

    fn not_shared(&self) -> &'static str {
        "这个会话没有共享给任何人"
    }

    fn not_shared_with(&self, title: &str, user: &str) -> String {
        format!("{title} 没有共享给 {user}")
    }

    fn hint_shares(&self) -> &'static str {
        "查看共享给了谁：gantline session shares"
    }

    fn shared(&self, title: &str, user: &str, may_drive: bool, until: &str) -> String {
        let does = if may_drive { "操作" } else { "观看" };
        format!("{user} 可以{does} {title}，截止 {until}")
    }

    fn unshared(&self, title: &str, user: &str) -> String {
        format!("{title} 不再共享给 {user}")
    }
}
